-- name: day_messages(community, start, stop)
SELECT m.at, m.channel_no, m.message_no, m.author_no, m.reply_no, m.reply_author_no,
  COALESCE(u.author_no, k.author_no, i.author_no), COALESCE(u.at, k.at, i.at), d.at
FROM message m
LEFT JOIN message u ON u.community_id = m.community_id AND u.channel_no = m.channel_no
  AND u.message_no = m.reply_no AND u.is_unclocked = 1
LEFT JOIN message k ON k.community_id = m.community_id
  AND k.at = (m.reply_no >> 22) + 1420070400000
  AND k.channel_no = m.channel_no AND k.message_no = m.reply_no
LEFT JOIN album_item i ON i.community_id = m.community_id AND i.channel_no = m.channel_no
  AND i.message_no = m.reply_no
LEFT JOIN deletion d ON d.community_id = m.community_id AND d.channel_no = m.channel_no
  AND d.message_no = m.message_no AND d.by_moderator = 1
WHERE m.community_id = :community AND m.at >= :start AND m.at < :stop
ORDER BY m.at, m.channel_no, m.message_no;

-- name: day_mentions(community, start, stop)
SELECT channel_no, message_no, account_no FROM mention
WHERE community_id = :community AND at >= :start AND at < :stop;

-- name: day_reactions(community, start, stop)
-- Every operation, of any day, on the reactions that were touched in the span.
SELECT DISTINCT o.at, o.channel_no, o.message_no, o.account_no, o.emoji, o.added,
  COALESCE(u.author_no, k.author_no, i.author_no, o.author_no), COALESCE(u.at, k.at, i.at), d.at
FROM reaction r
JOIN reaction o ON o.community_id = r.community_id AND o.channel_no = r.channel_no
  AND o.message_no = r.message_no AND o.account_no = r.account_no AND o.emoji = r.emoji
LEFT JOIN message u ON u.community_id = o.community_id AND u.channel_no = o.channel_no
  AND u.message_no = o.message_no AND u.is_unclocked = 1
LEFT JOIN message k ON k.community_id = o.community_id
  AND k.at = (o.message_no >> 22) + 1420070400000
  AND k.channel_no = o.channel_no AND k.message_no = o.message_no
LEFT JOIN album_item i ON i.community_id = o.community_id AND i.channel_no = o.channel_no
  AND i.message_no = o.message_no
LEFT JOIN deletion d ON d.community_id = o.community_id AND d.channel_no = o.channel_no
  AND d.message_no = o.message_no AND d.by_moderator = 1
WHERE r.community_id = :community AND r.at >= :start AND r.at < :stop;

-- name: day_voice(community, earliest, start, stop)
SELECT start_at, end_at, channel_no, account_no FROM voice
WHERE community_id = :community AND start_at >= :earliest AND start_at < :stop
AND end_at > :start;

-- name: day_votes(community, start, stop)
SELECT account_no FROM vote
WHERE community_id = :community AND at >= :start AND at < :stop;

-- name: day_threads(community, start, stop)
SELECT channel_no, account_no FROM thread
WHERE community_id = :community AND at >= :start AND at < :stop;
