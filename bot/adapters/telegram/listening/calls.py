"""Who asked something of the bot: answered in the order they asked, once, and not too late."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from bot.adapters.telegram.listening.called import Called
from bot.adapters.telegram.reading.told import Call
from bot.clock import MINUTE_MS, Clock

OLDEST_MS = MINUTE_MS
"""Nobody waits longer for an answer; what waited while the bot was away is not answered."""

MOST_ASKERS = 100
MOST_HERE = 30
MOST_EACH = 10
"""So many people are answered at a time, so many of one chat, and so much of each waits; the rest
they ask again."""

MOST_LET_GO = 1_000
"""So many presses that nobody will answer wait for Telegram to be told so."""

LAST_WORDS = 2.0
"""Seconds that answers on their way have when the bot is to stop."""

Answer = Callable[[Call], Awaitable[None]]
_Asker = tuple[int, int | None]

log = structlog.get_logger(__name__)


class Calls:
    """Hands calls over, one at a time for each person in each chat.

    What is not answered is dropped without a word, but of a press `let_go` tells Telegram, which
    would show for long that it is being worked on.
    """

    def __init__(self, clock: Clock, answer: Answer, let_go: Answer) -> None:
        self._clock, self._answer, self._let_go = clock, answer, let_go
        self._waiting: dict[_Asker, deque[tuple[Call, int]]] = {}
        self._dropped: deque[Call] = deque(maxlen=MOST_LET_GO)
        self._is_dropping = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._told_at: int | None = None
        self.called = Called(clock)

    def take(self, call: Call) -> None:
        """Have a call answered beside what goes on; nothing where that was done or is too late."""
        since = call.at or self._clock.now()
        if not self.called.note(call):
            return
        if self._is_late(since):
            # Of a clock that is wrong nothing else would tell.
            age = (self._clock.now() - since) // 1000
            log.info("not answered, for it was asked too long ago by this clock", seconds=age)
            return
        asker = (call.chat.id, call.user.id if call.user else call.sender_chat)
        waiting = self._waiting.get(asker)
        if waiting is None and self._has_room(call.chat.id):
            waiting = self._waiting[asker] = deque()
            self._start(self._work(asker, waiting))
        if waiting is None or len(waiting) >= MOST_EACH:
            self._warn()
            self._drop(call)
            return
        waiting.append((call, since))

    async def end(self) -> None:
        """Let answers that are on their way arrive, for a moment."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_WORDS)
        for task in self._tasks:
            task.cancel()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, asker: _Asker, waiting: deque[tuple[Call, int]]) -> None:
        try:
            while waiting:
                call, since = waiting.popleft()
                if self._is_late(since):
                    self._drop(call)
                else:
                    await self._answer(call)
        finally:
            del self._waiting[asker]

    def _has_room(self, chat: int) -> bool:
        """Whether one more is answered; a crowd in one chat leaves room for all others."""
        here = sum(asker[0] == chat for asker in self._waiting)
        return len(self._waiting) < MOST_ASKERS and here < MOST_HERE

    def _drop(self, call: Call) -> None:
        if not call.callback_id:
            return
        self._dropped.append(call)
        if not self._is_dropping:
            self._is_dropping = True
            self._start(self._let_all_go())

    async def _let_all_go(self) -> None:
        try:
            while self._dropped:
                await self._let_go(self._dropped.popleft())
        finally:
            self._is_dropping = False

    def _warn(self) -> None:
        now = self._clock.now()
        if self._told_at is None or not 0 <= now - self._told_at < MINUTE_MS:
            log.warning("too much is asked at once")
            self._told_at = now

    def _is_late(self, since: int) -> bool:
        return self._clock.now() - since > OLDEST_MS
