import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.graphemes import is_cut, last_cut

WHOLE = [
    "e\u0301",
    "👍🏽",
    "👨‍👩‍👧‍👦",
    "🏳️‍🌈",
    "🇫🇷",
    "1️⃣",
    "한",
    "각",
    "क्ष"[:2],
    "\r\n",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
]


@pytest.mark.parametrize("sign", WHOLE)
def test_what_is_read_as_one_character_is_not_cut(sign: str) -> None:
    inside = [place for place in range(1, len(sign)) if is_cut(sign, place)]
    assert inside == []
    twice = f"{sign}{sign}"
    assert [place for place in range(1, len(twice)) if is_cut(twice, place)] == [len(sign)]


def test_flags_are_cut_between_them_however_many_there_are() -> None:
    flags = "a" + "🇫🇷" * 3 + "🇬"
    assert [place for place in range(1, len(flags)) if is_cut(flags, place)] == [1, 3, 5, 7]


def test_the_last_cut_is_before_a_character_that_would_not_be_whole() -> None:
    text = "abc👨‍👩‍👧‍👦def"
    assert last_cut(text, 0, 5) == 3
    assert last_cut(text, 0, 10) == 10
    assert last_cut(text, 0, len(text)) == len(text)


def test_what_goes_on_without_end_is_cut_all_the_same() -> None:
    smear = "z" + "\u0301" * 500
    assert last_cut(smear, 0, 300) == 300
    assert last_cut("\u0301" * 10, 0, 4) == 4


@given(st.text(max_size=30), st.data())
def test_a_cut_is_found_within_reach_and_never_before_a_mark(
    text: str, data: st.DataObject
) -> None:
    end = data.draw(st.integers(0, len(text)))
    start = data.draw(st.integers(0, end))
    place = last_cut(text, start, end)
    assert place == end or start < place < end
    if place < end:
        assert not unicodedata.category(text[place]).startswith("M")
        assert not any(is_cut(text, later) for later in range(place + 1, end + 1))
