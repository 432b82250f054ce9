"""How the fake Bot API hands out updates when it is asked for them."""

import asyncio
from dataclasses import dataclass, field

from tests.fakes.telegram_deeds import Deeds
from tests.fakes.telegram_refusals import RefusedError, conflict
from tests.fakes.telegram_state import Json

LONGEST_POLL = 50
OTHER = "terminated by other getUpdates request; make sure that only one bot instance is running"
BY_WEBHOOK = "terminated by setWebhook request"
ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook "
    "first"
)
AGAIN = 0.5
"""Seconds within which the same offset is answered with one update at most."""
SOON = 3.0
"""Seconds: how long the same offset waits at least, and how far apart conflicts are told."""


@dataclass
class _Poll:
    """A call that waits for updates."""

    event: asyncio.Event = field(default_factory=asyncio.Event)
    ended_by: str = ""


class Polling:
    """Answers getUpdates, in the event loop of the server."""

    def __init__(self, world: Deeds) -> None:
        self._world = world
        self._waiting: _Poll | None = None
        self._polls: set[asyncio.Event] = set()
        self._last_offset: int | None = None
        self._last_start = 0.0
        self._next_conflict = 0.0

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wake waiting calls whenever something changes, in whatever thread."""

        def wake() -> None:
            loop.call_soon_threadsafe(self._wake)

        self._world.wake = wake

    async def wait(self, params: Json) -> bytes:
        """The updates from the offset on as a JSON list, as soon as there are any."""
        if self._world.webhook:
            raise await self._conflict(ACTIVE)
        self.remember(params)
        offset, limit, timeout = self._asked(params)
        found = self._world.updates.take(offset, limit)
        if found == b"[]" and timeout:
            self.interrupt(OTHER)
            found = await self._later(offset, limit, timeout)
        return found

    def remember(self, params: Json) -> None:
        """The kinds of updates hold until others are named; an empty list is the usual ones."""
        if "allowed_updates" in params:
            self._world.allowed = list(params["allowed_updates"]) or None

    def interrupt(self, reason: str) -> None:
        """End the call that waits, if there is one."""
        if self._waiting is not None:
            self._waiting.ended_by = reason
            self._waiting.event.set()
            self._waiting = None

    def _asked(self, params: Json) -> tuple[int, int, int]:
        offset = _number(params, "offset", 0, -(2**31), 2**31 - 1)
        limit = _number(params, "limit", 100, 1, 100)
        timeout = _number(params, "timeout", 0, 0, LONGEST_POLL)
        now = asyncio.get_running_loop().time()
        if offset == self._last_offset and self._world.slows_repeats:
            timeout = max(timeout, 3) if now < self._last_start + SOON else timeout
            limit = 1 if now < self._last_start + AGAIN else limit
        self._last_offset, self._last_start = offset, now
        return offset, limit, timeout

    async def _later(self, offset: int, limit: int, seconds: int) -> bytes:
        poll, loop = _Poll(), asyncio.get_running_loop()
        self._waiting, until = poll, loop.time() + seconds
        self._polls.add(poll.event)
        try:
            while loop.time() < until:
                try:
                    await asyncio.wait_for(poll.event.wait(), until - loop.time())
                except TimeoutError:
                    break
                if poll.ended_by:
                    raise await self._conflict(poll.ended_by)
                poll.event.clear()
                found = self._world.updates.take(offset, limit)
                if found != b"[]":
                    return found
            return b"[]"
        finally:
            self._polls.discard(poll.event)
            if self._waiting is poll:
                self._waiting = None

    async def _conflict(self, reason: str) -> RefusedError:
        now = asyncio.get_running_loop().time()
        if now < self._next_conflict:
            await asyncio.sleep(SOON)
        else:
            self._next_conflict = now + SOON
        return conflict(reason)

    def _wake(self) -> None:
        for event in self._polls:
            event.set()


def _number(params: Json, name: str, usual: int, least: int, most: int) -> int:
    value = params.get(name, usual)
    return min(max(value if isinstance(value, int) else usual, least), most)
