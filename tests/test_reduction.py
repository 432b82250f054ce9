import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reduction import asks, links, reduce_emoji, reduce_emoji_name, reduce_text


@pytest.mark.parametrize("mark", "?？؟⸮")
def test_each_question_mark_makes_a_question(mark: str) -> None:
    assert reduce_text(f"really{mark}").has_question


@pytest.mark.parametrize(
    "text",
    [
        "how do I start",
        "see https://x.org/a?b=c",
        "```\na ? b : c\n```",
        "`a ? b : c`",
        "```a?",
        "",
    ],
)
def test_addresses_and_code_ask_nothing(text: str) -> None:
    assert not reduce_text(text).has_question


def test_a_question_beside_an_address_is_one() -> None:
    assert reduce_text("is it https://x.org/a ?").has_question


def test_length_counts_characters() -> None:
    assert reduce_text("é😀").length == 2


PIECES = ("WWW.", "www.", "wwW.", "http://", "HTTPS://", "httpſ://", "w.", "/", "é", "?", "a", " ")


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_quick_look_overlooks_no_address(text: str) -> None:
    address = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
    assert links(text) == (address.search(text) is not None)
    assert asks(text) == ("?" in address.sub(" ", text))


def test_addresses_are_links() -> None:
    assert reduce_text("HTTP://x.org").has_link
    assert reduce_text("www.x.org").has_link
    assert not reduce_text("x:/y").has_link


@pytest.mark.parametrize("emoji", ["👍", "👍🏽", "❤️‍🔥", "#️⃣", "🇫🇷", "👨‍👩‍👧‍👦", "🅰️"])
def test_an_emoji_of_unicode_stays(emoji: str) -> None:
    assert reduce_emoji(emoji) == reduce_emoji_name(emoji) == emoji


@given(st.text(min_size=1))
def test_no_emoji_holds_letters_and_none_is_long(text: str) -> None:
    kept = reduce_emoji(text)
    assert kept in (text, "custom")
    assert kept == "custom" or (len(kept) <= 32 and not any(map(str.isalpha, kept)))


@given(st.text(min_size=1))
def test_no_name_of_an_emoji_holds_a_gap_and_none_is_long(text: str) -> None:
    kept = reduce_emoji_name(text)
    assert kept in (text, "custom")
    assert len(kept) <= 64
    assert kept.split() == [kept]
