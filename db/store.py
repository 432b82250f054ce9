"""One writer for a store: whole units of work, committed in groups, one after another."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from db.connection import Connection

GROUP_SIZE = 100
"""So many waiting units are committed together at most."""

GROUP_SECONDS = 0.05
"""A patient unit waits so long for company."""

T = TypeVar("T")
Work = Callable[[Connection], Awaitable[T]]


@dataclass(slots=True)
class _Unit:
    work: Work[Any]
    is_patient: bool
    result: asyncio.Future[Any]


class Store:
    """Writes to a store through its only read-write connection.

    A unit is all or nothing. Units run in the order they were handed over; a caller that goes
    away leaves its unit to finish by itself.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._queue: asyncio.Queue[_Unit] = asyncio.Queue()

    async def write(self, work: Work[T], *, is_patient: bool = False) -> T:
        """Run a unit in a transaction; returns once it is on the disk.

        A patient unit may wait a moment to share its commit with others.

        Raises:
            StoreError: the store could not take it; nothing of the unit was stored.
        """
        unit = _Unit(work, is_patient, asyncio.get_running_loop().create_future())
        await self._queue.put(unit)
        result: T = await asyncio.shield(unit.result)
        return result

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Store"]:
        """Take units while the context is open; a clean exit finishes those still waiting."""
        worker = asyncio.create_task(self._serve())
        try:
            yield self
            await self._queue.join()
        finally:
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker

    async def _serve(self) -> None:
        while True:
            units = [await self._queue.get()]
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
        for index, unit in enumerate(units):
            outcome = outcomes[index] if index < len(outcomes) else failure
            if failure is not None and not isinstance(outcome, BaseException):
                outcome = failure
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


def _tell(result: asyncio.Future[Any], outcome: Any) -> None:
    if result.cancelled():
        return
    if isinstance(outcome, BaseException):
        result.set_exception(outcome)
    else:
        result.set_result(outcome)
