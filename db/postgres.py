"""PostgreSQL through asyncpg: transactions, bulk inserts."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Any

import asyncpg

from bot.errors import StoreError
from db.connection import Connection, Row
from db.tables import Table, type_of

_SCHEMA_LOCK = 0x466F796572
"""Key of the advisory lock that a migrating process holds."""

_WRITER_LOCK = _SCHEMA_LOCK + 1
"""Key of the advisory lock that the writing process holds."""

_FAILURES = (
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that is cut between two of its states
    OSError,
)
"""What is the server's fault and not ours."""


class PostgresConnection(Connection):
    """One connection to a PostgreSQL database."""

    engine = "postgresql"
    ddl: Mapping[str, str] = MappingProxyType(
        {"int": "BIGINT", "real": "DOUBLE PRECISION", "keyed": ""}
    )

    failures = _FAILURES

    def __init__(self, raw: Any) -> None:
        super().__init__(raw, "asyncpg")

    @property
    def is_lost(self) -> bool:
        """Whether the server has closed the connection."""
        return bool(self._raw.is_closed())

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return bool(self._raw.is_in_transaction())

    def _explanation(self, error: BaseException) -> StoreError:
        return StoreError(
            f"the PostgreSQL store cannot go on ({type(error).__name__});"
            " look into the server's log"
        )

    async def plan_anew(self) -> None:
        """Let the planner see, within the open transaction, how much was written in it.

        Until then it takes a long history for a handful of rows, or remembers empty tables, and
        reads all of it again for every day, or even every message.
        """
        await self._raw.execute("ANALYZE")
        await self._raw.execute("SET LOCAL enable_seqscan = off")

    async def only_writer(self) -> None:
        """Keep the database to this process until the connection closes.

        Raises:
            StoreError: another process holds it.
        """
        if not await self._raw.fetchval("SELECT pg_try_advisory_lock($1)", _WRITER_LOCK):
            raise StoreError(
                "another foyer process is writing to this PostgreSQL store; wait or stop it"
            )

    async def insert(self, table: Table, rows: Sequence[Row]) -> list[Row]:
        """Insert the rows that are not there yet; the keys of those that were inserted."""
        if not rows:
            return []
        columns = table.all_columns
        arrays = ", ".join(f"${n}::{type_of(c)}[]" for n, c in enumerate(columns, 1))
        sql = (
            f"INSERT INTO {table.name} ({', '.join(columns)})"  # noqa: S608  names of the registry
            f" SELECT * FROM unnest({arrays})"
            f" ON CONFLICT DO NOTHING RETURNING {', '.join(table.key)}"
        )
        inserted: list[Row] = await self._raw.fetch(sql, *map(list, zip(*rows, strict=True)))
        return inserted

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """A transaction, rolled back on any exception, cancellation included."""
        transaction = self._raw.transaction()
        await transaction.start()
        try:
            yield
            await transaction.commit()
        except BaseException:
            if not self._raw.is_closed():
                await asyncio.shield(transaction.rollback())
            raise

    def savepoint(self) -> Any:
        """A part of the transaction that can fail alone."""
        return self.transaction()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:
        """A view of the store that does not move while it is read."""
        async with self._raw.transaction(isolation="repeatable_read", readonly=True):
            yield

    async def checkpoint(self) -> None:
        """Nothing to do: the server looks after its log."""

    async def lock_schema(self) -> None:
        """Keep other processes from migrating until the transaction ends."""
        await self._raw.execute("SELECT pg_advisory_xact_lock($1)", _SCHEMA_LOCK)


async def connect(dsn: str, *, read_only: bool) -> PostgresConnection:
    """Open a PostgreSQL store.

    Raises:
        StoreError: the server cannot be reached or refuses the connection.
    """
    settings = {"default_transaction_read_only": "on"} if read_only else {}
    try:
        raw = await asyncpg.connect(dsn, server_settings=settings, timeout=20)
    except (OSError, ValueError, TimeoutError, asyncpg.PostgresError) as error:
        raise StoreError(
            f"the PostgreSQL store cannot be reached ({type(error).__name__});"
            " check store.url and that the server runs"
        ) from None
    return PostgresConnection(raw)
