"""When something recurs: slots named by a local date or an ISO week, each due at one instant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from bot.clock import DAY_MS
from bot.weeks import week_name

_WEEK = 7
_LONGEST_MS = 9 * DAY_MS
"""No recurrence pauses for longer: a week, and a day that a zone may skip or live through twice."""


class Slot(NamedTuple):
    """One turn: its name, the same in every time zone, and its instant in epoch milliseconds."""

    key: str
    at: int


class Recurrence(Protocol):
    """A rhythm in local time; equal ones have the same slots."""

    def slots(self, zone: ZoneInfo, after: int, until: int) -> Iterator[Slot]:
        """The slots with `after < at <= until`, oldest first."""
        ...


def newest(recurrence: Recurrence, zone: ZoneInfo, now: int) -> Slot:
    """The last slot that is due at an instant (epoch ms) or before."""
    *_, slot = recurrence.slots(zone, now - _LONGEST_MS, now)
    return slot


def upcoming(recurrence: Recurrence, zone: ZoneInfo, now: int) -> Slot:
    """The first slot that is due after an instant (epoch ms)."""
    return next(recurrence.slots(zone, now, now + _LONGEST_MS))


def instant(zone: ZoneInfo, on: date, hour: int, minute: int) -> int:
    """The instant of a local time in epoch milliseconds.

    An hour that the clocks skip counts as the hour after, one that comes twice as its first time.
    """
    local = datetime.combine(on, time(hour, minute), zone)
    return round(local.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class Weekly:
    """Once in every ISO week, at a local time of a weekday (Monday 0)."""

    weekday: int
    hour: int
    minute: int = 0

    def slots(self, zone: ZoneInfo, after: int, until: int) -> Iterator[Slot]:
        """The slots with `after < at <= until`, oldest first; keys are `2026-W30`."""
        first = _day_before(zone, after)
        on = first + timedelta(days=(self.weekday - first.weekday()) % _WEEK)
        while (at := instant(zone, on, self.hour, self.minute)) <= until:
            if at > after:
                yield Slot(week_name(on), at)
            on += timedelta(days=_WEEK)


@dataclass(frozen=True, slots=True)
class Daily:
    """Once on every local day."""

    hour: int
    minute: int = 0

    def slots(self, zone: ZoneInfo, after: int, until: int) -> Iterator[Slot]:
        """The slots with `after < at <= until`, oldest first; keys are `2026-07-25`."""
        on = _day_before(zone, after)
        while (at := instant(zone, on, self.hour, self.minute)) <= until:
            if at > after:
                yield Slot(on.isoformat(), at)
            on += timedelta(days=1)


def _day_before(zone: ZoneInfo, at: int) -> date:
    """The date before an instant's: what the clocks skipped there may be due on the next day."""
    return datetime.fromtimestamp(at / 1000, zone).date() - timedelta(days=1)
