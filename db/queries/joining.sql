-- Brings rows of one community (absorbed) into another (keeper), which has met its accounts and
-- channels before. What stays behind is erased afterwards.

-- name: give_places(keeper, absorbed)!
UPDATE place SET community_id = :keeper WHERE community_id = :absorbed;

-- name: give_codes(keeper, absorbed)!
UPDATE attach_code SET community_id = :keeper WHERE community_id = :absorbed;

-- name: give_heirs(keeper, absorbed)!
UPDATE heir SET heir_id = :keeper WHERE heir_id = :absorbed;

-- name: share_beginning(keeper, absorbed)!
UPDATE community SET created_at = (
  SELECT MIN(b.created_at) FROM community b WHERE b.community_id IN (:keeper, :absorbed)
) WHERE community_id = :keeper;

-- name: kinds_of_channels(community)
SELECT c.platform, c.external_id, c.kind, p.external_id FROM channel c
LEFT JOIN channel p ON p.community_id = c.community_id AND p.channel_no = c.parent_no
WHERE c.community_id = :community ORDER BY c.channel_no;

-- name: share_exclusions(keeper, absorbed)!
UPDATE channel SET is_excluded = 1
WHERE community_id = :keeper AND is_excluded = 0 AND EXISTS (
  SELECT 1 FROM channel c WHERE c.community_id = :absorbed AND c.platform = channel.platform
  AND c.external_id = channel.external_id AND c.is_excluded = 1
);

-- name: share_first_acts(keeper, absorbed)!
UPDATE account SET acted_at = (
  SELECT a.acted_at FROM account a WHERE a.community_id = :absorbed
  AND a.platform = account.platform AND a.external_id = account.external_id
)
WHERE community_id = :keeper AND EXISTS (
  SELECT 1 FROM account a WHERE a.community_id = :absorbed
  AND a.platform = account.platform AND a.external_id = account.external_id
  AND (a.acted_at < account.acted_at OR (account.acted_at IS NULL AND a.acted_at IS NOT NULL))
);

-- name: complete_memberships(keeper, absorbed)!
-- Of a join that both know, one may know more of the way in.
UPDATE membership SET (how, source_no, certainty, inviter_no) = (
  SELECT COALESCE(membership.how, m.how), COALESCE(membership.source_no, t.source_no),
    CASE WHEN membership.source_no IS NULL AND t.source_no IS NOT NULL THEN m.certainty
      ELSE COALESCE(membership.certainty, m.certainty) END,
    COALESCE(membership.inviter_no, j.account_no)
  FROM account k
  JOIN account a ON a.community_id = :absorbed AND a.platform = k.platform
    AND a.external_id = k.external_id
  JOIN membership m ON m.community_id = a.community_id AND m.at = membership.at
    AND m.account_no = a.account_no AND m.joined = membership.joined
  LEFT JOIN source s ON s.community_id = m.community_id AND s.source_no = m.source_no
  LEFT JOIN source t ON t.community_id = k.community_id AND t.name = s.name
  LEFT JOIN account i ON i.community_id = m.community_id AND i.account_no = m.inviter_no
  LEFT JOIN account j ON j.community_id = k.community_id AND j.platform = i.platform
    AND j.external_id = i.external_id
  WHERE k.community_id = membership.community_id AND k.account_no = membership.account_no
)
WHERE community_id = :keeper AND EXISTS (
  SELECT 1 FROM account k
  JOIN account a ON a.community_id = :absorbed AND a.platform = k.platform
    AND a.external_id = k.external_id
  JOIN membership m ON m.community_id = a.community_id AND m.at = membership.at
    AND m.account_no = a.account_no AND m.joined = membership.joined
  WHERE k.community_id = membership.community_id AND k.account_no = membership.account_no
  AND ((membership.how IS NULL AND m.how IS NOT NULL)
    OR (membership.source_no IS NULL AND m.source_no IS NOT NULL)
    OR (membership.certainty IS NULL AND m.certainty IS NOT NULL)
    OR (membership.inviter_no IS NULL AND m.inviter_no IS NOT NULL))
);

-- name: links_to_give(absorbed)
SELECT a.platform, a.external_id, p.platform, p.external_id, l.linked_at FROM person_link l
JOIN account a ON a.community_id = l.community_id AND a.account_no = l.account_no
JOIN account p ON p.community_id = l.community_id AND p.account_no = l.person_no
WHERE l.community_id = :absorbed AND l.account_no <> l.person_no
ORDER BY l.linked_at, l.account_no;

-- name: give_corrections(keeper, absorbed)!
INSERT INTO correction (community_id, account_no, is_bot, is_staff, at)
SELECT k.community_id, k.account_no, c.is_bot, c.is_staff, c.at FROM correction c
JOIN account a ON a.community_id = c.community_id AND a.account_no = c.account_no
JOIN account k ON k.community_id = :keeper AND k.platform = a.platform
  AND k.external_id = a.external_id
