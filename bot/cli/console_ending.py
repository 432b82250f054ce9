"""How a session at the console ends early: Ctrl-C, SIGTERM, or a terminal that takes nothing."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from bot.cli.failures import Interrupted
from bot.errors import FoyerError
from bot.running.stopping import LAST_MOMENTS, LONGEST_STOP, Deadline


class Terminated(FoyerError):  # noqa: N818  nobody made an error
    """The system asked the process to end (SIGTERM)."""

    exit_code = 143


class Ending:
    """Why the session must end before it is over, as soon as there is a reason.

    A signal interrupts nothing but the wait for a line: whatever is open is closed in order.
    """

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._reason: Exception | None = None
        self._is_reading = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked = asyncio.Event()

    @contextmanager
    def heeded(self) -> Iterator["Ending"]:
        """Take the process's signals while the context is open."""
        before = {one: signal.signal(one, self._take) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield self
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)
            self._deadline.lift()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Around the wait for a line, which stops the event loop: a signal ends it at once.

        Raises:
            Exception: the reason for which the session must end.
        """
        self._is_reading = True
        try:
            if self._reason is not None:
                raise self._reason
            yield
        finally:
            self._is_reading = False

    def end(self, reason: Exception) -> None:
        """Let the session end; the first reason is the one that is told."""
        self._reason = self._reason or reason
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._asked.set)

    async def unless_asked(self, session: Coroutine[Any, Any, None]) -> None:
        """Let a session run to its end, or to where there is a reason to cancel it.

        Raises:
            Exception: that reason.
        """
        self._loop = asyncio.get_running_loop()
        if self._reason is not None:
            session.close()
            raise self._reason
        running, asked = asyncio.create_task(session), asyncio.create_task(self._asked.wait())
        await asyncio.wait({running, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        running.cancel()
        [outcome] = await asyncio.gather(running, return_exceptions=True)
        if self._reason is not None:
            raise self._reason
        if outcome is not None:
            raise outcome

    def _take(self, number: int, _: object) -> None:
        seconds = LONGEST_STOP if self._reason is None else LAST_MOMENTS
        self._deadline.set(seconds, exit_code=128 + number)
        is_ctrl_c = number == signal.SIGINT
        self.end(Interrupted() if is_ctrl_c else Terminated("terminated"))
        if self._is_reading and self._reason is not None:
            raise self._reason
