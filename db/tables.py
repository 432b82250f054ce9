"""The registry of tables: columns, keys, whose rows they are, how long they live, what is told.

Bulk inserts, erasure, retention and export walk this one list; tests hold it against the migrated
schema, so that no table can be forgotten.
"""

from dataclasses import dataclass
from enum import StrEnum

RAW_DAYS = 400
"""Local days that raw events are kept for; roll-ups stay."""

_TEXT = frozenset(
    {"name", "timezone", "language", "platform", "external_id", "kind", "moved_to", "hmac"}
    | {"currency", "how", "certainty", "emoji", "poll", "action", "reason"}
    | {"stream", "value", "words", "routine", "slot_key", "alarm_name", "alarm_key", "state"}
    | {"post_key", "op", "chat"}
    | {"target", "body", "nonce", "lessee", "sent_id", "error"}
    | {"mark", "skeleton", "album", "url", "sight"}
)
_REAL = frozenset({"spend"})


class Kept(StrEnum):
    """How long a table's rows live."""

    RAW = "raw"
    """`RAW_DAYS`, by the table's time column."""
    ALWAYS = "always"
    """Until the community or the account is erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table whose first column, unless it belongs to the installation, is `community_id`.

    `owner` are the columns of accounts whose row it is: erasing one of them takes the row.
    `points` are columns that merely point at an account: erasing empties them.
    `told` says that export turns the rows into events, `personal` that the key of an
    installation's table is an account, whose row goes when the person is forgotten everywhere.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...] = ()
    kept: Kept = Kept.ALWAYS
    time: str | None = None
    owner: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    told: bool = False
    installation: bool = False
    personal: bool = False

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Key columns, then the others."""
        return self.key + self.columns


def type_of(column: str) -> str:
    """The PostgreSQL type of a column, which its name decides everywhere."""
    if column in _TEXT:
        return "text"
    return "float8" if column in _REAL else "bigint"


def _raw(
    name: str,
    key: tuple[str, ...],
    columns: tuple[str, ...] = (),
    *,
    owner: tuple[str, ...] = ("account_no",),
    points: tuple[str, ...] = (),
    time: str | None = None,
) -> Table:
    """A table of raw events, whose key goes on with the time."""
    return Table(
        name=name,
        key=("community_id", *key),
        columns=columns,
        kept=Kept.RAW,
        time=time or key[0],
        owner=owner,
        points=points,
        told=True,
    )


ME = ("account_no",)

