"""Opens stores of either engine, to write or to read."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
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

_LEFT_BEHIND = ("", "-wal", "-shm", ".lock")


@asynccontextmanager
async def write_sqlite(path: Path) -> AsyncIterator[Store]:
    """The store in a SQLite file, made or brought up to date where needed.

    A file that this context made is taken away again when the context fails.

    Raises:
        StoreError: the file cannot be used, or another process writes to it.
    """
    is_new = not path.exists()  # noqa: ASYNC240  a glance at a local file
    if not path.parent.is_dir():
        raise StoreError(f"{path}: there is no such folder; make it first, or choose another --db")
    try:
        with only_writer(path):
            connection = await sqlite.connect(path, read_only=False)
            try:
                await _bring_up_to_date(connection, path)
                async with Store(connection).serving() as store:
                    yield store
            finally:
                await connection.close()
    except BaseException:
        if is_new:
            for ending in _LEFT_BEHIND:
                path.with_name(path.name + ending).unlink(missing_ok=True)
        raise


async def _bring_up_to_date(connection: sqlite.SqliteConnection, path: Path) -> None:
    known = migrations()
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
    async with _reading(await sqlite.connect(path, read_only=True)) as reader:
        yield reader


@asynccontextmanager
async def read_postgres(dsn: str) -> AsyncIterator[Reader]:
    """A still picture of the store in a PostgreSQL database.

    Raises:
        StoreError: there is no store, or this version cannot read it.
    """
    async with _reading(await _connect_postgres(dsn, read_only=True)) as reader:
        yield reader


@asynccontextmanager
async def _reading(connection: Connection) -> AsyncIterator[Reader]:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(connection.close)
        known = migrations()
        missing = await pending(connection, known)
        if len(missing) == len(known):
            raise StoreError("the store is empty; import something first, or name it with --db")
        if missing:
            raise StoreError("the store was made by an older Foyer; run `foyer db migrate` first")
        await stack.enter_async_context(connection.explaining())
        await stack.enter_async_context(connection.snapshot())
        yield Reader(connection)
