import asyncio
import threading
import time

import pytest

from bot.aside import aside


async def test_work_is_done_beside_the_loop() -> None:
    async def where() -> threading.Thread:
        await asyncio.sleep(0)
        return threading.current_thread()

    assert await aside(where) is not threading.current_thread()


async def test_the_loop_goes_on_while_somebody_counts() -> None:
    free = threading.Event()

    async def count() -> bool:
        return free.wait(10)

    counting = asyncio.ensure_future(aside(count))
    await asyncio.sleep(0.01)
    free.set()
    assert await counting


async def test_a_failure_comes_back() -> None:
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await aside(fail)


async def test_cancelling_ends_the_work_and_waits_for_its_end() -> None:
    states: list[str] = []
    begun = threading.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            states.append("closed")

    task = asyncio.ensure_future(aside(work))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert states == ["closed"]


async def test_cancelling_before_the_beginning_is_quiet() -> None:
    async def work() -> None:
        await asyncio.sleep(0)

    task = asyncio.ensure_future(aside(work))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_cancelling_does_not_wait_for_the_work_to_come_to_its_own_end() -> None:
    begun = threading.Event()

    async def work() -> None:
        begun.set()
        await asyncio.sleep(12)

    task = asyncio.ensure_future(aside(work))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=4)
    assert done == {task}


async def test_cancelling_just_after_the_end_is_a_cancelling_like_any_other() -> None:
    begun, free = threading.Event(), threading.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def work() -> None:
        loops.append(asyncio.get_running_loop())
        begun.set()
        free.wait(10)

    def hold_up() -> None:
        """The thread comes to its end while the loop of the test hears nothing of it."""
        free.set()
        until = time.monotonic() + 10
        while time.monotonic() < until and not loops[0].is_closed():
            time.sleep(0.001)

    task = asyncio.ensure_future(aside(work))
    await asyncio.to_thread(begun.wait, 10)
    hold_up()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
