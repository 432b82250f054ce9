"""The members' edition: what it says, and where it rather says nothing."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

import pytest

from bot.digest import MEMBERS, MODERATORS, compose, is_worth_telling
from bot.digest.floors import floored
from bot.metrics.figure import Figure
from bot.post import FigureLine, Note, Para, WeekGrid
from bot.render.text import render_text
from bot.stats import Statistics
from bot.text import texts_for
from tests.digests import (
    assert_golden,
    changed,
    figure_lines,
    later_week,
    line,
    people,
    reading_circle,
    rhythm,
    running_club,
    share,
    silent_group,
    statistics,
    young_club,
)

EN = texts_for("en")
WORLDS = {
    "digest-members": running_club,
    "digest-members-few": reading_circle,
    "digest-members-young": young_club,
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", WORLDS)
def test_the_members_edition_reads_as_its_golden_page(name: str, language: str) -> None:
    assert_golden(name, language, compose(WORLDS[name](), texts_for(language), MEMBERS))


def week(here: int, headcount: int, reported: int | None = None, **figures: Figure) -> Statistics:
    told = {"wau": people(here), "headcount": people(headcount), **figures}
    return replace(statistics("Any", told), reported=reported)


def shown(world: Statistics) -> dict[str, str]:
    return {entry.figure: entry.value for entry in figure_lines(compose(world, EN, MEMBERS))}


@pytest.mark.parametrize(
    ("here", "headcount", "reported", "said"),
    [
        (4, 100, None, None),
        (5, 100, None, "5"),
        (64, 412, None, "60"),
        (65, 412, None, "65"),
        (64, 64, None, "55"),
        (64, 68, None, "60"),
        (20, 24, None, "15"),
        (20, 25, None, "20"),
        (20, 400, 24, "15"),
        (20, 24, 400, "15"),
        (9, 9, None, None),
        (10, 10, None, "5"),
        (48_123, 90_000, None, "48,120"),
    ],
)
def test_the_people_of_a_week_are_rounded_down_and_leave_five_to_the_whole(
    here: int, headcount: int, reported: int | None, said: str | None
) -> None:
    world = week(here, headcount, reported)
    assert shown(world) == ({"wau": said} if said else {})
    assert is_worth_telling(world, MEMBERS) == bool(said)


@pytest.mark.parametrize(
    ("x", "n", "behind", "said"),
    [
        (62, 91, 31, "65%"),
        (14, 19, 14, "70%"),
        (19, 19, 19, "70%"),
        (95, 100, 30, "95%"),
        (96, 100, 30, "95%"),
        (300, 300, 30, "95%"),
        (62, 91, 9, None),
        (62, 91, None, None),
        (10, 15, 10, "65%"),
        (9, 90, 9, None),
        (10, 1_000, 10, None),
    ],
)
def test_a_share_is_rounded_down_and_needs_ten_people_behind_it(
    x: int, n: int, behind: int | None, said: str | None
) -> None:
    world = week(40, 90, answer_rate_24h=share(x, n, people=behind))
    assert shown(world).get("answer_rate_24h") == said


def test_a_share_without_enough_data_is_not_told() -> None:
    few = replace(share(62, 91, people=31), enough=False)
    assert shown(week(40, 90, answer_rate_24h=few)) == {"wau": "40"}


def test_shares_are_left_out_of_a_week_that_cannot_be_told() -> None:
    assert shown(week(4, 90, answer_rate_24h=share(62, 91, people=31))) == {}


def test_no_silence_and_no_number_gives_a_small_group_away() -> None:
    """Whoever knows the rules and tries every community that reads alike is left with five."""
    alike: dict[tuple[object, ...], list[tuple[int, int]]] = defaultdict(list)
    for whole in range(10, 33):
        for here in range(5, whole + 1):
            alike["people", whole, shown(week(here, whole))["wau"]].append((here, whole - here))
    for n in range(15, 60):
        for x in range(n + 1):
            told = shown(week(40, 90, newcomer_first_reply_24h=share(x, n, people=x)))
            alike["share", n, told.get("newcomer_first_reply_24h")].append((x, n - x))
    assert len(alike) > 300
    for key, groups in alike.items():
        for part in zip(*groups, strict=True):
            assert max(part) >= 5, key


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (people(64, previous=51, changed=True), "more than in most of the weeks before"),
        (people(64, previous=51, changed=False), ""),
        (people(64, previous=90, changed=True), ""),
        (people(64, previous=None, changed=True), ""),
    ],
)
def test_a_week_is_compared_only_where_it_was_a_good_one(figure: Figure, said: str) -> None:
    post = compose(changed(running_club(), wau=figure), EN, MEMBERS)
    assert line(post, "wau").change == said


def test_hours_are_named_where_five_people_are_there_on_average() -> None:
    lively = " ".join(render_text(compose(running_club(), EN, MEMBERS)).split())
    assert "When to find company here: Sunday 9:00–12:00." in lively
    assert "Tuesday" not in lively
    for figure in (rhythm(1.0), rhythm(3.1, enough=False)):
        quiet = compose(changed(running_club(), rhythm=figure), EN, MEMBERS)
        assert "company" not in render_text(quiet)


def test_nothing_is_for_moderators_alone() -> None:
    post = compose(running_club(), EN, MEMBERS)
    blocks = [block for section in post.sections for block in section.blocks]
    assert {type(block) for block in blocks} == {Para, FigureLine, Note}
    assert not any(isinstance(block, WeekGrid) for block in blocks)
    told = {entry.figure for entry in figure_lines(post)}
    assert told == {
        "wau",
        "answer_rate_24h",
        "newcomer_first_reply_24h",
        "conversations_3plus",
    }
    assert not any(entry.detail for entry in figure_lines(post))
    rendered = render_text(post)
    assert not [word for word in ("silent", "412", "231", "out of", "likely") if word in rendered]


def test_floored_statistics_hold_no_count_at_all() -> None:
    told = floored(replace(running_club(), reported=412))
    assert told.reported is None
    assert told.head_count is None
    for figure in told.figures.values():
        assert (figure.n, figure.x, figure.low, figure.high) == (0, None, None, None)
        assert (figure.previous, figure.people) == (None, None)
    parts = {id_: figure.parts for id_, figure in told.figures.items() if figure.parts}
    assert parts == {"rhythm": {"liveliest": ((6, 9, 12, 0),)}}


@pytest.mark.parametrize(
    "world", [reading_circle(), silent_group(), later_week(), week(9, 9)], ids=range(4)
)
def test_a_week_of_too_few_people_is_told_in_one_sentence(world: Statistics) -> None:
    post = compose(world, EN, MEMBERS)
    [section] = post.sections
    assert section.blocks == (
        Para(
            "There is too little to tell about this week without telling of somebody in particular."
        ),
    )


@pytest.mark.parametrize(
    ("world", "moderators", "members"),
    [
        (running_club(), True, True),
        (young_club(), True, True),
        (reading_circle(), True, False),
        (later_week(), False, False),
        (replace(running_club(), known=None), False, False),
        (replace(running_club(), known=(date(2025, 10, 6), date(2025, 10, 9))), False, False),
        (week(0, 30), True, False),
    ],
)
def test_an_edition_wants_something_to_tell(
    world: Statistics, moderators: bool, members: bool
) -> None:
    assert is_worth_telling(world, MODERATORS) == moderators
    assert is_worth_telling(world, MEMBERS) == members


def test_moderators_are_spared_a_week_in_which_nothing_happened() -> None:
    still = changed(week(0, 30), headcount=people(30, previous=30))
    assert not is_worth_telling(still)
    assert is_worth_telling(changed(still, headcount=people(31, previous=30)))
    assert is_worth_telling(changed(still, wau=people(1)))


def test_a_hostile_name_stays_on_one_line_of_the_members_edition() -> None:
    community = running_club().community._replace(name="A\n\u202eB{days}%s")
    title = compose(replace(running_club(), community=community), EN, MEMBERS).title
    assert title == "A B{days}%s: our week, 29 September to 5 October 2025"