WHERE c.community_id = :absorbed
ON CONFLICT (community_id, account_no) DO UPDATE SET
  is_bot = COALESCE(correction.is_bot, excluded.is_bot),
  is_staff = COALESCE(correction.is_staff, excluded.is_staff);

-- name: give_notes(keeper, absorbed)!
INSERT INTO note (community_id, day, note_no, words, at)
SELECT CAST(:keeper AS BIGINT), n.day, n.note_no + COALESCE((
  SELECT MAX(k.note_no) FROM note k WHERE k.community_id = :keeper AND k.day = n.day
), 0), n.words, n.at
FROM note n WHERE n.community_id = :absorbed AND NOT EXISTS (
  SELECT 1 FROM note k
  WHERE k.community_id = :keeper AND k.day = n.day AND k.words = n.words
);

-- name: give_settings(keeper, absorbed)!
INSERT INTO setting (community_id, name, value)
SELECT CAST(:keeper AS BIGINT), name, value FROM setting WHERE community_id = :absorbed
ON CONFLICT (community_id, name) DO NOTHING;

-- name: give_slots(keeper, absorbed)!
-- What was done in either is done; what may still be tried again outweighs what was let go.
INSERT INTO slot (community_id, routine, slot_key, due_at, state, reason, attempts, at)
SELECT CAST(:keeper AS BIGINT), routine, slot_key, due_at, state, reason, attempts, at
FROM slot WHERE community_id = :absorbed
ON CONFLICT (community_id, routine, slot_key) DO UPDATE SET
  due_at = excluded.due_at, state = excluded.state, reason = excluded.reason,
  attempts = excluded.attempts, at = excluded.at
WHERE slot.state <> 'done'
AND (excluded.state = 'done' OR (excluded.state = 'failed' AND slot.state <> 'failed'));

-- name: rename_greetings(keeper, absorbed, mark)!
-- Two posts of one key would be taken for one, and the later of them never said.
UPDATE greeting SET post_key = post_key || CAST(:mark AS TEXT)
WHERE community_id = :absorbed AND post_key IN (
  SELECT post_key FROM outbox WHERE community_id = :keeper
  UNION SELECT post_key FROM greeting WHERE community_id = :keeper
);

-- name: rename_alarms(keeper, absorbed, mark)!
UPDATE alarm SET alarm_key = alarm_key || CAST(:mark AS TEXT)
WHERE community_id = :absorbed AND alarm_key IN (
  SELECT post_key FROM outbox WHERE community_id = :keeper
  UNION SELECT post_key FROM greeting WHERE community_id = :keeper
);

-- name: rename_posts(keeper, absorbed, mark)!
UPDATE outbox SET post_key = post_key || CAST(:mark AS TEXT)
WHERE community_id = :absorbed AND post_key IN (
  SELECT post_key FROM outbox WHERE community_id = :keeper
  UNION SELECT post_key FROM greeting WHERE community_id = :keeper
);

-- name: give_alarms(keeper, absorbed)!
INSERT INTO alarm (community_id, alarm_name, alarm_key, due_at, attempts)
SELECT CAST(:keeper AS BIGINT), alarm_name, alarm_key, due_at, attempts
FROM alarm WHERE community_id = :absorbed
ON CONFLICT (community_id, alarm_name, alarm_key) DO NOTHING;

-- name: give_posts(keeper, absorbed)!
UPDATE outbox SET community_id = :keeper WHERE community_id = :absorbed;

-- name: give_greetings(keeper, absorbed)!
-- Whoever was greeted in either was greeted.
INSERT INTO greeting (community_id, account_no, name, post_key, at, due_at, said_at)
SELECT k.community_id, k.account_no, g.name, g.post_key, g.at, g.due_at, g.said_at FROM greeting g
JOIN account a ON a.community_id = g.community_id AND a.account_no = g.account_no
JOIN account k ON k.community_id = :keeper AND k.platform = a.platform
  AND k.external_id = a.external_id
WHERE g.community_id = :absorbed
ON CONFLICT (community_id, account_no) DO UPDATE SET
  name = excluded.name, post_key = excluded.post_key, at = excluded.at,
  due_at = excluded.due_at, said_at = excluded.said_at
WHERE greeting.said_at IS NULL AND excluded.said_at IS NOT NULL;

-- name: give_closings(keeper, absorbed)!
INSERT INTO closed_channel (community_id, platform, target, reason, at)
SELECT CAST(:keeper AS BIGINT), platform, target, reason, at
FROM closed_channel WHERE community_id = :absorbed
ON CONFLICT (community_id, platform, target) DO NOTHING;

-- name: give_links_of_sources(keeper, absorbed)!
INSERT INTO source_link (community_id, source_no, platform, chat, url, is_gated, at)
SELECT k.community_id, k.source_no, l.platform, l.chat, l.url, l.is_gated, l.at FROM source_link l
JOIN source s ON s.community_id = l.community_id AND s.source_no = l.source_no
JOIN source k ON k.community_id = :keeper AND k.name = s.name
WHERE l.community_id = :absorbed
ON CONFLICT (community_id, source_no, platform, chat, url) DO NOTHING;

