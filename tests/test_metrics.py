"""The catalogue and the laws that every figure obeys."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.metrics import METRICS, measure
from bot.metrics.catalogue import CATALOGUE
from bot.metrics.figure import Figure, Unit
from tests.builders import World
from tests.told import Reacted, Sent, Stay

DAY_MS = 86_400_000
START = 1_735_689_600_000
"""2025-01-01, two months before the Sunday of the examples."""
IDS_OF_THE_CONTRACT = """
headcount reachable dau wau mau stickiness regularity participation_rate l28_4plus
non_new_communicators member_types gini n2_voices top1_share bus_factor hero_survival
degree_centralisation giant_component clustering reciprocity activation_7d time_to_first_message
newcomer_first_reply_24h retention_d1 retention_w1 retention_w4 welcome_effect growth quick_ratio
core_kept early_leave_rate answer_rate_24h answer_rate_1h first_response_time helpful_answer_rate
conversation_depth conversations_3plus response_ratio reaction_rate member_voice_share poll_turnout
gratitude_rate kindness_reach moderator_load staff_first_reply_share channel_entropy rhythm
needs_met needs_ship_time prompt_effect noise_share
"""
HEADS = {"headcount", "reachable", "participation_rate"}
JOINS = {"activation_7d", "retention_d1", "retention_w1", "retention_w4", "early_leave_rate"}

users = st.sampled_from(["ana", "bob", "cyd", "dan", "eve", "fay"])
instants = st.integers(0, 62 * 24 * 12).map(lambda step: START + step * 300_000)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    world = World(bots={"fay"})
    for at in draw(st.lists(instants, max_size=30)):
        reply = draw(st.none() | st.integers(1, 40).map(str))
        mentions = draw(st.lists(users, max_size=2))
        world.says(draw(users), at, *mentions, re=reply, ask=draw(st.booleans()))
    for at in draw(st.lists(instants, max_size=6)):
        world.reacts(draw(users), at, draw(st.integers(1, 40).map(str)))
    for at in draw(st.lists(instants, max_size=6)):
        world.joins(draw(users), at)
    for at in draw(st.lists(instants, max_size=3)):
        world.leaves(draw(users), at)
    for at in draw(st.lists(instants, max_size=3)):
        world.talks(at, at + 600_000, draw(users), draw(users))
    return world


def but(figures: dict[str, Figure], left_out: set[str]) -> dict[str, Figure]:
    return {id_: figure for id_, figure in figures.items() if id_ not in left_out}


def moved(row: Any, shift: int) -> Any:
    """A row with every instant of it shifted."""
    match row:
        case Stay():
            return row._replace(start=row.start + shift, end=row.end + shift)
        case Reacted() | Sent():
            return row._replace(at=row.at + shift)
        case (int() as at, *rest):
            return (at + shift, *rest)


def test_the_catalogue_has_the_ids_of_the_contract_in_its_order() -> None:
    ids = IDS_OF_THE_CONTRACT.split()
    assert list(CATALOGUE) == ids
    assert list(World().figures()) == ids


def test_every_metric_is_in_the_catalogue_once_with_its_unit_and_source() -> None:
    figures = World().figures()
    measured = [metric.id for metric in METRICS]
    assert measured == [id_ for id_ in CATALOGUE if id_ in measured]
    for metric in METRICS:
        assert figures[metric.id].unit is CATALOGUE[metric.id], metric.id
        assert "METRICS" in (metric.measure.__doc__ or ""), metric.id


def test_what_is_not_measured_has_no_value() -> None:
    figure = World().figures()["needs_met"]
    assert figure == Figure(None, 0, Unit.SHARE, enough=False, x=0)


@settings(max_examples=60)
@given(worlds())
def test_shares_are_x_of_n_and_lie_in_their_interval(world: World) -> None:
    for id_, figure in world.figures().items():
        if figure.unit is Unit.SHARE and figure.value is not None:
            assert figure.x is not None, id_
            assert figure.low is not None, id_
            assert figure.high is not None, id_
            assert figure.value == figure.x / figure.n, id_
            assert 0 <= figure.low <= figure.value <= figure.high <= 1, id_
        else:
            assert (figure.low, figure.high) == (None, None), id_


@settings(max_examples=60)
@given(worlds())
def test_growth_accounting_adds_up_exactly(world: World) -> None:
    figures, facts = world.figures(), world.facts()
    parts = figures["growth"].parts
    assert parts is not None
    before = len(facts.a2.people(14, 7))
    assert figures["wau"].value == before + parts["new"] + parts["resurrected"] - parts["churned"]
    assert before == parts["retained"] + parts["churned"]
    assert figures["wau"].value == parts["new"] + parts["retained"] + parts["resurrected"]


@settings(max_examples=60)
@given(worlds())
def test_figures_nest(world: World) -> None:
    values = {id_: figure.value or 0 for id_, figure in world.figures().items()}
    assert values["dau"] <= values["wau"] <= values["mau"]
    assert values["reachable"] <= values["headcount"]
    assert values["answer_rate_1h"] <= values["answer_rate_24h"]
    assert values["n2_voices"] <= world.figures()["gini"].n
    assert 0 <= values["gini"] < 1
    assert 0 <= values["stickiness"] <= values["regularity"] <= 1


@settings(max_examples=40)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(world: World, dice: Any) -> None:
    before = world.figures()
    for rows in (world.sent, world.reacted, world.moves, world.stays):
        dice.shuffle(rows)
    assert world.figures() == before


@settings(max_examples=40)
@given(worlds(), st.integers(1, 60))
def test_silent_members_change_head_counts_only(world: World, silent: int) -> None:
    before = world.figures()
    for number in range(silent):
        world.joins(f"silent{number}", "02-10 10:00")
    after = world.figures()
    assert but(before, HEADS | JOINS) == but(after, HEADS | JOINS)
    assert after["headcount"].value == (before["headcount"].value or 0) + silent
    assert after["participation_rate"].x == before["participation_rate"].x
    assert after["activation_7d"].x == before["activation_7d"].x


@settings(max_examples=40)
@given(worlds())
def test_a_shift_by_a_week_changes_nothing(world: World) -> None:
    later = replace(
        world,
        sent=[moved(row, 7 * DAY_MS) for row in world.sent],
        reacted=[moved(row, 7 * DAY_MS) for row in world.reacted],
        stays=[moved(row, 7 * DAY_MS) for row in world.stays],
        moves=[moved(row, 7 * DAY_MS) for row in world.moves],
    )
    assert later.figures("2025-03-09") == world.figures("2025-03-02")


@settings(max_examples=40)
@given(worlds())
def test_saying_everything_twice_changes_no_figure_about_days_or_people(world: World) -> None:
    twice = replace(
        world,
        sent=[
            *world.sent,
            *(sent._replace(id=f"{sent.id}0000", at=sent.at + 1) for sent in world.sent),
        ],
    )
    by_days = (
        HEADS
        | JOINS - {"early_leave_rate"}
        | {
            "dau",
            "wau",
            "mau",
            "stickiness",
            "regularity",
            "l28_4plus",
            "growth",
            "quick_ratio",
            "core_kept",
            "reciprocity",
            "giant_component",
            "degree_centralisation",
            "rhythm",
        }
    )
    before, after = world.figures(), twice.figures()
    assert {id_: before[id_] for id_ in by_days} == {id_: after[id_] for id_ in by_days}
    one, two = world.facts(), twice.facts()
    assert all(one.a3.count(person, 28) == two.a3.count(person, 28) for person in one.people)


@settings(max_examples=60)
@given(worlds(), st.randoms(use_true_random=False))
def test_two_linked_accounts_of_a_person_measure_as_one(world: World, dice: Any) -> None:
    def either(name: str) -> str:
        return f"{name}~2" if dice.random() < 0.5 else name

    world.moves = [move for move in world.moves if move[2]]
    parted = replace(
        world,
        sent=[
            sent._replace(author=either(sent.author), mentions=tuple(map(either, sent.mentions)))
            for sent in world.sent
        ],
        reacted=[row._replace(user=either(row.user)) for row in world.reacted],
        links={f"{name}~2": name for name in ("ana", "bob", "cyd", "dan", "eve", "fay")},
    )
    assert parted.figures() == world.figures()


@pytest.mark.parametrize("days", [1, 3, 7, 10, 28, 30, 91, 200])
def test_any_window_can_be_measured(days: int) -> None:
    world = World()
    for week in range(30):
        at = world.at("2024-08-05 10:00") + week * 7 * DAY_MS
        first = world.says("ana", at, ask=True)
        world.says("bob", at + 60_000, re=first)
    figures = world.figures(days=days)
    weeks_in_it = days // 7
    assert figures["conversations_3plus"].n == weeks_in_it
    assert measure(world.facts(days=days)) == figures
