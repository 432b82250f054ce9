-- name: newcomer_number(community, platform, external_id)$
SELECT account_no FROM account
WHERE community_id = :community AND platform = :platform AND external_id = :external_id;

-- name: open_greeting(community)^
SELECT post_key, due_at FROM greeting WHERE community_id = :community AND said_at IS NULL
ORDER BY due_at DESC LIMIT 1;

-- name: greetings_said(community, most)
SELECT DISTINCT said_at FROM greeting WHERE community_id = :community AND said_at IS NOT NULL
ORDER BY said_at DESC LIMIT :most;

-- name: newcomer(community, account)^
SELECT name, post_key, at, said_at FROM greeting
WHERE community_id = :community AND account_no = :account;

-- name: newcomers_named(community, post_key)
SELECT name FROM greeting
WHERE community_id = :community AND post_key = :post_key AND name <> '' ORDER BY at, account_no;

-- name: drop_strangers(community, post_key, oldest)!
-- Of those who wait for a greeting, who has left again, is a bot, or came too long ago.
DELETE FROM greeting
WHERE community_id = :community AND post_key = :post_key AND said_at IS NULL AND (
  at < :oldest
  OR EXISTS (
    SELECT 1 FROM membership m WHERE m.community_id = greeting.community_id
    AND m.account_no = greeting.account_no AND m.joined = 0 AND m.at >= greeting.at
  )
  OR EXISTS (
    SELECT 1 FROM account a LEFT JOIN correction c
    ON c.community_id = a.community_id AND c.account_no = a.account_no
    WHERE a.community_id = greeting.community_id AND a.account_no = greeting.account_no
    AND COALESCE(c.is_bot, a.is_bot, 0) = 1
  )
);

-- name: mark_said(community, post_key, now)!
UPDATE greeting SET said_at = :now
WHERE community_id = :community AND post_key = :post_key AND said_at IS NULL;

-- name: unname_newcomer(community, account)!
UPDATE greeting SET name = '' WHERE community_id = :community AND account_no = :account;

-- name: drop_newcomer(community, account)!
DELETE FROM greeting WHERE community_id = :community AND account_no = :account;

-- name: drop_unsaid(community, post_key)!
DELETE FROM greeting
WHERE community_id = :community AND post_key = :post_key AND said_at IS NULL;

-- name: drop_greeted(community, before)
DELETE FROM greeting
WHERE community_id = :community AND COALESCE(said_at, due_at) <= :before
RETURNING post_key;
