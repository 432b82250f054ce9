"""One writer for a store: whole units of work, committed in groups, one after another."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.errors import StoreError
from db.connection import Connection

GROUP_SIZE = 100
"""So many waiting units are committed together at most."""

GROUP_SECONDS = 0.05
"""A patient unit waits so long for company."""

_CLOSED = "the store is closed"

T = TypeVar("T")
Work = Callable[[Connection], Awaitable[T]]


@dataclass(slots=True)
class _Unit:
    work: Work[Any]
    is_patient: bool
    result: asyncio.Future[Any]
    is_last: bool = False
    """Its group is followed by a checkpoint."""


class Store:
    """Writes to a store through its only read-write connection.

    A unit is all or nothing. Units run in the order they were handed over; a caller that goes
    away leaves its unit to finish by itself.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._queue: asyncio.Queue[_Unit] = asyncio.Queue()
        self.losses = 0
        """How many times units that had run were lost; what they remember may be wrong since."""
        self.has_written = False
        """Whether any unit is on the disk."""
        self.lost = asyncio.Event()
        """Set when the database is gone for good: nothing will ever be written any more."""
        self._running: list[_Unit] = []
        self._is_closed = False

    async def write(self, work: Work[T], *, is_patient: bool = False) -> T:
        """Run a unit in a transaction; returns once it is on the disk.

        A patient unit may wait a moment to share its commit with others.

        Raises:
            StoreError: the store could not take it; nothing of the unit was stored.
        """
        if self._is_closed:
            raise StoreError(_CLOSED)
        unit = _Unit(work, is_patient, asyncio.get_running_loop().create_future())
        await self._queue.put(unit)
        result: T = await asyncio.shield(unit.result)
        return result

    async def checkpoint(self) -> None:
        """Bring everything written into the store's own file; what was erased is then nowhere.

        Raises:
            StoreError: the store could not do it.
        """
        if self._is_closed:
            raise StoreError(_CLOSED)
        unit = _Unit(_nothing, False, asyncio.get_running_loop().create_future(), is_last=True)
        await self._queue.put(unit)
        await asyncio.shield(unit.result)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Store"]:
        """Take units while the context is open; a clean exit finishes those still waiting."""
        worker = asyncio.create_task(self._serve())
        try:
            yield self
            await self._queue.join()
        finally:
            self._is_closed = True
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker
            while not self._queue.empty():
                self._running.append(self._queue.get_nowait())
            for unit in self._running:
                _tell(unit.result, StoreError(_CLOSED))

    async def _serve(self) -> None:
        while True:
            units = [await self._queue.get()]
            self._running = units
            await self._find_company(units)
            await self._commit(units)
            for _ in units:
                self._queue.task_done()

    async def _find_company(self, units: list[_Unit]) -> None:
        deadline = asyncio.get_running_loop().time() + GROUP_SECONDS
        while len(units) < GROUP_SIZE:
            if not self._queue.empty():
                units.append(self._queue.get_nowait())
            elif all(unit.is_patient for unit in units):
                try:
                    async with asyncio.timeout_at(deadline):
                        units.append(await self._queue.get())
                except TimeoutError:
                    return
            else:
                return

    async def _commit(self, units: list[_Unit]) -> None:
        outcomes: list[Any] = []
        [failure] = await asyncio.gather(self._run_all(units, outcomes), return_exceptions=True)
        are_good = [not isinstance(outcome, BaseException) for outcome in outcomes]
        self.has_written |= failure is None and any(are_good)
        self.losses += failure is not None or not all(are_good)
        if self._connection.is_lost:
            self.lost.set()
        uncleared: BaseException | None = None
        if failure is None and any(unit.is_last for unit in units):
            [uncleared] = await asyncio.gather(
                self._connection.checkpoint(), return_exceptions=True
            )
        for index, unit in enumerate(units):
            outcome = outcomes[index] if index < len(outcomes) else failure
            if failure is not None and not isinstance(outcome, BaseException):
                outcome = failure
            if unit.is_last and uncleared is not None:
                outcome = uncleared
            _tell(unit.result, self._connection.explained(outcome))

    async def _run_all(self, units: list[_Unit], outcomes: list[Any]) -> None:
        async with self._connection.transaction():
            for unit in units:
                outcomes += await asyncio.gather(self._run(unit), return_exceptions=True)
                if not self._connection.in_transaction:
                    raise outcomes[-1]

    async def _run(self, unit: _Unit) -> Any:
        async with self._connection.savepoint():
            return await unit.work(self._connection)


async def _nothing(_: Connection) -> None:
    """Writes nothing: a checkpoint alone is wanted."""


def _tell(result: asyncio.Future[Any], outcome: Any) -> None:
    if result.done():
        return
    if isinstance(outcome, BaseException):
        result.set_exception(outcome)
        result.exception()  # whoever waited for it may be gone; nobody else need be told
    else:
        result.set_result(outcome)
