-- name: last_part(community, key)$
SELECT MAX(part) FROM outbox WHERE community_id = :community AND post_key = :key;

-- name: words_from(community, key, part, op_no)
-- Nothing where a later change of the message waits, which says it all.
SELECT o.part, o.body FROM outbox AS o
WHERE o.community_id = :community AND o.post_key = :key AND o.body IS NOT NULL
AND (o.part = :part AND o.op_no = :op_no
  OR o.part > :part AND o.state = 'pending' AND (o.op = 'edit' OR o.tried_at IS NULL))
AND NOT EXISTS (
  SELECT 1 FROM outbox AS later
  WHERE later.community_id = o.community_id AND later.post_key = o.post_key
  AND later.part = :part AND later.op_no > :op_no AND later.state = 'pending')
ORDER BY o.part, o.op_no;
