"""Figures that rest on what could not be seen are not available; nothing else changes."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import DAY_MS
from bot.digest import MEMBERS, MODERATORS, compose, is_worth_telling
from bot.digest import document as digest_document
from bot.metrics import measure
from bot.metrics.catalogue import CATALOGUE
from bot.metrics.change import baseline_weeks
from bot.metrics.figure import Figure
from bot.metrics.needs import NEEDS
from bot.render.figures import figures_table
from bot.render.text import render_text
from bot.sight import Sight
from bot.stats import Statistics, document
from bot.text import texts_for
from tests.builders import World
from tests.digests import changed, line, people, running_club, untold

MESSAGES, REACTIONS, JOINS = Sight.MESSAGES, Sight.REACTIONS, Sight.JOINS
END = "03-03 00:00"
"""T: the midnight after the Sunday of the examples."""
LONG_AGO = "01-01 00:00"


def club() -> World:
    """Ten weeks in which six people write every day, react to each other, and one joins a week."""
    world = World()
    names = ["ana", "bob", "cyd", "dan", "eve", "fay"]
    for day in range(70):
        at = world.at(END) - (70 - day) * DAY_MS
        first = world.says(names[day % 6], at + 10 * 3_600_000, ask=True)
        world.says(names[(day + 1) % 6], at + 11 * 3_600_000, re=first)
        world.reacts(names[(day + 2) % 6], at + 12 * 3_600_000, first)
        if day % 7 == 0:
            world.joins(f"new{day}", at + 3_600_000)
            world.says(f"new{day}", at + 2 * 3_600_000)
    return world


def unavailable(figures: dict[str, Figure]) -> dict[str, tuple[Sight, ...]]:
    return {id_: figure.unavailable for id_, figure in figures.items() if figure.unavailable}


def needing(*sights: Sight) -> set[str]:
    return {id_ for id_, need in NEEDS.items() if set(need.sights) & set(sights)}


def said(statistics: Statistics, audience: str, language: str = "en") -> str:
    return " ".join(render_text(compose(statistics, texts_for(language), audience)).split())


def test_every_figure_says_what_it_needs() -> None:
    assert set(NEEDS) == set(CATALOGUE)
    assert all(Sight.UPDATES not in need.sights for need in NEEDS.values())


def test_nothing_changes_where_nothing_was_hidden() -> None:
    assert unavailable(club().figures()) == {}
    assert club().statistics().hidden == ()
    assert {
        len(found["unavailable"]) for found in document(club().statistics())["metrics"].values()
    } == {0}


@pytest.mark.parametrize("sight", [MESSAGES, REACTIONS, JOINS])
def test_what_was_always_hidden_leaves_no_figure_that_needs_it(sight: Sight) -> None:
    world = club()
    seen = world.figures()
    world.hides(sight, LONG_AGO, END)
    figures = world.figures()
    assert unavailable(figures) == dict.fromkeys(needing(sight), (sight,))
    for id_ in needing(sight):
        found = figures[id_]
        assert (found.value, found.n, found.enough, found.parts, found.x) == (
            None, 0, False, None, None,
        )  # fmt: skip
        assert (found.unit, found.window_days) == (seen[id_].unit, seen[id_].window_days)
    for id_ in set(figures) - needing(sight):
        assert figures[id_] == seen[id_]


def test_what_is_hidden_is_named_wholly_and_in_order() -> None:
    world = club()
    for sight in (JOINS, REACTIONS):
        world.hides(sight, LONG_AGO, END)
    figures = world.figures()
    assert figures["retention_w1"].unavailable == (REACTIONS, JOINS)
    assert figures["early_leave_rate"].unavailable == (JOINS,)
    assert figures["reaction_rate"].unavailable == (REACTIONS,)
    assert figures["wau"].unavailable == ()


@pytest.mark.parametrize(("hours", "is_told"), [(67, True), (68, False)])
def test_a_tenth_of_the_window_may_be_hidden_and_not_an_hour_more(
    hours: int, is_told: bool
) -> None:
    world = club()
    end = world.at("02-20 00:00")
    world.hides(REACTIONS, end - hours * 3_600_000, end)
    assert (world.figures()["reciprocity"].value is not None) == is_told


def test_spans_of_several_places_count_each_instant_once() -> None:
    world = club()
    for _ in range(2):
        world.hides(REACTIONS, "02-20 00:00", "02-22 00:00")
    assert world.facts().hidden(REACTIONS, 28) == pytest.approx(2 / 28)
    world.hides(REACTIONS, "02-21 00:00", "02-23 00:00")
    assert world.facts().hidden(REACTIONS, 28) == pytest.approx(3 / 28)
    assert world.figures()["reciprocity"].unavailable == (REACTIONS,)


def test_a_community_that_was_never_seen_shows_no_false_zeros_in_its_first_days() -> None:
    world = World()
    world.says("ana", "03-02 12:00")
    world.hides(REACTIONS, "03-02 10:00", END)
    world.hides(JOINS, "03-02 10:00", END)
    figures = world.figures()
    assert figures["reciprocity"].unavailable == (REACTIONS,)
    assert figures["wau"].value == 1


def test_an_hour_of_blindness_takes_nothing_from_a_long_history() -> None:
    world = club()
    world.hides(REACTIONS, "03-02 23:00", END)
    assert unavailable(world.figures()) == {}


def test_a_span_counts_as_far_as_it_lies_before_the_midnight_that_is_asked_about() -> None:
    world = club()
    world.hides(MESSAGES, "02-24 00:00", "06-01 00:00")
    before, after = world.figures("2025-02-23"), world.figures()
    assert before["wau"].value == 6 + 1
    assert after["wau"].unavailable == (MESSAGES,)
    statistics = world.statistics()
    assert (statistics.figures["wau"].value, statistics.figures["wau"].previous) == (None, 7)


@pytest.mark.parametrize(
    ("id_", "since", "until"),
    [
        ("retention_w4", 91, 63),
        ("retention_w1", 70, 56),
        ("activation_7d", 63, 55),
        ("core_kept", 56, 40),
        ("growth", 14, 7),
        ("participation_rate", 91, 70),
        ("rhythm", 28, 20),
    ],
)
def test_a_figure_needs_all_the_days_that_it_rests_on(id_: str, since: int, until: int) -> None:
    world, end = club(), club().at(END)
    assert world.figures()[id_].unavailable == ()
    sight = NEEDS[id_].sights[-1]
    world.hides(sight, end - since * DAY_MS, end - until * DAY_MS)
    assert world.figures()[id_].unavailable == (sight,)


def test_a_rate_has_not_changed_because_it_was_hidden_before() -> None:
    world = World()
    for day in range(63):
        for hour in range(8, 12):
            at = world.at(END) - (64 - day) * DAY_MS + hour * 3_600_000
            first = world.says(f"u{hour}", at, ask=True)
            if day >= 56:
                world.says(f"v{hour}", at + 1000, re=first)
    assert world.figures()["answer_rate_24h"].changed
    world.hides(MESSAGES, "01-01 00:00", "02-02 00:00")
    figure = world.figures()["answer_rate_24h"]
    assert figure.value is not None
    assert figure.changed is False


def test_a_week_without_messages_is_missing_from_what_a_week_is_compared_with() -> None:
    world, end = club(), club().at(END)
    for days_ago, hours in ((13, 24), (27, 20), (41, 16)):
        start = end - days_ago * DAY_MS
        world.hides(MESSAGES, start, start + hours * 3_600_000)
    assert baseline_weeks(world.facts()) == [(7 * k + 7, 7 * k) for k in (2, 4, 5, 6, 7, 8)]
    world.hides(MESSAGES, end - DAY_MS, end)
    assert baseline_weeks(world.facts()) == []


@settings(max_examples=60, deadline=None)
@given(
    sights=st.sets(st.sampled_from([MESSAGES, REACTIONS, JOINS]), min_size=1),
    start=st.integers(0, 90),
    length=st.integers(1, 90),
)
def test_hiding_more_makes_fewer_figures_and_alters_none(
    sights: set[Sight], start: int, length: int
) -> None:
    world = SEEN
    facts = world.facts()
    end = world.at(END) - (90 - start) * DAY_MS
    blind = {str(sight): [(end, end + length * DAY_MS)] for sight in sights}
    for id_, figure in measure(replace(facts, blind=blind)).items():
        assert set(figure.unavailable) <= sights & set(NEEDS[id_].sights)
        if figure.unavailable:
            assert figure.value is None
        else:
            assert replace(figure, changed=FULL[id_].changed) == FULL[id_]


SEEN = club()
FULL = SEEN.figures()


def test_the_document_says_what_is_not_available_and_why() -> None:
    world = club()
    world.hides(REACTIONS, LONG_AGO, END)
    found = json.loads(json.dumps(document(world.statistics()), allow_nan=False))
    assert found["metrics"]["reciprocity"]["unavailable"] == ["reactions"]
    assert found["metrics"]["reciprocity"]["value"] is None
    assert found["metrics"]["wau"]["unavailable"] == []
    authenticity = found["authenticity"]
    assert authenticity["headcount"] == 16
    assert authenticity["reason"] == "not_visible"
    parts = ("engaged", "new", "dormant", "quiet", "hollow", "real_size")
    assert {authenticity[part] for part in parts} == {None}


def test_coverage_stays_what_it_was() -> None:
    world = club()
    world.hides(MESSAGES, LONG_AGO, END)
    assert world.statistics().coverage == 1


def test_the_table_of_figures_says_what_is_hidden() -> None:
    world = club()
    world.hides(JOINS, LONG_AGO, END)
    (row,) = [row for row in figures_table(world.statistics()).splitlines() if "early_leave" in row]
    assert row.split("  ")[0] == "early_leave_rate"
    assert row.endswith("not available (joins hidden)")


# The digest


def unmoved_club() -> Statistics:
    """A club in good health with as many members as a week ago."""
    return changed(running_club(), headcount=people(412, previous=412))


def blinded(*sights: Sight) -> Statistics:
    """A club in good health of which something was hidden all the time."""
    seen = unmoved_club()
    figures = {
        id_: replace(
            figure,
            value=None,
            n=0,
            x=None,
            low=None,
            high=None,
            enough=False,
            parts=None,
            changed=None,
            unavailable=tuple(sight for sight in NEEDS[id_].sights if sight in sights),
        )
        if set(NEEDS[id_].sights) & set(sights)
        else figure
        for id_, figure in seen.figures.items()
    }
    return replace(seen, figures=figures, hidden=sights)


def test_the_digest_says_what_is_not_available_instead_of_zeros() -> None:
    told = said(blinded(REACTIONS, JOINS), MODERATORS)
    assert (
        "Not available: the share of people within reach who take part and who talks to whom. For "
        "too much of the time, Foyer could not see reactions and who comes and goes here." in told
    )
    assert (
        "For more than a tenth of that time, Foyer could not see reactions and who comes and goes "
        "here." in told
    )
    assert "64 people took part this week" in told
    assert "Foyer knows of 412 members; whoever went unseen is still counted." in told
    assert " 0%" not in told
    assert "Not enough data yet" not in told


def test_the_digest_says_it_in_french() -> None:
    told = said(blinded(REACTIONS), MODERATORS, "fr").replace("\u00a0", " ")
    assert "Foyer n’a pas pu voir les réactions ici." in told
    assert "Non disponible : " in told


def test_optional_figures_are_not_passed_over_where_they_are_hidden() -> None:
    post = compose(blinded(REACTIONS, JOINS), texts_for("en"), MODERATORS)
    assert {"hero_survival", "activation_7d"} <= untold(post)


def test_the_members_edition_says_it_too_and_keeps_the_rest() -> None:
    told = said(blinded(REACTIONS, JOINS), MEMBERS)
    assert "people or more took part this week" in told
    assert (
        "Not available: the welcome that newcomers’ first messages get. For too much of the time, "
        "Foyer could not see reactions and who comes and goes here." in told
    )
    post = compose(blinded(REACTIONS), texts_for("en"), MEMBERS)
    found = digest_document(blinded(REACTIONS), post, MEMBERS)
    assert found["metrics"]["newcomer_first_reply_24h"]["unavailable"] == ["reactions"]


@pytest.mark.parametrize("audience", [MODERATORS, MEMBERS])
def test_a_week_without_messages_is_not_called_silent(audience: str) -> None:
    hidden = blinded(MESSAGES)
    assert not is_worth_telling(hidden, audience)
    told = said(hidden, audience)
    assert "Nobody" not in told
    assert "no data" not in told
    if audience == MODERATORS:
        assert "Who takes part, and with whom, is not available" in told
        assert "Foyer could not see messages here" in told


def test_a_day_without_messages_spoils_the_week_and_not_the_month() -> None:
    club = unmoved_club()
    week = {id_: blinded(MESSAGES).figures[id_] for id_ in ("wau", "dau", "growth", "quick_ratio")}
    mixed = replace(club, figures={**club.figures, **week})
    assert is_worth_telling(mixed, MODERATORS)
    assert not is_worth_telling(mixed, MEMBERS)
    post = compose(mixed, texts_for("en"), MODERATORS)
    assert {"wau", "growth"} <= untold(post)
    assert line(post, "mau").value == "118"
    assert "Nobody" not in render_text(post)


def test_a_week_that_is_seen_again_is_told_while_the_month_is_not() -> None:
    club = running_club()
    week = {id_: club.figures[id_] for id_ in ("wau", "dau")}
    mixed = replace(blinded(MESSAGES), figures={**blinded(MESSAGES).figures, **week})
    post = compose(mixed, texts_for("en"), MODERATORS)
    assert line(post, "wau").value == "64"
    assert "mau" in untold(post)
    assert "Nobody" not in render_text(post)


def test_first_weeks_promise_nothing_that_stays_hidden() -> None:
    young = replace(running_club(), known=(date(2025, 9, 29), date(2025, 10, 5)))
    assert "newcomers in their second week" in said(young, MODERATORS)
    hidden = replace(young, hidden=(JOINS,))
    assert "newcomers in their second week" not in said(hidden, MODERATORS)
