"""What the digest says of days that lie outside the history in the store."""

from dataclasses import replace
from datetime import date

import pytest

from bot.digest import compose
from bot.post import Para
from bot.render.text import render_text
from bot.text import texts_for
from tests.digests import (
    bullets,
    changed,
    figure_lines,
    growth,
    imported_chat,
    people,
    running_club,
    silent_group,
    untold,
)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (None, "The store holds no history of this community yet."),
        (
            (date(2024, 3, 12), date(2025, 9, 28)),
            "The store knows nothing of this week: its history ends on 28 September 2025.",
        ),
        (
            (date(2025, 10, 6), date(2025, 10, 20)),
            "The store knows nothing of this week: its history begins on 6 October 2025.",
        ),
    ],
)
def test_a_week_outside_the_history_is_unknown_and_not_silent(
    known: tuple[date, date] | None, said: str
) -> None:
    world = changed(running_club(), wau=people(0), growth=growth(0, 0, 0, 64))
    post = compose(replace(world, known=known), texts_for("en"))
    assert post.sections[0].blocks == (Para(said),)
    assert [section.id for section in post.sections] == ["people", "counted"]
    rendered = render_text(post)
    assert "Nobody" not in rendered
    assert "No gap" not in rendered


@pytest.mark.parametrize(
    ("known", "reach"),
    [
        ((date(2025, 9, 8), date(2025, 10, 5)), None),
        ((date(2025, 9, 9), date(2025, 10, 5)), "9 September to 5 October 2025"),
        ((date(2025, 9, 8), date(2025, 10, 4)), "8 September to 4 October 2025"),
        ((date(2025, 9, 8), date(2025, 9, 29)), "8 to 29 September 2025"),
    ],
)
def test_a_window_that_the_history_does_not_cover_says_how_far_it_reaches(
    known: tuple[date, date], reach: str | None
) -> None:
    world = replace(running_club(), known=known, coverage=1.0)
    items = bullets(compose(world, texts_for("en")))
    assert ("No gap is known in that time." in items) == (reach is None)
    told = [item for item in items if item.startswith("The history in the store goes from")]
    assert told == ([f"The history in the store goes from {reach}."] if reach else [])
    assert ("Days outside that history count as days without anybody." in items) == bool(reach)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The history in the store holds 5 October 2025 alone."),
        ("fr", "L’historique enregistré se limite au 5 octobre 2025."),
    ],
)
def test_a_history_of_one_day_names_it_once(language: str, said: str) -> None:
    day = date(2025, 10, 5)
    world = replace(running_club(), known=(day, day), coverage=1.0)
    items = bullets(compose(world, texts_for(language)))
    assert said in items
    assert not [item for item in items if "goes from" in item or "enregistré va" in item]


def test_gaps_beside_unknown_days_are_told_as_gaps_and_not_as_a_seen_share() -> None:
    known = (date(2025, 9, 20), date(2025, 10, 5))
    items = bullets(compose(replace(running_club(), known=known), texts_for("en")))
    assert "Gaps are known for 2% of the window." in items
    assert not [item for item in items if item.startswith("Foyer saw")]


@pytest.mark.parametrize(("first", "is_told"), [(22, True), (23, False)])
def test_weeks_are_compared_only_where_both_are_known(first: int, is_told: bool) -> None:
    world = replace(running_club(), known=(date(2025, 9, first), date(2025, 10, 5)))
    post = compose(world, texts_for("en"))
    told = {entry.figure for entry in figure_lines(post)}
    assert {"growth", "quick_ratio"} & told == ({"growth", "quick_ratio"} if is_told else set())
    assert {"growth", "quick_ratio"} & untold(post) == {"growth", "quick_ratio"} - told
    assert ("begins on 23 September 2025: too late" in render_text(post)) == (not is_told)


def test_a_history_without_joins_says_so_and_not_that_nobody_came() -> None:
    post = compose(imported_chat(), texts_for("en"))
    assert untold(post) == {"newcomer_first_reply_24h", "retention_d1"}
    rendered = " ".join(render_text(post).split())
    assert "there were none" not in rendered
    assert "This history does not tell who joined when, so nothing can be said about" in rendered
    assert "there were none" in render_text(
        compose(replace(imported_chat(), tells_joins=True), texts_for("en"))
    )


def test_silence_in_a_history_that_stops_short_says_where_it_stops() -> None:
    short = (date(2024, 3, 12), date(2025, 9, 30))
    reach = "The history in the store goes from 12 March 2024 to 30 September 2025."
    world = replace(changed(running_club(), wau=people(0)), known=short)
    for quiet in (world, replace(silent_group(), known=short)):
        (said, *_) = compose(quiet, texts_for("en")).sections[0].blocks
        assert isinstance(said, Para)
        assert said.text.startswith("Nobody ")
        assert said.text.endswith(reach)
