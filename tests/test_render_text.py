import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from bot.digest.compose import compose
from bot.post import (
    Bullets,
    Choice,
    FigureLine,
    Note,
    Para,
    Post,
    Section,
    WeekGrid,
    plain,
)
from bot.render.layout import wrap
from bot.render.text import print_post, render_text
from bot.text import texts_for
from tests.digests import running_club

SMALL = Post(
    "Club: the week",
    (
        Section(
            "people",
            "Who takes part",
            (
                FigureLine("wau", "64", "people took part.", "", "up from 51 a week earlier"),
                FigureLine("answer_rate_24h", "68%", "of questions got an answer.", "62 of 91"),
                Note("Not enough data yet on voices.", ("n2_voices",)),
            ),
        ),
        Section(
            "rest",
            "The rest",
            (
                Para("One line."),
                Bullets(("first", "second that is long enough to be wrapped once")),
                WeekGrid(("Mon", "Tue"), ((0.0,) * 23 + (0.1,), (4.0,) * 24), "Full: 4."),
            ),
        ),
    ),
)

RENDERED = """\
Club: the week
══════════════

Who takes part
──────────────
   64  people took part.
       up from 51 a week earlier
  68%  of questions got an answer.
       62 of 91

Not enough data yet on voices.

The rest
────────
One line.

• first
• second that is long enough to be
  wrapped once

       0     6     12    18
  Mon  ·······················▁
  Tue  ████████████████████████
       Full: 4.
"""


def test_every_kind_of_block_has_its_shape() -> None:
    assert render_text(SMALL, width=36) == RENDERED


def test_a_post_without_a_title_begins_with_its_first_paragraph() -> None:
    assert render_text(plain("Hello.", "How are you?")) == "Hello.\n\nHow are you?\n"


def test_a_section_without_a_title_stands_below_the_title_of_the_post() -> None:
    post = Post("Data", (Section("", "", (Bullets(("one", "two")), Note("That is all."))),))
    assert render_text(post) == "Data\n════\n\n• one\n• two\n\nThat is all.\n"


def test_paragraphs_of_a_titled_section_stand_close_together() -> None:
    post = Post("", (Section("s", "Section", (Para("One."), Para("Two."))),))
    assert render_text(post) == "Section\n───────\nOne.\nTwo.\n"


def test_buttons_are_numbered_and_never_broken() -> None:
    choices = tuple(Choice(f"Take the way {n}", "go") for n in range(1, 4))
    assert render_text(plain("Where?", choices=choices), width=42) == (
        "Where?\n"
        "\n"
        "[1]\u00a0Take\u00a0the\u00a0way\u00a01  [2]\u00a0Take\u00a0the\u00a0way\u00a02\n"
        "[3]\u00a0Take\u00a0the\u00a0way\u00a03\n"
    )


def test_a_post_of_nothing_is_nothing() -> None:
    assert render_text(Post("", ())) == ""


@given(st.lists(st.text("ab\u00a0é京 ", max_size=12), max_size=30), st.integers(10, 80))
def test_wrapping_keeps_every_word_and_the_width(words: list[str], width: int) -> None:
    text = " ".join(words)
    rows = wrap(text, width)
    assert " ".join(rows) == text
    assert all(cell_len(row) <= width or " " not in row.strip() for row in rows)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_a_digest_keeps_the_width(language: str, width: int) -> None:
    rendered = render_text(compose(running_club(), texts_for(language)), width)
    assert max(map(cell_len, rendered.splitlines())) <= width
    assert rendered.endswith("\n")
    assert not any(row.endswith(" ") for row in rendered.splitlines())


def printed(post: Post, *, colour: bool) -> str:
    console = Console(
        file=io.StringIO(),
        width=80,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
    )
    print_post(console, post)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_terminal_shows_the_same_words_in_colour() -> None:
    post = compose(running_club(), texts_for("fr"))
    plain = printed(post, colour=False)
    assert [row.rstrip() for row in plain.splitlines()] == render_text(post).splitlines()
    assert "\x1b[" in printed(post, colour=True)
    assert "\x1b[" not in plain


def test_markup_in_a_name_is_only_text() -> None:
    assert "[red]x[/red] :smile:" in printed(Post("[red]x[/red] :smile:", ()), colour=True)
