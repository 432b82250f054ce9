from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.adapters.console import shape
from bot.adapters.console.guide import guide
from bot.adapters.console.screen import Screen
from bot.adapters.console.shape import File, Payload
from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS, ManualClock
from bot.post import Attachment, Choice, Note, Para, Post, Section, plain
from bot.render.layout import Line, Span
from bot.render.text import plain_text
from bot.text import texts_for

AT = 1_791_180_000_000
"""2026-10-05T06:00:00Z, a Monday."""


class Paper:
    """What a screen writes, as plain text."""

    def __init__(self, language: str = "en") -> None:
        self.lines: list[Line] = []
        self.clock = ManualClock(AT)
        self.screen = Screen(self._take, texts_for(language), self.clock)

    def _take(self, lines: Sequence[Line]) -> None:
        self.lines += lines

    @property
    def text(self) -> str:
        return "".join(f"{plain_text(line)}\n" for line in self.lines)


def test_people_and_foyer_stand_beside_the_numbers_of_their_messages() -> None:
    paper = Paper()
    paper.screen.message(1, "Zoé", "Bonjour !")
    paper.screen.message(2, "Max", "Hello", reply_to=1)
    paper.screen.post(3, shape.of(plain("Welcome.", "Have a look.", choices=(Choice("Go", "g"),))))
    paper.screen.remark("Zoé left")
    assert paper.text == (
        "── Monday 5 October 2026, 06:00 ──\n"
        "\n"
        "  1  Zoé: Bonjour !\n"
        "  2  Max → 1: Hello\n"
        "\n"
        "  3  Foyer\n"
        "     Welcome.\n"
        "\n"
        "     Have a look.\n"
        "\n"
        "     [1]\u00a0Go\n"
        "\n"
        "     Zoé left\n"
    )


def test_what_is_private_or_for_moderators_says_so() -> None:
    paper = Paper("fr")
    paper.screen.whisper("Zoé", "/mydata")
    paper.screen.private("Zoé", shape.of(plain("Rien.")))
    paper.screen.post(4, shape.of(plain("Semaine.")), place="#moderators", mark="(modifié)")
    paper.screen.deleted(4)
    assert paper.text.splitlines()[2:] == [
        "     Zoé: /mydata",
        "",
        "     Foyer, pour Zoé seulement",
        "     Rien.",
        "",
        "  4  Foyer #moderators (modifié)",
        "     Semaine.",
        "",
        "  4  Foyer (supprimé)",
    ]


def test_private_answers_are_dim() -> None:
    paper = Paper()
    paper.screen.private("Zoé", shape.of(Post("Data", (Section("", "", (Para("Yours."),)),))))
    shown = [span for line in paper.lines[2:] for span in line if span.text.strip()]
    assert shown
    assert all("private" in span.style.split() for span in shown)


def test_a_file_is_named_with_its_size_and_never_shown() -> None:
    paper = Paper()
    files = (Attachment("mydata.jsonl", b"a\n" * 1200), Attachment("one.json", b"\n"))
    paper.screen.post(1, shape.of(Post("", (), (), files)))
    assert paper.text.splitlines()[3:] == [
        "     mydata.jsonl (1,200 lines, 2,400 bytes)",
        "     one.json (1 line, 1 byte)",
    ]


def headings(paper: Paper) -> list[str]:
    return [line for line in paper.text.splitlines() if line.startswith("──")]


def test_the_time_is_told_first_and_after_a_silence() -> None:
    paper = Paper()
    paper.screen.remark("a")
    paper.clock.at += 5 * MINUTE_MS - 1
    paper.screen.remark("b")
    paper.clock.at += 5 * MINUTE_MS
    paper.screen.remark("c")
    assert paper.text.splitlines() == [
        "── Monday 5 October 2026, 06:00 ──",
        "",
        "     a",
        "     b",
        "",
        "── Monday 5 October 2026, 06:09 ──",
        "",
        "     c",
    ]


def test_a_long_talk_is_interrupted_by_the_time_every_half_hour() -> None:
    paper = Paper()
    for _ in range(23):
        paper.screen.remark("a")
        paper.clock.at += 3 * MINUTE_MS
    assert [heading[-8:-3] for heading in headings(paper)] == ["06:00", "06:30", "07:00"]


