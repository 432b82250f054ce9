import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, tzinfo

import apscheduler.schedulers.base
import pytest
from structlog.testing import capture_logs

from bot.alarm_clock import AlarmClock
from bot.clock import DAY_MS, HOUR_MS, now_ms
from bot.errors import StoreError

EVERY = 0.05


class Bell:
    """Counts its strokes; `then` is what else each does."""

    def __init__(self, then: Callable[[], Awaitable[None]] | None = None) -> None:
        self.strokes = 0
        self.finished = 0
        self._then = then
        self._struck = asyncio.Event()

    async def strike(self) -> None:
        self.strokes += 1
        self._struck.set()
        if self._then is not None:
            await self._then()
        self.finished += 1

    async def hear(self, strokes: int) -> None:
        """Wait for so many strokes more."""
        wanted = self.strokes + strokes
        async with asyncio.timeout(10):
            while self.strokes < wanted:
                self._struck.clear()
                await self._struck.wait()


@asynccontextmanager
async def ringing(bell: Bell, every: float = EVERY) -> AsyncIterator[AlarmClock]:
    clock = AlarmClock(every)
    clock.start(bell.strike)
    try:
        yield clock
    finally:
        await clock.stop()


async def test_it_strikes_at_once_and_goes_on() -> None:
    bell = Bell()
    async with ringing(bell):
        await bell.hear(3)
    assert bell.finished == bell.strokes


async def test_the_first_stroke_does_not_wait_for_half_a_minute() -> None:
    bell = Bell()
    async with ringing(bell, every=30):
        await bell.hear(1)


async def test_after_its_end_it_is_silent() -> None:
    bell = Bell()
    async with ringing(bell):
        await bell.hear(1)
    strokes = bell.strokes
    await asyncio.sleep(4 * EVERY)
    assert bell.strokes == strokes


async def test_a_stroke_that_fails_is_logged_and_the_next_one_comes() -> None:
    async def fail() -> None:
        raise StoreError("the disk is full")

    bell = Bell(fail)
    with capture_logs() as logs:
        async with ringing(bell):
            await bell.hear(3)
    failures = [one for one in logs if one["event"] == "tick failed"]
    assert len(failures) == bell.strokes >= 3
    assert isinstance(failures[0]["exc_info"], StoreError)


async def test_a_blocked_loop_drops_nothing() -> None:
    bell = Bell()
    async with ringing(bell):
        await bell.hear(1)
        before = bell.strokes
        time.sleep(EVERY * 20)  # noqa: ASYNC251  blocking the loop is the fault to be survived
        await asyncio.sleep(EVERY / 2)
        assert before < bell.strokes < before + 5
        await bell.hear(2)


async def test_strokes_do_not_overlap() -> None:
    async def linger() -> None:
        await asyncio.sleep(EVERY * 4)

    bell = Bell(linger)
    async with ringing(bell):
        await bell.hear(1)
        await asyncio.sleep(EVERY * 2)
        assert bell.strokes - bell.finished == 1
        await bell.hear(2)
        assert bell.strokes - bell.finished <= 1


async def test_a_stroke_at_hand_is_finished_before_the_end() -> None:
    async def linger() -> None:
        await asyncio.sleep(0.3)

    bell = Bell(linger)
    async with ringing(bell):
        await bell.hear(1)
    assert bell.finished == bell.strokes == 1


async def test_a_stroke_that_was_just_let_off_is_finished_before_the_end() -> None:
    async def linger() -> None:
        await asyncio.sleep(0.1)

    bell = Bell(linger)
    async with ringing(bell, every=30):
        await asyncio.sleep(0)
    assert bell.finished == bell.strokes == 1


async def test_a_stroke_that_hangs_does_not_hold_up_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.alarm_clock.PATIENCE", 0.1)
    broken_off = asyncio.Event()

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            broken_off.set()

    bell = Bell(hang)
    with capture_logs() as logs:
        async with asyncio.timeout(5), ringing(bell):
            await bell.hear(1)
        await asyncio.wait_for(broken_off.wait(), 1)
    assert "a tick takes too long and is broken off" in [one["event"] for one in logs]


# A wall clock that is moved


class MovableTime:
    """The machine's time of day, moved for APScheduler and for us alike."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.moved_ms = 0
        movable = self

        class Moved(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> "Moved":
                shown = datetime.fromtimestamp(now_ms() / 1000, tz)
                return cls.fromtimestamp(
                    (shown + timedelta(milliseconds=movable.moved_ms)).timestamp(), tz
                )

        patch.setattr(apscheduler.schedulers.base, "datetime", Moved)
        patch.setattr("bot.alarm_clock.now_ms", lambda: now_ms() + self.moved_ms)


@pytest.mark.parametrize("step", [-2 * HOUR_MS, 2 * HOUR_MS, -9 * DAY_MS, DAY_MS])
async def test_it_goes_on_when_the_clock_is_moved(
    step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = MovableTime(monkeypatch)
    bell = Bell()
    async with ringing(bell):
        await bell.hear(2)
        wall.moved_ms = step
        await bell.hear(3)
        assert bell.strokes < 20
