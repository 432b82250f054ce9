"""Conversations, answers, channels and rhythm: METRICS-READINGS C6 to C9, L5 and O1."""

import pytest

from tests.builders import World, active, share


def test_o1_a_share_below_the_minimum_still_has_its_value() -> None:
    world = World()
    for day in ("02-10", "02-11", "02-12"):
        question = world.says("ana", f"{day} 10:00", ask=True)
        if day != "02-12":
            world.says("bob", f"{day} 11:00", re=question)
    figure = world.figures()["answer_rate_24h"]
    assert (figure.value, figure.x, figure.n, figure.enough) == (2 / 3, 2, 3, False)


def test_c6_depth_is_of_conversations_and_3plus_of_all() -> None:
    world = World()
    day = 10
    for people in (1, 1, 1, 2, 3, 2):
        first = world.says("p0", f"02-{day} 10:00")
        for n in range(1, people):
            world.says(f"p{n}", f"02-{day} 11:0{n}", re=first)
        day += 1
    world.says("p0", "02-15 12:00", re=first)
    world.says("p0", "02-15 12:01", re=first)
    figures = world.figures()
    assert (figures["conversation_depth"].value, figures["conversation_depth"].n) == (3, 3)
    assert share(figures["conversations_3plus"]) == (1, 6)


def test_the_median_of_an_even_number_is_the_mean_of_the_middle_two() -> None:
    world = World()
    for day, size in ((10, 2), (11, 3)):
        first = world.says("p0", f"02-{day} 10:00")
        for n in range(1, size):
            world.says(f"p{n}", f"02-{day} 11:0{n}", re=first)
    assert world.figures()["conversation_depth"].value == 2.5


def test_c7_a_conversation_that_began_before_the_window_is_left_out() -> None:
    world = World()
    first = world.says("ana", "02-02 23:50")
    world.says("bob", "02-03 10:00", re=first)
    world.says("cyd", "02-03 12:00")
    assert share(world.figures()["response_ratio"]) == (0, 1)


def test_c8_an_answer_by_way_of_others_counts_after_two_days_too() -> None:
    world = World()
    last = world.says("ana", "02-10 10:00", ask=True)
    for at in ("02-11 09:00", "02-12 08:00"):
        last = world.says("ana", at, re=last)
    world.says("bob", "02-12 11:00", re=last)
    figures = world.figures()
    assert share(figures["response_ratio"]) == (1, 1)
    assert share(figures["answer_rate_24h"]) == (0, 1)


def test_c9_staff_ask_too_and_answers_hang_at_any_depth() -> None:
    world = World(staff={"ana"})
    world.says("ana", "02-10 10:00", ask=True)
    more = world.says("ana", "02-10 10:04")
    world.says("cyd", "02-10 10:30", re=more)
    figures = world.figures()
    assert share(figures["answer_rate_24h"]) == share(figures["answer_rate_1h"]) == (1, 1)
    assert share(figures["member_voice_share"]) == (0, 1)


@pytest.mark.parametrize(
    ("minutes", "hour", "day"), [(60, 1, 1), (61, 0, 1), (24 * 60, 0, 1), (24 * 60 + 1, 0, 0)]
)
def test_answers_are_timed_to_the_limit(minutes: int, hour: int, day: int) -> None:
    world = World()
    asked = world.at("02-10 10:00")
    first = world.says("ana", asked, ask=True)
    world.says("bob", asked + minutes * 60_000, re=first)
    figures = world.figures()
    assert (figures["answer_rate_1h"].x, figures["answer_rate_24h"].x) == (hour, day)


@pytest.mark.parametrize(("at", "n"), [("02-02", 1), ("02-01", 0), ("03-01", 1), ("03-02", 0)])
def test_q1_questions_of_four_weeks_that_ended_a_day_ago(at: str, n: int) -> None:
    world = World()
    world.says("ana", f"{at} 12:00", ask=True)
    assert world.figures()["answer_rate_24h"].n == n


def test_a_median_wait_needs_half_of_the_questions_answered() -> None:
    world = World()
    for day, minutes in ((10, 5), (11, 30), (12, None), (13, None)):
        asked = world.at(f"02-{day} 10:00")
        first = world.says("ana", asked, ask=True)
        if minutes:
            world.says("bob", asked + minutes * 60_000, re=first)
    figure = world.figures()["first_response_time"]
    assert (figure.value, figure.n, figure.parts) == (1800, 4, {"censored": False})
    world.says("ana", "02-14 10:00", ask=True)
    figure = world.figures()["first_response_time"]
    assert (figure.value, figure.n, figure.parts) == (None, 5, {"censored": True})
    assert not figure.enough


def test_l5_each_person_counts_once_in_each_channel() -> None:
    world = World()
    for user in ("a", "b", "c", "d"):
        world.says(user, "02-10 10:00", channel="c1")
        world.says(user, "02-11 10:00", channel="c1")
    world.says("a", "02-12 10:00", channel="c2")
    assert world.figures()["channel_entropy"].value == pytest.approx(0.7219, abs=1e-4)


def test_one_channel_has_no_entropy() -> None:
    assert active("02-10").figures()["channel_entropy"].value is None


def test_r1_rhythm_is_the_mean_of_four_weeks_of_distinct_people() -> None:
    world = World("Europe/Paris")
    for week in ("02-03", "02-10"):
        world.says("ana", f"{week} 00:10")
        world.says("ana", f"{week} 00:50")
    world.says("bob", "02-10 00:30", channel="c2")
    world.talks("03-02 22:30", "03-02 23:10", "ana", "bob")
    world.talks("03-01 22:30", "03-01 23:10", "cyd")
    figure = world.figures()["rhythm"]
    assert figure.parts is not None
    matrix = figure.parts["matrix"]
    assert (matrix[0][0], matrix[6][22], matrix[6][23]) == (3 / 4, 2 / 4, 2 / 4)
    assert (sum(map(sum, matrix)), figure.n, figure.value) == (7 / 4, 7, None)
    assert [len(matrix), {len(row) for row in matrix}] == [7, {24}]


def test_rhythm_wants_four_weeks_and_two_hundred_user_hours() -> None:
    for first, people, enough in ((3, 8, True), (4, 9, False), (3, 7, False)):
        world = World()
        for user in range(people):
            for day in range(first, 29):
                world.says(f"u{user}", f"02-{day:02} 10:00")
        assert world.figures()["rhythm"].enough is enough, (first, people)


def test_answered_questions_say_how_many_people_asked_them() -> None:
    world = World()
    for day, asker in ((10, "ana"), (11, "ana"), (12, "cyd"), (13, "dan")):
        question = world.says(asker, f"02-{day} 10:00", ask=True)
        if asker != "dan":
            world.says("bob", f"02-{day} 11:00", re=question)
    figure = world.figures()["answer_rate_24h"]
    assert (figure.x, figure.n, figure.people) == (3, 4, 2)


def test_wide_conversations_say_how_many_people_began_them() -> None:
    world = World()
    for day, size, starter in ((10, 3, "p0"), (11, 3, "p0"), (12, 4, "p9"), (13, 2, "p8")):
        first = world.says(starter, f"02-{day} 10:00")
        for n in range(1, size):
            world.says(f"p{n}", f"02-{day} 11:0{n}", re=first)
    figure = world.figures()["conversations_3plus"]
    assert (figure.x, figure.n, figure.people) == (3, 4, 2)
