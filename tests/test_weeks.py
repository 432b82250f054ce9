from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.weeks import FIRST_DAY, LAST_DAY, sunday_of, week_name


@given(st.dates(date(1990, 1, 8), date(2199, 12, 20)))
def test_a_week_is_called_by_one_name(day: date) -> None:
    sunday = day + timedelta(days=7 - day.isoweekday())
    assert sunday_of(week_name(sunday)) == sunday


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "2026-42", "2026-W4", "2026-W00", "2025-W53", "2026-W54", "0001-W01"),
        *("1989-W10", "1989-W52", "2200-W01", "9999-W52", "2026-W42 ", "x2026-W42", "2026-W٤٢"),
    ],
)
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"week|day"):
        sunday_of(text)


def test_the_first_week_of_a_year_may_begin_in_the_one_before() -> None:
    assert sunday_of("2026-W53") == date(2027, 1, 3)
    assert week_name(date(2027, 1, 3)) == "2026-W53"


@given(st.dates(FIRST_DAY, LAST_DAY - timedelta(days=2)))
def test_every_day_of_a_week_gives_it_the_same_name(day: date) -> None:
    assert timedelta(0) <= sunday_of(week_name(day)) - day < timedelta(days=7)


def test_the_first_and_the_last_week_lie_inside_the_days_that_are_known() -> None:
    assert sunday_of("1990-W01") == date(1990, 1, 7)
    assert sunday_of("2199-W52") == date(2199, 12, 29)
