-- name: next_posts()
-- What stands behind a post in its channel has to wait for it, and is not even read.
SELECT o.community_id, o.post_key, o.part, o.op_no, o.op, o.platform, o.target, o.state,
  o.lease_until, o.fence, o.attempts, o.not_before, o.not_after, o.tried_at, o.at,
  s.state, s.sent_id
FROM outbox AS o LEFT JOIN outbox AS s
  ON s.community_id = o.community_id AND s.post_key = o.post_key AND s.part = o.part AND s.op_no = 0
WHERE o.state IN ('pending', 'sending')
AND NOT EXISTS (
  SELECT 1 FROM outbox AS f
  WHERE f.platform = o.platform AND f.target = o.target
  AND f.state IN ('pending', 'sending') AND f.op = 'send'
  AND (f.at, f.post_key, f.op_no, f.part) < (o.at, o.post_key, o.op_no, o.part))
ORDER BY o.at, o.post_key, o.op_no, o.part;

-- name: open_rests()
SELECT platform, chat, until_at FROM outbox_rest;

-- name: rest_until(platform, chat, until_at)!
INSERT INTO outbox_rest (platform, chat, until_at) VALUES (:platform, :chat, :until_at)
ON CONFLICT (platform, chat) DO UPDATE SET until_at = excluded.until_at
WHERE outbox_rest.until_at < excluded.until_at;

-- name: end_rests(now)!
DELETE FROM outbox_rest WHERE until_at <= :now;

-- name: parts_of_post(community, key)
SELECT o.part, o.platform, o.target, o.nonce, o.state, o.tried_at FROM outbox AS o
WHERE o.community_id = :community AND o.post_key = :key AND o.op_no = 0
AND NOT EXISTS (
  SELECT 1 FROM outbox AS d
  WHERE d.community_id = o.community_id AND d.post_key = o.post_key AND d.part = o.part
  AND d.op = 'delete')
ORDER BY o.part;

-- name: next_operation(community, key)$
SELECT MAX(op_no) + 1 FROM outbox WHERE community_id = :community AND post_key = :key;

-- name: rewrite_unsaid(community, key, part, body)$
UPDATE outbox SET body = :body
WHERE community_id = :community AND post_key = :key AND part = :part AND op_no = 0
AND state = 'pending' AND tried_at IS NULL
RETURNING part;

-- name: take_back_unsaid(community, key, part, reason)$
UPDATE outbox SET state = 'dead', body = NULL, error = :reason
WHERE community_id = :community AND post_key = :key AND part = :part AND op_no = 0
AND state = 'pending' AND tried_at IS NULL
RETURNING part;

-- name: overtake_changes(community, key, part, reason)!
UPDATE outbox SET state = 'dead', body = NULL, error = :reason
WHERE community_id = :community AND post_key = :key AND part = :part AND op = 'edit'
AND state = 'pending';

-- name: overtake_change(community, key, part, op_no, reason)!
UPDATE outbox SET state = 'dead', body = NULL, error = :reason
WHERE community_id = :community AND post_key = :key AND part = :part AND op_no = :op_no
AND op = 'edit' AND state = 'pending'
AND EXISTS (
  SELECT 1 FROM outbox AS later
  WHERE later.community_id = :community AND later.post_key = :key AND later.part = :part
  AND later.op_no > :op_no AND later.state IN ('pending', 'sending', 'sent'));

-- name: expire_posts(now)
UPDATE outbox SET state = 'expired', body = NULL
WHERE state IN ('pending', 'sending') AND state = 'pending' AND op = 'send'
AND not_after <= :now AND tried_at IS NULL
RETURNING community_id, post_key, part, platform;

-- name: claim_post(community, key, part, op_no, fence, lessee, lease_until, now)^
UPDATE outbox SET state = 'sending', lessee = :lessee, lease_until = :lease_until,
  fence = fence + 1, attempts = attempts + 1, tried_at = COALESCE(tried_at, :now)
WHERE community_id = :community AND post_key = :key AND part = :part AND op_no = :op_no
AND fence = :fence AND state IN ('pending', 'sending')
RETURNING body, nonce;

-- name: settle_post(community, key, part, op_no, fence, state, not_before, tried_at, sent_id, keeps, error)$
UPDATE outbox SET state = :state, lessee = NULL, lease_until = NULL, not_before = :not_before,
  tried_at = :tried_at, sent_id = :sent_id, error = :error,
  body = CASE WHEN CAST(:keeps AS BIGINT) = 1 THEN body END
