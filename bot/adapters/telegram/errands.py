"""What is done beside listening: one thing at a time for each name, and no failure spreads."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.delivery import DeliveryError
from bot.errors import StoreError

log = structlog.get_logger(__name__)


class Errands:
    """Runs things in the background until `end`."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def begin(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do some work; once more after this time where the same is being done already."""
        if name in self._running:
            self._again.add(name)
            return
        task = self._running[name] = asyncio.create_task(self._do(name, work))
        task.add_done_callback(lambda done: self._finish(name, done))

    async def end(self) -> None:
        """Stop whatever is still being done."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _do(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        is_wanted = True
        while is_wanted:
            self._again.discard(name)
            try:
                await work()
            except (DeliveryError, StoreError) as error:
                log.warning("failed beside listening", errand=name, reason=str(error))
            is_wanted = name in self._again

    def _finish(self, name: str, task: asyncio.Task[None]) -> None:
        del self._running[name]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("failed beside listening", errand=name, exc_info=error)
