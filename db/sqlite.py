"""SQLite through aiosqlite: pragmas, transactions, bulk inserts."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import aiosqlite

from bot.errors import StoreError
from db.connection import Connection, Row
from db.tables import Table

APPLICATION_ID = 0x466F7965
"""`Foye`: marks the file as a store of Foyer's."""

_WRITING = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "busy_timeout = 5000",
    "journal_size_limit = 67108864",
    "secure_delete = ON",  # what is erased must not stay in the file's free pages
)

_PARAMETERS_AT_ONCE = 1_800
_STATEMENTS_KEPT = 24
"""Inserts of many lengths pass by once and are large; the default of 128 costs megabytes."""
_ROWS_AT_ONCE = 64


_MEANINGS = (
    ("full", "the disk is full; free some space and try again"),
    ("readonly", "cannot be written; check the rights of the file and its folder"),
    ("unable to open", "cannot be opened; check the rights of the file and its folder"),
    ("not a database", "is no Foyer store; name another file with --db"),
    ("malformed", "is damaged; restore a backup"),
    ("locked", "is in use by another process; stop that one first"),
    ("disk I/O", "the disk does not answer as it should; check it and try again"),
)


def _explained(error: BaseException, path: Path) -> StoreError | None:
    """The one line that tells an operator what SQLite's failure means, None for a bug of ours."""
    for sign, meaning in _MEANINGS:
        if sign in str(error):
            return StoreError(f"{path}: {meaning}")
    return None


class SqliteConnection(Connection):
    """One connection to a SQLite file."""

    engine = "sqlite"
    ddl: Mapping[str, str] = MappingProxyType(
        {"int": "INTEGER", "real": "REAL", "keyed": "STRICT, WITHOUT ROWID"}
    )

    failures = (sqlite3.DatabaseError,)

    def __init__(self, raw: aiosqlite.Connection, path: Path) -> None:
        super().__init__(raw, "aiosqlite")
        self._path = path

    @property
    def is_lost(self) -> bool:
        """Never: a file does not hang up."""
        return False

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open; a full disk can end one by itself."""
        return bool(self._raw.in_transaction)

    def _explanation(self, error: BaseException) -> StoreError | None:
        return _explained(error, self._path)

    async def insert(self, table: Table, rows: Sequence[Row]) -> list[Row]:
        """Insert the rows that are not there yet; the keys of those that were inserted."""
        columns = table.all_columns
        at_once = max(1, _PARAMETERS_AT_ONCE // len(columns))
        inserted: list[Row] = []
        for start in range(0, len(rows), at_once):
            part = rows[start : start + at_once]
            places = ", ".join([f"({', '.join('?' * len(columns))})"] * len(part))
            sql = (
                f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES {places}"  # noqa: S608  names of the registry
                f" ON CONFLICT DO NOTHING RETURNING {', '.join(table.key)}"
            )
            flat = [value for row in part for value in row]
            inserted += await self._raw.execute_fetchall(sql, flat)
        return inserted

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """A transaction, rolled back on any exception, cancellation included."""
        await self._raw.execute("BEGIN IMMEDIATE")
        try:
            yield
            await self._raw.execute("COMMIT")
        except BaseException:
            await asyncio.shield(self._roll_back("ROLLBACK"))
            raise

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part of the transaction that can fail alone."""
        await self._raw.execute("SAVEPOINT unit")
        try:
            yield
            await self._raw.execute("RELEASE unit")
        except BaseException:
            # The savepoint outlives its own rollback, and an outer one has the same name.
            await asyncio.shield(self._roll_back("ROLLBACK TO unit", "RELEASE unit"))
            raise

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:
        """A view of the store that does not move while it is read."""
        await self._raw.execute("BEGIN")
        try:
            yield
        finally:
            await asyncio.shield(self._roll_back("ROLLBACK"))

    async def _roll_back(self, *statements: str) -> None:
        """Undo; a full disk has already rolled back by itself."""
        for sql in statements:
            if self._raw.in_transaction:
                await self._raw.execute(sql)

    async def plan_anew(self) -> None:
        """Nothing to do: the plans of `tests/test_plans.py` hold whatever was written."""

    async def checkpoint(self) -> None:
        """Empty the write-ahead log; readers that still look at it let a part of it stay."""
        await self._raw.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")

    async def lock_schema(self) -> None:
        """Nothing to do: `BEGIN IMMEDIATE` already keeps other writers out."""

    async def back_up(self, target: Path) -> None:
        """Copy the whole database into a new file while it is open."""
        copy = await aiosqlite.connect(target)
        try:
            await self._raw.backup(copy)
        finally:
            await copy.close()


async def connect_memory() -> SqliteConnection:
    """Make a SQLite store that lives in memory alone."""
    raw = await _opened(":memory:")
    try:
        for pragma in _WRITING:
            await raw.execute(f"PRAGMA {pragma}")
    except BaseException:
        await raw.close()
        raise
    return SqliteConnection(raw, Path(":memory:"))


async def connect(path: Path, *, read_only: bool) -> SqliteConnection:
    """Open a SQLite store.

    Raises:
        StoreError: the file is missing (read only), unreadable or no store of Foyer's.
    """
    check_kind(path)
    if read_only and not path.exists():  # noqa: ASYNC240  a glance at a local file
        raise StoreError(f"{path}: there is no store; import something, or name it with --db")
    try:
        raw = await _open(path, "ro" if read_only else "rwc")
        try:
            await _prepare(raw, path, read_only=read_only)
        except BaseException:
            await raw.close()
            raise
    except sqlite3.DatabaseError as error:
        raise _explained(error, path) or error from None
    return SqliteConnection(raw, path)


def check_kind(path: Path) -> None:
    """Refuse what is there and is no file, as opening a device or pipe may hang or change it.

    Raises:
        StoreError: the path leads to a folder, a device or a pipe.
    """
    if path.exists() and not path.is_file():
        raise StoreError(f"{path}: is no file; name a file with --db")


async def _open(path: Path, mode: str) -> aiosqlite.Connection:
    address = f"file:{quote(os.fsencode(path))}?mode={mode}"
    if mode == "ro" and _is_at_rest(path):
        address += "&immutable=1"
    return await _opened(address)


async def _opened(address: str) -> aiosqlite.Connection:
    """Opens here what aiosqlite would open in its thread, which outlives a failure there."""
    opened = sqlite3.connect(
        address,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_STATEMENTS_KEPT,
    )
    waiting = aiosqlite.Connection(lambda: opened, iter_chunk_size=_ROWS_AT_ONCE)
    opening = asyncio.ensure_future(waiting)
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        await (await opening).close()  # its thread must not outlive the loop
        raise


def _is_at_rest(path: Path) -> bool:
    """Whether nobody writes the file and its folder takes no file of SQLite's beside it."""
    log = path.with_name(path.name + "-wal")
    return not os.access(path.parent, os.W_OK) and not log.exists()


async def _prepare(raw: aiosqlite.Connection, path: Path, *, read_only: bool) -> None:
    tables = list(await raw.execute_fetchall("SELECT 1 FROM sqlite_master LIMIT 1"))
    [[mark]] = await raw.execute_fetchall("PRAGMA application_id")
    if tables and mark != APPLICATION_ID:
        raise StoreError(f"{path}: is a database of another program; name another file with --db")
    if read_only:
        await raw.execute("PRAGMA query_only = 1")
        return
    if mark != APPLICATION_ID:
        await raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for pragma in _WRITING:
        await raw.execute(f"PRAGMA {pragma}")
