import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.console.animation import animated
from bot.render.layout import Line, Span

SVG = "{http://www.w3.org/2000/svg}"
LARGEST = 60_000
"""Bytes of a picture that can be committed."""


def block(*rows: str) -> list[Line]:
    return [(Span("  1  ", "aside"), Span(row, "name")) if row else () for row in rows]


TALK = [
    block("── Monday ──", "", "Zoé joined"),
    block("Hello"),
    block("", "Foyer", "Welcome [red]<b>&"),
]


def drawn(blocks: list[list[Line]]) -> ElementTree.Element:
    return ElementTree.fromstring(animated(blocks))  # noqa: S314  our own picture


def pieces(picture: ElementTree.Element) -> list[ElementTree.Element]:
    return [g for g in picture.iter(f"{SVG}g") if g.get("class") == "foyer-piece"]


def words(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).replace("\u00a0", " ").split())


def test_every_block_is_a_piece_that_appears_after_the_one_before() -> None:
    shown = pieces(drawn(TALK))
    assert [words(piece) for piece in shown] == [
        "1 ── Monday ── 1 Zoé joined",
        "1 Hello",
        "1 Foyer 1 Welcome [red]<b>&",
    ]
    delays = [float(re.findall(r"[\d.]+", piece.get("style") or "")[0]) for piece in shown]
    assert delays == sorted(set(delays))
    assert delays[0] == 0


def test_lines_stand_below_each_other_in_their_order() -> None:
    heights = [float(text.get("y") or 0) for text in drawn(TALK).iter(f"{SVG}text")][1:]
    assert heights == sorted(heights)
    assert len(set(heights)) == 5


def test_the_picture_is_the_same_on_every_drawing_and_asks_for_nothing_from_elsewhere() -> None:
    picture = animated(TALK)
    assert picture == animated(TALK)
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"@import|url\(|<script|<image|/work|/home", picture)


def test_whoever_wants_no_motion_sees_everything_at_once() -> None:
    picture = animated(TALK)
    still = "@media (prefers-reduced-motion: reduce) { .foyer-piece { animation: none } }"
    assert still in picture
    outside = picture.replace("from { opacity: 0 }", "")
    assert "opacity: 0" not in outside, "a reader that knows no animation must see the words"


@pytest.mark.parametrize("count", [1, 10, 200])
def test_a_picture_is_over_within_half_a_minute(count: int) -> None:
    shown = pieces(drawn([block("a", "b")] * count))
    last = float(re.findall(r"[\d.]+", shown[-1].get("style") or "")[0])
    assert len(shown) == count
    assert last < 30


def test_a_long_picture_is_small_enough_to_keep() -> None:
    assert len(animated([block(*["word " * 14] * 4)] * 50).encode()) < LARGEST


def test_nothing_shown_is_an_empty_picture() -> None:
    assert pieces(drawn([])) == []


@given(st.lists(st.lists(st.text("ab<&\"'é👍 ", max_size=20), max_size=4), max_size=5))
def test_any_transcript_makes_a_picture_that_keeps_its_words(said: list[list[str]]) -> None:
    picture = drawn([block(*rows) for rows in said])
    kept = "".join(words(piece) for piece in pieces(picture)).replace(" ", "")
    spoken = "".join(f"1{row}" for rows in said for row in rows if row).replace(" ", "")
    assert kept == spoken
