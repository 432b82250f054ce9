-- name: dirty_days(community)
SELECT day, channel_no FROM dirty_day WHERE community_id = :community ORDER BY day, channel_no;

-- name: clear_dirty_days(community)!
DELETE FROM dirty_day WHERE community_id = :community;

-- name: raw_from_day(community)$
SELECT raw_from_day FROM community WHERE community_id = :community;

-- name: rolled_up(community, day, channel)$
SELECT COUNT(*) FROM (
  SELECT account_no FROM activity_day
  WHERE community_id = :community AND day = :day AND channel_no = :channel
  UNION ALL
  SELECT sender_no FROM contact_day
  WHERE community_id = :community AND day = :day AND channel_no = :channel
) AS shares;

-- name: drop_activity(community, day, channel)*!
DELETE FROM activity_day
WHERE community_id = :community AND day = :day AND channel_no = :channel;

-- name: drop_contacts(community, day, channel)*!
DELETE FROM contact_day
WHERE community_id = :community AND day = :day AND channel_no = :channel;

-- name: drop_revisions(community, day, channel)*!
DELETE FROM revision
WHERE community_id = :community AND day = :day AND channel_no = :channel;

-- name: drop_awaited(community, day, channel)*!
DELETE FROM awaited
WHERE community_id = :community AND day = :day AND channel_no = :channel;

-- name: later_revisions(community, instant)
SELECT day, channel_no FROM revision
WHERE community_id = :community AND revised_at >= :instant ORDER BY day, channel_no;
