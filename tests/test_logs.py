"""Log lines: their form on a terminal and elsewhere, and what never stands in one."""

import io
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.logs import QUIET, logging_to
from bot.logs.mask import HIDDEN
from bot.model import PlaceId
from tests.leaks import Leak, every_leak, in_loop, own

TELEGRAM = "123456789:AAEhBOweik6ad6PsVZcgbdX1Yp-abc_defg"
DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789AB"
PHRASE = "correct horse/battery"
LEAKS = every_leak()


class Stream(io.StringIO):
    """A stream that is a terminal or none."""

    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


@contextmanager
def logged(*secrets: str, is_terminal: bool = False) -> Iterator[Stream]:
    stream = Stream(is_terminal)
    with logging_to(stream, secrets):
        yield stream


def lines(stream: Stream) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_there_are_sixty_ways_and_more_for_a_token_to_leak() -> None:
    names = [name for name, _ in LEAKS]
    assert len(set(names)) == len(names) >= 60


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("is_terminal", [False, True], ids=["elsewhere", "terminal"])
@pytest.mark.parametrize(
    "secret", [TELEGRAM, DISCORD, PHRASE], ids=["telegram", "discord", "words"]
)
@pytest.mark.parametrize("leak", [leak for _, leak in LEAKS], ids=[name for name, _ in LEAKS])
def test_a_secret_leaks_in_none_of_them(
    leak: Leak, secret: str, is_terminal: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    logger = logging.getLogger("library.with.handler")
    theirs = Stream(is_terminal=False)
    logger.handlers = [logging.StreamHandler(theirs)]
    with logged(secret, is_terminal=is_terminal) as stream:
        leak(secret)
    logger.handlers = []
    out, err = capfd.readouterr()
    everything = f"{stream.getvalue()}{theirs.getvalue()}{out}{err}"
    parts = [secret, secret.split(":")[-1], secret.split(".")[-1]]
    for part in parts:
        for written in (part, quote(part, safe=""), quote(quote(part, safe=""), safe="")):
            assert written not in everything
    assert "Traceback" not in everything


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("secret", [TELEGRAM, DISCORD], ids=["telegram", "discord"])
@pytest.mark.parametrize("leak", [leak for _, leak in LEAKS], ids=[name for name, _ in LEAKS])
def test_not_even_a_token_that_the_settings_do_not_name(leak: Leak, secret: str) -> None:
    with logged() as stream:
        leak(secret)
    assert secret not in stream.getvalue()
    assert quote(secret, safe="") not in stream.getvalue()


def test_most_of_them_leave_a_line_all_the_same() -> None:
    silent = []
    for name, leak in LEAKS:
        with logged(TELEGRAM) as stream, pytest.warns() if name == "warning" else logged_nothing():
            leak(TELEGRAM)
        if not stream.getvalue():
            silent.append(name)
    below_warning = [f"{name} at {level}" for name in ("httpx", "httpcore.connection",
        "telegram.ext.Updater", "discord.gateway") for level in (10, 20)]  # fmt: skip
    assert sorted(silent) == sorted(
        [*below_warning, "sqlite at 10", "debugging of our own", "quiet library set to debug",
         "warning"]
    )  # fmt: skip


@contextmanager
def logged_nothing() -> Iterator[None]:
    yield


def test_a_line_says_when_where_and_how_bad_first() -> None:
    with logged() as stream:
        structlog.get_logger("bot.outbox").warning("gave up", key="digest", tries=3)
    [line] = lines(stream)
    assert list(line) == ["timestamp", "level", "logger", "event", "key", "tries"]
    assert (line["level"], line["logger"]) == ("warning", "bot.outbox")
    assert (line["event"], line["key"], line["tries"]) == ("gave up", "digest", 3)
    assert line["timestamp"].endswith("Z")


def test_libraries_write_the_same_lines() -> None:
    with logged() as stream:
        logging.getLogger("aiosqlite").warning("slow: %d ms", 12)
    [line] = lines(stream)
    assert list(line) == ["timestamp", "level", "logger", "event"]
    assert (line["logger"], line["event"]) == ("aiosqlite", "slow: 12 ms")


def test_a_terminal_shows_columns() -> None:
    with logged(is_terminal=True) as stream:
        own().info("running", platforms=["discord"])
    shown = stream.getvalue()
    assert "running" in shown
    assert "platforms" in shown
    assert not shown.startswith("{")


@settings(deadline=None)
@given(st.text())
def test_whatever_somebody_writes_a_line_stays_one_line(words: str) -> None:
    with logged() as stream:
        structlog.get_logger("bot").info("heard", name=words)
        logging.getLogger("library").warning(words.replace("%", ""))
    found = lines(stream)
    assert len(found) == 2
    assert stream.getvalue().isascii()
    assert stream.getvalue().count("\n") == 2


@settings(deadline=None)
@given(st.text(min_size=1))
def test_nothing_that_somebody_writes_moves_the_cursor_of_a_terminal(words: str) -> None:
    with logged(is_terminal=True) as stream:
        structlog.get_logger("bot").info("heard", name="")
        structlog.get_logger("bot").info("heard", name=words)
    empty, shown = stream.getvalue().splitlines()
    assert shown.count("\x1b") == empty.count("\x1b")
    assert "\u202e" not in shown
    assert "\r" not in shown


def test_a_forged_line_is_part_of_a_value() -> None:
    forged = 'x"}\n{"level": "critical", "event": "all is lost"}'
    with logged() as stream:
        own().info("heard", name=forged)
    [line] = lines(stream)
    assert line["name"] == forged


def test_an_exception_is_told_without_its_words() -> None:
    with logged() as stream:
        try:
            raise ValueError("what Ana wrote")
        except ValueError:
            own().exception("handler failed", cog="welcome")
    [line] = lines(stream)
    assert line["exception"][0] == "ValueError"
    assert line["exception"][1].endswith("test_an_exception_is_told_without_its_words")
    assert "Ana" not in stream.getvalue()


@pytest.mark.parametrize(
    "value", [ValueError("what Ana wrote"), {"text": "what Ana wrote"}, b"Ana"]
)
def test_values_that_are_not_plain_are_told_by_their_type(value: object) -> None:
    with logged() as stream:
        own().info("heard", value=value)
    assert "Ana" not in stream.getvalue()
    assert type(value).__name__ in lines(stream)[0]["value"]


def test_plain_values_are_told() -> None:
    with logged() as stream:
        own().info("heard", place=PlaceId("discord", "1"), share=0.5, none=None, yes=True)
    [line] = lines(stream)
    assert (line["place"], line["share"], line["none"], line["yes"]) == (
        ["discord", "1"], 0.5, None, True,
    )  # fmt: skip


@pytest.mark.parametrize("name", QUIET)
def test_quiet_libraries_are_heard_from_warnings_on_whatever_their_level(name: str) -> None:
    with logged() as stream:
        for logger in (logging.getLogger(name), logging.getLogger(f"{name}.part")):
            logger.setLevel(logging.DEBUG)
            logger.debug("what Ana wrote")
            logger.info("what Ana wrote")
            logger.warning("heard")
            logger.setLevel(logging.NOTSET)
    assert [line["event"] for line in lines(stream)] == ["heard", "heard"]


def test_what_a_callback_was_called_with_is_not_told() -> None:
    def fail(words: str) -> None:
        raise ValueError(words)

    with logged() as stream:
        in_loop(lambda loop: loop.call_soon(fail, "what Ana wrote"))
    [line] = lines(stream)
    assert line["exception"][0] == "ValueError"
    assert "Ana" not in stream.getvalue()


def test_afterwards_everything_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(module, name, lambda *_: None)

    def state() -> tuple[object, ...]:
        root = logging.getLogger()
        levels = [logging.getLogger(name).level for name in QUIET]
        hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
        return root.level, root.handlers, levels, hooks, structlog.is_configured()

    before = state()
    with logged():
        assert state() != before
    assert state() == before


CRASH = """
import sys, threading, warnings
from bot.logs import logging_to
with logging_to(sys.stderr, [sys.argv[1]]):
    warnings.warn("old " + sys.argv[1])
    thread = threading.Thread(target=lambda: {}[sys.argv[1]])
    thread.start(); thread.join()
    sys.exc = ValueError(sys.argv[1])
    try:
        raise sys.exc
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    raise SystemExit(3)
"""


def test_a_process_that_fails_writes_nothing_but_lines() -> None:
    done = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-W", "always", "-c", CRASH, TELEGRAM],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    found = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["level"] for line in found] == ["warning", "error", "critical"]
    assert TELEGRAM not in done.stderr
    assert HIDDEN in found[0]["event"]
