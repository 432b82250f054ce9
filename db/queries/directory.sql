-- name: communities()
SELECT community_id, name, timezone, language FROM community ORDER BY community_id;

-- name: next_community()$
-- The number of one that became part of another is never given again.
SELECT COALESCE(MAX(community_id), 0) + 1 FROM (
  SELECT community_id FROM community UNION ALL SELECT community_id FROM heir
) AS given;

-- name: places(community)
SELECT platform, external_id, kind, name FROM place
WHERE community_id = :community ORDER BY platform, external_id;

-- name: platforms(community)
SELECT platform FROM place WHERE community_id = :community
UNION SELECT platform FROM channel WHERE community_id = :community
UNION SELECT platform FROM account WHERE community_id = :community
ORDER BY platform;

-- name: place_owner(platform, external_id)$
SELECT community_id FROM place WHERE platform = :platform AND external_id = :external_id;

-- name: numbered_accounts(community)
SELECT platform, external_id, account_no, acted_at FROM account WHERE community_id = :community;

-- name: numbered_channels(community)
SELECT platform, external_id, channel_no FROM channel WHERE community_id = :community;

-- name: numbered_sources(community)
SELECT name, source_no FROM source WHERE community_id = :community;

-- name: set_acted_at(community, account, at)*!
UPDATE account SET acted_at = :at WHERE community_id = :community AND account_no = :account
AND (acted_at IS NULL OR acted_at > :at);

-- name: account_marks(community, account)^
SELECT is_bot, is_staff, is_listed, made_at, has_avatar, has_username FROM account
WHERE community_id = :community AND account_no = :account;

-- name: mark_account(community, account, is_bot, is_staff, is_listed, made_at, has_avatar, has_username)!
UPDATE account SET is_bot = :is_bot, is_staff = :is_staff, is_listed = :is_listed,
  made_at = :made_at, has_avatar = :has_avatar, has_username = :has_username
WHERE community_id = :community AND account_no = :account;

-- name: describe_channel(community, channel, kind, parent)!
UPDATE channel SET kind = COALESCE(:kind, kind), parent_no = COALESCE(:parent, parent_no)
WHERE community_id = :community AND channel_no = :channel;

-- name: source_cost(community, source)^
SELECT spend, currency FROM source WHERE community_id = :community AND source_no = :source;

-- name: set_source_cost(community, source, spend, currency)!
UPDATE source SET spend = :spend, currency = :currency
WHERE community_id = :community AND source_no = :source;

-- name: link_account(community, account, person, at)!
INSERT INTO person_link (community_id, account_no, person_no, linked_at)
VALUES (:community, :account, :person, :at)
ON CONFLICT (community_id, account_no) DO UPDATE SET person_no = excluded.person_no;

-- name: relink_person(community, person, new_person)!
UPDATE person_link SET person_no = :new_person
WHERE community_id = :community AND person_no = :person;

-- name: unlink_account(community, account)!
DELETE FROM person_link WHERE community_id = :community AND account_no = :account;

-- name: links(community)
SELECT account_no, person_no FROM person_link WHERE community_id = :community;
