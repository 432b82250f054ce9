"""What the digest says of itself in a community's first weeks."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digest import compose
from bot.digest.beginnings import MILESTONES, ahead
from bot.digest.history import covers_start, tells_of_week_before
from bot.post import Bullets, Para
from bot.render.text import render_text
from bot.stats import Statistics
from bot.text import texts_for
from tests.digests import SUNDAY, running_club, silent_group, young_club

EN = texts_for("en")


def since(first: date, end: date = SUNDAY, *, tells_joins: bool = True) -> Statistics:
    club = running_club()
    window = replace(club.window, start=end - timedelta(days=27), end=end)
    return replace(club, known=(first, end), window=window, tells_joins=tells_joins)


def test_a_club_that_began_on_a_wednesday_is_told_what_comes_when() -> None:
    dates = {one.topic: one.sunday for one in ahead(young_club())}
    assert dates == {
        "who came, came back or fell silent": date(2025, 10, 19),
        "newcomers in their second week": date(2025, 10, 26),
        "four whole weeks, and the rhythm of the week": date(2025, 11, 2),
        "newcomers in their fifth week": date(2025, 11, 16),
        "regulars who stay": date(2025, 11, 30),
        "weeks that stand out from the eight before": date(2025, 12, 7),
    }


def test_a_club_that_began_on_a_monday_loses_no_day() -> None:
    assert ahead(since(date(2025, 9, 29)))[0].sunday == date(2025, 10, 12)
    assert ahead(since(date(2025, 9, 30)))[0].sunday == date(2025, 10, 19)


@pytest.mark.parametrize(("weeks", "left"), [(1, 6), (2, 5), (4, 3), (6, 2), (8, 1), (9, 0)])
def test_what_has_come_is_announced_no_longer(weeks: int, left: int) -> None:
    world = since(SUNDAY - timedelta(days=7 * weeks - 1))
    assert len(ahead(world)) == left
    post = compose(world, EN)
    assert ("beginnings" in {section.id for section in post.sections}) == bool(left)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 12))
def test_every_announced_digest_keeps_its_word(first: date, later: int) -> None:
    end = first + timedelta(days=(6 - first.weekday()) + 7 * later)
    world = since(first, end)
    coming = {one.topic: one.sunday for one in ahead(world)}
    is_before = "who came, came back or fell silent" in coming
    assert is_before == (not tells_of_week_before(world))
    assert ("four whole weeks, and the rhythm of the week" in coming) == (not covers_start(world))
    for milestone in MILESTONES:
        if milestone.topic in coming:
            sunday = coming[milestone.topic]
            assert sunday.weekday() == 6
            assert (sunday - first).days + 1 >= milestone.days > (sunday - first).days - 6


def test_newcomers_are_promised_only_where_joining_is_seen() -> None:
    topics = [one.topic for one in ahead(since(date(2025, 10, 1), tells_joins=False))]
    assert len(topics) == 4
    assert not [topic for topic in topics if "newcomers" in topic]


def test_thin_averages_are_owned_up_to_until_four_weeks_are_known() -> None:
    young, older = since(date(2025, 9, 9)), since(date(2025, 9, 8))
    assert "still come out too low" in " ".join(render_text(compose(young, EN)).split())
    assert "still come out too low" not in " ".join(render_text(compose(older, EN)).split())
    assert ahead(older)


def test_the_first_weeks_come_first_and_name_the_day_in_full() -> None:
    section = compose(young_club(), EN).sections[0]
    assert section.id == "beginnings"
    first, _, announced = section.blocks
    assert isinstance(first, Para)
    assert "begins on Wednesday 1 October 2025: 5 days" in first.text
    assert isinstance(announced, Bullets)
    assert len(announced.items) == 6
    french = compose(young_club(), texts_for("fr")).sections[0].blocks[0]
    assert isinstance(french, Para)
    assert "commence le mercredi 1er octobre 2025, soit 5\xa0jours" in french.text


def test_silence_and_an_unknown_week_have_no_first_weeks() -> None:
    for quiet in (
        replace(silent_group(), known=(date(2025, 10, 1), SUNDAY)),
        replace(young_club(), known=None),
    ):
        assert [section.id for section in compose(quiet, EN).sections] == ["people", "counted"]
