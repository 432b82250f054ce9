-- name: ledger_blind_spans(community, instant)
-- What was hidden before the instant, as far as it was known then.
SELECT sight, start_at, CASE WHEN end_at < :instant THEN end_at ELSE CAST(:instant AS BIGINT) END
FROM blind_span WHERE community_id = :community AND start_at < :instant
ORDER BY start_at, platform, chat, sight;

-- name: hidden_now(community)
SELECT b.platform, b.chat, p.name, b.sight FROM blind_span b
LEFT JOIN place p ON p.platform = b.platform AND p.external_id = b.chat
WHERE b.community_id = :community AND b.end_at IS NULL
ORDER BY b.platform, b.chat, b.sight;

-- name: end_blind_spans(platform, external_id, at)!
UPDATE blind_span SET end_at = :at
WHERE platform = :platform AND chat = :external_id AND end_at IS NULL;
