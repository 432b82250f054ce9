"""The composition root: opens the store behind a URL and puts the parts together."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from bot.model import Community
from bot.recorder import Recorder
from bot.store_url import PostgresUrl, parse_store_url
from db.connection import Connection
from db.opening import read_postgres, read_sqlite, write_postgres, write_sqlite
from db.reading import Reader
from db.store import Store
from db.suppression import Suppression


def writing(url: str) -> AbstractAsyncContextManager[Store]:
    """The store behind a URL, to write to.

    Raises:
        UsageError: the URL names no store.
        StoreError: the store cannot be opened.
    """
    where = parse_store_url(url)
    return write_postgres(where.dsn) if isinstance(where, PostgresUrl) else write_sqlite(where.path)


def reading(url: str) -> AbstractAsyncContextManager[Reader]:
    """A still picture of the store behind a URL.

    Raises:
        UsageError: the URL names no store.
        StoreError: there is no store, or it cannot be opened.
    """
    where = parse_store_url(url)
    return read_postgres(where.dsn) if isinstance(where, PostgresUrl) else read_sqlite(where.path)


@asynccontextmanager
async def updating(url: str) -> AsyncIterator[Store]:
    """The store behind a URL, to change; it is not made where there is none.

    Raises:
        UsageError: the URL names no store.
        StoreError: there is no store, or it cannot be opened.
    """
    async with reading(url):
        pass
    async with writing(url) as store:
        yield store


def beside(url: str, name: str, *, alone: str) -> Path:
    """The file `STORE` + name beside a SQLite store; `alone` in the working folder elsewhere."""
    where = parse_store_url(url)
    if isinstance(where, PostgresUrl):
        return Path(alone)
    return where.path.with_name(where.path.name + name)


async def suppression_of(connection: Connection, url: str) -> Suppression:
    """The list of people whom this store must not record."""
    return await Suppression.load(connection, beside(url, ".key", alone="foyer.key"))


async def recorder_for(connection: Connection, url: str, community: Community) -> Recorder:
    """What writes the events of a community inside the connection's transaction."""
    return Recorder(connection, community, await suppression_of(connection, url))
