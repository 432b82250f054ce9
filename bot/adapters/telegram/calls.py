"""Who asked something of the bot: answered in the order they asked, once, and not too late."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable

import structlog

from bot.adapters.telegram.translate import Call
from bot.clock import MINUTE_MS, Clock

OLDEST_MS = MINUTE_MS
"""Nobody waits longer for an answer; what waited while the bot was away is not answered."""

MOST_ASKERS = 100
MOST_EACH = 10
"""So many people are answered at a time, and so much of each waits; the rest they ask again."""

REMEMBERED = 10_000
"""Telegram may tell the same thing twice; so many calls are known again."""

LAST_WORDS = 2.0
"""Seconds that answers on their way have when the bot is to stop."""

Answer = Callable[[Call], Awaitable[None]]

log = structlog.get_logger(__name__)


class Calls:
    """Hands calls over, one at a time for each person in each chat."""

    def __init__(self, clock: Clock, answer: Answer) -> None:
        self._clock, self._answer = clock, answer
        self._waiting: dict[Hashable, deque[tuple[Call, int]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._known: dict[Hashable, None] = {}

    def take(self, call: Call) -> None:
        """Have a call answered beside what goes on; nothing where that was done or is too late."""
        since = call.at or self._clock.now()
        if self._is_known(call):
            return
        if self._is_late(since):
            # Of a clock that is wrong nothing else would tell.
            age = (self._clock.now() - since) // 1000
            log.info("not answered, for it was asked too long ago by this clock", seconds=age)
            return
        asker = (call.chat.id, call.user.id if call.user else call.sender_chat)
        waiting = self._waiting.get(asker)
        if waiting is None and len(self._waiting) < MOST_ASKERS:
            waiting = self._waiting[asker] = deque()
            task = asyncio.create_task(self._work(asker, waiting))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if waiting is None or len(waiting) >= MOST_EACH:
            log.warning("too much is asked at once")
            return
        waiting.append((call, since))

    async def end(self) -> None:
        """Let answers that are on their way arrive, for a moment."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_WORDS)
        for task in self._tasks:
            task.cancel()

    async def _work(self, asker: Hashable, waiting: deque[tuple[Call, int]]) -> None:
        try:
            while waiting:
                call, since = waiting.popleft()
                if not self._is_late(since):
                    await self._answer(call)
        finally:
            del self._waiting[asker]

    def _is_late(self, since: int) -> bool:
        return self._clock.now() - since > OLDEST_MS

    def _is_known(self, call: Call) -> bool:
        key = call.callback_id or (call.chat.id, call.message)
        is_known = key in self._known
        self._known[key] = None
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return is_known
