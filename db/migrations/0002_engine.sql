-- What a running bot keeps: settings, what is due, what is to be said, where it is.

-- The installation

-- A person's own choices, wherever they are met.
CREATE TABLE user_setting (
  platform TEXT NOT NULL,
  external_id TEXT NOT NULL,
  language TEXT NOT NULL,
  PRIMARY KEY (platform, external_id)
) {keyed};

-- How far a stream of updates was read.
CREATE TABLE cursor (
  stream TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  at {int} NOT NULL
) {keyed};

-- Guilds and chats that the bot itself is in, and until when it was surely listening.
CREATE TABLE presence (
  platform TEXT NOT NULL,
  external_id TEXT NOT NULL,
  since_at {int} NOT NULL,
  seen_at {int} NOT NULL,
  left_at {int},
  PRIMARY KEY (platform, external_id)
) {keyed};

-- Chats that a platform wants left alone until an instant; an empty chat is all of the platform.
CREATE TABLE outbox_rest (
  platform TEXT NOT NULL,
  chat TEXT NOT NULL,
  until_at {int} NOT NULL,
  PRIMARY KEY (platform, chat)
) {keyed};

-- A community's data

CREATE TABLE setting (
  community_id {int} NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (community_id, name)
) {keyed};

-- What moderators know better: it outweighs what the platform says.
CREATE TABLE correction (
  community_id {int} NOT NULL,
  account_no {int} NOT NULL,
  is_bot {int},
  is_staff {int},
  at {int} NOT NULL,
  PRIMARY KEY (community_id, account_no)
) {keyed};

-- What moderators noted about a local day: "giveaway".
CREATE TABLE note (
  community_id {int} NOT NULL,
  day {int} NOT NULL,
  note_no {int} NOT NULL,
  words TEXT NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (community_id, day, note_no)
) {keyed};

-- A routine's turn. state: done, skipped, expired, failed (to be tried again), given_up
CREATE TABLE slot (
  community_id {int} NOT NULL,
  routine TEXT NOT NULL,
  slot_key TEXT NOT NULL,
  due_at {int} NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  attempts {int} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (community_id, routine, slot_key)
) {keyed};

CREATE TABLE alarm (
  community_id {int} NOT NULL,
  alarm_name TEXT NOT NULL,
  alarm_key TEXT NOT NULL,
  due_at {int} NOT NULL,
  attempts {int} NOT NULL,
  PRIMARY KEY (community_id, alarm_name, alarm_key)
) {keyed};

CREATE INDEX alarm_due ON alarm (due_at);

-- What is to be said. op: send, edit, delete (of what was sent under the same post_key)
-- state: pending, sending, sent, unknown, dead, expired. The body goes when it is of no more use.
CREATE TABLE outbox (
  community_id {int} NOT NULL,
  post_key TEXT NOT NULL,
  part {int} NOT NULL,
  op TEXT NOT NULL,
  op_no {int} NOT NULL,
  platform TEXT NOT NULL,
  target TEXT NOT NULL,
  body TEXT,
  nonce TEXT NOT NULL,
  state TEXT NOT NULL,
  lessee TEXT,
  lease_until {int},
  fence {int} NOT NULL,
  attempts {int} NOT NULL,
  not_before {int} NOT NULL,
  not_after {int},
  tried_at {int},
  sent_id TEXT,
  error TEXT,
  at {int} NOT NULL,
  PRIMARY KEY (community_id, post_key, part, op_no)
) {keyed};

CREATE INDEX outbox_open ON outbox (not_before) WHERE state IN ('pending', 'sending');
CREATE INDEX outbox_first ON outbox (platform, target, at, post_key, op_no, part)
  WHERE state IN ('pending', 'sending') AND op = 'send';

-- Channels that do not take what we say any more.
CREATE TABLE closed_channel (
  community_id {int} NOT NULL,
  platform TEXT NOT NULL,
  target TEXT NOT NULL,
  reason TEXT NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (community_id, platform, target)
) {keyed};

-- A newcomer who is to be greeted at `due_at`, or was a short while ago; then the row goes, and the
-- name with it. Whoever was taken out of the greeting again has an empty name.
CREATE TABLE greeting (
  community_id {int} NOT NULL,
  account_no {int} NOT NULL,
  name TEXT NOT NULL,
  post_key TEXT NOT NULL,
  at {int} NOT NULL,
  due_at {int} NOT NULL,
  said_at {int},
  PRIMARY KEY (community_id, account_no)
) {keyed};
