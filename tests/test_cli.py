"""The command line's manners: one line for a failure, options anywhere, a light start."""

import errno
import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import NoReturn

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from bot import __version__
from bot.cli import COMMANDS, LazyGroup, cli
from bot.cli.failures import one_line
from bot.cli.options import (
    Options,
    common_options,
    community_option,
    json_option,
    lang_option,
    until_option,
    week_option,
)
from bot.errors import StoreError, UsageError

CANARY = "canary sentence 7"

HEAVY = {
    "aiosql",
    "aiosqlite",
    "asyncpg",
    "babel",
    "bot.config",
    "db",
    "ijson",
    "msgspec",
    "pydantic",
    "rich",
}

FAILURES = {
    "usage": UsageError("--week: there is none"),
    "store": StoreError("foyer.db: is no store"),
    "lines": StoreError("first\nsecond\r\tthird\u2028\x1b[31mred\u202e"),
    "bug": RuntimeError(CANARY),
    "disk": OSError(errno.ENOSPC, "No space left on device", "foyer.db"),
    "socket": ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
    "interrupt": KeyboardInterrupt(),
    "pipe": BrokenPipeError(errno.EPIPE, "Broken pipe"),
    "abort": click.Abort(),
    "group": ExceptionGroup(CANARY, [ValueError(CANARY)]),
}


@click.group(cls=LazyGroup, lazy={"broken": "tests.nowhere:command"})
@common_options
def sample() -> None:
    """A command line to try things with."""


@sample.command()
@click.argument("how")
def fail(how: str) -> NoReturn:
    """Fail."""
    raise FAILURES[how]


@sample.command()
@click.argument("code", type=int)
def leave(code: int) -> None:
    """Leave with an exit code."""
    click.get_current_context().exit(code)


@sample.command()
@community_option
@until_option
@week_option
@lang_option
@json_option
@common_options
@click.pass_obj
def say(
    options: Options,
    community: str,
    until: date | None,
    week: date | None,
    lang: str | None,
    as_json: bool,
) -> None:
    """Say what was understood."""
    said = [options.store_url(), options.quiet, community, str(until), str(week), lang, as_json]
    click.echo(json.dumps(said))


def _run(*words: str) -> Result:
    return CliRunner().invoke(sample, words, prog_name="foyer")


def _said(*words: str) -> list[object]:
    result = _run(*words)
    assert (result.exit_code, result.stderr) == (0, "")
    said: list[object] = json.loads(result.stdout)
    return said


def _one_line(result: Result) -> str:
    """What stderr holds, once it is known to be one line and stdout empty."""
    assert result.stdout == ""
    assert result.stderr.startswith("foyer: ")
    assert result.stderr.endswith("\n")
    assert len(result.stderr.splitlines()) == 1
    return result.stderr.removeprefix("foyer: ").removesuffix("\n")


@pytest.mark.parametrize(
    ("how", "code", "line"),
    [
        ("usage", 2, "--week: there is none"),
        ("store", 1, "foyer.db: is no store"),
        ("lines", 1, r"first second third \x1b[31mred\u202e"),
        ("disk", 1, "foyer.db: No space left on device"),
        ("socket", 1, "input or output: Connection refused"),
        ("interrupt", 130, "interrupted"),
        ("abort", 130, "interrupted"),
    ],
)
def test_a_failure_is_one_line_and_an_exit_code(how: str, code: int, line: str) -> None:
    result = _run("fail", how)
    assert result.exit_code == code
    assert _one_line(result) == line


def test_a_reader_who_leaves_is_not_told_anything() -> None:
    result = _run("fail", "pipe")
    assert (result.exit_code, result.output) == (1, "")


