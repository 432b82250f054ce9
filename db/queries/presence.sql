-- name: presence_at(platform, external_id)^
SELECT left_at FROM presence WHERE platform = :platform AND external_id = :external_id;

-- name: arrive(platform, external_id, at)!
INSERT INTO presence (platform, external_id, since_at, seen_at) VALUES (:platform, :external_id, :at, :at)
ON CONFLICT (platform, external_id) DO UPDATE
SET since_at = excluded.since_at, seen_at = excluded.seen_at, left_at = NULL;

-- name: depart(platform, external_id, at)!
UPDATE presence SET left_at = :at
WHERE platform = :platform AND external_id = :external_id AND left_at IS NULL;

-- name: see_platform(platform, at)!
UPDATE presence SET seen_at = :at
WHERE platform = :platform AND left_at IS NULL AND seen_at < :at;

-- name: presence_span(community)^
SELECT MIN(p.since_at), MAX(p.seen_at) FROM place b JOIN presence p
ON p.platform = b.platform AND p.external_id = b.external_id
WHERE b.community_id = :community;

-- name: departed_communities()
-- Where the bot was, and is no more.
SELECT p.community_id FROM place p JOIN presence s
ON s.platform = p.platform AND s.external_id = p.external_id
GROUP BY p.community_id HAVING COUNT(*) = COUNT(s.left_at);
