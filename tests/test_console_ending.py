"""However a session ends: one line, an exit status, a store that was closed in order."""

import asyncio
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from bot.cli import cli, console_stage
from bot.cli.console_ending import Ending, Terminated
from bot.cli.failures import Interrupted
from bot.running.stopping import Deadline
from db import sqlite

ROOT = Path(__file__).parents[1]
ENVIRON = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
CONSOLE = [sys.executable, "-m", "bot", "console"]
STORE = ("--db", "sqlite:///s.db")
FULL = Path("/dev/full")
BEGIN = ":at 2026-10-05T06:00:00Z\n"


@contextmanager
def piped(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A console at the end of a pipe that stays open."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(  # noqa: S603  our own program
        [*CONSOLE, *words], cwd=folder, env=ENVIRON, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def write(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdin is not None
    process.stdin.write(text)
    process.stdin.flush()


def read_up_to(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdout is not None
    for shown in process.stdout:
        if shown.rstrip() == line:
            return
    pytest.fail(f"never shown: {line}")


def ended(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    """The exit status and stderr after one signal, stdin staying open."""
    process.send_signal(number)
    status = process.wait(20)
    assert process.stderr is not None
    return status, process.stderr.read()


ENDS = [
    (signal.SIGINT, 130, "foyer: interrupted\n"),
    (signal.SIGTERM, 143, "foyer: terminated\n"),
]


@pytest.mark.parametrize(("number", "status", "line"), ENDS)
def test_one_signal_ends_a_console_that_waits_for_input(
    tmp_path: Path, number: int, status: int, line: str
) -> None:
    with piped(tmp_path, *STORE) as process:
        write(process, f"{BEGIN}:as Zoé\nhello\n")
        read_up_to(process, "  2  Zoé: hello")
        time.sleep(0.5)  # it waits for the next line now
        assert ended(process, number) == (status, line)
    assert {path.name for path in tmp_path.iterdir()} <= {"s.db", "s.db.lock", "s.db.key"}
    with closing(sqlite3.connect(tmp_path / "s.db")) as store:
        assert store.execute("SELECT count(*) FROM message").fetchone() == (1,)


@pytest.mark.parametrize(("number", "status", "line"), ENDS)
def test_one_signal_ends_a_console_that_is_busy(
    tmp_path: Path, number: int, status: int, line: str
) -> None:
    with piped(tmp_path, *STORE) as process:
        write(process, f"{BEGIN}:as Zoé\nhello\n:advance 400d\n:advance 400d\n:advance 400d\n")
        read_up_to(process, "  2  Zoé: hello")
        assert ended(process, number) == (status, line)
    assert not [path.name for path in tmp_path.iterdir() if "-" in path.name]


@pytest.mark.parametrize("wait", [0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.3])
def test_whenever_the_signal_comes_there_is_one_line(tmp_path: Path, wait: float) -> None:
    with piped(tmp_path, *STORE) as process:
        write(process, f"{BEGIN}:as Zoé\nhello\n/mydata\n")
        time.sleep(wait)
        assert ended(process, signal.SIGINT) == (130, "foyer: interrupted\n")
    assert not [path.name for path in tmp_path.iterdir() if "-" in path.name]


@pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
@pytest.mark.parametrize("script", [":as Zoé\n", "# nothing\n", ":as Zoé\nhello\n/help\n"])
@pytest.mark.parametrize("words", [(), STORE])
def test_a_full_disk_under_the_output_ends_the_session(
    tmp_path: Path, script: str, words: tuple[str, ...]
) -> None:
    with FULL.open("wb") as full:
        done = subprocess.run(  # noqa: S603  our own program
            [*CONSOLE, *words],
            cwd=tmp_path, env=ENVIRON, input=BEGIN + script, stdout=full, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "No space left on device" in done.stderr


def test_output_that_nobody_takes_is_no_failed_delivery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def echo(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.chdir(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(console_stage, "click", SimpleNamespace(echo=echo))
        result = CliRunner().invoke(cli, ["console", *STORE], input=f"{BEGIN}:as Zoé\n")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    with closing(sqlite3.connect("s.db")) as store:
        told = store.execute("SELECT state, error FROM outbox").fetchall()
    assert {reason for _, reason in told} <= {None, ""}
    assert {state for state, _ in told} <= {"sent", "pending", "sending"}


# By hand


async def test_a_session_that_ends_by_itself_is_left_alone() -> None:
    done: list[str] = []

    async def session() -> None:
        await asyncio.sleep(0)
        done.append("all")

    await Ending(Deadline()).unless_asked(session())
    assert done == ["all"]


async def test_a_failure_of_the_session_is_told() -> None:
    async def session() -> None:
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        await Ending(Deadline()).unless_asked(session())


async def test_the_first_reason_cancels_the_session_and_lets_it_close_in_order() -> None:
    ending, closed = Ending(Deadline()), list[str]()

    async def session() -> None:
        try:
            ending.end(OSError(28, "full"))
            ending.end(Interrupted())
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            closed.append("store")

    with pytest.raises(OSError, match="full"):
        await ending.unless_asked(session())
    assert closed == ["store"]


async def test_whoever_has_a_reason_to_end_waits_for_no_line() -> None:
    ending = Ending(Deadline())
    ending.end(Terminated("terminated"))
    with pytest.raises(Terminated), ending.reading():
        pytest.fail("waits")


async def test_a_signal_before_the_session_begins_counts() -> None:
    begun: list[None] = []

    async def session() -> None:
        begun.append(None)

    ending = Ending(Deadline())
    with ending.heeded():
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Terminated):
            await ending.unless_asked(session())
    assert begun == []


def test_a_signal_interrupts_the_wait_for_a_line_and_nothing_else() -> None:
    before = signal.getsignal(signal.SIGINT)
    ending = Ending(Deadline())
    with ending.heeded():
        with pytest.raises(Interrupted), ending.reading():  # noqa: PT012  the wait is the matter
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        os.kill(os.getpid(), signal.SIGINT)  # nobody waits; nothing is raised
    assert signal.getsignal(signal.SIGINT) is before


async def test_opening_a_store_that_is_given_up_leaves_no_thread_behind(
    tmp_path: Path,
) -> None:
    from threading import enumerate as threads

    for steps in range(12):
        opening = asyncio.create_task(sqlite.connect(tmp_path / "s.db", read_only=False))
        for _ in range(steps):
            await asyncio.sleep(0)
        opening.cancel()
        [outcome] = await asyncio.gather(opening, return_exceptions=True)
        if isinstance(outcome, sqlite.SqliteConnection):
            await outcome.close()
    await asyncio.sleep(0.05)
    assert [one for one in threads() if re.search("connection_worker", one.name)] == []
