"""Keeps every platform's adapter running; one that fails is started again after a rest."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Protocol

import structlog

from bot.adapters import Adapter, Host
from bot.delivery import AuthError, ConflictError
from bot.errors import FoyerError

log = structlog.get_logger(__name__)

LONGEST_REST = 600.0
"""Seconds; a platform that fails day and night is connected to 200 times a day at most."""
HEALTHY = 600.0
"""After so many seconds of running the next failure counts as the first."""
STOPPING = 3.0
"""Seconds that a cancelled adapter has to say goodbye."""

Rest = Callable[[float], Awaitable[None]]


class NobodyLeftError(FoyerError):
    """No platform accepts the bot."""


class Memory(Protocol):
    """Remembers over restarts how often platforms turned the bot away."""

    async def note(self, platform: str) -> None:
        """The platform turned the bot away just now."""
        ...

    async def seconds_to_wait(self, platform: str) -> float:
        """How long the platform is to be left in peace from now on."""
        ...


class Supervisor:
    """Runs adapters side by side, each until it is cancelled or its platform turns it away."""

    def __init__(
        self,
        adapters: Mapping[str, Adapter],
        host: Host,
        rejections: Memory,
        rest: Rest = asyncio.sleep,
    ) -> None:
        self._adapters, self._host = adapters, host
        self._rejections, self._rest = rejections, rest
        self._rejected: dict[str, AuthError] = {}

    async def run(self) -> None:
        """Run every adapter until cancelled.

        Raises:
            NobodyLeftError: every platform turned the bot away, or serves another process of it.
            StoreError: the store does not tell, or does not take, what is to be remembered.
        """
        tasks = [asyncio.create_task(self._keep(one)) for one in self._adapters.values()]
        try:
            # Unlike `gather` it can be cancelled whatever the adapters do.
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=STOPPING)
        for task in tasks:
            if task.done() and not task.cancelled():
                task.result()
        raise NobodyLeftError(self._farewell())

    async def _keep(self, adapter: Adapter) -> None:
        wait = await self._rejections.seconds_to_wait(adapter.platform)
        if wait > 0:
            log.warning("platform is left in peace", platform=adapter.platform, seconds=wait)
            await self._rest(wait)
        rests = backing_off()
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await adapter.run(self._host)
                log.warning("platform left by itself", platform=adapter.platform)
            except AuthError as error:
                self._rejected[adapter.platform] = error
                if isinstance(error, ConflictError):
                    log.error("not alone", platform=adapter.platform, reason=str(error))
                    return
                log.error("platform turned the bot away", platform=adapter.platform, exc_info=error)
                await self._rejections.note(adapter.platform)
                return
            except Exception as error:
                log.error("platform failed", platform=adapter.platform, exc_info=error)
            if asyncio.get_running_loop().time() - began >= HEALTHY:
                rests = backing_off()
            await self._rest(next(rests))

    def _farewell(self) -> str:
        reasons = "; ".join(f"{name}: {why}" for name, why in self._rejected.items())
        if all(isinstance(why, ConflictError) for why in self._rejected.values()):
            return f"no platform is left ({reasons})"
        return f"no platform accepts the bot ({reasons}); check the tokens"


def backing_off() -> Iterator[float]:
    """Rests in seconds: each about twice the one before, up to about ten minutes."""
    rest = 1.0
    while True:
        yield rest * random.uniform(0.8, 1.2)  # noqa: S311  nobody gains by guessing it
        rest = min(2 * rest, LONGEST_REST)