COMMUNITY = Table(
    name="community",
    key=("community_id",),
    columns=("name", "timezone", "language", "created_at", "raw_from_day"),
)
PLACE = Table(
    name="place",
    key=("platform", "external_id"),
    columns=("community_id", "kind", "name", "moved_to"),
    installation=True,
)
SUPPRESSION = Table(name="suppression", key=("hmac",), columns=("kind", "at"), installation=True)
CHANNEL = Table(
    name="channel",
    key=("community_id", "channel_no"),
    columns=("platform", "external_id", "parent_no", "kind", "is_excluded"),
)
ACCOUNT = Table(
    name="account",
    key=("community_id", "account_no"),
    columns=(
        "platform", "external_id", "is_bot", "is_staff", "is_listed", "acted_at", "made_at",
        "has_avatar", "has_username",
    ),
    owner=ME,
    told=True,
)  # fmt: skip
PERSON_LINK = Table(
    name="person_link",
    key=("community_id", "account_no"),
    columns=("person_no", "linked_at"),
    owner=("account_no", "person_no"),
)
SOURCE = Table(
    name="source",
    key=("community_id", "source_no"),
    columns=("name", "spend", "currency"),
    told=True,
)
MEMBERSHIP = Table(
    name="membership",
    key=("community_id", "at", "account_no", "joined"),
    columns=("how", "source_no", "certainty", "inviter_no"),
    owner=ME,
    points=("inviter_no",),
    told=True,
)
MEMBER_COUNT = Table(
    name="member_count",
    key=("community_id", "at", "platform", "chat"),
    columns=("people",),
    told=True,
)
MESSAGE = _raw(
    "message",
    ("at", "channel_no", "message_no"),
    (
        "author_no",
        "reply_no",
        "reply_author_no",
        "thread_no",
        "length",
        "flags",
        "is_unclocked",
    ),
    owner=("author_no",),
    points=("reply_author_no",),
)
MESSAGE_NAME = Table(
    name="message_name",
    key=("community_id", "channel_no", "message_no"),
    columns=("external_id",),
)
DELETION = Table(
    name="deletion",
    key=("community_id", "channel_no", "message_no", "by_moderator"),
    columns=("at",),
    kept=Kept.RAW,
    time="at",
    told=True,
)
MENTION = _raw("mention", ("at", "channel_no", "message_no", "place"), ME)
REACTION = _raw(
    "reaction",
    ("channel_no", "message_no", "account_no", "emoji", "at", "added"),
    ("author_no",),
    points=("author_no",),
    time="at",
)
VOICE = _raw("voice", ("start_at", "account_no", "channel_no", "end_at"), time="end_at")
VOTE = _raw("vote", ("at", "account_no", "poll"))
POLL_CLOSING = _raw("poll_closing", ("at", "poll"), owner=())
THREAD = _raw("thread", ("at", "channel_no", "thread_no", "account_no"))
MOD_ACTION = _raw("mod_action", ("at", "account_no", "action", "channel_no"))
GAP = Table(
    name="gap", key=("community_id", "start_at", "channel_no", "end_at", "reason"), told=True
)
ACTIVITY_DAY = Table(
    name="activity_day",
    key=("community_id", "day", "channel_no", "account_no"),
    columns=("messages", "votes", "threads", "voice_ms", "hours", "voice_hours"),
    owner=ME,
)
CONTACT_DAY = Table(
    name="contact_day",
    key=("community_id", "day", "channel_no", "sender_no", "receiver_no"),
    columns=(
        "replies", "mentions", "reactions", "positive", "gratitude", "fast", "voice_ms",
    ),
    owner=("sender_no", "receiver_no"),
)  # fmt: skip
REVISION = Table(
    name="revision", key=("community_id", "day", "channel_no"), columns=("revised_at",)
)
DIRTY_DAY = Table(name="dirty_day", key=("community_id", "day", "channel_no"))
AWAITED = Table(name="awaited", key=("community_id", "channel_no", "message_no", "day"))
USER_SETTING = Table(
    name="user_setting",
    key=("platform", "external_id"),
    columns=("language",),
    installation=True,
    personal=True,
)
CURSOR = Table(name="cursor", key=("stream",), columns=("value", "at"), installation=True)
PRESENCE = Table(
    name="presence",
    key=("platform", "external_id"),
    columns=("since_at", "seen_at", "left_at"),
    installation=True,
)
OUTBOX_REST = Table(
    name="outbox_rest", key=("platform", "chat"), columns=("until_at",), installation=True
)
SETTING = Table(name="setting", key=("community_id", "name"), columns=("value",))
CORRECTION = Table(
    name="correction",
    key=("community_id", "account_no"),
    columns=("is_bot", "is_staff", "at"),
    owner=ME,
)
NOTE = Table(name="note", key=("community_id", "day", "note_no"), columns=("words", "at"))
SLOT = Table(
    name="slot",
    key=("community_id", "routine", "slot_key"),
    columns=("due_at", "state", "reason", "attempts", "at"),
)
ALARM = Table(
    name="alarm",
    key=("community_id", "alarm_name", "alarm_key"),
    columns=("due_at", "attempts"),
)
OUTBOX = Table(
    name="outbox",
    key=("community_id", "post_key", "part", "op_no"),
    columns=(
        "op", "platform", "target", "body", "nonce", "state", "lessee", "lease_until", "fence",
        "attempts", "not_before", "not_after", "tried_at", "sent_id", "error", "at",
    ),
)  # fmt: skip
CLOSED_CHANNEL = Table(
    name="closed_channel",
    key=("community_id", "platform", "target"),
    columns=("reason", "at"),
)
GREETING = Table(
    name="greeting",
    key=("community_id", "account_no"),
    columns=("name", "post_key", "at", "due_at", "said_at"),
    owner=ME,
)
QUARANTINE = Table(
    name="quarantine",
    key=("stream", "mark"),
    columns=("reason", "skeleton", "at"),
    installation=True,
)
POLL = Table(
    name="poll", key=("platform", "external_id"), columns=("chat", "at"), installation=True
)
ATTACH_CODE = Table(
    name="attach_code", key=("hmac",), columns=("community_id", "expires_at"), installation=True
)
HEIR = Table(name="heir", key=("community_id",), columns=("heir_id",), installation=True)
ALBUM_ITEM = _raw(
    "album_item",
    ("channel_no", "message_no"),
    ("at", "author_no", "album"),
    owner=("author_no",),
    time="at",
)
JOIN_REQUEST = _raw("join_request", ("at", "account_no"), ("source_no",))
SOURCE_LINK = Table(
    name="source_link",
    key=("community_id", "source_no", "platform", "chat", "url"),
    columns=("is_gated", "at"),
)
BLIND_SPAN = Table(
    name="blind_span",
    key=("community_id", "platform", "chat", "sight", "start_at"),
    columns=("end_at",),
)

TABLES = (
    COMMUNITY, PLACE, SUPPRESSION, CHANNEL, ACCOUNT, PERSON_LINK, SOURCE, MEMBERSHIP, MEMBER_COUNT,
    MESSAGE, MESSAGE_NAME, DELETION, MENTION, REACTION, VOICE, VOTE, POLL_CLOSING, THREAD,
    MOD_ACTION, GAP, ACTIVITY_DAY, CONTACT_DAY, REVISION, DIRTY_DAY, AWAITED, USER_SETTING,
    CURSOR, PRESENCE, OUTBOX_REST, SETTING, CORRECTION, NOTE, SLOT, ALARM, OUTBOX, CLOSED_CHANNEL,
    GREETING, QUARANTINE, POLL, ATTACH_CODE, HEIR, ALBUM_ITEM, JOIN_REQUEST, SOURCE_LINK,
    BLIND_SPAN,
)  # fmt: skip