def test_the_time_is_told_when_it_is_wanted_and_when_a_day_begins() -> None:
    paper = Paper()
    paper.clock.at = AT + 18 * HOUR_MS - 1000
    paper.screen.remark("a")
    paper.clock.at += 1000
    paper.screen.remark("b")
    paper.screen.show_time()
    paper.screen.remark("c")
    assert headings(paper) == [
        "── Monday 5 October 2026, 23:59 ──",
        "── Tuesday 6 October 2026, 00:00 ──",
        "── Tuesday 6 October 2026, 00:00 ──",
    ]


@pytest.mark.parametrize(
    ("at", "english", "french"),
    [
        ("2026-10-01", "Thursday 1 October 2026, 08:00", "jeudi 1er octobre 2026, 08:00"),
        ("2026-10-26", "Monday 26 October 2026, 07:00", "lundi 26 octobre 2026, 07:00"),
    ],
)
def test_the_time_is_local_also_after_the_clocks_change(at: str, english: str, french: str) -> None:
    day = int(at[-2:])
    for language, expected in (("en", english), ("fr", french)):
        paper = Paper(language)
        paper.screen.timezone = "Europe/Paris"
        paper.clock.at = AT + (day - 5) * DAY_MS
        paper.screen.remark("x")
        assert paper.text.startswith(f"── {expected} ──\n")


@pytest.mark.parametrize("name", ["[red]x[/red]", "a\u202eb", "x" * 32, "👩\u200d💻", "@everyone"])
def test_names_are_inert_wherever_they_stand(name: str) -> None:
    paper = Paper()
    paper.screen.message(1, name, "hi")
    paper.screen.whisper(name, "/help")
    paper.screen.private(name, shape.of(plain("ok")))
    assert "\u202e" not in paper.text
    assert "\u200d" not in paper.text
    assert paper.text.count(name.replace("\u202e", "").replace("\u200d", "")) == 3


def test_a_message_cannot_steer_the_terminal() -> None:
    paper = Paper()
    paper.screen.message(1, "Zoé", "a\x1b[2Jb\x07c\u202ed\re\u2028f")
    assert paper.text.splitlines()[-1] == "  1  Zoé: a[2Jbcd e f"


def test_a_mistake_is_told_without_a_time() -> None:
    paper = Paper()
    paper.screen.complain("there is no message 7\x1b")
    assert paper.text == "     there is no message 7\n"


words = st.lists(st.text("ab[é京👍", min_size=1, max_size=12), max_size=40)


@given(st.text(max_size=32), words)
def test_a_message_keeps_its_words_and_the_width(name: str, said: list[str]) -> None:
    paper = Paper()
    paper.screen.message(1, name, " ".join(said))
    rows = paper.text.removesuffix("\n").split("\n")[2:]
    assert all(cell_len(row) <= 80 for row in rows)
    assert rows[0].startswith("  1  ")
    assert all(row.startswith("     ") for row in rows[1:])
    assert " ".join(" ".join(rows).split()).endswith(" ".join([":", *said])[1:])


paragraphs = st.lists(st.text("ab é京", max_size=150), min_size=1, max_size=4)


@given(paragraphs, st.lists(st.text("ab é", min_size=1, max_size=20), max_size=5))
def test_a_post_comes_back_from_the_outbox_as_it_went_in(
    texts: list[str], labels: list[str]
) -> None:
    choices = tuple(Choice(label, "c", (("a", label),)) for label in labels)
    post = Post("Title", (Section("s", "", tuple(map(Para, texts))),), choices)
    payload = shape.of(post)
    assert shape.read(shape.write(payload)) == payload
    assert payload.choices == choices


def test_files_are_kept_as_names_and_sizes_alone() -> None:
    post = Post("", (Section("", "", (Note("n"),)),), (), (Attachment("a.txt", b"x\ny"),))
    assert shape.of(post) == Payload(((Span("n", "aside"),),), (), (File("a.txt", 1, 3),))
    assert "x\\ny" not in shape.write(shape.of(post))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_guide_fits_the_page_and_names_every_directive(language: str) -> None:
    paper = Paper(language)
    paper.screen.table(*guide(texts_for(language)))
    assert max(map(cell_len, paper.text.splitlines())) <= 80
    told = [line.split()[0] for line in paper.text.splitlines() if line.startswith("     :")]
    known = ["join", "leave", "as", "admin", "reply", "react", "press", "at", "advance", "lang"]
    assert sorted(told) == sorted(f":{word}" for word in [*known, "quit"])
