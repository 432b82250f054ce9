"""Who comes, stays and goes: METRICS-READINGS N1, N4 to N8, T2 and O3."""

import pytest

from tests.builders import World, active, share


@pytest.mark.parametrize(("at", "x"), [("02-17 00:10", 0), ("02-16 23:50", 1), ("02-10 23:50", 1)])
def test_t2_day_7_is_not_within_seven_days(at: str, x: int) -> None:
    world = World()
    world.says("bob", "01-01 10:00", id="1")
    world.joins("ana", "02-10 23:50")
    world.reacts("ana", at, "1")
    assert share(world.figures()["activation_7d"]) == (x, 1)


def test_o3_growth_has_its_parts_beside_it() -> None:
    world = active("02-18", user="old1")
    active("02-19", user="old2", into=world)
    active("2024-12-01", "02-28", user="back", into=world)
    active("02-28", user="new1", into=world)
    active("03-01", user="new2", into=world)
    figure = world.figures()["growth"]
    assert figure.value == 1
    assert figure.parts == {"new": 2, "retained": 0, "resurrected": 1, "churned": 2}


@pytest.mark.parametrize(
    ("joined", "n"), [("2024-12-29", 0), ("2024-12-30", 1), ("02-23", 1), ("02-24", 0)]
)
def test_n1_joins_of_eight_weeks_that_ended_seven_days_ago(joined: str, n: int) -> None:
    world = World()
    world.joins("ana", f"{joined} 12:00")
    assert share(world.figures()["activation_7d"]) == (0, n)


@pytest.mark.parametrize(
    ("id_", "first", "last", "days"),
    [
        ("retention_d1", "2025-01-04", "2025-02-28", (1, 1)),
        ("retention_w1", "2024-12-23", "2025-02-16", (7, 13)),
        ("retention_w4", "2024-12-02", "2025-01-26", (28, 34)),
    ],
)
def test_n4_cohorts_and_days_of_retention(
    id_: str, first: str, last: str, days: tuple[int, int]
) -> None:
    day_ms = 86_400_000
    for joined in (first, last):
        for ago, n in ((0, 1), (-1 if joined == first else 1, 0)):
            world = World()
            world.joins("ana", world.at(f"{joined} 12:00") + ago * day_ms)
            assert world.figures()[id_].n == n, (joined, ago)
        for after in range(40):
            world = World()
            joined_at = world.at(f"{joined} 12:00")
            world.joins("ana", joined_at)
            world.votes.append((joined_at + after * day_ms, "ana"))
            x = int(days[0] <= after <= days[1])
            assert share(world.figures()[id_]) == (x, 1), (joined, after)


def test_n5_first_words_long_after_joining_are_new() -> None:
    world = active("03-01")
    world.joins("ana", "01-05 10:00")
    world.votes.append((world.at("01-20 10:00"), "ana"))
    active("01-10", "02-28", user="bob", into=world)
    assert world.figures()["growth"].parts == {
        "new": 1,
        "retained": 0,
        "resurrected": 1,
        "churned": 0,
    }


def test_n6_quick_ratio_of_the_last_week() -> None:
    world = active("02-18", user="old1")
    active("02-19", user="old2", into=world)
    active("2024-12-01", "02-28", user="back", into=world)
    active("02-28", user="new1", into=world)
    active("03-01", user="new2", into=world)
    assert world.figures()["quick_ratio"].value == 1.5


def test_n6_without_a_loss_there_is_no_quick_ratio() -> None:
    figure = active("03-01").figures()["quick_ratio"]
    assert (figure.value, figure.n, figure.enough) == (None, 1, False)


def test_n7_core_is_two_weeks_of_the_window_before() -> None:
    world = active("01-07", "01-14", "02-10", user="kept")
    active("01-07", "01-14", user="lost", into=world)
    world.leaves("lost", "01-20 10:00")
    active("01-13", "01-14", "02-10", user="twice in one week", into=world)
    active("01-05", "01-14", "02-10", user="too long ago", into=world)
    assert share(world.figures()["core_kept"]) == (1, 2)


def test_n8_early_leavers_of_four_weeks() -> None:
    world = World()
    for user, joined in (("a", "02-02"), ("b", "02-10"), ("c", "02-20"), ("d", "03-01")):
        world.joins(user, f"{joined} 12:00")
    world.leaves("a", "02-02 17:00")
    world.leaves("b", "02-12 12:00", None)
    world.leaves("c", "02-20 13:00", "banned")
    world.joins("too early", "02-01 12:00")
    world.joins("too late", "03-02 12:00")
    assert share(world.figures()["early_leave_rate"]) == (1, 4)


def test_each_first_post_stands_for_one_person() -> None:
    world = World()
    for name, is_answered in (("ana", True), ("bob", True), ("cyd", False)):
        world.joins(name, "02-09 12:00")
        post = world.says(name, "02-10 12:00")
        if is_answered:
            world.reacts("old", "02-10 13:00", post)
    figure = world.figures()["newcomer_first_reply_24h"]
    assert (figure.x, figure.n, figure.people) == (2, 3, 2)
