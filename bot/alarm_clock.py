"""The alarm clock: APScheduler wakes Foyer every half minute, and decides nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import now_ms

SECONDS = 30.0
"""Between two ticks."""

PATIENCE = 5.0
"""So many seconds a tick at hand may still take when the clock is stopped."""

_TOLERANCE = timedelta(seconds=1)
"""By so much a wall clock may drift without being taken for moved."""

_JOB = "tick"

log = structlog.get_logger(__name__)


class _Scheduler(AsyncIOScheduler):  # type: ignore[misc]  # APScheduler has no types
    """APScheduler waits for an instant of the wall clock, which may be put back by hours."""

    def wakeup(self) -> None:
        """Look for what is due; after a step of the wall clock that is now."""
        job = self.get_job(_JOB)
        if job is not None and _is_out_of_step(job):
            job.modify(next_run_time=_present())
        super().wakeup()


def _is_out_of_step(job: Any) -> bool:
    away: timedelta = job.next_run_time - _present()
    interval: timedelta = job.trigger.interval
    return abs(away) > interval + _TOLERANCE


def _present() -> datetime:
    return datetime.fromtimestamp(now_ms() / 1000, UTC)


class AlarmClock:
    """Calls a function at once and then again and again, never twice at a time."""

    def __init__(self, every: float = SECONDS) -> None:
        self._every = every
        self._busy = asyncio.Lock()
        self._scheduler: Any = _Scheduler(timezone=UTC)

    def start(self, tick: Callable[[], Awaitable[None]]) -> None:
        """Begin; a call that fails is logged, and the next one comes nonetheless."""

        async def run() -> None:
            async with self._busy:
                await tick()

        self._scheduler.add_listener(_log_failure, EVENT_JOB_ERROR)
        self._scheduler.add_job(
            run,
            IntervalTrigger(seconds=self._every, timezone=UTC),
            id=_JOB,
            next_run_time=_present(),
            coalesce=True,
            misfire_grace_time=None,
            max_instances=1,
        )
        self._scheduler.start()

    async def stop(self) -> None:
        """End; a tick at hand may finish, but not for long."""
        self._scheduler.pause()
        await asyncio.sleep(0)  # a call that was just let off takes the lock
        try:
            async with asyncio.timeout(PATIENCE), self._busy:
                pass
        except TimeoutError:
            log.warning("a tick takes too long and is broken off")
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # APScheduler ends in the loop's next round


def _log_failure(event: JobExecutionEvent) -> None:
    log.error("tick failed", exc_info=event.exception)
