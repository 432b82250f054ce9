"""What a store promises when commits fail, units are many, and patience meets haste."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from bot.errors import StoreError
from db import store as module
from db.connection import Connection
from db.directory import create_community, list_communities
from db.opening import write_memory, write_sqlite
from db.sqlite import SqliteConnection, connect
from db.store import Store
from db.tables import DIRTY_DAY
from tests.stores import fetch

FULL = "database or disk is full"


def adding(name: str) -> Callable[[Connection], Awaitable[None]]:
    async def unit(connection: Connection) -> None:
        await create_community(connection, name, "UTC", "en", at=0)

    return unit


async def names(store: Store) -> list[str]:
    return [one.name for one in await store.write(list_communities)]


class Commits:
    """Counts commits, and lets the next one fail where a test wishes so."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.count, self.fails = 0, False
        self._execute: Any = aiosqlite.Connection.execute
        patch.setattr(aiosqlite.Connection, "execute", self._watched())

    def _watched(self) -> Callable[..., Any]:
        def watched(connection: aiosqlite.Connection, sql: str, *args: Any) -> Any:
            if sql == "COMMIT":
                self.count += 1
                if self.fails:
                    self.fails = False
                    raise sqlite3.OperationalError(FULL)
            return self._execute(connection, sql, *args)

        return watched


async def test_a_commit_that_fails_is_told_to_everybody_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commits = Commits(monkeypatch)
    async with write_memory() as store:
        commits.fails = True
        outcomes = await asyncio.gather(
            store.write(adding("one")), store.write(adding("two")), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes] == [StoreError, StoreError]
        assert (store.losses, store.has_written) == (1, False)
        await store.write(adding("three"))
        assert await names(store) == ["three"]


async def test_what_runs_after_a_lost_transaction_is_lost_with_it() -> None:
    """A savepoint alone would be a transaction of its own, and stay though it is told as lost."""

    async def lose(connection: Connection) -> None:
        await connection.statement("ROLLBACK")
        raise sqlite3.OperationalError(FULL)

    async with write_memory() as store:
        outcomes = await asyncio.gather(
            store.write(adding("before")),
            store.write(lose),
            store.write(adding("after")),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes] == [StoreError] * 3
        assert await names(store) == []


async def test_a_clean_exit_finishes_what_waits() -> None:
    async with write_memory() as store:
        waiting = [asyncio.ensure_future(store.write(adding(str(n)))) for n in range(250)]
        await asyncio.sleep(0)
    assert await asyncio.gather(*waiting, return_exceptions=True) == [None] * 250


async def test_a_crowd_is_committed_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the end of a crowd that grows all the time."""
    async with write_memory() as store:
        commits = Commits(monkeypatch)
        await asyncio.gather(*(store.write(adding(str(n)), is_patient=True) for n in range(250)))
        assert commits.count == 3


async def test_haste_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GROUP_SECONDS", 20)
    async with write_memory() as store:
        async with asyncio.timeout(5):
            await store.write(adding("alone"))
        async with asyncio.timeout(5):
            await asyncio.gather(
                store.write(adding("patient"), is_patient=True), store.write(adding("hasty"))
            )


async def test_patience_ends_however_many_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GROUP_SECONDS", 0.2)
    async with write_memory() as store:
        first = asyncio.ensure_future(store.write(adding("first"), is_patient=True))
        others = []
        for n in range(40):
            others.append(asyncio.ensure_future(store.write(adding(str(n)), is_patient=True)))
            await asyncio.sleep(0.05)
            if first.done():
                break
        assert len(others) < 20
        await asyncio.gather(first, *others)


async def test_a_checkpoint_that_fails_is_told_to_whoever_asked_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(self: SqliteConnection) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    async with write_memory() as store:
        monkeypatch.setattr(SqliteConnection, "checkpoint", fail)
        outcomes = await asyncio.gather(
            store.write(adding("kept")), store.checkpoint(), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes] == [type(None), StoreError]
        assert await names(store) == ["kept"]


async def test_what_was_deleted_is_nowhere_in_the_files(tmp_path: Path) -> None:
    canary = "canary" * 15
    async with write_sqlite(tmp_path / "foyer.db") as store:
        for number in range(50):
            await store.write(adding(f"{canary}{number}"))
        await store.checkpoint()
        assert b"canary" in (tmp_path / "foyer.db").read_bytes()
        await store.write(lambda c: c.statement("DELETE FROM community"))
        await store.checkpoint()
        assert not [file for file in tmp_path.iterdir() if b"canary" in file.read_bytes()]


async def test_a_transaction_holds_the_store_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "foyer.db"
    connection = await connect(path, read_only=False)
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    async with connection.transaction():
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.close()
    await connection.close()


async def test_what_is_committed_outlives_a_power_cut(tmp_path: Path) -> None:
    full = 2
    async with write_sqlite(tmp_path / "foyer.db") as store:
        [[level]] = await store.write(lambda c: fetch(c, "PRAGMA synchronous"))
        [[mode]] = await store.write(lambda c: fetch(c, "PRAGMA journal_mode"))
    assert (level, mode) == (full, "wal")


async def test_rows_go_in_by_as_many_as_the_engine_takes() -> None:
    rows = [(1, n, n % 7) for n in range(1_000)]

    async def unit(connection: Connection) -> int:
        raw: Any = connection._raw
        raw._conn.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 2_000)
        return len(await connection.insert(DIRTY_DAY, rows))

    async with write_memory() as store:
        assert await store.write(unit) == 1_000
