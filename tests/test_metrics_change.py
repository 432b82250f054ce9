"""When a week differs from the weeks before it."""

import pytest

from bot.metrics.change import is_other_rate, is_unusual, robust_z
from tests.builders import World

MONDAY = "2024-12-30"
"""The first of the nine weeks that end with the Sunday of the examples."""
DAY_MS = 86_400_000


def weeks(*people: int, messages: int = 1) -> World:
    """Nine weeks, so many people each, after a first word long before."""
    world = World()
    monday = world.at(f"{MONDAY} 12:00")
    world.says("founder", monday - 70 * DAY_MS)
    for week, count in enumerate(people):
        for user in range(count):
            for n in range(messages):
                world.says(f"u{user}", monday + week * 7 * DAY_MS + n * 60_000)
    return world


def test_the_robust_z_has_a_floor_of_poisson_noise() -> None:
    assert robust_z(120, [100, 110, 90, 105, 95]) == pytest.approx(20 / 10)
    assert robust_z(160, [100, 140, 60, 120, 80]) == pytest.approx(60 / (1.4826 * 20))
    assert robust_z(3, [0, 0, 0]) == 3


def test_without_a_baseline_nothing_is_unusual() -> None:
    assert not is_unusual(1000, [])


def test_wau_changes_when_a_third_stays_away() -> None:
    steady = [40, 41, 39, 40, 42, 38, 40, 41]
    assert weeks(*steady, 26).figures()["wau"].changed is True
    assert weeks(*steady, 33).figures()["wau"].changed is False
    assert weeks(*steady, 60).figures()["wau"].changed is True


def test_wau_of_a_small_community_is_not_compared() -> None:
    assert weeks(*[20] * 8, 2).figures()["wau"].changed is False


def test_wau_needs_eight_weeks_of_history() -> None:
    world = weeks(*[40] * 8, 10)
    del world.sent[0]
    assert world.figures()["wau"].changed is True
    world = weeks(0, *[40] * 7, 10)
    del world.sent[0]
    assert world.figures()["wau"].changed is False


def test_a_week_that_was_not_seen_is_missing_and_no_decline() -> None:
    world = weeks(*[40] * 8, 10)
    world.down("02-25 00:00", "02-26 00:00")
    assert world.figures()["wau"].changed is False


def test_weeks_that_were_not_seen_are_left_out_of_the_baseline() -> None:
    world = weeks(40, 40, 40, 40, 40, 0, 0, 0, 10)
    assert world.figures()["wau"].changed is True
    world.down("02-03 00:00", "02-24 00:00")
    assert world.figures()["wau"].changed is True
    world.down("01-27 00:00", "02-03 00:00")
    assert world.figures()["wau"].changed is False


def test_n2_changes_when_one_person_takes_over() -> None:
    world = weeks(*[20] * 9)
    assert world.figures()["n2_voices"].changed is False
    for n in range(200):
        world.says("u0", world.at("02-27 12:00") + n * 60_000)
    assert world.figures()["n2_voices"].changed is True


def test_n2_of_fewer_than_ten_voices_is_not_compared() -> None:
    world = weeks(*[9] * 9)
    for n in range(200):
        world.says("u0", world.at("02-27 12:00") + n * 60_000)
    assert world.figures()["n2_voices"].changed is False


def test_rates_differ_by_ten_points_beyond_chance_and_with_twenty_each() -> None:
    assert is_other_rate(5, 25, 100, 200)
    assert not is_other_rate(4, 19, 100, 200)
    assert not is_other_rate(11, 25, 100, 200)
    assert not is_other_rate(4_000, 10_000, 4_900, 10_000)
    assert is_other_rate(4_000, 10_000, 5_100, 10_000)


def test_answer_rate_compares_the_last_week_with_the_eight_before() -> None:
    world = World()
    start = world.at("2024-12-29 12:00")
    for day in range(63):
        for n in range(4):
            asked = start + day * DAY_MS + n * 3_600_000
            first = world.says("ana", asked, ask=True)
            if n % 2 or day >= 56:
                world.says("bob", asked + 60_000, re=first)
    figure = world.figures()["answer_rate_24h"]
    assert (figure.x, figure.n, figure.changed) == (28 + 42, 28 * 4, True)
    assert world.figures("2025-02-22")["answer_rate_24h"].changed is False


def test_newcomers_answered_are_compared_in_the_same_way() -> None:
    world = World()
    start = world.at("2024-12-29 12:00")
    for day in range(63):
        for n in range(4):
            user, at = f"u{day}-{n}", start + day * DAY_MS
            world.joins(user, at)
            first = world.says(user, at + n * 1000, channel=f"c{n}")
            if n % 2 and day < 56:
                world.says("bob", at + 60_000 + n, re=first, channel=f"c{n}")
    figure = world.figures()["newcomer_first_reply_24h"]
    assert (figure.x, figure.n, figure.changed) == (49 * 2, 56 * 4, True)
    assert world.figures("2025-02-22")["newcomer_first_reply_24h"].changed is False


def test_figures_without_a_rule_never_say_that_they_changed() -> None:
    with_rule = {"wau", "n2_voices", "answer_rate_24h", "newcomer_first_reply_24h"}
    figures = weeks(*[3] * 9).figures()
    assert {id_ for id_, figure in figures.items() if figure.changed is not None} == with_rule
