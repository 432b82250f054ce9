-- name: album_spans(community)
-- Subqueries, so that each bound is one step down the index.
SELECT * FROM (
  SELECT c.channel_no, (
    SELECT MIN(i.message_no) FROM album_item i
    WHERE i.community_id = c.community_id AND i.channel_no = c.channel_no
  ) AS lowest, (
    SELECT MAX(i.message_no) FROM album_item i
    WHERE i.community_id = c.community_id AND i.channel_no = c.channel_no
  ) AS highest
  FROM channel c WHERE c.community_id = :community
) AS spans WHERE lowest IS NOT NULL;

-- name: higher_items(community, channel, first, last)
-- The messages of albums that have one of a lower number, among those of a span of numbers.
SELECT i.message_no FROM album_item i
WHERE i.community_id = :community AND i.channel_no = :channel
AND i.message_no >= :first AND i.message_no <= :last
AND EXISTS (
  SELECT 1 FROM album_item o WHERE o.community_id = i.community_id
  AND o.channel_no = i.channel_no AND o.album = i.album AND o.message_no < i.message_no
);

-- name: lowest_of_album(community, channel, album)$
SELECT MIN(message_no) FROM album_item
WHERE community_id = :community AND channel_no = :channel AND album = :album;

-- name: stored_of_album(community, channel, album, above)
-- What is stored as a message, of an album's messages above a number.
SELECT m.at, m.message_no, m.reply_no FROM album_item i
JOIN message m ON m.community_id = i.community_id AND m.channel_no = i.channel_no
  AND m.message_no = i.message_no AND m.is_unclocked = 1
WHERE i.community_id = :community AND i.channel_no = :channel AND i.album = :album
AND i.message_no > :above
UNION
SELECT m.at, m.message_no, m.reply_no FROM album_item i
JOIN message m ON m.community_id = i.community_id
  AND m.at = (i.message_no >> 22) + 1420070400000
  AND m.channel_no = i.channel_no AND m.message_no = i.message_no
WHERE i.community_id = :community AND i.channel_no = :channel AND i.album = :album
AND i.message_no > :above;

-- name: drop_message(community, at, channel, message)*!
DELETE FROM message WHERE community_id = :community AND at = :at
AND channel_no = :channel AND message_no = :message;

-- name: drop_mentions_in(community, at, channel, message)*!
DELETE FROM mention WHERE community_id = :community AND at = :at
AND channel_no = :channel AND message_no = :message;
