"""A simulated community as it is handed out: its events and the truth about its accounts."""

from dataclasses import dataclass

from bot.events import (
    ChannelDescribed,
    Event,
    GapNoted,
    MemberDescribed,
    SourceDescribed,
    VoiceSpent,
)
from bot.model import AccountId, Place
from bot.simulate.people import Label


@dataclass(frozen=True, slots=True)
class Simulation:
    """A simulated community and the truth about it.

    `events` are in the order of time: what has no time comes first, stays in voice and gaps
    stand where they end. `truth` says what each account really is.
    """

    events: list[Event]
    truth: dict[AccountId, Label]
    community_name: str
    timezone: str
    places: tuple[Place, ...]


def instant(event: Event) -> int:
    """When an event is known, in UTC epoch milliseconds; 0 for what holds for all time."""
    match event:
        case VoiceSpent() | GapNoted():
            return event.end
        case MemberDescribed() | ChannelDescribed() | SourceDescribed():
            return 0
        case _:
            at: int = event.at  # type: ignore[attr-defined]  # every other event has its instant
            return at
