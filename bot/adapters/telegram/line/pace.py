"""How fast Foyer may speak on Telegram: windows that never hold more calls than they may."""

import asyncio
import math
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from bot.delivery import NotDeliveredError

PATIENCE = 10.0
"""Seconds that a call waits for its turn; whoever would wait longer is told to come back."""

STORM = 5
"""So many chats that are asked to slow down within `STORM_SECONDS` mean that all of them are."""
STORM_SECONDS = 2.0

_EVERYWHERE = None


class Limit(NamedTuple):
    """At most so many calls in any span of so many seconds."""

    most: int
    seconds: float


GROUP = Limit(18, 60.0)
"""Telegram allows 20 and counts when calls arrive, which may be later than when they were made."""
PRIVATE = Limit(1, 1.0)
OVERALL = Limit(28, 1.0)
"""Telegram allows 30."""

Rest = Callable[[float], Awaitable[None]]


class Pace:
    """Lets calls to chats through one by one, as many as Telegram takes.

    The windows slide and are exact. Token buckets, which is what libraries have (aiolimiter, and
    with it python-telegram-bot), let nearly twice as many through in a minute that begins in the
    middle of a burst; what Telegram counts is that minute. `now` tells seconds that only grow.
    """

    def __init__(self, now: Callable[[], float] | None = None, rest: Rest = asyncio.sleep) -> None:
        self._now = now or (lambda: asyncio.get_running_loop().time())
        self._rest = rest
        self._calls: defaultdict[str | None, deque[float]] = defaultdict(deque)
        self._held: dict[str | None, float] = {}
        self._asked: dict[str, float] = {}

    async def wait(self, chat: str) -> None:
        """Wait until the chat may be called; the call then counts as made.

        Raises:
            NotDeliveredError: that would take longer than `PATIENCE`; it knows how long.
        """
        deadline = self._now() + PATIENCE
        while (delay := self._delay(chat)) > 0:
            if self._now() + delay > deadline:
                is_global = self._held.get(_EVERYWHERE, 0.0) > deadline
                wait = math.ceil(delay * 1000)
                raise NotDeliveredError("too many messages lately", wait, is_global=is_global)
            await self._rest(delay)
        for counted in (chat, _EVERYWHERE):
            self._calls[counted].append(self._now())

    def hold(self, chat: str | None, ms: int) -> bool:
        """Telegram wants no call to a chat, or to any, for so long; whether it means all of them.

        It never says which. A chat that is alone with it was too lively; where many get it within
        a moment, the bot as a whole was, and rests for the shortest time that any of them got.
        """
        now = self._now()
        self._hold(chat, now + ms / 1000)
        if chat is None:
            return True
        self._forget(now)
        self._asked[chat] = now
        is_storm = len(self._asked) >= STORM
        if is_storm:
            self._hold(_EVERYWHERE, min(self._held.get(one, now) for one in self._asked))
        return is_storm

    def _hold(self, chat: str | None, until: float) -> None:
        self._held[chat] = max(until, self._held.get(chat, 0.0))

    def _delay(self, chat: str) -> float:
        """Seconds until the chat may be called."""
        now = self._now()
        self._forget(now)
        here = GROUP if chat.startswith("-") else PRIVATE
        instants = (
            _free_at(self._calls[chat], here),
            _free_at(self._calls[_EVERYWHERE], OVERALL),
            self._held.get(chat, now),
            self._held.get(_EVERYWHERE, now),
        )
        return max(instants) - now

    def _forget(self, now: float) -> None:
        """Drop what no window reaches back to any more."""
        longest = max(GROUP.seconds, PRIVATE.seconds, OVERALL.seconds)
        for chat, calls in list(self._calls.items()):
            while calls and now - calls[0] >= longest:
                calls.popleft()
            if not calls:
                del self._calls[chat]
        self._held = {chat: until for chat, until in self._held.items() if until > now}
        self._asked = {chat: at for chat, at in self._asked.items() if now - at < STORM_SECONDS}


def _free_at(calls: deque[float], limit: Limit) -> float:
    """The instant from which on a window takes one call more."""
    return calls[-limit.most] + limit.seconds if len(calls) >= limit.most else 0.0
