-- name: timezone_of(community)$
SELECT timezone FROM community WHERE community_id = :community;

-- name: set_timezone(community, timezone)!
UPDATE community SET timezone = :timezone WHERE community_id = :community;

-- name: spells(community, length)
-- The spells of some length in which anything happened that a roll-up may tell of.
SELECT channel_no, at / CAST(:length AS BIGINT) FROM message WHERE community_id = :community
UNION SELECT channel_no, at / CAST(:length AS BIGINT) FROM reaction WHERE community_id = :community
UNION SELECT channel_no, at / CAST(:length AS BIGINT) FROM thread WHERE community_id = :community
UNION SELECT 0, at / CAST(:length AS BIGINT) FROM vote WHERE community_id = :community;

-- name: stays(community)
SELECT DISTINCT channel_no, start_at, end_at FROM voice WHERE community_id = :community;

-- name: drop_activity_from(community, day)!
DELETE FROM activity_day WHERE community_id = :community AND day >= :day;

-- name: drop_contacts_from(community, day)!
DELETE FROM contact_day WHERE community_id = :community AND day >= :day;

-- name: drop_revisions_from(community, day)!
DELETE FROM revision WHERE community_id = :community AND day >= :day;

-- name: drop_awaited_from(community, day)!
DELETE FROM awaited WHERE community_id = :community AND day >= :day;
