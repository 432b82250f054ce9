-- name: ledger_accounts(community, instant)
-- What moderators corrected outweighs what the platform says.
SELECT a.account_no, a.platform, a.external_id, COALESCE(k.is_bot, a.is_bot, 0),
  COALESCE(k.is_staff, a.is_staff, 0), a.is_listed,
  CASE WHEN a.acted_at < :instant THEN a.acted_at END
FROM account a
LEFT JOIN correction k ON k.community_id = a.community_id AND k.account_no = a.account_no
WHERE a.community_id = :community ORDER BY a.account_no;

-- name: ledger_memberships(community, instant)
SELECT at, account_no, joined, how, source_no FROM membership
WHERE community_id = :community AND at < :instant ORDER BY at, account_no, joined;

-- name: ledger_activity(community, first_day, today)
SELECT a.day, a.channel_no, a.account_no, a.messages, a.votes, a.threads, a.voice_ms, a.hours,
  a.voice_hours
FROM activity_day a
WHERE a.community_id = :community AND a.day >= :first_day AND a.day < :today
ORDER BY a.day, a.channel_no, a.account_no;

-- name: ledger_contacts(community, first_day, today)
SELECT c.day, c.channel_no, c.sender_no, c.receiver_no, c.replies, c.mentions, c.reactions,
  c.positive, c.gratitude, c.fast, c.voice_ms
FROM contact_day c
WHERE c.community_id = :community AND c.day >= :first_day AND c.day < :today
ORDER BY c.day, c.channel_no, c.sender_no, c.receiver_no;

-- name: first_spoken(community, first_day, today)
-- For every account active in the span, the first day before it on which it wrote. The plus
-- keeps planners from walking a whole index for the sake of its order.
SELECT a.account_no, (
  SELECT b.day FROM activity_day b
  WHERE b.community_id = :community AND b.account_no = a.account_no AND b.day < :first_day
  AND b.messages > 0 AND NOT EXISTS (
    SELECT 1 FROM channel c WHERE c.community_id = b.community_id
    AND c.channel_no = b.channel_no AND c.is_excluded = 1
  )
  ORDER BY b.day LIMIT 1
)
FROM (
  SELECT DISTINCT +account_no AS account_no FROM activity_day
  WHERE community_id = :community AND day >= :first_day AND day < :today
) a;

-- name: spoken_before(community, account, day)
SELECT day, channel_no FROM activity_day
WHERE community_id = :community AND account_no = :account AND day < :day AND messages > 0
ORDER BY day;

-- name: voice_contacts_before(community, account, day)
-- Their voice alone, which the index holds.
SELECT day, channel_no, sender_no, receiver_no, 0, 0, 0, 0, 0, 0, voice_ms
FROM contact_day
WHERE community_id = :community AND sender_no = :account AND day < :day AND voice_ms > 0;

-- name: has_voice(community)$
SELECT COUNT(*) FROM (SELECT 1 FROM voice WHERE community_id = :community LIMIT 1) AS found;

-- name: ledger_gaps(community, instant)
SELECT channel_no, start_at, end_at FROM gap
WHERE community_id = :community AND start_at < :instant ORDER BY start_at, channel_no, end_at;

-- name: head_counts(community, instant)
-- A chat that went on under another id is that other one.
SELECT m.platform, COALESCE(p.moved_to, m.chat), m.at, m.people FROM member_count m
LEFT JOIN place p ON p.platform = m.platform AND p.external_id = m.chat
WHERE m.community_id = :community AND m.at < :instant ORDER BY m.at;

-- name: excluded_channels(community)
SELECT channel_no FROM channel WHERE community_id = :community AND is_excluded = 1;

-- name: span_messages(community, start, stop, instant)
-- Whoever answers a message of an album answers the album's post.
SELECT m.at, m.channel_no, COALESCE(m.thread_no, 0), m.message_no, n.external_id, m.author_no,
  m.flags, CASE WHEN i.album IS NULL THEN m.reply_no ELSE (
    SELECT MIN(o.message_no) FROM album_item o WHERE o.community_id = i.community_id
    AND o.channel_no = i.channel_no AND o.album = i.album
  ) END, m.reply_author_no, COALESCE(u.author_no, k.author_no, i.author_no),
  COALESCE(u.at, k.at, i.at), CASE WHEN r.at < :instant THEN 1 ELSE 0 END
