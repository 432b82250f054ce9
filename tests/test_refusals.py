"""What somebody typed is quoted back to them, and to everybody, without doing any harm."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.refusals import BROKEN, refused
from bot.render.text import render_text
from bot.text import texts_for
from bot.text.phrase import phrase

ACTIVE = re.compile(r"[@#$./:<](?=[^\s\u2060])")


def said(word: str, *, in_public: bool, language: str = "en") -> str:
    """A refusal that quotes a word."""
    refusal = UserError(phrase("“{word}” does not fit “{name}”."), word=word, name="day")
    return render_text(refused(texts_for(language), refusal, in_public=in_public)).strip()


@pytest.mark.parametrize(
    "word",
    [
        "https://scam.example/x",
        "t.me/scam",
        "@admin",
        "＠admin",
        "/forgetme",
        "#spam",
        "$TON",
        "a@b.example",
        "tg://resolve?domain=scam",
        "<@123456>",
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_where_everybody_reads_it_a_quoted_word_links_to_nothing(word: str, language: str) -> None:
    shown = said(word, in_public=True, language=language)
    assert not ACTIVE.search(shown.removesuffix(".").replace(".\u2060”", "”"))
    assert "\u2060" not in said(word, in_public=False, language=language)


@given(st.text(max_size=80))
def test_a_quoted_word_reads_the_same_in_public(word: str) -> None:
    private, public = said(word, in_public=False), said(word, in_public=True)
    assert public.replace("\u2060", "") == private
    quoted = public.removeprefix("“").partition("” does not fit")[0]
    assert not ACTIVE.search(quoted)
    assert "\n" not in public


def test_a_refusal_that_lacks_a_word_is_polite_all_the_same() -> None:
    refusal = UserError(phrase("“{word}” does not fit “{name}”."), word="x")
    assert BROKEN in render_text(refused(texts_for("en"), refusal, in_public=True), width=200)