WHERE community_id = :community AND post_key = :key AND part = :part AND op_no = :op_no
AND fence = :fence AND state = 'sending'
RETURNING part;

-- name: settle_late(community, key, part, sent_id)$
UPDATE outbox SET state = 'sent', lessee = NULL, lease_until = NULL, sent_id = :sent_id,
  body = NULL, error = NULL
WHERE community_id = :community AND post_key = :key AND part = :part AND op_no = 0
AND (state = 'unknown' OR (state = 'pending' AND tried_at IS NOT NULL)
  OR (state = 'sent' AND sent_id IS NULL))
RETURNING part;

-- name: other_doubts(community, key, part)$
SELECT COUNT(*) FROM outbox
WHERE community_id = :community AND post_key = :key AND part <> :part AND state = 'unknown';

-- name: bury_posts(community, platform, target, reason)
UPDATE outbox SET state = 'dead', body = NULL, error = :reason
WHERE community_id = :community AND platform = :platform AND target = :target
AND state = 'pending'
RETURNING part;

-- name: move_posts(community, platform, target, new_target)!
-- Changes stay: under the new id, the message of a number may be somebody else's.
UPDATE outbox SET target = :new_target
WHERE community_id = :community AND platform = :platform AND target = :target
AND op = 'send' AND state IN ('pending', 'sending', 'unknown');

-- name: move_settings(community, old, new)!
UPDATE setting SET value = :new
WHERE community_id = :community AND name IN ('main', 'moderators') AND value = :old;

-- name: closing_of(community, platform, target)$
SELECT reason FROM closed_channel
WHERE community_id = :community AND platform = :platform AND target = :target;

-- name: reopen_channel(community, platform, target)$
DELETE FROM closed_channel
WHERE community_id = :community AND platform = :platform AND target = :target
RETURNING target;

-- name: try_anew(community, key)
UPDATE outbox SET state = 'pending', tried_at = NULL, not_before = at, not_after = NULL,
  attempts = 0, error = NULL
WHERE community_id = :community AND post_key = :key AND state = 'unknown'
RETURNING part;

-- name: believe_sent(community, key)
UPDATE outbox SET state = 'sent', body = NULL, error = NULL
WHERE community_id = :community AND post_key = :key AND state = 'unknown'
RETURNING part;

-- name: count_posts(community, withdrawn)
SELECT state, COUNT(DISTINCT post_key) FROM outbox
WHERE community_id = :community AND (error IS NULL OR error <> :withdrawn)
GROUP BY state;

-- name: doubtful_posts(community)
SELECT post_key, platform, MIN(at) FROM outbox
WHERE community_id = :community AND state = 'unknown'
GROUP BY post_key, platform ORDER BY MIN(at), post_key;

-- name: bury_doubtful_posts(community, before, reason)!
UPDATE outbox SET state = 'dead', body = NULL, error = :reason
WHERE community_id = :community AND state = 'unknown' AND tried_at < :before;

-- name: bury_stale_posts(community, before, now, reason)!
-- What somebody is sending at the moment is theirs; deletions hold no words and still take some away.
UPDATE outbox SET state = 'dead', body = NULL, lessee = NULL, lease_until = NULL, error = :reason
WHERE community_id = :community AND state IN ('pending', 'sending') AND op <> 'delete'
AND COALESCE(not_after, at) < :before AND COALESCE(lease_until, 0) < :now;

-- name: drop_posts(community, before)!
-- What is changed time and again is remembered as long as it is, without the changes themselves.
DELETE FROM outbox
WHERE community_id = :community AND at < :before
AND (state IN ('sent', 'dead', 'expired') OR op = 'delete')
AND (op = 'edit' OR NOT EXISTS (
  SELECT 1 FROM outbox AS later
  WHERE later.community_id = outbox.community_id AND later.post_key = outbox.post_key
  AND later.at >= :before));

-- name: blank_post(community, key, reason)*!
UPDATE outbox SET body = NULL,
  state = CASE WHEN state = 'sending' THEN state ELSE 'dead' END,
  error = :reason
WHERE community_id = :community AND post_key = :key AND op <> 'delete'
AND state IN ('pending', 'sending', 'unknown');
