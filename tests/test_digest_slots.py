"""The liveliest and the quietest hours of a week."""

from hypothesis import given
from hypothesis import strategies as st

from bot.digest.slots import liveliest, quietest_hours


def empty_week() -> list[list[float]]:
    return [[0.0] * 24 for _ in range(7)]


def test_the_liveliest_hours_stand_in_the_order_of_the_week() -> None:
    week = empty_week()
    week[4][18:21] = [5.0, 6.0, 5.0]
    week[1][9:12] = [3.0, 3.0, 3.0]
    slots = liveliest(week, most=2)
    assert [(slot.day, slot.start, slot.end) for slot in slots] == [(1, 8, 13), (4, 17, 22)]


def test_an_empty_week_has_neither_lively_nor_quiet_hours() -> None:
    assert liveliest(empty_week()) == ()
    assert quietest_hours(empty_week()) is None


def test_quiet_hours_may_pass_midnight() -> None:
    week = [[9.0] * 24 for _ in range(7)]
    for day in week:
        day[22:], day[:2] = [0.0, 0.0], [0.0, 0.0]
    assert quietest_hours(week) == (22, 2)


@given(st.lists(st.lists(st.floats(0, 50), min_size=24, max_size=24), min_size=7, max_size=7))
def test_slots_lie_within_their_day_and_never_overlap(week: list[list[float]]) -> None:
    slots = liveliest(week, most=200)
    assert all(0 <= slot.start < slot.end <= 24 and slot.people > 0 for slot in slots)
    hours = [(slot.day, hour) for slot in slots for hour in range(slot.start, slot.end)]
    assert len(hours) == len(set(hours))
