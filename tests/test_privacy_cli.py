"""`foyer forget` and `foyer export --member` do what members can do by command, and as much."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.app import writing
from bot.cli import cli
from tests.canary import ME, NAME, OTHER_ME, WORD, deeds, planted
from tests.stores import recorded


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)

    async def plant() -> None:
        async with writing("sqlite:///foyer.db") as store:
            await store.write(planted)
            await store.write(planted)

    asyncio.run(plant())
    return tmp_path / "foyer.db"


def foyer(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli, words, prog_name="foyer")
    assert result.exit_code == code, result.output
    return result.stdout


def dumped(store: Path) -> str:
    with closing(sqlite3.connect(store)) as connection:
        return "\n".join(connection.iterdump())


@pytest.mark.parametrize("account", [ME, OTHER_ME])
def test_forgetting_somebody_takes_their_linked_accounts_and_choices(
    store: Path, account: object
) -> None:
    assert WORD in dumped(store)
    assert "Erased from 2 communities" in foyer("forget", str(account))
    content = dumped(store)
    assert WORD not in content
    assert NAME not in content
    for path in store.parent.iterdir():
        assert WORD.encode() not in path.read_bytes()
    assert "Erased from 0 communities" in foyer("forget", str(account))


def test_forgetting_somebody_in_one_community_leaves_the_other(store: Path) -> None:
    assert "Erased from 1 community" in foyer("forget", str(ME), "--community", "1")
    with closing(sqlite3.connect(store)) as connection:
        rows = connection.execute(
            "SELECT DISTINCT community_id FROM account WHERE external_id LIKE ?", [f"{WORD}%"]
        )
        assert rows.fetchall() == [(2,)]


def test_an_export_for_a_member_holds_what_no_event_tells(store: Path) -> None:
    told = foyer("export", "--community", "1", "--member", str(ME), "--out", "own")
    assert "member.json" in told
    record = json.loads(Path("own/member.json").read_bytes())
    assert record["linked"] == [str(OTHER_ME)]
    assert record["greeting"]["name"] == NAME
    assert WORD in Path("own/events.jsonl").read_text()
    assert Path("own/member.json").stat().st_mode & 0o077 == 0


def test_an_export_of_everything_holds_nothing_about_one_member_alone(store: Path) -> None:
    told = foyer("export", "--community", "1", "--out", "all")
    assert "member.json" not in told
    assert [path.name for path in Path("all").iterdir()] == ["events.jsonl"]
    assert NAME not in Path("all/events.jsonl").read_text()


def test_an_export_of_one_event_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written = []
    for count in (1, 2):

        async def plant(count: int = count) -> None:
            async with writing(f"sqlite:///{count}.db") as store:
                await store.write(lambda c: recorded(c, [deeds("word")[4 : 4 + count]]))

        asyncio.run(plant())
        words = ("--db", f"sqlite:///{count}.db", "export", "--community", "1")
        written.append(foyer(*words, "--out", str(count)).partition(" written")[0])
    assert written == ["1 event", "2 events"]


def test_an_account_of_any_platform_can_be_forgotten_and_is_named_so(store: Path) -> None:
    assert "Erased" in foyer("forget", "console:zoltar")
    refused = CliRunner().invoke(cli, ["forget", "Zoltar9"], prog_name="foyer")
    assert refused.exit_code == 2
    assert "discord:ID, telegram:ID or console:ID" in refused.stderr
