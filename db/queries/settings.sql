-- name: rename(community, name)!
UPDATE community SET name = :name WHERE community_id = :community;

-- name: set_language(community, language)!
UPDATE community SET language = :language WHERE community_id = :community;

-- name: choose_language(platform, external_id, language)!
INSERT INTO user_setting (platform, external_id, language)
VALUES (:platform, :external_id, :language)
ON CONFLICT (platform, external_id) DO UPDATE SET language = excluded.language;

-- name: correction_of(community, account)^
SELECT is_bot, is_staff FROM correction WHERE community_id = :community AND account_no = :account;

-- name: drop_correction(community, account)!
DELETE FROM correction WHERE community_id = :community AND account_no = :account;

-- name: corrected(community)^
SELECT
  (SELECT COUNT(*) FROM correction WHERE community_id = :community),
  (SELECT COUNT(*) FROM channel WHERE community_id = :community AND is_excluded = 1);

-- name: whole_channel(community, platform, external_id)$
-- A thread is counted with the channel it hangs under, so it is none of its own.
SELECT channel_no FROM channel
WHERE community_id = :community AND platform = :platform AND external_id = :external_id
AND (kind IS NULL OR kind <> 'thread');

-- name: exclude_channel(community, channel, is_excluded)!
UPDATE channel SET is_excluded = :is_excluded
WHERE community_id = :community AND channel_no = :channel;

-- name: owners_of_channel(platform, external_id)
SELECT community_id FROM channel WHERE platform = :platform AND external_id = :external_id
UNION SELECT community_id FROM place WHERE platform = :platform AND external_id = :external_id;

-- name: notes(community)
SELECT day, note_no, words FROM note WHERE community_id = :community ORDER BY day DESC, note_no;

-- name: last_note(community, day)$
SELECT MAX(note_no) FROM note WHERE community_id = :community AND day = :day;

-- name: drop_note(community, day, note)!
DELETE FROM note WHERE community_id = :community AND day = :day AND note_no = :note;

-- name: latest_turns(community)
SELECT routine, due_at, state, reason FROM slot
WHERE community_id = :community ORDER BY due_at DESC, routine LIMIT 5;

-- name: presences(community)
SELECT r.platform, MIN(r.since_at) FROM presence r
JOIN place p ON p.platform = r.platform AND p.external_id = r.external_id
WHERE p.community_id = :community AND r.left_at IS NULL
GROUP BY r.platform ORDER BY r.platform;

-- name: house(community)^
SELECT timezone, language FROM community WHERE community_id = :community;
