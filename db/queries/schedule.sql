-- name: community_beginnings()
SELECT community_id, created_at FROM community;

-- name: all_settings()
SELECT community_id, name, value FROM setting;

-- name: slot_standing(community, routine, slot)^
SELECT state, attempts, at FROM slot
WHERE community_id = :community AND routine = :routine AND slot_key = :slot;

-- name: last_slot_due(community, routine)$
SELECT MAX(due_at) FROM slot WHERE community_id = :community AND routine = :routine;

-- name: take_up_failure(community, routine, slot, attempts)!
DELETE FROM slot WHERE community_id = :community AND routine = :routine AND slot_key = :slot
  AND state = 'failed' AND attempts = :attempts;

-- name: give_up_older(community, routine, due_at)!
UPDATE slot SET state = 'given_up'
WHERE community_id = :community AND routine = :routine AND due_at < :due_at AND state = 'failed';

-- name: drop_alarm(community, name, alarm)!
DELETE FROM alarm
WHERE community_id = :community AND alarm_name = :name AND alarm_key = :alarm;

-- name: due_alarms(now)
-- Not those of a community that became part of another while a command set them.
SELECT a.community_id, a.alarm_name, a.alarm_key, a.due_at, a.attempts FROM alarm a
JOIN community c ON c.community_id = a.community_id
WHERE a.due_at <= :now ORDER BY a.due_at, a.community_id, a.alarm_name, a.alarm_key;

-- name: take_alarm(community, name, alarm, due_at)$
DELETE FROM alarm
WHERE community_id = :community AND alarm_name = :name AND alarm_key = :alarm
  AND due_at = :due_at
RETURNING attempts;

-- name: next_alarms()
SELECT a.alarm_name, MIN(a.due_at) FROM alarm a JOIN community c ON c.community_id = a.community_id
GROUP BY a.alarm_name;
