import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.recurrence import Daily, Recurrence, Slot, Weekly, newest, upcoming
from tests.wall_clock import BEGIN, END, Walk, at, days_of, shown_at, walk, weeks_of

ZONES = sorted(available_timezones())

MON, FRI, SAT, SUN = 0, 4, 5, 6
NASTY = (
    Weekly(SUN, 0),
    Weekly(SUN, 2),
    Weekly(SUN, 2, 30),
    Weekly(SUN, 3),
    Weekly(MON, 0),
    Weekly(MON, 9),
    Weekly(FRI, 12, 15),
    Weekly(SAT, 23, 30),
)


@pytest.fixture(scope="module")
def walks() -> dict[str, Walk]:
    return {name: walk(ZoneInfo(name)) for name in ZONES}


def test_the_oracle_knows_the_clock_changes_of_paris(walks: dict[str, Walk]) -> None:
    changes = [
        (datetime.fromtimestamp(start / 1000, UTC).isoformat(), ahead / HOUR_MS)
        for start, ahead in walks["Europe/Paris"][1:5]
    ]
    assert changes == [
        ("2024-03-31T01:00:00+00:00", 2),
        ("2024-10-27T01:00:00+00:00", 1),
        ("2025-03-30T01:00:00+00:00", 2),
        ("2025-10-26T01:00:00+00:00", 1),
    ]


def test_no_zone_misses_or_doubles_a_week_from_2024_to_2030(walks: dict[str, Walk]) -> None:
    expected = cache(weeks_of)
    wrong = []
    for name, stretches in walks.items():
        zone = ZoneInfo(name)
        for weekly in NASTY:
            slots = list(weekly.slots(zone, BEGIN, END))
            if slots != expected(weekly, stretches):
                wrong.append((name, weekly))
            assert len({slot.key for slot in slots}) == len(slots) in (365, 366)
    assert wrong == []
    assert len(walks) > 400


def test_the_nasty_schedules_meet_gaps_and_folds(walks: dict[str, Walk]) -> None:
    gaps = folds = 0
    for weekly, stretches in itertools.product(NASTY, set(walks.values())):
        for slot in weeks_of(weekly, stretches):
            shown = shown_at(stretches, slot.at)
            gaps += shown % DAY_MS != weekly.hour * HOUR_MS + weekly.minute * MINUTE_MS
            folds += shown_at(stretches, slot.at + HOUR_MS) == shown
    assert gaps > 100
    assert folds > 100


# Single dates, by hand


def weekly_in(zone: str, weekly: Weekly, day: str) -> str:
    """The instant of the only slot within a day and a half of a noon in UTC."""
    noon = at(f"{day}T12:00Z")
    [slot] = weekly.slots(ZoneInfo(zone), noon - 36 * HOUR_MS, noon + 36 * HOUR_MS)
    return datetime.fromtimestamp(slot.at / 1000, UTC).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("zone", "weekly", "day", "instant"),
    [
        ("Europe/Paris", Weekly(MON, 9), "2026-10-19", "2026-10-19 07:00"),
        ("Europe/Paris", Weekly(MON, 9), "2026-10-26", "2026-10-26 08:00"),
        ("Europe/Berlin", Weekly(SUN, 2, 30), "2025-10-26", "2025-10-26 00:30"),
        ("Europe/Berlin", Weekly(SUN, 2, 30), "2027-03-28", "2027-03-28 01:30"),
        ("America/Havana", Weekly(SUN, 0), "2026-03-08", "2026-03-08 05:00"),
        ("Asia/Beirut", Weekly(SUN, 0), "2026-03-29", "2026-03-28 22:00"),
        ("Asia/Beirut", Weekly(SAT, 23, 30), "2026-10-24", "2026-10-24 20:30"),
        ("Pacific/Kiritimati", Weekly(MON, 0), "2026-10-18", "2026-10-18 10:00"),
        ("Pacific/Pago_Pago", Weekly(SAT, 23, 30), "2026-10-18", "2026-10-18 10:30"),
        ("Australia/Lord_Howe", Weekly(SUN, 2), "2026-10-04", "2026-10-03 15:30"),
    ],
)
def test_a_weekly_slot_is_due_at(zone: str, weekly: Weekly, day: str, instant: str) -> None:
    assert weekly_in(zone, weekly, day) == instant


