"""Finds the liveliest and the quietest hours in a week of hours (METRICS.md R1)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

Matrix = Sequence[Sequence[float]]
HOURS = 24
DAYS = 7
_LIVELY = 0.9
_QUIET = 0.1
_MOST_DAYS = 4


class Slot(NamedTuple):
    """The hours `[start, end)` of a weekday, Monday 0, and how many people they see on average."""

    day: int
    start: int
    end: int
    people: float


def liveliest(matrix: Matrix, most: int = 3) -> tuple[Slot, ...]:
    """The fullest runs of hours at or above the 90th percentile, in the order of the week."""
    week = _smoothed(matrix)
    border = _percentile(week, _LIVELY)
    slots = [slot for day in range(DAYS) for slot in _runs(week, day, border)]
    fullest = sorted(slots, key=lambda slot: (-slot.people, slot.day, slot.start))[:most]
    return tuple(sorted(fullest))


def quietest_hours(matrix: Matrix) -> tuple[int, int] | None:
    """The longest span of hours that are at or below the 10th percentile on most days.

    The span may pass midnight, and its end may then be smaller than its start; None where no
    hour is that quiet, or all are.
    """
    week = _smoothed(matrix)
    border = _percentile(week, _QUIET)
    quiet = [
        sum(week[day * HOURS + hour] <= border for day in range(DAYS)) >= _MOST_DAYS
        for hour in range(HOURS)
    ]
    return None if all(quiet) else _longest(quiet)


def _smoothed(matrix: Matrix) -> list[float]:
    """The hours of the week in one row, each the mean of itself and its two neighbours."""
    row = [value for day in matrix for value in day]
    return [(row[i - 1] + row[i] + row[(i + 1) % len(row)]) / 3 for i in range(len(row))]


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def _runs(week: Sequence[float], day: int, border: float) -> Iterator[Slot]:
    hours = week[day * HOURS : (day + 1) * HOURS]
    start = None
    for hour in range(HOURS + 1):
        lively = hour < HOURS and hours[hour] > 0 and hours[hour] >= border
        if lively and start is None:
            start = hour
        elif not lively and start is not None:
            yield Slot(day, start, hour, sum(hours[start:hour]) / (hour - start))
            start = None


def _longest(quiet: Sequence[bool]) -> tuple[int, int] | None:
    lengths = {
        start: next(n for n in range(HOURS + 1) if not quiet[(start + n) % HOURS])
        for start in range(HOURS)
    }
    start = max(lengths, key=lambda hour: lengths[hour])
    return (start, (start + lengths[start]) % HOURS) if lengths[start] else None
