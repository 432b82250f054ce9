"""ISO weeks by their names, as `2025-W40`, and the days that anything can be about."""

import re
from datetime import date

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)
"""No community is older, and no plan reaches further."""

_SUNDAY = 7
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")


def week_name(day: date) -> str:
    """The name of a day's ISO week."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def sunday_of(week: str) -> date:
    """The Sunday of an ISO week, given its name.

    Raises:
        ValueError: the years from `FIRST_DAY` to `LAST_DAY` have no such week.
    """
    parts = _WEEK.fullmatch(week)
    if parts is None or not FIRST_DAY.year <= int(parts[1]) <= LAST_DAY.year:
        raise ValueError(f"{week!r} is not a week like 2025-W40")
    return date.fromisocalendar(int(parts[1]), int(parts[2]), _SUNDAY)
