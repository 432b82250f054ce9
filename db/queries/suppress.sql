-- name: is_anybody_suppressed()$
SELECT 1 FROM suppression LIMIT 1;

-- name: some_suppressed(most)
SELECT hmac, kind FROM suppression LIMIT :most;

-- name: suppressed(own, everywhere)
SELECT hmac, kind FROM suppression WHERE hmac IN (:own, :everywhere);

-- name: returned(kind)
SELECT hmac, at FROM suppression WHERE kind = :kind;

-- name: lift(hmac)*!
DELETE FROM suppression WHERE hmac = :hmac;

-- name: scopes()
-- Every community that anybody may have opted out of, those that are part of another now too.
SELECT community_id FROM community UNION SELECT community_id FROM heir;

-- name: inherited(community)
SELECT community_id FROM heir WHERE heir_id = :community ORDER BY community_id;
