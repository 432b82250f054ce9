-- name: community_at(platform, external_id)^
SELECT c.community_id, c.name, c.timezone, c.language FROM place p
JOIN community c ON c.community_id = p.community_id
WHERE p.platform = :platform AND p.external_id = :external_id;

-- name: user_language(platform, external_id)$
SELECT language FROM user_setting WHERE platform = :platform AND external_id = :external_id;

-- name: settings(community)
SELECT name, value FROM setting WHERE community_id = :community;

-- name: unset(community, name)!
DELETE FROM setting WHERE community_id = :community AND name = :name;

-- name: stream_cursor(stream)$
SELECT value FROM cursor WHERE stream = :stream;

-- name: set_cursor(stream, value, at)!
INSERT INTO cursor (stream, value, at) VALUES (:stream, :value, :at)
ON CONFLICT (stream) DO UPDATE SET value = excluded.value, at = excluded.at;
