"""What the store asks of a database connection, whichever engine answers."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import aiosql

from bot.errors import StoreError
from db.tables import Table

QUERIES = Path(__file__).parent / "queries"

Row = Sequence[Any]


@cache
def _queries(driver: str) -> Any:
    """The queries in a driver's own way of writing them, read from the files once."""
    return aiosql.from_path(QUERIES, driver)


class Connection(ABC):
    """One connection; queries are called by their name in `db/queries/`, parameters by theirs."""

    engine: str
    ddl: Mapping[str, str]
    """What the tokens of a migration stand for."""
    failures: tuple[type[BaseException], ...]
    """What the engine raises."""

    def __init__(self, raw: Any, driver: str) -> None:
        self._raw = raw
        self._queries = _queries(driver)

    async def run(self, query: str, /, **parameters: Any) -> None:
        """Execute a statement."""
        await getattr(self._queries, query)(self._raw, **parameters)

    async def run_many(self, query: str, /, parameters: Sequence[dict[str, Any]]) -> None:
        """Execute a statement once per set of parameters."""
        await getattr(self._queries, query)(self._raw, parameters)

    async def rows(self, query: str, /, **parameters: Any) -> list[Row]:
        """All rows of a query."""
        return [row async for row in getattr(self._queries, query)(self._raw, **parameters)]

    async def row(self, query: str, /, **parameters: Any) -> Row | None:
        """The first row of a query."""
        found: Row | None = await getattr(self._queries, query)(self._raw, **parameters)
        return found

    async def value(self, query: str, /, **parameters: Any) -> Any:
        """The first column of the first row, None without rows."""
        return await getattr(self._queries, query)(self._raw, **parameters)

    async def statement(self, sql: str) -> None:
        """Execute one statement of a migration, or of the registry's own making."""
        await self._raw.execute(sql)

    async def close(self) -> None:
        """Let go of the database."""
        await self._raw.close()

    def explained(self, outcome: Any) -> Any:
        """The outcome of some work, an engine's failure turned into a `StoreError`."""
        if isinstance(outcome, self.failures):
            return self._explanation(outcome) or outcome
        return outcome

    @asynccontextmanager
    async def explaining(self) -> AsyncIterator[None]:
        """Turns an engine's failures inside the context into `StoreError`."""
        try:
            yield
        except self.failures as error:
            raise self.explained(error) from None

    @abstractmethod
    def _explanation(self, error: BaseException) -> StoreError | None:
        """What a failure means to an operator, None for a bug of ours."""

    @abstractmethod
    async def insert(self, table: Table, rows: Sequence[Row]) -> list[Row]:
        """Insert the rows that are not there yet; the keys of those that were inserted."""

    @property
    @abstractmethod
    def is_lost(self) -> bool:
        """Whether the database has closed the connection, which will not come back."""

    @property
    @abstractmethod
    def in_transaction(self) -> bool:
        """Whether a transaction is open; a full disk can end one by itself."""

    @abstractmethod
    def transaction(self) -> AbstractAsyncContextManager[None]:
        """A transaction, rolled back on any exception, cancellation included."""

    @abstractmethod
    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """A part of the transaction that can fail alone."""

    @abstractmethod
    def snapshot(self) -> AbstractAsyncContextManager[None]:
        """A view of the store that does not move while it is read."""

    @abstractmethod
    async def plan_anew(self) -> None:
        """Let queries be planned by how much the open transaction has written."""

    @abstractmethod
    async def checkpoint(self) -> None:
        """Bring what was committed into the store's own file, outside of any transaction."""

    @abstractmethod
    async def lock_schema(self) -> None:
        """Keep other processes from migrating until the transaction ends."""
