-- name: suppressed()
SELECT hmac FROM suppression;
