import pytest

from bot.reduction import reduce_text


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


def test_addresses_are_links() -> None:
    assert reduce_text("HTTP://x.org").has_link
    assert reduce_text("www.x.org").has_link
    assert not reduce_text("x:/y").has_link
