"""How many take part: METRICS-READINGS T1, T5, O1, M5 to M7 and A2, A3."""

import pytest

from bot.metrics.figure import Unit
from tests.builders import World, active, share


@pytest.mark.parametrize(
    ("at", "mau"),
    [("02-03 00:00", 1), ("02-02 23:59", 0), ("03-02 23:59", 1), ("03-03 00:10", 0)],
)
def test_t1_four_weeks_end_with_the_last_day(at: str, mau: int) -> None:
    world = World()
    world.says("ana", at)
    assert world.figures()["mau"].value == mau


def test_t1_days_are_those_of_the_time_zone() -> None:
    world = World("Asia/Kathmandu")
    world.says("ana", world.at("03-02 23:59"))
    world.says("bob", world.at("03-03 00:00"))
    assert world.figures()["dau"].value == 1


def test_t5_a_week_ends_with_the_last_day_and_not_on_sunday() -> None:
    world = active("02-27", "03-05")
    active("02-26", user="bob", into=world)
    assert world.figures("2025-03-05")["wau"].value == 1


def test_o1_nothing_at_all_gives_counts_of_zero_and_no_shares() -> None:
    figures = World().figures()
    zero = {"headcount", "reachable", "dau", "wau", "mau", "non_new_communicators", "growth"}
    assert {id_ for id_, figure in figures.items() if figure.value == 0} == zero
    assert all(figure.value is None for id_, figure in figures.items() if id_ not in zero)
    assert all(figure.n == 0 for figure in figures.values())
    assert not any(figure.enough for id_, figure in figures.items() if id_ not in zero)


def test_m5_who_left_is_in_mau_and_not_in_reachable() -> None:
    world = active("02-12", user="eve")
    world.leaves("eve", "02-26 10:00")
    figures = world.figures()
    assert (figures["mau"].value, figures["reachable"].value) == (1, 0)


def test_m6_participation_is_of_the_reachable_who_are_here() -> None:
    world = World()
    for user in ("ana", "bob", "cyd", "eve"):
        active("02-12", user=user, into=world)
    world.leaves("eve", "02-26 10:00")
    assert share(world.figures()["participation_rate"]) == (3, 3)


def test_reachable_are_those_present_in_91_days_or_newly_joined() -> None:
    world = active("2024-12-02", user="in")
    active("2024-12-01", user="out", into=world)
    world.joins("fresh", "02-03 00:00")
    world.joins("stale", "02-02 23:59")
    figures = world.figures()
    assert (figures["reachable"].value, figures["headcount"].value) == (2, 4)
    assert world.figures(days=29)["reachable"].value == 3


def test_m7_active_members_are_those_who_communicate() -> None:
    world = active("02-12", "02-13", "02-14", "02-15")
    world.reacts("bob", "02-15 13:00", "1")
    assert share(world.figures()["l28_4plus"]) == (1, 1)


def test_a2_stickiness_of_a_young_community_divides_by_28() -> None:
    world = active(*(f"02-{day}" for day in range(19, 29)))
    figure = world.figures()["stickiness"]
    assert (figure.value, figure.n, figure.unit) == (10 / 28, 1, Unit.RATIO)


def test_stickiness_and_regularity_are_means_of_distinct_people() -> None:
    world = active("02-03", "02-04", "02-10", "02-24")
    active("02-25", user="bob", into=world)
    figures = world.figures()
    assert figures["stickiness"].value == 5 / 28 / 2
    assert figures["regularity"].value == (1 + 1 + 0 + 2) / 4 / 2


def test_days_replaces_28_and_its_weeks() -> None:
    world = active("02-03", "02-20", "02-28")
    active("02-25", user="bob", into=world)
    figures = world.figures(days=14)
    assert figures["mau"].value == 2
    assert figures["stickiness"].value == 3 / 14 / 2
    assert figures["regularity"].value == (1 + 2) / 2 / 2
    assert figures["mau"].window_days == 14


@pytest.mark.parametrize(("joined", "value"), [("02-23 23:59", 1), ("02-24 00:00", 0)])
def test_a3_members_are_new_for_seven_days(joined: str, value: int) -> None:
    world = active("03-01")
    world.joins("ana", joined)
    assert world.figures()["non_new_communicators"].value == value


def test_m4_without_a_joining_date_nobody_is_new() -> None:
    assert active("03-01").figures()["non_new_communicators"].value == 1
