"""How talk and contact are spread: METRICS-READINGS I1 to I5 and O1."""

import pytest

from tests.builders import World, active, share


def test_o1_gini_and_the_graph_have_no_value_below_three_people() -> None:
    world = World()
    first = world.says("ana", "02-10 10:00")
    world.says("bob", "02-10 11:00", re=first)
    figures = world.figures()
    for id_ in ("gini", "degree_centralisation", "clustering", "hero_survival"):
        assert figures[id_].value is None, id_
    assert share(figures["reciprocity"]) == (0, 1)


def test_m8_a_mention_of_a_bot_is_no_contact() -> None:
    world = World(bots={"robot"})
    world.says("ana", "03-01 10:00", "robot")
    assert world.figures()["reciprocity"].n == 0


def test_i1_gini_is_over_those_who_wrote() -> None:
    world = World()
    for user, number in (("ana", 4), ("bob", 2), ("cyd", 1), ("dan", 1)):
        for minute in range(number):
            world.says(user, f"02-10 10:{minute:02}")
    world.reacts("eve", "02-10 11:00", "1")
    figures = world.figures()
    assert figures["gini"].value == pytest.approx(5 / 16)
    assert figures["gini"].n == 4
    assert figures["n2_voices"].value == 64 / 22
    assert (share(figures["top1_share"]), figures["bus_factor"].value) == ((4, 8), 2)
    assert not figures["gini"].enough


def test_voices_are_enough_with_three_people_and_thirty_messages() -> None:
    ids = ("gini", "n2_voices", "top1_share", "bus_factor")
    for users, messages, enough in ((3, 10, True), (2, 20, False), (3, 9, False)):
        world = World()
        for user in range(users):
            for minute in range(messages):
                world.says(f"u{user}", f"02-1{user} 10:{minute:02}")
        figures = world.figures()
        assert [figures[id_].enough for id_ in ids] == [enough] * 4


def test_i2_the_hero_is_in_neither_number() -> None:
    world = World()
    first = world.says("ana", "02-10 10:00")
    world.says("bob", "02-10 11:00", re=first)
    world.says("cyd", "02-10 12:00", re=first)
    figures = world.figures()
    assert share(figures["hero_survival"]) == (0, 2)
    assert (figures["degree_centralisation"].value, figures["degree_centralisation"].n) == (1, 3)


def test_i2_ties_go_to_the_lowest_id_as_text() -> None:
    world = World()
    world.says("10", "02-10 10:00", "u", "v")
    world.says("9", "02-10 11:00", "x")
    world.says("9", "02-10 12:00", "x")
    assert share(world.figures()["hero_survival"]) == (2, 4)


def test_a5_a_reply_with_a_mention_weighs_two_in_finding_the_hero() -> None:
    world = World()
    first = world.says("bob", "02-10 10:00")
    world.says("zoe", "02-10 10:10", "bob", re=first)
    world.says("zoe", "02-10 10:20", "bob")
    world.says("bob", "02-10 10:30", "cyd")
    for minute in range(3):
        world.says("ana", f"02-10 11:0{minute}", "fay")
    assert share(world.figures()["hero_survival"]) == (2, 4)


def test_i3_voice_is_no_edge() -> None:
    world = World()
    world.talks("02-10 10:00", "02-10 11:00", "c", "s")
    assert world.figures()["reciprocity"].n == 0


def test_i4_loners_are_not_in_the_graph() -> None:
    world = World()
    for user in ("dan", "eve"):
        world.says(user, "02-10 09:00")
    world.says("ana", "02-10 10:00", "bob", "cyd")
    figure = world.figures()["degree_centralisation"]
    assert (figure.value, figure.n) == (1, 3)


def test_i5_giant_component_is_of_the_active() -> None:
    world = World()
    for user in ("ana", "bob", "cyd", "eve"):
        active("02-12", user=user, into=world)
    world.says("ana", "02-12 13:00", "bob", "cyd")
    assert share(world.figures()["giant_component"]) == (3, 4)


def test_i5_silent_people_connect_but_are_not_counted() -> None:
    world = active("02-12")
    active("02-13", user="bob", into=world)
    for user in ("ana", "bob"):
        world.says(user, "02-14 10:00", "zed", "yan", "xia")
    assert share(world.figures()["giant_component"]) == (2, 2)


def test_without_any_contact_everybody_is_a_component_of_one() -> None:
    world = active("02-12")
    active("02-13", user="bob", into=world)
    assert share(world.figures()["giant_component"]) == (1, 2)


def test_reciprocity_is_of_directed_pairs() -> None:
    world = World()
    first = world.says("ana", "02-10 10:00", "bob", "cyd")
    world.says("bob", "02-10 11:00", re=first)
    figure = world.figures()["reciprocity"]
    assert (share(figure), figure.enough) == ((2, 3), False)


def test_the_graph_is_enough_with_ten_dyads() -> None:
    for others, enough in ((9, False), (10, True)):
        world = World()
        world.says("ana", "02-10 10:00", *(f"u{n}" for n in range(others)))
        for n in range(others):
            world.says(f"u{n}", "02-10 11:00", "ana")
        assert world.figures()["reciprocity"].enough is enough


def test_clustering_is_the_mean_over_everybody_with_a_contact() -> None:
    world = World()
    world.says("ana", "02-10 10:00", "bob", "cyd", "dan")
    world.says("bob", "02-10 11:00", "cyd")
    assert world.figures()["clustering"].value == pytest.approx((1 / 3 + 1 + 1 + 0) / 4)
