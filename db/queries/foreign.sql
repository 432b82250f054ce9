-- Messages of basic groups that another account than the bot's numbered: their numbers are below
-- zero, above those that stand in for names.

-- name: foreign_channels(community)
SELECT c.channel_no FROM channel c WHERE c.community_id = :community AND (EXISTS (
  SELECT 1 FROM message m WHERE m.community_id = c.community_id AND m.channel_no = c.channel_no
  AND m.is_unclocked = 1 AND m.message_no < 0 AND m.message_no >= -4611686018427387904
) OR EXISTS (
  SELECT 1 FROM reaction r WHERE r.community_id = c.community_id AND r.channel_no = c.channel_no
  AND r.message_no < 0 AND r.message_no >= -4611686018427387904
));

-- name: kin(community, channel)
-- A chat, and what it was or became when its group moved.
SELECT b.channel_no FROM channel a
JOIN place p ON p.platform = a.platform
  AND (p.external_id = a.external_id OR p.moved_to = a.external_id)
JOIN channel b ON b.community_id = a.community_id AND b.platform = p.platform
  AND (b.external_id = p.external_id OR b.external_id = p.moved_to)
WHERE a.community_id = :community AND a.channel_no = :channel
UNION SELECT CAST(:channel AS BIGINT);

-- name: foreign_messages(community, channel, first, last)
SELECT channel_no, message_no, at, author_no FROM message
WHERE community_id = :community AND at >= :first AND at <= :last AND channel_no = :channel
AND message_no < 0 AND message_no >= -4611686018427387904;

-- name: heard_messages(community, channel, first, last)
-- Who wrote when, as the bot numbered it.
SELECT at, author_no FROM message
WHERE community_id = :community AND at >= :first AND at <= :last AND channel_no = :channel
AND message_no >= 0
UNION
SELECT at, author_no FROM album_item
WHERE community_id = :community AND channel_no = :channel AND message_no >= 0
AND at >= :first AND at <= :last;

-- name: foreign_reactions(community, channel, first, last)
SELECT channel_no, message_no, account_no, emoji, at, added FROM reaction
WHERE community_id = :community AND at >= :first AND at <= :last AND channel_no = :channel
AND message_no < 0 AND message_no >= -4611686018427387904;

-- name: heard_reactions(community, channel, first, last)
SELECT account_no, emoji, at, added FROM reaction
WHERE community_id = :community AND at >= :first AND at <= :last AND channel_no = :channel
AND message_no >= 0;

-- name: drop_reaction(community, channel, message, account, emoji, at, added)*!
DELETE FROM reaction
WHERE community_id = :community AND channel_no = :channel AND message_no = :message
AND account_no = :account AND emoji = :emoji AND at = :at AND added = :added;
