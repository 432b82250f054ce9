-- name: source_links(community)
SELECT s.name, l.platform, l.chat, l.url, l.is_gated FROM source_link l
JOIN source s ON s.community_id = l.community_id AND s.source_no = l.source_no
WHERE l.community_id = :community ORDER BY l.at, l.url;

-- name: source_joins(community, since)
-- One step through the memberships, bots left out.
SELECT m.source_no, m.certainty, COUNT(*), SUM(CASE WHEN m.at >= :since THEN 1 ELSE 0 END)
FROM membership m
WHERE m.community_id = :community AND m.joined = 1 AND m.account_no NOT IN (
  SELECT a.account_no FROM account a
  LEFT JOIN correction k ON k.community_id = a.community_id AND k.account_no = a.account_no
  WHERE a.community_id = :community AND COALESCE(k.is_bot, a.is_bot, 0) = 1
)
GROUP BY m.source_no, m.certainty;

-- name: source_requests(community)
-- How many people asked to be let in, and how many of them have not come in since.
SELECT r.source_no, COUNT(*), SUM(CASE WHEN j.at >= r.at THEN 0 ELSE 1 END)
FROM (
  SELECT source_no, account_no, MAX(at) AS at FROM join_request
  WHERE community_id = :community GROUP BY source_no, account_no
) r
LEFT JOIN (
  SELECT account_no, MAX(at) AS at FROM membership
  WHERE community_id = :community AND joined = 1
  AND at >= (SELECT MIN(at) FROM join_request WHERE community_id = :community)
  AND account_no IN (SELECT account_no FROM join_request WHERE community_id = :community)
  GROUP BY account_no
) j ON j.account_no = r.account_no
GROUP BY r.source_no;

-- name: joins_were_missed(community, since)$
-- Whether who came in went unseen for a while after an instant; channel 0 stands for all of them.
SELECT COUNT(*) FROM (
  SELECT end_at FROM gap WHERE community_id = :community AND channel_no = 0
  UNION ALL
  SELECT end_at FROM blind_span WHERE community_id = :community AND sight = 'joins'
) missed
WHERE end_at > :since;
