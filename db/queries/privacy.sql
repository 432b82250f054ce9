-- name: linked_accounts(community, platform, external_id)
SELECT DISTINCT o.platform, o.external_id FROM account a
JOIN person_link l ON l.community_id = a.community_id AND l.account_no = a.account_no
JOIN person_link k ON k.community_id = l.community_id AND k.person_no = l.person_no
JOIN account o ON o.community_id = k.community_id AND o.account_no = k.account_no
WHERE a.platform = :platform AND a.external_id = :external_id
AND (CAST(:community AS BIGINT) IS NULL OR a.community_id = CAST(:community AS BIGINT))
ORDER BY o.platform, o.external_id;

-- name: drop_user_setting(platform, external_id)!
DELETE FROM user_setting WHERE platform = :platform AND external_id = :external_id;

-- name: own_correction(community, account)^
SELECT is_bot, is_staff, at FROM correction
WHERE community_id = :community AND account_no = :account;

-- name: own_greeting(community, account)^
SELECT name, at FROM greeting WHERE community_id = :community AND account_no = :account;

-- name: own_days(community, account)
SELECT day, channel_no, messages, votes, threads, voice_ms, hours, voice_hours FROM activity_day
WHERE community_id = :community AND account_no = :account ORDER BY day, channel_no;

-- name: own_contacts(community, account)
-- How often, never with whom: the others' side is theirs.
SELECT day, channel_no, CASE WHEN sender_no = :account THEN 'given' ELSE 'received' END AS side,
  CAST(SUM(replies) AS BIGINT), CAST(SUM(mentions) AS BIGINT), CAST(SUM(reactions) AS BIGINT),
  CAST(SUM(positive) AS BIGINT), CAST(SUM(gratitude) AS BIGINT), CAST(SUM(fast) AS BIGINT),
  CAST(SUM(voice_ms) AS BIGINT)
FROM contact_day WHERE community_id = :community
AND (sender_no = :account OR receiver_no = :account)
GROUP BY day, channel_no, side ORDER BY day, channel_no, side;
