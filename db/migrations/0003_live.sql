-- What a live platform brings along: where polls are, what is one album, who asks to come in.

-- The installation

-- An update that nobody understood, without anybody's words; kept for a week.
CREATE TABLE quarantine (
  stream TEXT NOT NULL,
  mark TEXT NOT NULL,
  reason TEXT NOT NULL,
  skeleton TEXT NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (stream, mark)
) {keyed};

-- Where a poll was opened: its votes do not tell.
CREATE TABLE poll (
  platform TEXT NOT NULL,
  external_id TEXT NOT NULL,
  chat TEXT NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (platform, external_id)
) {keyed};

-- Once, whoever knows the code may tie the community to the guild or chat they moderate.
CREATE TABLE attach_code (
  hmac TEXT NOT NULL PRIMARY KEY,
  community_id {int} NOT NULL,
  expires_at {int} NOT NULL
) {keyed};

-- A community that became part of another: its number is never given again, and whoever opted out
-- of it stays out.
CREATE TABLE heir (
  community_id {int} NOT NULL PRIMARY KEY,
  heir_id {int} NOT NULL
) {keyed};

-- A community's data

-- Messages of one album are one post: that of the lowest number, the only one that is a message.
CREATE TABLE album_item (
  community_id {int} NOT NULL,
  channel_no {int} NOT NULL,
  message_no {int} NOT NULL,
  at {int} NOT NULL,
  author_no {int} NOT NULL,
  album TEXT NOT NULL,
  PRIMARY KEY (community_id, channel_no, message_no)
) {keyed};

CREATE INDEX album_items ON album_item (community_id, channel_no, album, message_no);

-- source_no 0 is an unknown one
CREATE TABLE join_request (
  community_id {int} NOT NULL,
  at {int} NOT NULL,
  account_no {int} NOT NULL,
  source_no {int} NOT NULL,
  PRIMARY KEY (community_id, at, account_no)
) {keyed};

-- Invite links that Foyer made for a source; with a gate, moderators let each one in.
CREATE TABLE source_link (
  community_id {int} NOT NULL,
  source_no {int} NOT NULL,
  platform TEXT NOT NULL,
  chat TEXT NOT NULL,
  url TEXT NOT NULL,
  is_gated {int} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (community_id, source_no, platform, chat, url)
) {keyed};

-- Since when, and until when, the bot was kept from seeing something: messages, reactions, joins.
CREATE TABLE blind_span (
  community_id {int} NOT NULL,
  platform TEXT NOT NULL,
  chat TEXT NOT NULL,
  sight TEXT NOT NULL,
  start_at {int} NOT NULL,
  end_at {int},
  PRIMARY KEY (community_id, platform, chat, sight, start_at)
) {keyed};

-- Two chats may be counted at one instant; an empty chat is the whole platform.
ALTER TABLE member_count RENAME TO member_count_of_platform;

CREATE TABLE member_count (
  community_id {int} NOT NULL,
  at {int} NOT NULL,
  platform TEXT NOT NULL,
  chat TEXT NOT NULL,
  people {int} NOT NULL,
  PRIMARY KEY (community_id, at, platform, chat)
) {keyed};

INSERT INTO member_count (community_id, at, platform, chat, people)
SELECT community_id, at, platform, '', people FROM member_count_of_platform;

DROP TABLE member_count_of_platform;
