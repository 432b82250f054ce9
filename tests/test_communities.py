"""What platforms call guilds and chats, made into names that can be typed and printed."""

import pytest

from bot.communities import NAME_LENGTH, checked_name, cleaned_name

PERSIAN = "خانه\u200cی ما"
FAMILY = "👩\u200d👧 club"


@pytest.mark.parametrize(
    ("called", "named"),
    [
        (PERSIAN, PERSIAN),
        (FAMILY, FAMILY),
        ("7" * 200, "# " + "7" * 98),
        ("x" * 99 + " yes", "x" * 99),
        ("a\ue000b", "a b"),
        ("a\ud800b", "a b"),
        ("a\U000e0fffb", "a b"),
        ("\u2028", "fallback"),
    ],
)
def test_names_keep_what_is_written_and_lose_what_cannot_be_seen(called: str, named: str) -> None:
    assert cleaned_name(called, "fallback") == named
    assert len(named) <= NAME_LENGTH
    assert checked_name(named) == named
    named.encode()
