"""When slots are due by an oracle that walks through UTC and reads the wall clock of a zone."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.recurrence import Daily, Slot, Weekly

WEEK_MS = 7 * DAY_MS


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


class Stretch(NamedTuple):
    """From an instant on, the wall clock is so far ahead of UTC (ms)."""

    start: int
    ahead: int


BEGIN, END = at("2024-01-01T00:00Z"), at("2031-01-01T00:00Z")
Walk = tuple[Stretch, ...]


def ahead_of_utc(zone: ZoneInfo, instant: int) -> int:
    """How far the clock on the wall is ahead (ms)."""
    shift = datetime.fromtimestamp(instant // 1000, zone).utcoffset()
    assert shift is not None
    return round(shift.total_seconds()) * 1000


def walk(zone: ZoneInfo) -> Walk:
    begin, end = BEGIN - 3 * WEEK_MS, END + 3 * WEEK_MS
    stretches = [Stretch(begin, ahead_of_utc(zone, begin))]
    for day in range(begin + DAY_MS, end, DAY_MS):
        if ahead_of_utc(zone, day) != stretches[-1].ahead:
            before = stretches[-1].ahead
            hour = first_change(zone, before, range(day - DAY_MS, day + 1, HOUR_MS))
            minute = first_change(zone, before, range(hour - HOUR_MS, hour + 1, MINUTE_MS))
            stretches.append(Stretch(minute, ahead_of_utc(zone, minute)))
    return tuple(stretches)


def first_change(zone: ZoneInfo, before: int, instants: range) -> int:
    return next(instant for instant in instants if ahead_of_utc(zone, instant) != before)


def first_shown(stretches: Walk, shown: int) -> int:
    """The first instant at which the wall clock shows a time.

    Where the clocks went forward over it, as long after that as the time lies beyond what they
    showed last.
    """
    before = stretches[0].ahead
    for number, (start, ahead) in enumerate(stretches):
        is_last = number + 1 == len(stretches)
        if shown - ahead < start:
            return shown - before
        if is_last or shown - ahead < stretches[number + 1].start:
            return shown - ahead
        before = ahead
    raise AssertionError("there is no stretch")


def weeks_of(weekly: Weekly, stretches: Walk) -> list[Slot]:
    """Every week's slot from 2024 to 2030, by looking for the time on the wall clock."""
    starts = [stretch.start for stretch in stretches]
    monday = datetime(2023, 12, 25, tzinfo=UTC)
    told = []
    for week in range(52 * 7 + 4):
        day = monday + timedelta(weeks=week, days=weekly.weekday)
        shown = round(day.timestamp() * 1000) + weekly.hour * HOUR_MS + weekly.minute * MINUTE_MS
        near = max(0, bisect_right(starts, shown - 30 * HOUR_MS) - 1)
        told.append(Slot(day.strftime("%G-W%V"), first_shown(stretches[near:], shown)))
    return [slot for slot in told if BEGIN < slot.at <= END]


def days_of(daily: Daily, stretches: Walk) -> Iterator[Slot]:
    on = date(2023, 12, 30)
    while on < date(2031, 1, 3):
        shown = (on - date(1970, 1, 1)).days * DAY_MS + daily.hour * HOUR_MS
        yield Slot(str(on), first_shown(stretches, shown + daily.minute * MINUTE_MS))
        on += timedelta(days=1)


def shown_at(stretches: Walk, instant: int) -> int:
    number = bisect_right(stretches, instant, key=lambda stretch: stretch.start) - 1
    return instant + stretches[number].ahead
