import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.console.directives import (
    Appoint,
    Ask,
    Begin,
    Directive,
    Empty,
    Explain,
    Join,
    Leave,
    Press,
    Quit,
    React,
    Say,
    Speak,
    Speech,
    Wait,
)
from bot.adapters.console.place import person
from bot.adapters.console.playing import opening
from bot.adapters.console.script import parse, steps
from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.errors import UsageError

START = 1_791_180_000_000
"""2026-10-05T06:00:00Z"""


@pytest.mark.parametrize(
    ("line", "directive"),
    [
        (":join Zoé", Join("Zoé")),
        (":join   Marie Curie  ", Join("Marie Curie")),
        (":join Zoe\u0301", Join("Zoé")),
        (":leave Zoé", Leave("Zoé")),
        (":as Max", Speak("Max")),
        (":admin Ann", Appoint("Ann")),
        ("Bonjour !", Say("Bonjour !")),
        ("  Bonjour !\r\n", Say("Bonjour !")),
        ("\\:D", Say(":D")),
        ("\\#running", Say("#running")),
        ("\\/shrug", Say("/shrug")),
        ("\\\\o/", Say("\\o/")),
        ("\\o/", Say("\\o/")),
        (":)", Say(":)")),
        ("/", Say("/")),
        ("/usr/bin", Say("/usr/bin")),
        ("/help", Ask("help", "")),
        ("/Setup timezone:Europe/Paris", Ask("setup", "timezone:Europe/Paris")),
        (":reply 3 Oui ?", Say("Oui ?", 3)),
        (":react 12 👍", React(12, "👍")),
        (":press Yes, forget me", Press("Yes, forget me")),
        (":at 2026-10-05T06:00:00Z", Begin(START)),
        (":at 2026-10-05T08:00:00+02:00", Begin(START)),
        (":advance 7d", Wait(7 * DAY_MS)),
        (":advance 3h", Wait(3 * HOUR_MS)),
        (":advance 10m", Wait(10 * MINUTE_MS)),
        (":lang fr", Speech("fr")),
        (":help", Explain()),
        (":quit", Quit()),
        ("", Empty()),
        (" \t ", Empty()),
        ("# a comment", None),
        ("  # :dance", None),
    ],
)
def test_a_line_means_one_thing(line: str, directive: Directive | None) -> None:
    assert parse(line) == directive


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (":dance", "unknown directive :dance; :help lists them"),
        (":Join Zoé", "unknown directive :Join; :help lists them"),
        (":join", "a name is missing"),
        (":as \u200d", "a name is missing"),
        (f":join {'x' * 33}", "a name has 1 to 32 printable characters"),
        (":join a\x07b", "a name has 1 to 32 printable characters"),
        (":join foyer", "Foyer is the bot's own name"),
        (":reply", "write :reply N text, with the number of a message"),
        (":reply three Oui", "write :reply N text, with the number of a message"),
        (":reply ٣ Oui", "write :reply N text, with the number of a message"),
        (":reply -1 Oui", "write :reply N text, with the number of a message"),
        (":reply 3", "write :reply N text, with the number of a message"),
        (":react 3", "write :react N EMOJI, with the number of a message"),
        (":react 3 👍 👍", "write :react N EMOJI, with one emoji"),
        (":press", "write :press LABEL"),
        (":at noon", "'noon' is not an instant like 2026-10-05T06:00:00Z"),
        (":at 2026-10-05T06:00:00", "is not an instant"),
        (":at 9999-01-01T00:00:00Z", "is not an instant"),
        (":advance 7", "write :advance 7d, 3h or 10m"),
        (":advance 7w", "write :advance 7d, 3h or 10m"),
        (":advance -1d", "write :advance 7d, 3h or 10m"),
        (":advance 0d", "write :advance 7d, 3h or 10m"),
        (":advance 401d", "at most 400d at a time"),
        (":lang de", "write :lang with one of en, fr"),
        (":lang", "write :lang with one of en, fr"),
        (":help me", "nothing may follow, but here is 'me'"),
        (":quit now", "nothing may follow"),
    ],
)
def test_a_line_that_cannot_be_understood_says_why(line: str, reason: str) -> None:
    with pytest.raises(UsageError) as error:
        parse(line)
    assert reason in str(error.value)
    assert error.value.exit_code == 2


def test_a_mistake_names_the_script_and_the_line() -> None:
    with pytest.raises(UsageError, match=r"^month\.console:3: unknown directive :dance"):
        list(steps(["# a month", "", ":dance"], "month.console"))


def test_comments_count_as_lines_but_ask_for_nothing() -> None:
    read = list(steps(["# hello", ":as Ann", "hi"], "s"))
    assert [step.where for step in read] == ["s:2", "s:3"]


@given(st.text(max_size=60))
def test_any_line_is_understood_or_refused_in_words(line: str) -> None:
    """Anything but a UsageError fails the test."""
    with contextlib.suppress(UsageError):
        assert parse(line) is None or line.strip() == line.strip().lstrip("#")


@given(st.text(min_size=1, max_size=40))
def test_a_backslash_lets_any_message_be_said(text: str) -> None:
    words = text.strip()
    if words:
        escaped = f"\\{words}" if words[0] in ":/#\\" else words
        assert parse(escaped) == Say(words)


@given(st.text(max_size=50))
def test_whoever_can_be_called_so_keeps_the_name(name: str) -> None:
    try:
        called = person(name)
    except UsageError:
        return
    assert 1 <= len(called) <= 32
    assert person(called) == called
    assert "\n" not in called


def test_the_opening_sets_the_clock_and_the_language_before_anything_happens() -> None:
    read = steps(["# a month", ":lang fr", "", f":at {'2026-10-05T06:00:00Z'}", ":as Ann"], "s")
    at, language, rest = opening(read)
    assert (at, language) == (START, "fr")
    assert [step.directive for step in rest] == [Speak("Ann")]


def test_a_second_instant_and_what_follows_are_no_opening() -> None:
    lines = [":at 2026-10-05T06:00:00Z", ":at 2026-10-06T06:00:00Z", ":lang fr"]
    at, language, rest = opening(steps(lines, "s"))
    assert (at, language) == (START, None)
    assert [step.directive for step in rest] == [Begin(START + DAY_MS), Speech("fr")]


def test_an_opening_reads_no_further_than_it_must() -> None:
    def lines() -> Iterator[str]:
        yield ":at 2026-10-05T06:00:00Z"
        yield ":as Ann"
        pytest.fail("read ahead")

    at, _, rest = opening(steps(lines(), "s"))
    assert at == START
    assert next(rest).directive == Speak("Ann")


def test_a_script_of_an_opening_alone_has_nothing_after_it() -> None:
    assert list(opening(steps([":lang fr"], "s")).rest) == []
