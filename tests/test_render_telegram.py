import os
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.cli import cli
from bot.digest import MEMBERS, MODERATORS
from bot.digest.compose import compose
from bot.languages import languages
from bot.post import Block, Bullets, FigureLine, Note, Para, Post, Section, WeekGrid, plain
from bot.render.telegram import DAY_WIDTH, LIMIT, MOST_ENTITIES, render_telegram
from bot.text import texts_for
from tests.bot import talking
from tests.digests import GOLDEN, running_club, silent_group
from tests.exports import group, said, saved
from tests.fakes.telegram_text import links_found, read_text, units

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEK = WeekGrid(DAYS, ((0.0,) * 23 + (0.1,), *[(4.0,) * 24] * 6), "Full: 4.")
SMALL = Post(
    "Club: the week",
    (
        Section(
            "people",
            "Who takes part",
            (
                FigureLine("wau", "64", "people took part.", "", "up from 51 a week earlier"),
                FigureLine("answer_rate_24h", "68%", "got an answer.", "62 of 91", "down"),
                Note("Not enough data yet on voices.", ("n2_voices",)),
            ),
        ),
        Section("rest", "", (Para("One line."), Para("Another."), Bullets(("first", "a < b & c")))),
        Section("rhythm", "The week", (WEEK,)),
    ),
)
RENDERED = """\
<b>Club: the week</b>

<b>Who takes part</b>
<b>64</b> people took part.
up from 51 a week earlier
<b>68%</b> got an answer.
<i>62 of 91</i>
down

<i>Not enough data yet on voices.</i>

One line.

Another.

• first
• a &lt; b &amp; c

<b>The week</b>
<pre>h   0     6     12    18
Mon ·······················▁
Tue ████████████████████████
Wed ████████████████████████
Thu ████████████████████████
Fri ████████████████████████
Sat ████████████████████████
Sun ████████████████████████</pre>
<i>Full: 4.</i>"""


def shown(texts: list[str]) -> list[str]:
    """What stands in the chat once Telegram has read the markup."""
    return [read_text(text, "HTML")[0] for text in texts]


def ink(text: str) -> str:
    """A text without what nobody sees, and without white space."""
    return "".join(sign for sign in text if unicodedata.category(sign)[0] not in "ZC")


def words(post: Post) -> Iterator[str]:
    """Everything that a post says, in its order."""
    yield post.title
    for section in post.sections:
        yield section.title
        for block in section.blocks:
            yield from _words(block)


def _words(block: Block) -> Iterator[str]:
    match block:
        case Para(text) | Note(text):
            yield text
        case Bullets(items):
            yield from (f"•{item}" for item in items)
        case FigureLine():
            yield from (block.value, block.sentence, block.detail, block.change)
        case WeekGrid():
            yield block.caption


def test_every_kind_of_block_has_its_shape() -> None:
    assert render_telegram(SMALL) == [RENDERED]


def test_a_week_is_as_wide_as_a_phone_shows() -> None:
    for language in languages():
        texts = texts_for(language)
        post = compose(running_club(), texts, MODERATORS)
        grids = [block for section in post.sections for block in section.blocks]
        [grid] = [block for block in grids if isinstance(block, WeekGrid)]
        assert max(map(len, grid.days)) <= DAY_WIDTH, "no day of ours is cut short"
        [text] = render_telegram(Post("", (Section("", "", (grid,)),)))
        [entity] = [one for one in read_text(text, "HTML")[1] if one["type"] == "pre"]
        assert entity["offset"] == 0, "Telegram drops what a message begins with if it is blank"
        rows = text.partition("</pre>")[0].removeprefix("<pre>").splitlines()
        assert len(rows) == 8
        assert max(map(len, rows)) <= 30
        assert len({len(row) for row in rows[1:]}) == 1