@pytest.mark.parametrize("how", ["bug", "group"])
def test_a_bug_is_one_line_and_a_file_without_its_words(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = _run("fail", how)
    assert result.exit_code == 1
    (file,) = tmp_path.iterdir()
    expected = f"something went wrong inside Foyer; details in {file}"
    assert _one_line(result) == expected
    details = file.read_text()
    assert CANARY not in details
    assert type(FAILURES[how]).__name__ in details
    assert f"{__file__}:" in details
    assert file.stat().st_mode & 0o077 == 0


def test_a_bug_is_one_line_even_without_a_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    assert "could not be written" in _one_line(_run("fail", "bug"))


def test_a_command_that_cannot_be_imported_is_a_bug_in_one_line() -> None:
    result = _run("broken")
    assert result.exit_code == 1
    assert "something went wrong inside Foyer" in _one_line(result)


@pytest.mark.parametrize("code", [0, 1, 2, 7])
def test_a_command_may_leave_with_a_code(code: int) -> None:
    assert _run("leave", str(code)).exit_code == code


@pytest.mark.parametrize(
    "words",
    [
        ["nope"],
        ["no\npe\x1b[2J"],
        ["--nope"],
        ["say"],
        ["say", "--community"],
        ["say", "--nope"],
        ["say", "--community", "c", "more", "words"],
        ["say", "--community", "c", "--until", "2025-02-30"],
        ["say", "--community", "c", "--until", "20250228"],
        ["say", "--community", "c", "--until", "2025-02-28\n"],
        ["say", "--community", "c", "--until", "9999-12-31"],
        ["say", "--community", "c", "--until", "٢٠٢٥-٠٢-٢٨"],
        ["say", "--community", "c", "--until", ""],
        ["say", "--community", "c", "--week", "2025-40"],
        ["say", "--community", "c", "--week", "2025-W53"],
        ["say", "--community", "c", "--week", "2025-W00"],
        ["say", "--community", "c", "--week", "0001-W01"],
        ["say", "--community", "c", "--lang", "xx"],
        ["say", "--community", "c", "--lang", "../fr"],
        ["say", "--community", "c", "--db", "foyer.db"],
        ["say", "--community", "c", "--db", "mysql://u:hunter2@h/d"],
        ["say", "--community", "c", "--config", "no/such/file.toml"],
        ["say", "--community", "c", "--config", "."],
        ["leave", "x"],
    ],
)
def test_wrong_arguments_are_one_line_and_exit_2(words: list[str]) -> None:
    result = _run(*words)
    assert result.exit_code == 2
    assert "hunter2" not in _one_line(result)


def test_a_wrong_argument_names_the_help() -> None:
    assert _one_line(_run("say")) == "Missing option '--community'; see 'foyer say --help'"


@given(st.text(max_size=50))
def test_no_text_can_break_the_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line.isprintable()


@pytest.mark.parametrize(
    ("before", "after", "url", "quiet"),
    [
        ([], [], "sqlite:///foyer.db", False),
        (["--db", "sqlite:///a.db"], [], "sqlite:///a.db", False),
        ([], ["--db", "sqlite:///a.db", "--quiet"], "sqlite:///a.db", True),
        (["--db", "sqlite:///a.db"], ["--db", "sqlite:///b.db"], "sqlite:///b.db", False),
        (["--quiet", "--db", "sqlite:///a.db"], [], "sqlite:///a.db", True),
    ],
)
def test_common_options_stand_before_or_after_the_command(
    before: list[str],
    after: list[str],
    url: str,
    quiet: bool,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _said(*before, "say", "--community", "c", *after)[:2] == [url, quiet]


def test_a_config_may_be_named_before_or_after_the_command(tmp_path: Path) -> None:
    config = tmp_path / "my.toml"
    config.write_text('store.url = "sqlite:///mine.db"')
    named = ["--config", str(config)]
    assert _said(*named, "say", "--community", "c")[0] == "sqlite:///mine.db"
    assert _said("say", "--community", "c", *named)[0] == "sqlite:///mine.db"


def test_options_give_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOYER_HTTP__PORT", "8080")
    assert Options().settings().http.port == 8080


def test_a_week_is_given_by_its_sunday() -> None:
    said = _said("say", "--community", "c", "--week", "2026-W53", "--until", "2025-01-01")
    assert said[2:5] == ["c", "2025-01-01", "2027-01-03"]


def test_a_language_and_json_are_understood() -> None:
    assert _said("say", "--community", "c", "--lang", "en", "--json")[5:] == ["en", True]


def _python(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  our own program
        [sys.executable, *words], capture_output=True, text=True, timeout=60, check=False
    )


def test_the_module_and_the_command_are_the_same_thing() -> None:
    result = _python("-m", "bot", "--version")
    assert (result.returncode, result.stdout, result.stderr) == (0, f"foyer {__version__}\n", "")


def test_help_lists_every_command_with_its_line() -> None:
    for words in ([], ["--help"], ["-h"]):
        result = CliRunner().invoke(cli, words)
        assert result.exit_code == 0
        listed = [line.split() for line in result.stdout.partition("Commands:")[2].splitlines()]
        assert [words[0] for words in listed if words] == list(COMMANDS)
        assert all(len(words) > 2 for words in listed if words)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps_and_takes_the_common_options(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0
    for option in ("--db URL", "--config FILE", "--quiet"):
        assert option in result.stdout


def test_help_loads_nothing_heavy() -> None:
    result = _python("-X", "importtime", "-m", "bot", "--help")
    assert result.returncode == 0
    loaded = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert "bot.cli.options" in loaded
    assert not HEAVY & loaded


def test_ctrl_c_is_one_line_in_a_process_of_its_own() -> None:
    script = (
        "import time, click\n"
        "from bot.cli import LazyGroup\n"
        "@click.group(cls=LazyGroup)\n"
        "def g(): pass\n"
        "@g.command()\n"
        "def wait():\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(30)\n"
        "g.main(['wait'], prog_name='foyer')\n"
    )
    with subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30)[1] == "foyer: interrupted\n"
    assert process.returncode == 130


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_behind_stdout_is_one_line() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123  a device
        result = subprocess.run(
            [sys.executable, "-m", "bot", "--version"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert result.stderr == "foyer: input or output: No space left on device\n"
    assert result.returncode == 1


def test_a_reader_who_left_early_leaves_no_trace() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        result = subprocess.run(
            [sys.executable, "-m", "bot", "--version"],
            stdout=pipe,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert (result.returncode, result.stderr) == (1, "")
