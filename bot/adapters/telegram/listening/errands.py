"""What is done beside listening: one thing at a time for each name, and no failure spreads."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from bot.adapters.telegram.listening.hearing import backing_off
from bot.delivery import DeliveryError
from bot.errors import StoreError

Work = Callable[[], Awaitable[None]]
Rest = Callable[[float], Awaitable[None]]

log = structlog.get_logger(__name__)


class Errands:
    """Runs things in the background until `end`."""

    def __init__(self, rest: Rest = asyncio.sleep) -> None:
        self._rest = rest
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def begin(self, name: str, work: Work) -> None:
        """Do some work; once more after this time where the same is being done already."""
        if name in self._running:
            self._again.add(name)
        else:
            self._start(name, self._do(name, work))

    def keep(self, name: str, work: Work) -> None:
        """Do some work that never ends by itself; whatever ends it, it goes on after a rest."""
        self._start(name, self._go_on(name, work))

    async def end(self) -> None:
        """Stop whatever is still being done."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = self._running[name] = asyncio.create_task(work)
        task.add_done_callback(lambda done: self._finish(name, done))

    async def _go_on(self, name: str, work: Work) -> None:
        for rest in backing_off():
            [outcome] = await asyncio.gather(self._do(name, work), return_exceptions=True)
            if outcome is not None:
                _tell_of(name, outcome)
            await self._rest(rest)

    async def _do(self, name: str, work: Work) -> None:
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
            _tell_of(name, error)


def _tell_of(name: str, error: BaseException) -> None:
    """A failure of ours costs this errand alone."""
    log.error("failed beside listening", errand=name, exc_info=error)
