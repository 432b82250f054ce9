-- The store's first shape. {int} is a 64-bit integer, {real} a 64-bit float, {keyed} a table that
-- is its own primary key. Instants are UTC epoch milliseconds, days are local days since
-- 1970-01-01, booleans are 0 and 1.

-- The installation

CREATE TABLE community (
  community_id {int} NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  timezone TEXT NOT NULL,
  language TEXT NOT NULL,
  created_at {int} NOT NULL,
  raw_from_day {int}
) {keyed};

CREATE TABLE place (
  platform TEXT NOT NULL,
  external_id TEXT NOT NULL,
  community_id {int} NOT NULL,
  kind TEXT NOT NULL,
  name TEXT,
  moved_to TEXT,
  PRIMARY KEY (platform, external_id)
) {keyed};

CREATE TABLE suppression (
  hmac TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  at {int} NOT NULL
) {keyed};

-- A community's data: every key starts with the community

CREATE TABLE channel (
  community_id {int} NOT NULL,
  channel_no {int} NOT NULL,
  platform TEXT NOT NULL,
  external_id TEXT NOT NULL,
  parent_no {int},
  kind TEXT,
  is_excluded {int} NOT NULL DEFAULT 0,
  PRIMARY KEY (community_id, channel_no),
  UNIQUE (community_id, platform, external_id)
) {keyed};

CREATE TABLE account (
  community_id {int} NOT NULL,
  account_no {int} NOT NULL,
  platform TEXT NOT NULL,
  external_id TEXT NOT NULL,
  is_bot {int},
  is_staff {int},
  is_listed {int} NOT NULL DEFAULT 0,
  acted_at {int},
  made_at {int},
  has_avatar {int},
  has_username {int},
  PRIMARY KEY (community_id, account_no),
  UNIQUE (community_id, platform, external_id)
) {keyed};

CREATE TABLE person_link (
  community_id {int} NOT NULL,
  account_no {int} NOT NULL,
  person_no {int} NOT NULL,
  linked_at {int} NOT NULL,
  PRIMARY KEY (community_id, account_no)
) {keyed};

CREATE TABLE source (
  community_id {int} NOT NULL,
  source_no {int} NOT NULL,
  name TEXT NOT NULL,
  spend {real},
  currency TEXT,
  PRIMARY KEY (community_id, source_no),
  UNIQUE (community_id, name)
) {keyed};

CREATE TABLE membership (
  community_id {int} NOT NULL,
  at {int} NOT NULL,
  account_no {int} NOT NULL,
  joined {int} NOT NULL,
  how TEXT,
  source_no {int},
  certainty TEXT,
  inviter_no {int},
  PRIMARY KEY (community_id, at, account_no, joined)
) {keyed};

CREATE TABLE member_count (
  community_id {int} NOT NULL,
  at {int} NOT NULL,
  platform TEXT NOT NULL,
  people {int} NOT NULL,
  PRIMARY KEY (community_id, at, platform)
) {keyed};

-- flags: 1 asks, 2 it could not be seen whether it asks, 4 media, 8 link
-- is_unclocked: the id does not tell the time, so the locator finds the message
CREATE TABLE message (
  community_id {int} NOT NULL,
  at {int} NOT NULL,
  channel_no {int} NOT NULL,
  message_no {int} NOT NULL,
  author_no {int} NOT NULL,
  reply_no {int},
  reply_author_no {int},
  thread_no {int},
  length {int},
  flags {int} NOT NULL,
  is_unclocked {int} NOT NULL,
  PRIMARY KEY (community_id, at, channel_no, message_no)
) {keyed};

CREATE UNIQUE INDEX message_locator ON message (community_id, channel_no, message_no)
  WHERE is_unclocked = 1;

CREATE TABLE message_name (
  community_id {int} NOT NULL,
  channel_no {int} NOT NULL,
  message_no {int} NOT NULL,
  external_id TEXT NOT NULL,
  PRIMARY KEY (community_id, channel_no, message_no)
) {keyed};

CREATE TABLE deletion (
  community_id {int} NOT NULL,
  channel_no {int} NOT NULL,
  message_no {int} NOT NULL,
  by_moderator {int} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (community_id, channel_no, message_no, by_moderator)
) {keyed};

CREATE TABLE mention (
  community_id {int} NOT NULL,
  at {int} NOT NULL,
  channel_no {int} NOT NULL,
  message_no {int} NOT NULL,
  place {int} NOT NULL,
  account_no {int} NOT NULL,
  PRIMARY KEY (community_id, at, channel_no, message_no, place)
) {keyed};

