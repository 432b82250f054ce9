"""The composition root: opens the store behind a URL and puts the parts together."""

import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.aside import aside
from bot.model import Community
from bot.recorder import Recorder
from bot.store_url import PostgresUrl, parse_store_url
from db.connection import Connection
from db.keys import KeyFile, PassingKey
from db.opening import (
    read_postgres,
    read_sqlite,
    write_memory,
    write_postgres,
    write_sqlite,
)
from db.reading import Reader
from db.store import Store
from db.suppression import Suppression

if TYPE_CHECKING:
    from bot.adapters import Adapter
    from bot.clock import Clock, ManualClock
    from bot.engine import Engine, Outfit, Stage
    from bot.hands import Read
    from bot.intake import Defaults
    from bot.telemetry import Telemetry

T = TypeVar("T")


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


def suppression_of(url: str) -> Suppression:
    """The list of people whom this store must not record."""
    return Suppression(KeyFile(beside(url, ".key", alone="foyer.key")))


def recorder_for(connection: Connection, url: str, community: Community) -> Recorder:
    """What writes the events of a community inside the connection's transaction."""
    return Recorder(connection, community, suppression_of(url))


@asynccontextmanager
async def engine_for(
    url: str,
    adapters: Mapping[str, "Adapter"],
    clock: "Clock",
    defaults: "Defaults",
    telemetry: "Telemetry",
) -> AsyncIterator["Engine"]:
    """The bot on the store behind a URL, neither listening nor speaking yet.

    Raises:
        UsageError: the URL names no store.
        StoreError: the store cannot be opened, or another process writes to it.
    """
    from bot.engine import Engine

    async with _outfit(url, adapters, clock, defaults, telemetry) as outfit:
        yield Engine(outfit)


@asynccontextmanager
async def on_stage(
    url: str | None,
    adapters: Mapping[str, "Adapter"],
    clock: "ManualClock",
    defaults: "Defaults",
    telemetry: "Telemetry",
) -> AsyncIterator["Stage"]:
    """The bot under a clock that is moved by hand; without a URL its store is in memory alone.

    Raises:
        UsageError: the URL names no store.
        StoreError: the store cannot be opened, or another process writes to it.
    """
    from bot.engine import Stage

    async with _outfit(url, adapters, clock, defaults, telemetry) as outfit:
        yield Stage(outfit, clock)


@asynccontextmanager
async def _outfit(
    url: str | None,
    adapters: Mapping[str, "Adapter"],
    clock: "Clock",
    defaults: "Defaults",
    telemetry: "Telemetry",
) -> AsyncIterator["Outfit"]:
    from bot.engine import Outfit
    from cogs import COGS

    async with write_memory() if url is None else writing(url) as store:
        yield Outfit(
            store=store,
            reading=_reading_through(store) if url is None else _reading_at(url),
            suppression=Suppression(PassingKey()) if url is None else suppression_of(url),
            cogs=COGS,
            adapters=adapters,
            clock=clock,
            telemetry=telemetry,
            defaults=defaults,
            owner=f"{os.getpid()}-{secrets.token_hex(4)}",
        )


def _reading_at(url: str) -> "Read":
    async def read(work: Callable[[Reader], Awaitable[T]]) -> T:
        async def look() -> T:
            async with reading(url) as reader:
                return await work(reader)

        return await aside(look)

    return read


def _reading_through(store: Store) -> "Read":
    """A store in memory has one connection only: readers take their turn with writers."""

    async def read(work: Callable[[Reader], Awaitable[T]]) -> T:
        return await store.write(lambda connection: work(Reader(connection)))

    return read
