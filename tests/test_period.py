"""Which week is the last."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.period import last_week


def instant(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("zone", "now", "sunday"),
    [
        ("UTC", "2026-10-12T00:00", date(2026, 10, 11)),
        ("UTC", "2026-10-11T23:59", date(2026, 10, 4)),
        ("UTC", "2026-10-14T12:00", date(2026, 10, 11)),
        ("Europe/Paris", "2026-10-11T22:00", date(2026, 10, 11)),
        ("Europe/Paris", "2026-10-11T21:59", date(2026, 10, 4)),
        ("Europe/Paris", "2026-10-25T22:59", date(2026, 10, 18)),
        ("Europe/Paris", "2026-10-25T23:00", date(2026, 10, 25)),
        ("Pacific/Kiritimati", "2026-10-11T10:00", date(2026, 10, 11)),
        ("America/Los_Angeles", "2026-10-12T06:59", date(2026, 10, 4)),
    ],
)
def test_a_week_is_over_at_the_midnight_of_its_own_zone(zone: str, now: str, sunday: date) -> None:
    assert last_week(zone, instant(now)) == sunday


@given(st.integers(0, 4_000_000_000_000), st.sampled_from(["UTC", "Asia/Tokyo", "America/Lima"]))
def test_the_last_week_is_a_sunday_of_the_last_seven_days(now: int, zone: str) -> None:
    sunday = last_week(zone, now)
    assert sunday.isoweekday() == 7
    moment = datetime.fromtimestamp(now / 1000, UTC).date()
    assert timedelta(0) <= moment - sunday <= timedelta(days=8)
