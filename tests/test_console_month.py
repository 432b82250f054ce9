"""Five weeks of a running club, across the change of the clocks, played through the console."""

import logging
import os
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from bot.cli import cli, console_stage

HERE = Path(__file__).parent
FORGOTTEN = "Philippine"
LONGEST = 10.0
"""Seconds of this process's own time."""


def script(language: str) -> str:
    return str(HERE / "campaigns" / f"month.{language}.console")


def month(language: str, *words: str) -> str:
    """The transcript of the month."""
    played = CliRunner().invoke(cli, ["console", script(language), *words], prog_name="foyer")
    assert (played.exit_code, played.stderr) == (0, "")
    return played.stdout


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the store and the log that the month left behind."""
    folder = tmp_path_factory.mktemp("month")
    command = ["console", script("en"), "--db", f"sqlite:///{folder / 's.db'}"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(console_stage, "LOUDNESS", logging.INFO)
        played = CliRunner().invoke(cli, command, prog_name="foyer")
    assert played.exit_code == 0
    (folder / "log.txt").write_text(played.stderr, encoding="utf-8")
    return folder


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_month_reads_as_its_golden_page(language: str) -> None:
    golden = HERE / "golden" / f"month.{language}.txt"
    began = time.process_time()
    played = month(language)
    assert time.process_time() - began < LONGEST
    if os.environ.get("FOYER_UPDATE_GOLDEN"):
        golden.write_text(played, encoding="utf-8")
    assert played == golden.read_text(encoding="utf-8")


def golden(language: str = "en") -> str:
    return (HERE / "golden" / f"month.{language}.txt").read_text(encoding="utf-8")


def moments(transcript: str, said: str) -> list[str]:
    """The headings under which something is said."""
    heading, found = "", []
    for line in transcript.splitlines():
        if line.startswith("── "):
            heading = line.strip("─ ")
        elif re.fullmatch(said, line):
            found.append(heading)
    return found


@pytest.mark.parametrize(
    ("language", "members", "moderators", "mondays"),
    [
        (
            "en",
            r"     Console: our week, .*",
            r"     Console: the week of .*",
            ["12 October", "19 October", "26 October", "9 November"],
        ),
        (
            "fr",
            r"     Console\s: notre semaine .*",
            r"     Console\s: semaine du .*",
            ["12 octobre", "19 octobre", "26 octobre", "9 novembre"],
        ),
    ],
)
def test_each_edition_comes_once_on_monday_at_nine_also_after_the_clocks_change(
    language: str, members: str, moderators: str, mondays: list[str]
) -> None:
    day = {"en": "Monday", "fr": "lundi"}[language]
    expected = [f"{day} {monday} 2026, 09:00" for monday in mondays]
    assert moments(golden(language), members) == expected
    assert moments(golden(language), moderators) == expected


def test_newcomers_are_greeted_in_one_message_which_changes_when_one_leaves() -> None:
    rows = golden().splitlines()
    assert len([row for row in rows if row.endswith(" joined")]) == 12
    greetings = [at for at, row in enumerate(rows) if row.startswith("     Welcome, ")]
    assert [rows[at - 1] for at in greetings] == ["  6  Foyer", "  6  Foyer (edited)"]
    first, changed = (" ".join(rows[at : at + 2]) for at in greetings)
    assert "Tom" in first
    assert "Tom" not in changed


def test_a_rest_skips_the_digest_of_its_monday() -> None:
    assert "2 November 2026, 09:00: skipped" in golden()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_transcript_keeps_its_width(language: str) -> None:
    rows = golden(language).splitlines()
    assert max(map(cell_len, rows)) <= 80
    assert not any(row != row.rstrip() for row in rows)


def test_the_forgotten_are_in_no_table_no_file_and_no_log_line(store: Path) -> None:
    assert FORGOTTEN in golden()
    with closing(sqlite3.connect(store / "s.db")) as db:
        tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        assert ("suppression",) in tables
        for (table,) in tables:
            assert FORGOTTEN not in repr(db.execute(f"SELECT * FROM {table}").fetchall()), table
    for path in store.rglob("*"):
        if path.is_file():
            assert FORGOTTEN.encode() not in path.read_bytes(), path.name


def test_the_others_are_still_there(store: Path) -> None:
    with closing(sqlite3.connect(store / "s.db")) as db:
        known = {name for (name,) in db.execute("SELECT external_id FROM account")}
    assert {"Ann", "Max", "Zoé", "Sofia", "Tom", "Foyer"} <= known


def test_the_forgotten_are_in_no_export(store: Path) -> None:
    command = ["export", "--community", "1", "--db", f"sqlite:///{store / 's.db'}"]
    exported = CliRunner().invoke(cli, [*command, "--out", str(store / "out")])
    assert exported.exit_code == 0, exported.stderr
    written = [path.read_text(encoding="utf-8") for path in (store / "out").rglob("*.jsonl")]
    assert any("Zoé" in text for text in written)
    assert not any(FORGOTTEN in text for text in written)


def test_nothing_anybody_said_is_stored(store: Path) -> None:
    said = ["gravel", "headlamp", "vegetarian", "Spoken like a duck"]
    assert all(word in golden() for word in said)
    raw = b"".join(path.read_bytes() for path in store.rglob("*") if path.is_file())
    assert [word for word in said if word.encode() in raw] == []


def test_those_who_opted_out_left_nothing_from_before_and_come_back_from_then_on(
    store: Path,
) -> None:
    with closing(sqlite3.connect(store / "s.db")) as db:
        counted = db.execute(
            "SELECT count(*), min(at) FROM message JOIN account ON account_no = author_no"
            " WHERE external_id = 'Sofia'"
        ).fetchone()
    back = "Monday 26 October 2026, 13:00"
    assert counted[0] == 2
    assert moments(golden(), ".*Sofia: Counted again.") == [back]
    assert counted[1] >= 1_793_016_000_000  # that noon in UTC
