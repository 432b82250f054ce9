"""Takes people who do not want to be recorded out of events before anything is stored."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import msgspec

from bot.events import Event, MessageSent
from db.numbers import Name

_DOERS = ("author", "user")
_POINTERS = ("reply_to_author", "message_author", "inviter")


def before(event: Event, since: Mapping[Name, int]) -> set[Name]:
    """Those for whom an event happened before the instant (epoch ms) from which on they count."""
    at = getattr(event, "start", getattr(event, "at", None))
    return set() if at is None else {name for name, first in since.items() if at < first}


def without(event: Event, hidden: AbstractSet[Name]) -> Event | None:
    """The event without hidden people; None where it is their own doing."""
    platform, fields = event.platform, event.__struct_fields__
    for field in _DOERS:
        if field in fields and (platform, getattr(event, field)) in hidden:
            return None
    emptied = {
        field: None
        for field in _POINTERS
        if field in fields and (platform, getattr(event, field)) in hidden
    }
    if emptied:
        event = msgspec.structs.replace(event, **emptied)
    if isinstance(event, MessageSent) and event.mentions:
        named = tuple(name for name in event.mentions if (platform, name) not in hidden)
        if named != event.mentions:
            event = msgspec.structs.replace(event, mentions=named)
    return event
