"""The lines of foyer-events/1 (CONTRACT.md §3), as they are read and written."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from bot import events
from bot.importers.fields import LARGEST, identifier, milliseconds
from bot.importers.record import Unfit
from bot.reduction import reduce_emoji_name

FORMAT = "foyer-events/1"

Instant: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Header(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The first line of a file."""

    format: str
    platform: str
    community: str | None = None
    timezone: str | None = None


class Line(msgspec.Struct, kw_only=True, omit_defaults=True, tag_field="kind"):
    """Any line after the header; `platform` goes before the header's."""

    platform: str | None = None


class Message(Line, tag="message"):
    """`message`."""

    id: str
    channel: str
    author: str
    at: Instant
    reply_to: str | None = None
    reply_to_author: str | None = None
    mentions: list[str] | None = None
    length: Count | None = None
    has_question: bool | None = None
    has_media: bool | None = None
    has_link: bool | None = None
    thread: str | None = None


class MessageDeleted(Line, tag="message_deleted"):
    """`message_deleted`."""

    id: str
    channel: str
    at: Instant
    by_moderator: bool | None = None


class Reaction(Line, tag="reaction"):
    """`reaction`."""

    message: str
    channel: str
    user: str
    emoji: str
    at: Instant
    op: Literal["add", "remove"] | None = None
    message_author: str | None = None


class MemberJoined(Line, tag="member_joined"):
    """`member_joined`; its `language` is not read, for no language stands on a person."""

    user: str
    at: Instant
    source: str | None = None
    certainty: str | None = None
    inviter: str | None = None
    account_created_at: Instant | None = None
    has_avatar: bool | None = None
    has_username: bool | None = None


class MemberLeft(Line, tag="member_left"):
    """`member_left`."""

    user: str
    at: Instant
    how: str | None = None


class Member(Line, tag="member"):
    """`member`."""

    user: str
    is_bot: bool | None = None
    is_staff: bool | None = None


class MemberCount(Line, tag="member_count"):
    """`member_count`."""

    at: Instant
    count: Count


class Voice(Line, tag="voice"):
    """`voice`."""

    user: str
    channel: str
    start: Instant
    end: Instant


class PollVote(Line, tag="poll_vote"):
    """`poll_vote`."""

    user: str
    poll: str
    at: Instant


class PollClosed(Line, tag="poll_closed"):
    """`poll_closed`."""

    poll: str
    at: Instant


class ThreadCreated(Line, tag="thread_created"):
    """`thread_created`, by its `user` or `author`."""

    channel: str
    thread: str
    at: Instant
    user: str | None = None
    author: str | None = None


class ModAction(Line, tag="mod_action"):
    """`mod_action`."""

    user: str
    action: str
    at: Instant
    channel: str | None = None


class Gap(Line, tag="gap"):
    """`gap`."""

    start: Instant
    end: Instant
    reason: str
    channel: str | None = None


class Source(Line, tag="source"):
    """`source`."""

    name: str
    spend: Annotated[float, msgspec.Meta(ge=0)] | None = None
    currency: str | None = None


class Feedback(Line, tag="feedback"):
    """`feedback`, which is accepted and not read yet."""


AnyLine: TypeAlias = (
    Message
    | MessageDeleted
    | Reaction
    | MemberJoined
    | MemberLeft
    | Member
    | MemberCount
    | Voice
    | PollVote
    | PollClosed
    | ThreadCreated
    | ModAction
    | Gap
    | Source
    | Feedback
)

_EVENTS: dict[type[Line], type[events.Event]] = {
    Message: events.MessageSent,
    MessageDeleted: events.MessageDeleted,
    Reaction: events.ReactionChanged,
    MemberJoined: events.MemberJoined,
    MemberLeft: events.MemberLeft,
    Member: events.MemberDescribed,
    MemberCount: events.MembersCounted,
    Voice: events.VoiceSpent,
    PollVote: events.PollVoted,
    PollClosed: events.PollClosed,
    ThreadCreated: events.ThreadCreated,
    ModAction: events.ModeratorActed,
    Gap: events.GapNoted,
    Source: events.SourceDescribed,
}
_LINES = {event: line for line, event in _EVENTS.items()}
_INSTANTS = frozenset(("at", "start", "end", "account_created_at"))


def event_of(line: Line, platform: str) -> events.Event | None:
    """The event of a line; None for a kind that is not read.

    Raises:
        Unfit: an id or instant that cannot be, or a span that ends before it starts.
    """
    kind = _EVENTS.get(type(line))
    if kind is None:
        return None
    values: dict[str, Any] = {"platform": platform}
    for name in line.__struct_fields__:
        value = getattr(line, name)
        if value is not None:
            values[name] = _value(name, value)
    if isinstance(line, ThreadCreated):
        _name_creator(values)
    if "end" in values and values["end"] < values["start"]:
        raise Unfit("end is before start")
    return kind(**values)


def line_of(event: events.Event, platform: str) -> Line | None:
    """The line of an event in a file of `platform`; None where no kind is for it."""
    kind = _LINES.get(type(event))
    if kind is None:
        return None
    values = {name: getattr(event, name) for name in event.__struct_fields__}
    if values["platform"] == platform:
        del values["platform"]
    for name in _INSTANTS.intersection(values):
        if values[name] is not None:
            values[name] = _EPOCH + timedelta(milliseconds=values[name])
    if "mentions" in values:
        values["mentions"] = list(values["mentions"])
    return kind(**values)


def _value(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return identifier(name, reduce_emoji_name(value) if name == "emoji" else value)
    if isinstance(value, datetime):
        return milliseconds(name, value)
    if isinstance(value, list):
        return tuple(identifier(name, one) for one in value)
    return value


def _name_creator(values: dict[str, Any]) -> None:
    author = values.pop("author", None)
    if "user" not in values:
        if author is None:
            raise Unfit("user is missing")
        values["user"] = author
