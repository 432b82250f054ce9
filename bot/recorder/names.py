"""The accounts, channels and sources that events name."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.events import Event, SourceDescribed
from db.numbers import Name

_ACCOUNTS = ("author", "user", "reply_to_author", "message_author", "inviter")
_CHANNELS = ("channel", "parent")


@dataclass(slots=True)
class Names:
    """Names to be numbered; `threads` gives the channel that a thread hangs under."""

    accounts: set[Name] = field(default_factory=set)
    channels: set[Name] = field(default_factory=set)
    threads: dict[Name, Name] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)


def thread_name(platform: str, channel: str, thread: str) -> Name:
    """The name of a thread; topics are numbered anew in every Telegram chat."""
    return platform, f"{channel}/{thread}"


def names_in(events: Sequence[Event]) -> Names:
    """Everything the events name."""
    names = Names()
    for event in events:
        platform, fields = event.platform, event.__struct_fields__
        for wanted, found in ((_ACCOUNTS, names.accounts), (_CHANNELS, names.channels)):
            for attribute in wanted:
                if attribute in fields and (name := getattr(event, attribute)) is not None:
                    found.add((platform, name))
        for name in getattr(event, "mentions", ()):
            names.accounts.add((platform, name))
        if (source := getattr(event, "source", None)) is not None:
            names.sources.add(source)
        if isinstance(event, SourceDescribed):
            names.sources.add(event.name)
        if (thread := getattr(event, "thread", None)) is not None:
            channel = getattr(event, "channel")  # noqa: B009  every event with a thread has one
            name = thread_name(platform, channel, thread)
            names.channels.add(name)
            names.threads[name] = (platform, channel)
    return names