def test_a_day_that_is_called_at_length_is_cut_short() -> None:
    long = WeekGrid(tuple(f"{day}derdaynight" for day in DAYS), WEEK.matrix, "")
    rows = render_telegram(Post("", (Section("", "", (long,)),)))[0].splitlines()
    assert max(map(len, rows[1:-1])) == DAY_WIDTH + 1 + 24


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("audience", [MODERATORS, MEMBERS])
def test_a_digest_reads_well(language: str, audience: str) -> None:
    texts = render_telegram(compose(running_club(), texts_for(language), audience))
    golden = GOLDEN / f"telegram-{audience}.{language}.html"
    written = "\n\n".join(texts) + "\n"
    if os.environ.get("FOYER_UPDATE_GOLDEN"):
        golden.write_text(written, encoding="utf-8")
    assert written == golden.read_text(encoding="utf-8")
    assert len(texts) <= 2
    assert all(units(text) <= LIMIT for text in shown(texts))


def test_a_post_without_words_needs_no_message() -> None:
    blank = (Para(""), Note(" \n\u200b\u2800"[:3]), Bullets(()))
    for post in (Post("", ()), Post("", (Section("", "", blank), Section("", "", ())))):
        assert render_telegram(post) == []


def test_titles_stand_alone_where_nothing_follows() -> None:
    post = Post("Title", (Section("", "Heading", ()), Section("", "Last", (Bullets(()),))))
    assert shown(render_telegram(post)) == ["Title\n\nHeading\n\nLast"]


def test_what_does_not_fit_goes_on_in_the_next_message_between_blocks() -> None:
    blocks = tuple(Note(sign * 900) for sign in "abcdefghij")
    texts = shown(render_telegram(Post("Title", (Section("", "", blocks),))))
    assert [text.replace("Title", "").split() for text in texts] == [
        ["a" * 900, "b" * 900, "c" * 900, "d" * 900],
        ["e" * 900, "f" * 900, "g" * 900, "h" * 900],
        ["i" * 900, "j" * 900],
    ]


def test_a_heading_is_never_left_behind() -> None:
    first = Section("", "", (Para("a" * 3990),))
    second = Section("", "Heading", (Para("b" * 100), Para("c")))
    texts = shown(render_telegram(Post("", (first, second))))
    assert texts == ["a" * 3990, f"Heading\n{'b' * 100}\nc"]


def test_a_long_list_is_split_between_its_items() -> None:
    items = tuple(f"{number} " + "x" * 300 for number in range(40))
    texts = shown(render_telegram(Post("", (Section("", "List", (Bullets(items),)),))))
    assert len(texts) == 4
    assert texts[0].startswith("List\n• 0 ")
    assert all(text.startswith("• ") for text in texts[1:])
    assert all(line.endswith("x" * 300) for text in texts for line in text.splitlines()[1:])


def test_a_long_paragraph_is_split_at_lines_else_between_words_else_characters() -> None:
    lines = "\n".join(["word " * 100] * 20)
    for text in shown(render_telegram(plain(lines))):
        assert {len(line.split()) for line in text.splitlines()} == {100}
    for text in shown(render_telegram(plain("word " * 2000))):
        assert set(text.split()) == {"word"}
    family = "👨‍👩‍👧‍👦"
    for text in shown(render_telegram(plain(family * 1000))):
        assert text == family * text.count(family)
        assert units(text) <= LIMIT


def test_no_message_has_more_entities_than_telegram_takes() -> None:
    lines = tuple(FigureLine("wau", "1", "a", "b") for _ in range(200))
    texts = render_telegram(Post("", (Section("", "", lines),)))
    counts = [len(read_text(text, "HTML")[1]) for text in texts]
    assert sum(counts) == 400
    assert max(counts) <= MOST_ENTITIES


