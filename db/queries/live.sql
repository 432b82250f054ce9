-- name: standings(platform)
SELECT b.external_id, b.name, b.kind,
  CASE WHEN p.since_at IS NOT NULL AND p.left_at IS NULL THEN 1 ELSE 0 END
FROM place b LEFT JOIN presence p
ON p.platform = b.platform AND p.external_id = b.external_id
WHERE b.platform = :platform AND b.moved_to IS NULL ORDER BY b.external_id;

-- name: listened_until(platform)
-- The communities in whose guilds and chats of a platform the bot is, and until when it surely
-- listened in all of them.
SELECT c.community_id, c.name, c.timezone, c.language, MIN(p.seen_at)
FROM community c JOIN place b ON b.community_id = c.community_id
JOIN presence p ON p.platform = b.platform AND p.external_id = b.external_id
WHERE b.platform = :platform AND p.left_at IS NULL AND b.moved_to IS NULL
GROUP BY c.community_id, c.name, c.timezone, c.language ORDER BY c.community_id;

-- name: moved_to(platform, external_id)$
SELECT moved_to FROM place WHERE platform = :platform AND external_id = :external_id;

-- name: move_place(platform, external_id, moved_to)!
UPDATE place SET moved_to = :moved_to WHERE platform = :platform AND external_id = :external_id;

-- name: inherit_name(platform, old, new)!
UPDATE place SET name = (
  SELECT b.name FROM place b WHERE b.platform = :platform AND b.external_id = :old
) WHERE platform = :platform AND external_id = :new AND name IS NULL;

-- name: move_presence(platform, old, new)!
-- The new chat goes on where the old one was listened to.
INSERT INTO presence (platform, external_id, since_at, seen_at)
SELECT platform, CAST(:new AS TEXT), since_at, seen_at FROM presence
WHERE platform = :platform AND external_id = :old AND left_at IS NULL
ON CONFLICT (platform, external_id) DO NOTHING;

-- name: poll_chat(platform, poll)$
SELECT chat FROM poll WHERE platform = :platform AND external_id = :poll;

-- name: drop_quarantine(before)!
DELETE FROM quarantine WHERE at < :before;

-- name: drop_polls(before)!
DELETE FROM poll WHERE at < :before;

-- name: open_blind_spans(community, platform, chat)
SELECT sight, start_at FROM blind_span
WHERE community_id = :community AND platform = :platform AND chat = :chat AND end_at IS NULL;

-- name: drop_blind_span(community, platform, chat, sight, start)!
DELETE FROM blind_span
WHERE community_id = :community AND platform = :platform AND chat = :chat AND sight = :sight
AND start_at = :start;

-- name: end_blind_span(community, platform, chat, sight, start, at)!
UPDATE blind_span SET end_at = :at
WHERE community_id = :community AND platform = :platform AND chat = :chat AND sight = :sight
AND start_at = :start;