def test_weeks_are_named_as_iso_names_them() -> None:
    slots = Weekly(SUN, 12).slots(ZoneInfo("UTC"), at("2026-12-20T00:00Z"), at("2027-01-12T00:00Z"))
    assert [slot.key for slot in slots] == ["2026-W51", "2026-W52", "2026-W53", "2027-W01"]


def test_a_slot_is_due_after_the_first_instant_and_up_to_the_last() -> None:
    nine = at("2026-10-19T09:00Z")
    zone, daily = ZoneInfo("UTC"), Daily(9)
    assert list(daily.slots(zone, nine - 1, nine)) == [Slot("2026-10-19", nine)]
    assert list(daily.slots(zone, nine, nine + DAY_MS - 1)) == []
    assert list(daily.slots(zone, nine, nine - 1)) == []


def test_what_the_clocks_skip_before_midnight_is_due_on_the_next_day() -> None:
    zone = ZoneInfo("America/Nuuk")  # at 23:00 on a Saturday it is Sunday
    due = at("2026-03-29T01:30Z")
    assert list(Weekly(SAT, 23, 30).slots(zone, due - 1, due)) == [Slot("2026-W13", due)]
    assert list(Daily(23, 30).slots(zone, due - 1, due)) == [Slot("2026-03-28", due)]


def test_a_week_may_be_an_hour_longer_than_a_week() -> None:
    zone, weekly = ZoneInfo("Europe/Paris"), Weekly(MON, 9)
    first, second = at("2026-10-19T07:00Z"), at("2026-10-26T08:00Z")
    assert upcoming(weekly, zone, first) == Slot("2026-W44", second)
    assert newest(weekly, zone, second - 1) == Slot("2026-W43", first)


def test_a_day_that_a_zone_skipped_is_due_with_the_day_after() -> None:
    zone = ZoneInfo("Pacific/Apia")  # the 30th of December 2011 never came there
    slots = list(Daily(9).slots(zone, at("2011-12-29T00:00Z"), at("2011-12-31T12:00Z")))
    assert [(slot.key, (slot.at - at("2011-12-29T19:00Z")) / HOUR_MS) for slot in slots] == [
        ("2011-12-29", 0),
        ("2011-12-30", 24),
        ("2011-12-31", 24),
    ]


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Havana", "Asia/Beirut", "Africa/Cairo"])
@pytest.mark.parametrize("daily", [Daily(0), Daily(2, 30), Daily(23, 30)], ids=str)
def test_no_day_is_missed_or_doubled(zone: str, daily: Daily, walks: dict[str, Walk]) -> None:
    expected = [slot for slot in days_of(daily, walks[zone]) if BEGIN < slot.at <= END]
    assert list(daily.slots(ZoneInfo(zone), BEGIN, END)) == expected


rhythms: st.SearchStrategy[Recurrence] = st.one_of(
    st.builds(Weekly, st.integers(0, 6), st.integers(0, 23), st.integers(0, 59)),
    st.builds(Daily, st.integers(0, 23), st.integers(0, 59)),
)
instants = st.integers(at("1990-01-01T00:00Z"), at("2037-01-01T00:00Z"))


def one_by_one(recurrence: Recurrence, zone: ZoneInfo, cuts: Sequence[int]) -> list[Slot]:
    """The slots between the first and the last cut, asked for from cut to cut."""
    return [
        slot
        for after, until in itertools.pairwise(cuts)
        for slot in recurrence.slots(zone, after, until)
    ]


@given(
    rhythms,
    st.sampled_from(ZONES),
    instants,
    st.lists(st.integers(0, 60 * 24 * HOUR_MS), min_size=2),
)
def test_however_often_it_is_asked_each_slot_is_told_once(
    recurrence: Recurrence, name: str, start: int, steps: list[int]
) -> None:
    zone = ZoneInfo(name)
    cuts = sorted(start + step for step in steps)
    whole = list(recurrence.slots(zone, cuts[0], cuts[-1]))
    assert one_by_one(recurrence, zone, cuts) == whole
    assert len({slot.key for slot in whole}) == len(whole)


@given(rhythms, st.sampled_from(ZONES), instants)
def test_now_lies_between_the_newest_slot_and_the_upcoming_one(
    recurrence: Recurrence, name: str, now: int
) -> None:
    zone = ZoneInfo(name)
    past, future = newest(recurrence, zone, now), upcoming(recurrence, zone, now)
    assert past.at <= now < future.at
    between = list(recurrence.slots(zone, past.at, future.at))
    assert [slot.at for slot in between if slot.at != future.at] == []
    assert future in between
