"""The fake reads HTML as Telegram does: strictly, and counting in UTF-16 units."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.telegram_refusals import RefusedError
from tests.fakes.telegram_text import Json, links_found, read_text, units

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="@#$/."), max_size=40)
TAGS = {"b": "bold", "i": "italic", "u": "underline", "s": "strikethrough", "code": "code"}


def part(text: str, entity: Json) -> str:
    """What an entity covers."""
    raw = text.encode("utf-16-le")
    start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
    return raw[start:end].decode("utf-16-le")


def seen(source: str) -> list[tuple[str, str]]:
    """The kinds of entities of a text, and what each covers."""
    text, entities = read_text(source, "HTML")
    return [(entity["type"], part(text, entity)) for entity in entities]


@given(WORDS)
def test_escaped_words_arrive_as_they_were(words: str) -> None:
    text, entities = read_text(html.escape(words), "HTML")
    assert text == words.strip()
    assert entities == []


@given(st.lists(st.tuples(st.sampled_from(sorted(TAGS)), WORDS), max_size=8))
def test_every_tag_covers_its_words(parts: list[tuple[str, str]]) -> None:
    source = "".join(f"|<{tag}>{html.escape(words)}.</{tag}>" for tag, words in parts) + "|"
    text, entities = read_text(source, "HTML")
    assert text == "".join(f"|{words}." for _, words in parts) + "|"
    told = [(TAGS[tag], f"{words}.") for tag, words in parts]
    assert [(one["type"], part(text, one)) for one in entities] == told


@pytest.mark.parametrize(
    ("source", "entities"),
    [
        ("<strong>a</strong>", [("bold", "a")]),
        ("<b>a<i>b</i></b>", [("bold", "ab"), ("italic", "b")]),
        ("<B>a</b>", [("bold", "a")]),
        ("<b></b>a", []),
        ("🦊<b>🦊</b>", [("bold", "🦊")]),
        ("  <b> a </b>  ", [("bold", "a")]),
        ("<a href='https://x.org/?a=1&amp;b=2'>x</a>", [("text_link", "x")]),
        ('<a href="tg://user?id=7">Ana</a>', [("text_mention", "Ana")]),
        ('<a href="nonsense">x</a>', []),
        ('<span class="tg-spoiler">x</span>', [("spoiler", "x")]),
        ("<tg-spoiler>x</tg-spoiler>", [("spoiler", "x")]),
        ('<pre><code class="language-python">x</code></pre>', [("pre", "x")]),
        ("<pre><code>x</code></pre>", [("pre", "x"), ("code", "x")]),
        ('<code class="language-python">x</code>', [("code", "x")]),
        ("<blockquote expandable>x</blockquote>", [("expandable_blockquote", "x")]),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', [("custom_emoji", "👍")]),
        ("<b>a</>", [("bold", "a")]),
        ("<code>@ana /help</code> @ana", [("code", "@ana /help"), ("mention", "@ana")]),
    ],
)
def test_what_telegram_understands(source: str, entities: list[tuple[str, str]]) -> None:
    assert seen(source) == entities


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("é<u><h1>", 'Unsupported start tag "h1" at byte offset 5'),
        ("a<br>", 'Unsupported start tag "br" at byte offset 1'),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("<>", 'Unsupported start tag "" at byte offset 0'),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_what_telegram_refuses(source: str, reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_text(source, "HTML")
    assert refused.value.code == 400
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_code_in_a_language_is_one_block() -> None:
    (block,) = read_text('<pre><code class="language-python">x</code></pre>', "HTML")[1]
    assert block == {"type": "pre", "offset": 0, "length": 1, "language": "python"}


def test_other_entities_of_html_stand_as_they_are() -> None:
    assert read_text("&eacute;&nbsp;&lt;&#233;&#xe9;&quot;", "HTML")[0] == '&eacute;&nbsp;<éé"'


def test_without_a_mode_tags_are_words() -> None:
    assert read_text("<b>&amp;", "") == ("<b>&amp;", [])


def test_markdown_is_not_what_we_send() -> None:
    with pytest.raises(RefusedError):
        read_text("*a*", "MarkdownV2")


def test_a_hundred_entities_are_kept() -> None:
    assert len(read_text("<b>a</b>." * 120, "HTML")[1]) == 100


def test_lengths_are_utf_16_units() -> None:
    assert [units(text) for text in ("a", "é", "🦊", "👨‍👩‍👧")] == [1, 1, 2, 8]


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("see https://a.org/b?c=1 now", [("url", "https://a.org/b?c=1")]),
        ("see example.com", [("url", "example.com")]),
        ("🦊 @ana_b, me@ana.org", [("mention", "@ana_b"), ("email", "me@ana.org")]),
        ("/help@foyer_bot a/b", [("bot_command", "/help@foyer_bot")]),
        ("#run #1 $EUR", [("hashtag", "#run"), ("cashtag", "$EUR")]),
        ("@ab 3.14 e.g. nothing", []),
    ],
)
def test_what_telegram_links_by_itself(text: str, linked: list[tuple[str, str]]) -> None:
    assert [(one["type"], part(text, one)) for one in links_found(text)] == linked
