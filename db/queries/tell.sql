-- name: told_channels(community)
SELECT c.channel_no, c.platform, c.external_id, p.external_id FROM channel c
LEFT JOIN channel p ON p.community_id = c.community_id AND p.channel_no = c.parent_no
  AND c.kind = 'thread'
WHERE c.community_id = :community;

-- name: told_accounts(community)
SELECT account_no, platform, external_id, is_bot, is_staff, is_listed, made_at, has_avatar,
  has_username
FROM account WHERE community_id = :community ORDER BY account_no;

-- name: told_sources(community)
SELECT source_no, name, spend, currency FROM source
WHERE community_id = :community ORDER BY source_no;

-- name: told_names(community)
SELECT channel_no, message_no, external_id FROM message_name WHERE community_id = :community;

-- name: told_memberships(community, account)
SELECT at, account_no, joined, how, source_no, certainty, inviter_no FROM membership
WHERE community_id = :community
AND (CAST(:account AS BIGINT) IS NULL OR account_no = CAST(:account AS BIGINT))
ORDER BY at, account_no, joined;

-- name: told_join_requests(community, account)
SELECT at, account_no, source_no FROM join_request WHERE community_id = :community
AND (CAST(:account AS BIGINT) IS NULL OR account_no = CAST(:account AS BIGINT))
ORDER BY at, account_no;

-- name: told_counts(community)
SELECT at, platform, people, chat FROM member_count WHERE community_id = :community
ORDER BY at, platform;

-- name: told_messages(community, account, start, stop)
SELECT m.at, m.channel_no, m.message_no, m.author_no, m.reply_no, m.reply_author_no, m.thread_no,
  m.length, m.flags, i.album
FROM message m
LEFT JOIN album_item i ON i.community_id = m.community_id AND i.channel_no = m.channel_no
  AND i.message_no = m.message_no
WHERE m.community_id = :community AND m.at >= :start AND m.at < :stop
AND (CAST(:account AS BIGINT) IS NULL OR m.author_no = CAST(:account AS BIGINT))
ORDER BY m.at, m.channel_no, m.message_no;

-- name: told_album_items(community, account)
-- Those that are not told as messages.
SELECT i.at, i.channel_no, i.message_no, i.author_no, i.album FROM album_item i
LEFT JOIN message u ON u.community_id = i.community_id AND u.channel_no = i.channel_no
  AND u.message_no = i.message_no AND u.is_unclocked = 1
LEFT JOIN message k ON k.community_id = i.community_id
  AND k.at = (i.message_no >> 22) + 1420070400000
  AND k.channel_no = i.channel_no AND k.message_no = i.message_no
WHERE i.community_id = :community AND u.at IS NULL AND k.at IS NULL
AND (CAST(:account AS BIGINT) IS NULL OR i.author_no = CAST(:account AS BIGINT))
ORDER BY i.at, i.channel_no, i.message_no;

-- name: told_reactions(community, account, start, stop)
SELECT at, channel_no, message_no, account_no, emoji, added, author_no FROM reaction
WHERE community_id = :community AND at >= :start AND at < :stop
AND (CAST(:account AS BIGINT) IS NULL OR account_no = CAST(:account AS BIGINT))
ORDER BY at, channel_no, message_no, account_no, emoji, added;

-- name: told_deletions(community)
SELECT channel_no, message_no, by_moderator, at FROM deletion WHERE community_id = :community
ORDER BY at, channel_no, message_no, by_moderator;

-- name: told_voice(community, account)
SELECT start_at, end_at, account_no, channel_no FROM voice WHERE community_id = :community
AND (CAST(:account AS BIGINT) IS NULL OR account_no = CAST(:account AS BIGINT))
ORDER BY start_at, account_no, channel_no, end_at;

-- name: told_votes(community, account)
SELECT at, account_no, poll FROM vote WHERE community_id = :community
AND (CAST(:account AS BIGINT) IS NULL OR account_no = CAST(:account AS BIGINT))
ORDER BY at, account_no, poll;

-- name: told_poll_closings(community)
SELECT at, poll FROM poll_closing WHERE community_id = :community ORDER BY at, poll;

-- name: told_threads(community, account)
SELECT at, channel_no, thread_no, account_no FROM thread WHERE community_id = :community
AND (CAST(:account AS BIGINT) IS NULL OR account_no = CAST(:account AS BIGINT))
ORDER BY at, channel_no, thread_no, account_no;

-- name: told_mod_actions(community, account)
SELECT at, account_no, action, channel_no FROM mod_action WHERE community_id = :community
AND (CAST(:account AS BIGINT) IS NULL OR account_no = CAST(:account AS BIGINT))
ORDER BY at, account_no, action, channel_no;

-- name: told_gaps(community)
SELECT channel_no, start_at, end_at, reason FROM gap WHERE community_id = :community
ORDER BY start_at, channel_no, end_at, reason;