HOSTILE_NAMES = [
    *("</b>", "<a href=tg://user?id=1>x</a>", "&amp;", "&#64;durov", "@durov", "＠durov", "/start"),
    *(
        "t.me/x",
        "https://t.me/x",
        "www.foyer.org",
        "tg://resolve?domain=x",
        "#tag",
        "$USD",
        "x@y.fr",
    ),
    *("\u202egnp.exe", "`x`", "*x*", "@\u200bdurov"),
]


async def test_names_in_a_greeting_link_nothing() -> None:
    async with talking() as bot:
        for name in HOSTILE_NAMES:
            await bot.calls("Mona", "welcome_preview", {"name": name})
            assert isinstance(bot.last, Post)
            [text] = shown(render_telegram(replace(bot.last, sections=bot.last.sections[:1])))
            links = [text[one["offset"] :][: one["length"]] for one in links_found(text)]
            assert links == ["/help", "/privacy"], name


def test_the_command_line_prints_the_very_messages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wrote = [
        said(number, **{"from": "P"}, from_id=f"user{number % 9}", date="2024-05-08T10:00:00")
        for number in range(30)
    ]
    saved(tmp_path / "a.json", group(*wrote))
    club = ["--community", "a < b"]
    for typed in (["import", "a.json"], ["digest", "--week", "2024-W19", "--format", "telegram"]):
        result = CliRunner().invoke(cli, [*typed, *club], prog_name="foyer")
        assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("<b>a &lt; b: the week of 6 to 12 May 2024</b>\n\n<b>")
    assert units(read_text(result.stdout, "HTML")[0]) < 4096


NASTY = [
    "</b>", "<b>", "<", ">", "&amp;", "&", "&lt;", "<pre>", "\n", "\n\n", " ", "\u00a0", "\u202f",
    "👨‍👩‍👧‍👦", "🇫🇷", "e\u0301", "z\u0335\u0336\u0337\u0338", "\u202e", "\u200b", "\u2066",
    "@name", "/help", "https://t.me/x", "t.me", "#tag", "$USD", "\t", "\r\n", "\x00", "\ufeff",
    "한국어", "العربية", "𝔘𝔫𝔦",
]  # fmt: skip
texts = st.lists(st.sampled_from(NASTY) | st.text(max_size=12), max_size=12).map("".join)
long_texts = st.builds(lambda text, times: text * times, texts, st.integers(1, 40))
shares = st.lists(st.floats(0, 9), min_size=24, max_size=24).map(tuple)
blocks = st.one_of(
    st.builds(Para, long_texts),
    st.builds(Note, texts),
    st.builds(Bullets, st.lists(texts, max_size=8).map(tuple)),
    st.builds(FigureLine, st.just("wau"), texts, texts, texts, texts),
    st.builds(
        WeekGrid,
        st.lists(texts, min_size=2, max_size=2).map(tuple),
        st.lists(shares, min_size=2, max_size=2).map(tuple),
        texts,
    ),
)
sections = st.builds(Section, st.just("id"), texts, st.lists(blocks, max_size=6).map(tuple))
posts = st.builds(Post, texts, st.lists(sections, max_size=4).map(tuple))


@settings(max_examples=150, deadline=None)
@given(posts, st.sampled_from([60, 300, LIMIT]))
@example(plain("<" * 9000), LIMIT)
@example(plain("&amp;" * 1000), LIMIT)
@example(compose(silent_group(), texts_for("fr"), MODERATORS), 60)
def test_any_post_is_accepted_fits_and_says_all_that_it_should(post: Post, limit: int) -> None:
    pages = render_telegram(post, limit)
    for page in pages:
        text, entities = read_text(page, "HTML")
        assert ink(text)
        assert units(text) <= limit
        assert len(entities) <= 100
    meant, told = ink("".join(words(post))), ink("".join(shown(pages)))
    if any(isinstance(block, WeekGrid) for one in post.sections for block in one.blocks):
        rest = iter(told)
        assert all(sign in rest for sign in meant), "in its order, beside the weeks"
    else:
        assert told == meant
