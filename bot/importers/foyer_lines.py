"""The lines of foyer-events/1 (CONTRACT.md §3), as they are read and written."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from bot import events
from bot.importers import foyer_kinds as kinds
from bot.importers.fields import identifier, milliseconds
from bot.importers.record import Unfit
from bot.reduction import reduce_emoji_name

FORMAT = "foyer-events/1"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Header(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The first line of a file."""

    format: str
    platform: str
    community: str | None = None
    timezone: str | None = None


_EVENTS: dict[type[kinds.Line], type[events.Event]] = {
    kinds.Message: events.MessageSent,
    kinds.AlbumItem: events.AlbumItemSent,
    kinds.MessageDeleted: events.MessageDeleted,
    kinds.Reaction: events.ReactionChanged,
    kinds.MemberJoined: events.MemberJoined,
    kinds.JoinRequest: events.JoinRequested,
    kinds.MemberLeft: events.MemberLeft,
    kinds.Member: events.MemberDescribed,
    kinds.MemberCount: events.MembersCounted,
    kinds.Voice: events.VoiceSpent,
    kinds.PollVote: events.PollVoted,
    kinds.PollClosed: events.PollClosed,
    kinds.ThreadCreated: events.ThreadCreated,
    kinds.ModAction: events.ModeratorActed,
    kinds.Gap: events.GapNoted,
    kinds.Source: events.SourceDescribed,
}
_LINES = {event: line for line, event in _EVENTS.items()}
_INSTANTS = frozenset(("at", "start", "end", "account_created_at"))


def event_of(line: kinds.Line, platform: str) -> events.Event | None:
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
    if isinstance(line, kinds.ThreadCreated):
        _name_creator(values)
    if "end" in values and values["end"] < values["start"]:
        raise Unfit("end is before start")
    return kind(**values)


def line_of(event: events.Event, platform: str) -> kinds.Line | None:
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
