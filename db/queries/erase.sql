-- name: soil_days_of_account(community, account)!
-- Marks every day whose roll-up the account has a share in.
INSERT INTO dirty_day (community_id, day, channel_no)
SELECT community_id, day, channel_no FROM activity_day
WHERE community_id = :community AND account_no = :account
UNION
SELECT community_id, day, channel_no FROM contact_day
WHERE community_id = :community AND (sender_no = :account OR receiver_no = :account)
ON CONFLICT DO NOTHING;

-- name: traces_of_account(community, account)
-- What was taken back again left no share in a roll-up, and yet a revision of it.
SELECT at, channel_no FROM message WHERE community_id = :community AND author_no = :account
UNION
SELECT at, channel_no FROM reaction
WHERE community_id = :community AND (account_no = :account OR author_no = :account)
UNION
SELECT r.at, r.channel_no FROM message m JOIN reaction r
ON r.community_id = m.community_id AND r.channel_no = m.channel_no AND r.message_no = m.message_no
WHERE m.community_id = :community AND m.author_no = :account
UNION
SELECT r.at, r.channel_no FROM album_item i JOIN reaction r
ON r.community_id = i.community_id AND r.channel_no = i.channel_no AND r.message_no = i.message_no
WHERE i.community_id = :community AND i.author_no = :account;

-- name: drop_mentions_by(community, account)!
DELETE FROM mention WHERE community_id = :community AND EXISTS (
  SELECT 1 FROM message m WHERE m.community_id = mention.community_id AND m.at = mention.at
  AND m.channel_no = mention.channel_no AND m.message_no = mention.message_no
  AND m.author_no = :account
);

-- name: drop_unused_names(community)!
DELETE FROM message_name WHERE community_id = :community AND (channel_no, message_no) NOT IN (
  SELECT channel_no, message_no FROM message WHERE community_id = :community
  UNION SELECT channel_no, reply_no FROM message
  WHERE community_id = :community AND reply_no IS NOT NULL
  UNION SELECT channel_no, message_no FROM reaction WHERE community_id = :community
  UNION SELECT channel_no, message_no FROM deletion WHERE community_id = :community
  UNION SELECT channel_no, message_no FROM album_item WHERE community_id = :community
);

-- name: set_raw_from_day(community, day)!
UPDATE community SET raw_from_day = :day
WHERE community_id = :community AND (raw_from_day IS NULL OR raw_from_day < :day);

-- name: drop_awaited_before(community, day)!
DELETE FROM awaited WHERE community_id = :community AND day < :day;

-- name: find_accounts(platform, external_id)
SELECT a.community_id, a.account_no, c.timezone FROM account a
JOIN community c ON c.community_id = a.community_id
WHERE a.platform = :platform AND a.external_id = :external_id
ORDER BY a.community_id;

-- name: keep_reply_authors(community, before)!
-- What a message that is about to go says of a later one is written down there.
UPDATE message SET reply_author_no = COALESCE((
  SELECT t.author_no FROM message t WHERE t.community_id = message.community_id
  AND t.channel_no = message.channel_no AND t.message_no = message.reply_no
  AND t.is_unclocked = 1 AND t.at < :before
), (
  SELECT t.author_no FROM message t WHERE t.community_id = message.community_id
  AND t.at = (message.reply_no >> 22) + 1420070400000 AND t.at < :before
  AND t.channel_no = message.channel_no AND t.message_no = message.reply_no
), (
  SELECT i.author_no FROM album_item i WHERE i.community_id = message.community_id
  AND i.channel_no = message.channel_no AND i.message_no = message.reply_no AND i.at < :before
), reply_author_no)
WHERE community_id = :community AND at >= :before AND reply_no IS NOT NULL;

-- name: keep_reaction_authors(community, before)!
UPDATE reaction SET author_no = COALESCE((
  SELECT t.author_no FROM message t WHERE t.community_id = reaction.community_id
  AND t.channel_no = reaction.channel_no AND t.message_no = reaction.message_no
  AND t.is_unclocked = 1 AND t.at < :before
), (
  SELECT t.author_no FROM message t WHERE t.community_id = reaction.community_id
  AND t.at = (reaction.message_no >> 22) + 1420070400000 AND t.at < :before
  AND t.channel_no = reaction.channel_no AND t.message_no = reaction.message_no
), (
  SELECT i.author_no FROM album_item i WHERE i.community_id = reaction.community_id
  AND i.channel_no = reaction.channel_no AND i.message_no = reaction.message_no AND i.at < :before
), author_no)
WHERE community_id = :community AND at >= :before;
