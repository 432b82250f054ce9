"""The command line on a real PostgreSQL: the same bytes as on SQLite, and nothing half-written."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from click.testing import CliRunner

from bot.cli import cli
from tests.exports import SHARED, lines
from tests.worlds import World, world

CLUB = ["--community", "club"]
FIXTURE = SHARED / "telegram_fixtures" / "telegram_2020-01.json"
MANY = 12_000
PASSWORD = "Sesame-7"  # noqa: S105  opens nothing
START = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def foyer(*words: str, url: str) -> str:
    result = CliRunner().invoke(cli, [*words, "--db", url], prog_name="foyer")
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def failed(*words: str, url: str) -> str:
    """The only line of a failure."""
    result = CliRunner().invoke(cli, [*words, "--db", url], prog_name="foyer")
    said = result.stderr
    assert (result.exit_code, result.stdout, said.count("\n"), said[:7]) == (1, "", 1, "foyer: ")
    assert "something went wrong" not in said
    return said


def written(told: World) -> Path:
    path = Path("world.jsonl")
    path.write_text("".join(json.dumps(line) + "\n" for line in [told.header, *told.lines]))
    return path


def history(count: int) -> Path:
    """Messages of fifty people, one every minute."""
    messages = [
        {
            "kind": "message",
            "id": str(number),
            "channel": "c1",
            "author": f"u{number % 50}",
            "at": (START + timedelta(minutes=number)).isoformat().replace("+00:00", "Z"),
            "reply_to": str(number - 1) if number else None,
        }
        for number in range(count)
    ]
    return lines(Path(f"{count}.jsonl"), *messages)


def answers(url: str, *days: str) -> list[str]:
    """What every reading command says of a store, and the bytes of its export."""
    told = [foyer("communities", "--json", url=url)]
    for until in days:
        told.append(foyer("stats", *CLUB, "--until", until, "--json", url=url))
    week = datetime.fromisoformat(days[-1]).strftime("%G-W%V")
    told.append(foyer("digest", *CLUB, "--week", week, "--lang", "fr", url=url))
    return [*told, exported(url)]


def exported(url: str, *words: str) -> str:
    foyer("export", *CLUB, *words, "--out", "out", url=url)
    return Path("out/events.jsonl").read_text()


def same(postgres_url: str, *words: str) -> str:
    """What a command says on both engines alike."""
    here, there = foyer(*words, url=postgres_url), foyer(*words, url="sqlite:///foyer.db")
    assert here == there
    return here


def days_before(until: str, *weeks: int) -> list[str]:
    last = datetime.fromisoformat(until)
    return [(last - timedelta(weeks=one)).date().isoformat() for one in weeks]


def alike(postgres_url: str, path: Path, *days: str) -> None:
    """Import twice on both engines; everything that is said, before and after, is the same."""
    words = ["import", str(path), *CLUB, "--json"]
    assert json.loads(same(postgres_url, *words))["new"] > 0
    first = answers(postgres_url, *days)
    assert first == answers("sqlite:///foyer.db", *days)
    assert json.loads(same(postgres_url, *words))["new"] == 0
    assert exported(postgres_url) == first[-1]


def test_a_nasty_world_reads_the_same_byte_for_byte(postgres_url: str) -> None:
    told = world(11, 200)
    alike(postgres_url, written(told), *days_before(told.until.isoformat(), 0, 5))


def test_a_telegram_export_reads_the_same_byte_for_byte(postgres_url: str) -> None:
    if not FIXTURE.exists():
        pytest.skip(f"the real exports are not here: {FIXTURE.name}")
    alike(postgres_url, FIXTURE, "2019-09-30")


def test_the_demos_events_read_the_same_byte_for_byte(postgres_url: str) -> None:
    result = CliRunner().invoke(cli, ["demo", "--out", "demo", "--quiet"])
    assert result.exit_code == 0, result.stderr
    foyer("export", "--community", "1", "--out", "demo", url="sqlite:///demo/foyer.db")
    words = ["import", "demo/events.jsonl", *CLUB, "--json"]
    last = json.loads(same(postgres_url, *words))["last_event"][:10]
    same(postgres_url, "stats", *CLUB, "--until", last, "--json")
    assert exported(postgres_url) == exported("sqlite:///foyer.db")


def test_who_is_forgotten_is_gone_and_stays_away(postgres_url: str) -> None:
    path = written(world(1, 300))
    same(postgres_url, "import", str(path), *CLUB)
    own = exported(postgres_url, "--member", "discord:ana")
    assert '"ana"' in own
    assert own == exported("sqlite:///foyer.db", "--member", "discord:ana")
    assert "Erased from 1 community" in same(postgres_url, "forget", "discord:ana")
    same(postgres_url, "import", str(path), *CLUB, "--json")
    left = exported(postgres_url)
    assert '"ana"' not in left
    assert left == exported("sqlite:///foyer.db")
    same(postgres_url, "stats", *CLUB, "--until", "2025-04-06", "--json")


def test_a_long_import_lets_the_planner_know_how_long_it_was(postgres_url: str) -> None:
    foyer("import", str(history(2_000)), *CLUB, url=postgres_url)
    assert asked(postgres_url, "SELECT reltuples FROM pg_class WHERE relname = 'message'") == 2_000


def test_migrating_what_is_up_to_date_says_so(postgres_url: str) -> None:
    assert foyer("db", "migrate", url=postgres_url) == "The store is up to date.\n"


READING = [["communities"], ["stats", *CLUB], ["digest", *CLUB], ["export", *CLUB, "--out", "x"]]
WRITING = [["forget", "discord:u1"], ["db", "migrate"], ["import", "20.jsonl", *CLUB]]


def refusing(url: str) -> list[str]:
    """Addresses on the same server: no such database, and a login that is refused."""
    parts = urlsplit(url)
    stranger = f"nobody_knows:{PASSWORD}@{parts.netloc.rpartition('@')[2]}"
    return [
        urlunsplit(parts._replace(path="/not_there")),
        urlunsplit(parts._replace(netloc=stranger)),
    ]


def test_a_database_that_takes_nobody_in_is_one_line_without_the_password(
    postgres_url: str,
) -> None:
    history(20)
    for words, url in product([*READING, *WRITING], refusing(postgres_url)):
        said = failed(*words, url=url)
        assert "the PostgreSQL store cannot be reached" in said
        assert PASSWORD not in said
    assert [path.name for path in Path().iterdir()] == ["20.jsonl"]


def test_a_server_that_does_not_answer_is_one_line() -> None:
    said = failed("communities", url=f"postgresql://me:{PASSWORD}@127.0.0.1:1/club")
    assert "check store.url and that the server runs" in said
    assert PASSWORD not in said


async def _ask(url: str, query: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def asked(url: str, query: str) -> Any:
    return asyncio.run(_ask(url, query))


def wait_for(url: str, query: str) -> None:
    deadline = time.monotonic() + 30
    while not asked(url, query):
        assert time.monotonic() < deadline, query


OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
INSERTING = f"SELECT count(*) {OTHERS} AND query LIKE 'INSERT INTO message %'"
ALONE = f"SELECT count(*) = 0 {OTHERS}"
CUT_OFF = f"SELECT count(pg_terminate_backend(pid)) {OTHERS}"


@contextmanager
def importing(url: str) -> Iterator["subprocess.Popen[str]"]:
    """A process held in the middle of the import of a long history."""
    with subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-m", "bot", "import", str(history(MANY)), *CLUB, "--db", url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
    ) as process:
        wait_for(url, INSERTING)
        process.send_signal(signal.SIGSTOP)
        assert process.poll() is None, "it was over before it could be disturbed"
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def filled(postgres_url: str) -> str:
    """A store that holds the short history."""
    foyer("import", str(history(20)), *CLUB, url=postgres_url)
    return postgres_url


def test_a_killed_import_leaves_the_store_as_it_was_and_the_next_one_works(filled: str) -> None:
    before = answers(filled, "2025-01-01")
    with importing(filled):
        pass  # it is killed on the way out
    wait_for(filled, ALONE)
    assert answers(filled, "2025-01-01") == before
    report = json.loads(foyer("import", f"{MANY}.jsonl", *CLUB, "--json", url=filled))
    assert (report["new"], report["known"]) == (MANY - 20, 20)


def test_a_second_writer_is_sent_away_and_a_reader_sees_what_was(filled: str) -> None:
    before = answers(filled, "2025-01-01")
    with importing(filled) as process:
        for words in WRITING:
            said = failed(*words, url=filled)
            assert "another foyer process is writing to this PostgreSQL store" in said
        assert answers(filled, "2025-01-01") == before
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert f"{MANY - 20} new, 20 known" in out


@pytest.mark.parametrize("disturbed", ["connection", "ctrl-c"])
def test_an_import_cut_off_says_one_line_and_leaves_nothing(filled: str, disturbed: str) -> None:
    before = answers(filled, "2025-01-01")
    with importing(filled) as process:
        if disturbed == "connection":
            asked(filled, CUT_OFF)
        else:
            process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=30)
    expected = {"connection": (1, "foyer: the PostgreSQL store cannot go on"), "ctrl-c": (130, "")}
    code, start = expected[disturbed]
    assert (process.returncode, out, err.count("\n")) == (code, "", 1)
    assert err.startswith(start)
    assert answers(filled, "2025-01-01") == before
