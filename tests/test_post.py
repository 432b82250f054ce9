import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.post import (
    NAME_LENGTH,
    Block,
    Bullets,
    FigureLine,
    Note,
    Para,
    Section,
    WeekGrid,
    inert_name,
    section_document,
)

BLOCKS: tuple[Block, ...] = (
    Para("Hello."),
    Bullets(("one", "two")),
    FigureLine("wau", "64", "people took part.", "", "up from 51 a week earlier"),
    Note("Not enough data yet.", ("gini",)),
    WeekGrid(("Mon",), ((0.0, 1.5),), "One mark per hour."),
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Les Foulées du Canal", "Les Foulées du Canal"),
        ("two\r\nlines\ttab\u2028end", "two lines tab end"),
        ("\u202egnp.exe\u2066", "gnp.exe"),
        ("zero\u200bwidth\u200f\ufeff", "zerowidth"),
        ("\x1b[31mred\x00", "[31mred"),
        ("ﬁnal ｆｕｌｌ", "final full"),
        ("Z" + "\u0335" * 40, "Z\u0335\u0335"),
        ("  \u200b ", "Your community"),
        ("", "Your community"),
        ("\ud800broken", "broken"),
        ("\u3164", "Your community"),
        ("\u115f\u1160", "Your community"),
        ("\uffa0 \uffa0", "Your community"),
        ("\u2800\u2800", "Your community"),
        ("\u034f\u0301", "Your community"),
        ("\u17b4\u17b5", "Your community"),
        ("\ufe0f", "Your community"),
        ("Zoé\u3164", "Zoé"),
        ("⠓⠕\u2800⠛", "⠓⠕ ⠛"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("홍길동", "홍길동"),
        ("京" * 100, "京" * NAME_LENGTH),
    ],
)
def test_a_name_becomes_one_visible_line(name: str, expected: str) -> None:
    assert inert_name(name, "Your community") == expected


@given(st.text())
def test_no_name_can_break_a_line_or_turn_the_writing(name: str) -> None:
    inert = inert_name(name, "x")
    assert 1 <= len(inert) <= NAME_LENGTH
    assert inert == inert.strip()
    assert len(inert.splitlines()) == 1
    assert not {unicodedata.category(c) for c in inert} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert inert_name(inert, "x") == inert
    assert not set(inert) & set("\u115f\u1160\u2800\u3164\uffa0")


def test_every_kind_of_block_has_a_plain_document() -> None:
    document = section_document(Section("people", "Who takes part", BLOCKS))
    assert (document["id"], document["title"]) == ("people", "Who takes part")
    kinds = [block["type"] for block in document["blocks"]]
    assert kinds == ["para", "bullets", "figure", "note", "week_grid"]
    assert document == json.loads(json.dumps(document))
    assert document["blocks"][2] == {
        "type": "figure",
        "figure": "wau",
        "value": "64",
        "sentence": "people took part.",
        "detail": "",
        "change": "up from 51 a week earlier",
    }
