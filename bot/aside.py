"""Runs long counting beside the event loop, so that it never holds up listening and answering."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def aside(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run some work in a thread with an event loop of its own; cancelling reaches into it."""
    begun: Future[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = Future()

    async def begin() -> T:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  a coroutine that runs belongs to a task
        begun.set_result((asyncio.get_running_loop(), task))
        return await work()

    thread = asyncio.ensure_future(asyncio.to_thread(lambda: asyncio.run(begin())))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        if begun.done():
            loop, task = begun.result()
            with suppress(RuntimeError):  # it may just have come to its end
                loop.call_soon_threadsafe(task.cancel)
        await asyncio.wait({thread})
        raise
