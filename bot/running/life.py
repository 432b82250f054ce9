"""Starts the parts of a running bot in order, and ends them in order when it is asked to stop."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog

from bot.adapters.supervisor import Supervisor
from bot.alarm_clock import AlarmClock
from bot.errors import StoreError
from bot.logs import tell_of_loop_failure
from bot.running.rejections import Rejections
from bot.running.stopping import StopSignals, tell_service_manager
from bot.serve import Health, serving

if TYPE_CHECKING:
    from bot.engine import Engine

SENDING = 10.0
"""Seconds that what is being sent at the end may still take."""
LEAVING = 4.0
"""Seconds that adapters, then, may take to disconnect."""

log = structlog.get_logger(__name__)


class HttpAddress(NamedTuple):
    """Where health and metrics are served; port 0 is any free one."""

    host: str
    port: int


async def run_until_stopped(
    engine: "Engine", http: HttpAddress, signals: StopSignals, announce: Callable[[str], None]
) -> None:
    """Be the bot until a signal asks to stop; the engine's store is left to its owner to close.

    Raises:
        NobodyLeftError: no platform accepts the bot.
        FoyerError: nothing can listen at the address.
    """
    asyncio.get_running_loop().set_exception_handler(tell_of_loop_failure)
    signals.bind()
    if signals.asked.is_set():
        return
    health = Health(engine.store, engine.adapters, engine.clock, engine.telemetry)
    async with serving(health, *http) as address:
        announce(f"listening on {address}")
        clock = AlarmClock()
        speaking = asyncio.create_task(engine.outbox.run())
        clock.start(engine.tick)
        rejections = Rejections(engine.store, engine.clock)
        listening = asyncio.create_task(Supervisor(engine.adapters, engine, rejections).run())
        tell_service_manager("READY=1")
        log.info("running", platforms=list(engine.adapters))
        losing = asyncio.create_task(_lose(engine))
        try:
            await _any_of({listening, speaking, losing}, signals.asked)
        finally:
            tell_service_manager("STOPPING=1")
            log.info("stopping")
            await _unless(signals.hurried, _say_the_rest(engine, clock))
            for task in (listening, speaking, losing):
                task.cancel()
            leaving = asyncio.wait({listening, speaking}, timeout=LEAVING)
            await _unless(signals.hurried, leaving)
        _raise_failure(losing)
        _raise_failure(listening)
        _raise_failure(speaking)


async def _lose(engine: "Engine") -> None:
    """A lost database does not come back by itself: whoever supervises this process restarts it."""
    await engine.store.lost.wait()
    raise StoreError("the database has closed the connection; start again once it answers")


async def _say_the_rest(engine: "Engine", clock: AlarmClock) -> None:
    """Sends need their platform's connection: they end before adapters are asked to leave."""
    await asyncio.gather(clock.stop(), engine.outbox.stop(SENDING))


async def _any_of(tasks: set[asyncio.Task[None]], event: asyncio.Event) -> None:
    waiting = asyncio.create_task(event.wait())
    await asyncio.wait({*tasks, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()


async def _unless(event: asyncio.Event, work: Coroutine[Any, Any, Any]) -> None:
    """Wait for some work, but no longer once the event happens; nothing is cancelled."""
    task = asyncio.create_task(work)
    await _any_of({task}, event)
    if task.done():
        task.result()


def _raise_failure(task: asyncio.Task[None]) -> None:
    if task.done() and not task.cancelled():
        task.result()
