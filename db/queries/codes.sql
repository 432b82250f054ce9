-- name: drop_codes(now)!
DELETE FROM attach_code WHERE expires_at <= :now;

-- name: take_code(mark)$
DELETE FROM attach_code WHERE hmac = :mark RETURNING community_id;