-- name: give_blind_spans(keeper, absorbed)!
INSERT INTO blind_span (community_id, platform, chat, sight, start_at, end_at)
SELECT CAST(:keeper AS BIGINT), platform, chat, sight, start_at, end_at
FROM blind_span WHERE community_id = :absorbed
ON CONFLICT (community_id, platform, chat, sight, start_at) DO NOTHING;

-- Roll-ups of days that no raw event tells of any more. Of two counts of the same the greater one
-- holds: what both saw is not doubled.

-- name: share_activity(keeper, absorbed, before)!
INSERT INTO activity_day (community_id, day, channel_no, account_no, messages, votes, threads,
  voice_ms, hours, voice_hours)
SELECT k.community_id, d.day, COALESCE(q.channel_no, 0), k.account_no, d.messages, d.votes,
  d.threads, d.voice_ms, d.hours, d.voice_hours
FROM activity_day d
JOIN account a ON a.community_id = d.community_id AND a.account_no = d.account_no
JOIN account k ON k.community_id = :keeper AND k.platform = a.platform
  AND k.external_id = a.external_id
LEFT JOIN channel c ON c.community_id = d.community_id AND c.channel_no = d.channel_no
LEFT JOIN channel q ON q.community_id = :keeper AND q.platform = c.platform
  AND q.external_id = c.external_id
WHERE d.community_id = :absorbed AND d.day < :before
ON CONFLICT (community_id, day, channel_no, account_no) DO UPDATE SET
  messages = CASE WHEN activity_day.messages > excluded.messages THEN activity_day.messages
    ELSE excluded.messages END,
  votes = CASE WHEN activity_day.votes > excluded.votes THEN activity_day.votes
    ELSE excluded.votes END,
  threads = CASE WHEN activity_day.threads > excluded.threads THEN activity_day.threads
    ELSE excluded.threads END,
  voice_ms = CASE WHEN activity_day.voice_ms > excluded.voice_ms THEN activity_day.voice_ms
    ELSE excluded.voice_ms END,
  hours = activity_day.hours | excluded.hours,
  voice_hours = activity_day.voice_hours | excluded.voice_hours;

-- name: share_contacts(keeper, absorbed, before)!
INSERT INTO contact_day (community_id, day, channel_no, sender_no, receiver_no, replies, mentions,
  reactions, positive, gratitude, fast, voice_ms)
SELECT k.community_id, d.day, COALESCE(q.channel_no, 0), k.account_no, COALESCE(j.account_no, 0),
  d.replies, d.mentions, d.reactions, d.positive, d.gratitude, d.fast, d.voice_ms
FROM contact_day d
JOIN account a ON a.community_id = d.community_id AND a.account_no = d.sender_no
JOIN account k ON k.community_id = :keeper AND k.platform = a.platform
  AND k.external_id = a.external_id
LEFT JOIN account i ON i.community_id = d.community_id AND i.account_no = d.receiver_no
LEFT JOIN account j ON j.community_id = :keeper AND j.platform = i.platform
  AND j.external_id = i.external_id
LEFT JOIN channel c ON c.community_id = d.community_id AND c.channel_no = d.channel_no
LEFT JOIN channel q ON q.community_id = :keeper AND q.platform = c.platform
  AND q.external_id = c.external_id
WHERE d.community_id = :absorbed AND d.day < :before
ON CONFLICT (community_id, day, channel_no, sender_no, receiver_no) DO UPDATE SET
  replies = CASE WHEN contact_day.replies > excluded.replies THEN contact_day.replies
    ELSE excluded.replies END,
  mentions = CASE WHEN contact_day.mentions > excluded.mentions THEN contact_day.mentions
    ELSE excluded.mentions END,
  reactions = CASE WHEN contact_day.reactions > excluded.reactions THEN contact_day.reactions
    ELSE excluded.reactions END,
  positive = CASE WHEN contact_day.positive > excluded.positive THEN contact_day.positive
    ELSE excluded.positive END,
  gratitude = CASE WHEN contact_day.gratitude > excluded.gratitude THEN contact_day.gratitude
    ELSE excluded.gratitude END,
  fast = CASE WHEN contact_day.fast > excluded.fast THEN contact_day.fast
    ELSE excluded.fast END,
  voice_ms = CASE WHEN contact_day.voice_ms > excluded.voice_ms THEN contact_day.voice_ms
    ELSE excluded.voice_ms END;

-- name: share_revisions(keeper, absorbed, before)!
INSERT INTO revision (community_id, day, channel_no, revised_at)
SELECT CAST(:keeper AS BIGINT), r.day, COALESCE(q.channel_no, 0), r.revised_at FROM revision r
LEFT JOIN channel c ON c.community_id = r.community_id AND c.channel_no = r.channel_no
LEFT JOIN channel q ON q.community_id = :keeper AND q.platform = c.platform
  AND q.external_id = c.external_id
WHERE r.community_id = :absorbed AND r.day < :before
ON CONFLICT (community_id, day, channel_no) DO UPDATE SET revised_at = excluded.revised_at
WHERE excluded.revised_at > revision.revised_at;
