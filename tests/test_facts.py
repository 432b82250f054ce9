"""What metrics read."""

import pytest

from tests.builders import World


def newcomer(posted: str, joined: str = "02-20 09:00") -> World:
    world = World()
    world.joins("nia", joined)
    world.says("nia", posted, id="hi")
    return world


def reply_rate(world: World) -> tuple[int | None, int]:
    figure = world.figures()["newcomer_first_reply_24h"]
    return (figure.x, figure.n)


def test_o4_six_hours_down_in_four_weeks() -> None:
    world = World()
    world.down("02-20 00:00", "02-20 06:00")
    assert world.facts().seen(28) == pytest.approx(1 - 6 / 672)


def test_o4_gaps_overlap_only_once_and_those_of_a_channel_lower_nothing() -> None:
    world = World()
    world.down("02-20 00:00", "02-20 04:00")
    world.down("02-20 03:00", "02-20 06:00")
    world.down("02-20 01:00", "02-20 02:00")
    world.down("02-10 00:00", "02-20 00:00", channel="c1")
    assert world.facts().seen(28) == pytest.approx(1 - 6 / 672)


def test_gaps_are_cut_to_the_window() -> None:
    world = World()
    world.down("01-01 00:00", "02-03 12:00")
    world.down("03-02 12:00", "03-09 00:00")
    assert world.facts().seen(28) == pytest.approx(1 - 24 / 672)
    assert world.facts().seen(7) == pytest.approx(1 - 12 / 168)


def test_coverage_divides_by_the_seconds_there_were() -> None:
    world = World("Europe/Paris")
    world.down("03-30 00:00", "03-30 04:00")
    assert world.facts("2025-03-30").seen(7) == pytest.approx(1 - 3 / 167)


@pytest.mark.parametrize(
    ("posted", "n"),
    [("03-01 23:59", 1), ("03-02 00:00", 0), ("01-05 00:00", 1), ("01-04 23:59", 0)],
)
def test_n2_first_posts_of_eight_weeks_that_ended_a_day_ago(posted: str, n: int) -> None:
    assert reply_rate(
        newcomer(posted, joined="01-01 09:00" if posted < "02" else "02-20 09:00")
    ) == (
        0,
        n,
    )


def test_n2_somebody_who_first_wrote_on_day_41_is_left_out() -> None:
    assert reply_rate(newcomer("01-30 10:00", joined="2024-12-20 09:00")) == (0, 0)


@pytest.mark.parametrize(("joined", "n"), [("01-02 23:59", 1), ("01-01 00:01", 0)])
def test_n2_newcomers_write_on_days_0_to_27(joined: str, n: int) -> None:
    assert reply_rate(newcomer("01-29 10:00", joined=joined)) == (0, n)


def test_days_leave_the_age_of_newcomers_as_it_is() -> None:
    world = newcomer("02-20 10:00", joined="02-10 10:00")
    assert world.figures(days=7)["newcomer_first_reply_24h"].n == 1


def test_m4_without_a_known_join_nobody_is_a_newcomer() -> None:
    world = World()
    world.says("nia", "02-20 10:00")
    figure = world.figures()["newcomer_first_reply_24h"]
    assert (figure.value, figure.n, figure.enough) == (None, 0, False)


def test_m3_a_second_join_makes_no_newcomer() -> None:
    world = newcomer("02-21 10:00")
    world.joins("nia", "2023-05-01 09:00")
    world.leaves("nia", "2023-06-01 09:00")
    assert reply_rate(world) == (0, 0)


def test_only_the_first_post_ever_counts() -> None:
    world = newcomer("02-21 10:00", joined="2025-02-20 09:00")
    world.says("nia", "2023-05-01 10:00")
    assert reply_rate(world) == (0, 0)


def test_n3_a_reply_after_eleven_hours_counts() -> None:
    world = newcomer("02-21 10:00")
    world.says("bob", "02-21 21:00", re="hi")
    assert reply_rate(world) == (1, 1)


def test_n3_an_inferred_reply_counts_and_a_reply_to_something_else_does_not() -> None:
    world = newcomer("02-21 10:00")
    world.says("bob", "02-21 10:30", "nia")
    assert reply_rate(world) == (1, 1)
    world = newcomer("02-21 10:00")
    more = world.says("nia", "02-21 10:01")
    world.says("bob", "02-21 10:30", re=more)
    assert reply_rate(world) == (0, 1)


@pytest.mark.parametrize(
    ("at", "x"), [("02-21 10:00", 1), ("02-22 10:00", 1), ("02-22 10:01", 0), ("02-22 12:00", 0)]
)
def test_n3_a_reaction_within_a_day_counts(at: str, x: int) -> None:
    world = newcomer("02-21 10:00")
    world.reacts("bob", at, "hi")
    assert reply_rate(world) == (x, 1)


def test_n3_neither_bots_nor_oneself_nor_a_reaction_taken_back_answer() -> None:
    world = newcomer("02-21 10:00")
    world.bots.add("robot")
    world.says("robot", "02-21 10:00:01", re="hi")
    world.reacts("robot", "02-21 10:01", "hi")
    world.reacts("nia", "02-21 10:02", "hi")
    world.says("nia", "02-21 10:03", re="hi")
    world.reacts("bob", "02-21 10:04", "hi", until="02-21 10:05")
    assert reply_rate(world) == (0, 1)


def test_a_moderated_first_post_leaves_the_place_to_the_next() -> None:
    world = newcomer("02-21 10:00")
    world.moderated("hi", "02-21 10:30")
    world.says("nia", "02-22 10:00", id="again")
    world.reacts("bob", "02-22 11:00", "again")
    assert reply_rate(world) == (1, 1)


def test_channels_hold_writers_and_company_in_voice() -> None:
    world = World()
    world.says("ana", "02-10 10:00", channel="c1")
    world.says("ana", "02-10 11:00", channel="c2")
    world.talks("02-11 10:00", "02-11 10:05", "bob", "cyd")
    world.talks("02-12 10:00", "02-12 11:00", "dan", channel="w")
    world.says("eve", "02-02 23:00", channel="old")
    sizes = sorted(len(active) for active in world.facts().channels.values())
    assert sizes == [1, 1, 2]


def test_the_community_began_with_the_first_human_act() -> None:
    world = World(bots={"robot"})
    world.says("robot", "02-01 10:00")
    world.joins("ana", "02-02 10:00")
    assert world.facts().began_on is None
    world.votes.append((world.at("02-05 10:00"), "ana"))
    facts = world.facts()
    assert facts.began_on == facts.today - 26