FROM message m
LEFT JOIN message_name n ON n.community_id = m.community_id AND n.channel_no = m.channel_no
  AND n.message_no = m.message_no
LEFT JOIN message u ON u.community_id = m.community_id AND u.channel_no = m.channel_no
  AND u.message_no = m.reply_no AND u.is_unclocked = 1
LEFT JOIN message k ON k.community_id = m.community_id
  AND k.at = (m.reply_no >> 22) + 1420070400000
  AND k.channel_no = m.channel_no AND k.message_no = m.reply_no
LEFT JOIN album_item i ON i.community_id = m.community_id AND i.channel_no = m.channel_no
  AND i.message_no = m.reply_no
LEFT JOIN deletion d ON d.community_id = m.community_id AND d.channel_no = m.channel_no
  AND d.message_no = m.message_no AND d.by_moderator = 1
LEFT JOIN deletion r ON r.community_id = m.community_id AND r.channel_no = m.channel_no
  AND r.message_no = m.reply_no AND r.by_moderator = 1
WHERE m.community_id = :community AND m.at >= :start AND m.at < :stop
AND (d.at IS NULL OR d.at >= :instant)
ORDER BY m.at, m.channel_no, m.message_no;

-- name: late_targets(community, start, stop, reach)
-- The messages that were answered, in the span, by explicit replies later than the reach.
SELECT DISTINCT m.channel_no, CASE WHEN i.album IS NULL THEN m.reply_no ELSE (
  SELECT MIN(o.message_no) FROM album_item o WHERE o.community_id = i.community_id
  AND o.channel_no = i.channel_no AND o.album = i.album
) END FROM message m
LEFT JOIN message u ON u.community_id = m.community_id AND u.channel_no = m.channel_no
  AND u.message_no = m.reply_no AND u.is_unclocked = 1
LEFT JOIN message k ON k.community_id = m.community_id
  AND k.at = (m.reply_no >> 22) + 1420070400000
  AND k.channel_no = m.channel_no AND k.message_no = m.reply_no
LEFT JOIN album_item i ON i.community_id = m.community_id AND i.channel_no = m.channel_no
  AND i.message_no = m.reply_no
WHERE m.community_id = :community AND m.at >= :start AND m.at < :stop
AND COALESCE(u.at, k.at, i.at) < m.at - CAST(:reach AS BIGINT);

-- name: span_mentions(community, start, stop)
SELECT channel_no, message_no, account_no FROM mention
WHERE community_id = :community AND at >= :start AND at < :stop
ORDER BY at, channel_no, message_no, place;

-- name: message_reactions(community, channel, message, instant)
-- On the message and on all of its album. The plus keeps planners from looking for the instant
-- instead of the message.
SELECT at, account_no, emoji, added, message_no FROM reaction
WHERE community_id = :community AND channel_no = :channel AND message_no IN (
  SELECT CAST(:message AS BIGINT)
  UNION ALL
  SELECT o.message_no FROM album_item i JOIN album_item o ON o.community_id = i.community_id
    AND o.channel_no = i.channel_no AND o.album = i.album
  WHERE i.community_id = :community AND i.channel_no = :channel AND i.message_no = :message
)
AND +at < :instant;

-- name: event_span(community)^
-- Subqueries, so that each bound is one step down an index.
SELECT MIN(first_at), MAX(last_at) FROM (
  SELECT (SELECT MIN(at) FROM message WHERE community_id = :community) AS first_at,
    (SELECT MAX(at) FROM message WHERE community_id = :community) AS last_at
  UNION ALL
  SELECT (SELECT MIN(at) FROM reaction WHERE community_id = :community),
    (SELECT MAX(at) FROM reaction WHERE community_id = :community)
  UNION ALL
  SELECT (SELECT MIN(at) FROM membership WHERE community_id = :community),
    (SELECT MAX(at) FROM membership WHERE community_id = :community)
  UNION ALL
  SELECT (SELECT MIN(at) FROM vote WHERE community_id = :community),
    (SELECT MAX(at) FROM vote WHERE community_id = :community)
  UNION ALL
  SELECT (SELECT MIN(start_at) FROM voice WHERE community_id = :community),
    (SELECT MAX(end_at) FROM voice WHERE community_id = :community AND start_at >= (
      SELECT MAX(start_at) - 86400000 FROM voice WHERE community_id = :community
    ))
) AS spans;

-- name: count_channels(community)$
SELECT COUNT(*) FROM channel WHERE community_id = :community;
