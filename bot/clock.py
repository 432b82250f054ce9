"""Instants, local days and weeks; the only module that reads the wall clock."""

import logging
import time
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_log = logging.getLogger(__name__)

EPOCH = date(1970, 1, 1)
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
_QUARTER_MS = 15 * MINUTE_MS
"""Every zone since 1990 changes its offset on a quarter of an hour."""


def now_ms() -> int:
    """The present instant in UTC epoch milliseconds."""
    return time.time_ns() // 1_000_000


def date_of(day: int) -> date:
    """The calendar date of a day number."""
    return EPOCH + timedelta(days=day)


def day_number(on: date) -> int:
    """The number of days from 1970-01-01 to a date."""
    return (on - EPOCH).days


def iso_instant(at: int) -> str:
    """An instant as `2025-01-01T12:00:00Z`, with milliseconds only where there are any."""
    moment = datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{moment}.{at % 1000:03d}Z" if at % 1000 else f"{moment}Z"


@cache
def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name; UTC where this machine knows none, which the log says once.

    A name may have been withdrawn, or the store come from elsewhere: nothing must stop for it.
    """
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, ZoneInfoNotFoundError):
        _log.error("unknown time zone %r; UTC holds in its place", name)
        return ZoneInfo("UTC")


class Clock(Protocol):
    """Tells the present instant; a test or the console may have one of its own."""

    def now(self) -> int:
        """The present instant in UTC epoch milliseconds."""
        ...


class WallClock:
    """The machine's clock."""

    def now(self) -> int:
        """The present instant in UTC epoch milliseconds."""
        return now_ms()


class ManualClock:
    """A clock that stands still until it is set."""

    def __init__(self, at: int) -> None:
        self.at = at

    def now(self) -> int:
        """The instant it was set to, in UTC epoch milliseconds."""
        return self.at


class LocalDays:
    """Turns instants into a time zone's days and hours, and days into their first instant."""

    def __init__(self, timezone: str) -> None:
        self.zone = zone_of(timezone)
        self._offsets: dict[int, int] = {}
        self._starts: dict[int, int] = {}

    def local_ms(self, at: int) -> int:
        """Wall-clock milliseconds since 1970-01-01 00:00 local."""
        quarter = at // _QUARTER_MS
        offset = self._offsets.get(quarter)
        if offset is None:
            moment = datetime.fromtimestamp(quarter * _QUARTER_MS / 1000, self.zone)
            shift = moment.utcoffset()
            assert shift is not None  # noqa: S101  a zone always knows its offset
            offset = self._offsets[quarter] = round(shift.total_seconds() * 1000)
        return at + offset

    def day(self, at: int) -> int:
        """The local day of an instant."""
        return self.local_ms(at) // DAY_MS

    def hour(self, at: int) -> int:
        """The local hour of an instant, 0..23."""
        return self.local_ms(at) % DAY_MS // HOUR_MS

    def start(self, day: int) -> int:
        """The first instant of a local day."""
        start = self._starts.get(day)
        if start is None:
            on = date_of(day)
            midnight = datetime(on.year, on.month, on.day, tzinfo=self.zone)
            start = self._starts[day] = round(midnight.timestamp() * 1000)
        return start