-- A removal is found by its message, a day by its time: either key holds the whole row.
CREATE TABLE reaction (
  community_id {int} NOT NULL,
  channel_no {int} NOT NULL,
  message_no {int} NOT NULL,
  account_no {int} NOT NULL,
  emoji TEXT NOT NULL,
  at {int} NOT NULL,
  added {int} NOT NULL,
  author_no {int},
  PRIMARY KEY (community_id, channel_no, message_no, account_no, emoji, at, added)
) {keyed};

CREATE INDEX reaction_time ON reaction (community_id, at);

CREATE TABLE voice (
  community_id {int} NOT NULL,
  start_at {int} NOT NULL,
  account_no {int} NOT NULL,
  channel_no {int} NOT NULL,
  end_at {int} NOT NULL,
  PRIMARY KEY (community_id, start_at, account_no, channel_no, end_at)
) {keyed};

CREATE TABLE vote (
  community_id {int} NOT NULL,
  at {int} NOT NULL,
  account_no {int} NOT NULL,
  poll TEXT NOT NULL,
  PRIMARY KEY (community_id, at, account_no, poll)
) {keyed};

CREATE TABLE poll_closing (
  community_id {int} NOT NULL,
  at {int} NOT NULL,
  poll TEXT NOT NULL,
  PRIMARY KEY (community_id, at, poll)
) {keyed};

CREATE TABLE thread (
  community_id {int} NOT NULL,
  at {int} NOT NULL,
  channel_no {int} NOT NULL,
  thread_no {int} NOT NULL,
  account_no {int} NOT NULL,
  PRIMARY KEY (community_id, at, channel_no, thread_no, account_no)
) {keyed};

CREATE TABLE mod_action (
  community_id {int} NOT NULL,
  at {int} NOT NULL,
  account_no {int} NOT NULL,
  action TEXT NOT NULL,
  channel_no {int} NOT NULL,
  PRIMARY KEY (community_id, at, account_no, action, channel_no)
) {keyed};

-- channel_no 0 is everywhere
CREATE TABLE gap (
  community_id {int} NOT NULL,
  start_at {int} NOT NULL,
  channel_no {int} NOT NULL,
  end_at {int} NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (community_id, start_at, channel_no, end_at, reason)
) {keyed};

-- Roll-ups: facts between accounts per local day, rebuilt for dirty days. Votes stand in channel 0.

CREATE TABLE activity_day (
  community_id {int} NOT NULL,
  day {int} NOT NULL,
  channel_no {int} NOT NULL,
  account_no {int} NOT NULL,
  messages {int} NOT NULL,
  votes {int} NOT NULL,
  threads {int} NOT NULL,
  voice_ms {int} NOT NULL,
  hours {int} NOT NULL,
  voice_hours {int} NOT NULL,
  PRIMARY KEY (community_id, day, channel_no, account_no)
) {keyed};

-- With everything that is asked of it, so that no planner prefers the primary key.
CREATE INDEX activity_account ON activity_day (community_id, account_no, day, messages);

-- receiver_no 0 is an author nobody knows
CREATE TABLE contact_day (
  community_id {int} NOT NULL,
  day {int} NOT NULL,
  channel_no {int} NOT NULL,
  sender_no {int} NOT NULL,
  receiver_no {int} NOT NULL,
  replies {int} NOT NULL,
  mentions {int} NOT NULL,
  reactions {int} NOT NULL,
  positive {int} NOT NULL,
  gratitude {int} NOT NULL,
  fast {int} NOT NULL,
  voice_ms {int} NOT NULL,
  PRIMARY KEY (community_id, day, channel_no, sender_no, receiver_no)
) {keyed};

CREATE INDEX contact_voice
  ON contact_day (community_id, sender_no, day, receiver_no, voice_ms) WHERE voice_ms > 0;

-- The last instant at which something that happened on this day was taken back.
CREATE TABLE revision (
  community_id {int} NOT NULL,
  day {int} NOT NULL,
  channel_no {int} NOT NULL,
  revised_at {int} NOT NULL,
  PRIMARY KEY (community_id, day, channel_no)
) {keyed};

CREATE TABLE dirty_day (
  community_id {int} NOT NULL,
  day {int} NOT NULL,
  channel_no {int} NOT NULL,
  PRIMARY KEY (community_id, day, channel_no)
) {keyed};

-- A message that is not stored, and the day whose roll-up would change if it came.
CREATE TABLE awaited (
  community_id {int} NOT NULL,
  channel_no {int} NOT NULL,
  message_no {int} NOT NULL,
  day {int} NOT NULL,
  PRIMARY KEY (community_id, channel_no, message_no, day)
) {keyed};
