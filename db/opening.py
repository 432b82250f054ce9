"""Opens stores of either engine, to write or to read."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import (
    AbstractContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import StoreError
from db import sqlite
from db.connection import Connection
from db.lock import only_writer
from db.migrate import migrate, migrations, pending
from db.reading import Reader
from db.store import Store

if TYPE_CHECKING:
    from db.postgres import PostgresConnection

_LEFT_BEHIND = ("", "-wal", "-shm")


@asynccontextmanager
async def write_sqlite(path: Path) -> AsyncIterator[Store]:
    """The store in a SQLite file, made or brought up to date where needed.

    A file that this context made is taken away again when the context fails before anything was
    written to it.

    Raises:
        StoreError: the file cannot be used, or another process writes to it.
    """
    sqlite.check_kind(path)
    if not path.parent.is_dir():
        raise StoreError(f"{path}: there is no such folder; make it first, or choose another --db")
    with only_writer(path), _taking_away(path) as stores:
        connection = await sqlite.connect(path, read_only=False)
        try:
            async with connection.explaining():
                await _bring_up_to_date(connection, path)
            async with Store(connection).serving() as store:
                stores.append(store)
                yield store
        finally:
            await connection.close()


@asynccontextmanager
async def write_memory() -> AsyncIterator[Store]:
    """A store that lives as long as the context, and nowhere but in memory."""
    connection = await sqlite.connect_memory()
    try:
        await migrate(connection, migrations())
        async with Store(connection).serving() as store:
            yield store
    finally:
        await connection.close()


@contextmanager
def _taking_away(path: Path) -> Iterator[list[Store]]:
    """Only the process that holds the lock may say that the file is new, and its own.

    It stays if one of the stores that were opened on it has written something.
    """
    stores: list[Store] = []
    is_new = not path.exists()
    if is_new:
        # The ids of people are nobody else's to read; what SQLite puts beside it follows suit.
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            raise StoreError(f"{path}: is a link to nothing; choose another --db") from None
    try:
        yield stores
    except BaseException:
        if is_new and not any(store.has_written for store in stores):
            for ending in _LEFT_BEHIND:
                path.with_name(path.name + ending).unlink(missing_ok=True)
        raise


async def _bring_up_to_date(connection: sqlite.SqliteConnection, path: Path) -> None:
    known = migrations()
    with _naming(path):
        missing = await pending(connection, known)
    if missing and len(missing) < len(known):
        backup = path.with_name(f"{path.name}.before-{missing[0].version:04d}")
        await connection.back_up(backup)
    await migrate(connection, known)


@asynccontextmanager
async def write_postgres(dsn: str) -> AsyncIterator[Store]:
    """The store in a PostgreSQL database, brought up to date where needed.

    Raises:
        StoreError: the database cannot be used, or another process writes to it.
    """
    connection = await _connect_postgres(dsn, read_only=False)
    try:
        async with connection.explaining():
            await connection.only_writer()
            await migrate(connection)
        async with Store(connection).serving() as store:
            yield store
    finally:
        await connection.close()


async def _connect_postgres(dsn: str, *, read_only: bool) -> "PostgresConnection":
    try:
        from db import postgres  # the driver is an extra, and slow to load
    except ImportError:
        raise StoreError(
            "PostgreSQL needs the extra `postgres`; install foyer-bot[postgres]"
        ) from None
    return await postgres.connect(dsn, read_only=read_only)


@asynccontextmanager
async def read_sqlite(path: Path) -> AsyncIterator[Reader]:
    """A still picture of the store in a SQLite file.

    Raises:
        StoreError: there is no store, or this version cannot read it.
    """
    connection = await sqlite.connect(path, read_only=True)
    async with _reading(connection, _naming(path)) as reader:
        yield reader


@asynccontextmanager
async def read_postgres(dsn: str) -> AsyncIterator[Reader]:
    """A still picture of the store in a PostgreSQL database.

    Raises:
        StoreError: there is no store, or this version cannot read it.
    """
    connection = await _connect_postgres(dsn, read_only=True)
    async with _reading(connection, nullcontext()) as reader:
        yield reader


@asynccontextmanager
async def _reading(
    connection: Connection, naming: AbstractContextManager[None]
) -> AsyncIterator[Reader]:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(connection.close)
        with naming:
            await _check_readable(connection)
        await stack.enter_async_context(connection.explaining())
        await stack.enter_async_context(connection.snapshot())
        yield Reader(connection)


async def _check_readable(connection: Connection) -> None:
    known = migrations()
    missing = await pending(connection, known)
    if len(missing) == len(known):
        raise StoreError("the store is empty; import something first, or name it with --db")
    if missing:
        raise StoreError("the store was made by an older Foyer; run `foyer db migrate` first")


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Puts the file's name before what is said of the store in it."""
    try:
        yield
    except StoreError as error:
        raise StoreError(f"{path}: {error}") from None
