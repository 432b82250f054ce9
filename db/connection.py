"""What the store asks of a database connection, whichever engine answers."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

from db.tables import Table

QUERIES = Path(__file__).parent / "queries"

Row = Sequence[Any]


class Connection(Protocol):
    """One connection; `query` names a query of `db/queries/`, parameters go by name."""

    engine: str
    ddl: Mapping[str, str]
    """What the tokens of a migration stand for."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open; a full disk can end one by itself."""

    def explained(self, outcome: Any) -> Any:
        """The outcome of some work, an engine's failure turned into a `StoreError`."""

    def explaining(self) -> AbstractAsyncContextManager[None]:
        """Turns an engine's failures inside the context into `StoreError`."""

    async def run(self, query: str, /, **parameters: Any) -> None:
        """Execute a statement."""

    async def run_many(self, query: str, /, parameters: Sequence[dict[str, Any]]) -> None:
        """Execute a statement once per set of parameters."""

    async def rows(self, query: str, /, **parameters: Any) -> list[Row]:
        """All rows of a query."""

    async def row(self, query: str, /, **parameters: Any) -> Row | None:
        """The first row of a query."""

    async def value(self, query: str, /, **parameters: Any) -> Any:
        """The first column of the first row, None without rows."""

    async def insert(self, table: Table, rows: Sequence[Row]) -> list[Row]:
        """Insert the rows that are not there yet; the keys of those that were inserted."""

    async def statement(self, sql: str) -> None:
        """Execute one statement of a migration, or of the registry's own making."""

    async def fetch(self, sql: str) -> list[Row]:
        """All rows of a statement of the registry's own making."""

    def transaction(self) -> AbstractAsyncContextManager[None]:
        """A transaction, rolled back on any exception, cancellation included."""

    def snapshot(self) -> AbstractAsyncContextManager[None]:
        """A view of the store that does not move while it is read."""

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """A part of the transaction that can fail alone."""

    async def lock_schema(self) -> None:
        """Keep other processes from migrating until the transaction ends."""

    async def close(self) -> None:
        """Let go of the database."""
