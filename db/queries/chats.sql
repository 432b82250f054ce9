-- name: place_name(platform, external_id)$
SELECT name FROM place WHERE platform = :platform AND external_id = :external_id;

-- name: communities_writing_to(channel, platform, target)
-- `channel` is how a setting spells the platform and the target.
SELECT community_id FROM setting WHERE name = 'moderators' AND value = :channel
UNION SELECT community_id FROM outbox WHERE platform = :platform AND target = :target
UNION SELECT community_id FROM closed_channel WHERE platform = :platform AND target = :target;

-- name: drop_posts_to(community, platform, target)!
DELETE FROM outbox WHERE community_id = :community AND platform = :platform AND target = :target;

-- name: drop_closed_channel(community, platform, target)!
DELETE FROM closed_channel
WHERE community_id = :community AND platform = :platform AND target = :target;
