"""Opens stores for tests, and writes down what one holds in the platforms' own names."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bot.events import Event
from bot.model import Community
from bot.recorder import Recorder
from bot.store_url import PostgresUrl, parse_store_url
from db import sqlite
from db.connection import Connection, Row
from db.directory import create_community
from db.keys import PassingKey
from db.migrate import migrate
from db.suppression import Suppression
from db.tables import TABLES

T = TypeVar("T")

PARIS = "Europe/Paris"


class RolledBackError(Exception):
    """Ends a transaction without a trace."""


async def connect(url: str) -> Connection:
    where = parse_store_url(url)
    if isinstance(where, PostgresUrl):
        from db import postgres

        return await postgres.connect(where.dsn, read_only=False)
    return await sqlite.connect(Path(where.path), read_only=False)


async def fetch(connection: Connection, sql: str) -> list[Row]:
    """All rows of a statement of the test's own."""
    raw: Any = connection._raw  # what the store itself never asks goes past its queries
    if connection.engine == "sqlite":
        return list(await raw.execute_fetchall(sql))
    return list(await raw.fetch(sql))


def in_store(url: str, work: Callable[[Connection], Awaitable[T]]) -> T:
    """Run some work in a migrated store and take everything back afterwards."""

    async def run() -> T:
        connection = await connect(url)
        results: list[T] = []
        try:
            await migrate(connection)
            async with connection.transaction():
                results.append(await work(connection))
                raise RolledBackError
        except RolledBackError:
            return results[0]
        finally:
            await connection.close()

    return asyncio.run(run())


async def recorded(
    connection: Connection,
    batches: Sequence[Sequence[Event]],
    timezone: str = PARIS,
    *,
    settled: bool = True,
) -> Community:
    """A new community in which the batches were recorded and settled, one after the other."""
    community = await create_community(connection, "club", timezone, "en")
    await record_more(connection, community, batches, settled=settled)
    return community


async def record_more(
    connection: Connection,
    community: Community,
    batches: Sequence[Sequence[Event]],
    *,
    settled: bool = True,
    suppression: Suppression | None = None,
) -> list[list[bool]]:
    nobody = Suppression(PassingKey())
    recorder = Recorder(connection, community, suppression or nobody)
    fresh = []
    for batch in batches:
        fresh.append(await recorder.record(batch))
        if settled:
            await recorder.settle()
    return fresh


_ACCOUNT_COLUMNS = {
    "account_no",
    "author_no",
    "reply_author_no",
    "inviter_no",
    "sender_no",
    "receiver_no",
    "person_no",
}
_CHANNEL_COLUMNS = {"channel_no", "parent_no", "thread_no"}


async def dump(connection: Connection, community: int) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of a community, the store's own numbers replaced by names, in one order."""
    accounts = await _names(connection, "account", community)
    channels = await _names(connection, "channel", community)
    sources = {
        row[0]: row[1]
        for row in await fetch(
            connection, f"SELECT source_no, name FROM source WHERE community_id = {community}"
        )
    }
    known: dict[str, dict[int, Any]] = dict.fromkeys(_ACCOUNT_COLUMNS, accounts)
    known |= dict.fromkeys(_CHANNEL_COLUMNS, channels)
    known["source_no"] = sources

    def told(column: str, value: Any) -> Any:
        return known[column].get(value, value) if column in known else value

    content = {}
    for table in TABLES:
        if table.installation or table.name == "community":
            continue
        columns = table.all_columns[1:]
        rows = await fetch(
            connection,
            f"SELECT {', '.join(columns)} FROM {table.name} WHERE community_id = {community}",
        )
        content[table.name] = sorted((tuple(map(told, columns, row)) for row in rows), key=repr)
    return content


async def _names(connection: Connection, table: str, community: int) -> dict[int, str]:
    rows = await fetch(
        connection,
        f"SELECT {table}_no, platform, external_id FROM {table} WHERE community_id = {community}",
    )
    return {row[0]: f"{row[1]}:{row[2]}" for row in rows}
