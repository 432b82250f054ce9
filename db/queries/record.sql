-- name: awaited(community)
SELECT channel_no, message_no, day FROM awaited WHERE community_id = :community;

-- name: located_message(community, channel, message)$
SELECT at FROM message
WHERE community_id = :community AND channel_no = :channel AND message_no = :message
AND is_unclocked = 1;

-- name: clocked_message(community, at, channel, message)$
SELECT at FROM message
WHERE community_id = :community AND at = :at AND channel_no = :channel AND message_no = :message;

-- name: reactions_to(community, channel, message)
SELECT DISTINCT at FROM reaction
WHERE community_id = :community AND channel_no = :channel AND message_no = :message;

-- name: hasten_deletion(community, channel, message, by_moderator, at)!
UPDATE deletion SET at = :at
WHERE community_id = :community AND channel_no = :channel AND message_no = :message
AND by_moderator = :by_moderator AND at > :at;
