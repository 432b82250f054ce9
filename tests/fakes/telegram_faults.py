"""What goes wrong on demand, and the limits of the Bot API where they are enforced."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram_refusals import (
    RefusedError,
    bad_request,
    conflict,
    forbidden,
    too_many,
)

Json = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """One way in which a call fails.

    `error` is the answer in place of the true one; with `html` it is a proxy's page of that status.
    `ending` is what becomes of the connection: "answer", "cut" (before anything was done), "reset"
    (what was asked is done, nobody answers), "hang" (done, and silence) or "truncated" (done, half
    the answer). `delay` in seconds comes first.
    """

    error: RefusedError | None = None
    html: int = 0
    ending: str = "answer"
    delay: float = 0.0


def flooded(seconds: int) -> Fault:
    """429 with a time to wait."""
    return Fault(too_many(seconds))


def page(status: int) -> Fault:
    """What stands before the server fails; nothing was done."""
    return Fault(html=status)


def slow(seconds: float) -> Fault:
    """The true answer, late."""
    return Fault(delay=seconds)


KICKED = Fault(forbidden("bot was kicked from the supergroup chat"))
BLOCKED = Fault(forbidden("bot was blocked by the user"))
CHAT_NOT_FOUND = Fault(bad_request("chat not found"))
NO_RIGHTS = Fault(bad_request("not enough rights to send text messages to the chat"))
UNAUTHORIZED = Fault(RefusedError(401, "Unauthorized"))
NOT_FOUND = Fault(RefusedError(404, "Not Found"))
CONFLICT = Fault(
    conflict(
        "terminated by other getUpdates request; make sure that only one bot instance is running"
    )
)
CUT = Fault(ending="cut")
RESET = Fault(ending="reset")
HANG = Fault(ending="hang")
TRUNCATED = Fault(ending="truncated")


@dataclass
class _Planned:
    method: str
    fault: Fault
    times: float
    chat: int | None


class Faults:
    """The faults that wait for their calls; `*` is any method but getUpdates."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []
        self._lock = threading.Lock()

    def add(self, method: str, fault: Fault, *, times: float = 1, chat: int | None = None) -> None:
        """Fail the next calls of a method, in any chat or in one."""
        with self._lock:
            self._planned.append(_Planned(method.lower(), fault, times, chat))

    def clear(self) -> None:
        """Nothing fails any more."""
        with self._lock:
            self._planned.clear()

    def next(self, method: str, chat: Any) -> Fault | None:
        """The fault that this call meets; it is used up by that."""
        name = method.lower()
        with self._lock:
            for one in self._planned:
                is_meant = one.method == name or (one.method == "*" and name != "getupdates")
                if is_meant and one.times > 0 and one.chat in {None, chat}:
                    one.times -= 1
                    return one.fault
        return None


class Flood:
    """The limits: 20 a minute in a group, about one a second in a private chat, 30 a second in all.

    `now` tells milliseconds. `violations` counts the calls that were refused, `early` those that
    came although the server had said how long to wait.
    """

    GROUP = (20, 60_000)
    PRIVATE = (5, 5_000)
    OVERALL = (30, 1_000)

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._said: dict[int, deque[int]] = {}
        self._held: dict[int, int] = {}
        self.is_on = False
        self.violations = 0
        self.early = 0

    def check(self, chat: int, messages: int = 1) -> None:
        """Count so many messages, or refuse them."""
        if not self.is_on:
            return
        now = self._now()
        if now < self._held.get(chat, 0):
            self.early += 1
            self._refuse(chat, self._held[chat] - now)
        limits = {chat: self.GROUP if chat < 0 else self.PRIVATE, 0: self.OVERALL}
        for who, (most, window) in limits.items():
            said = self._said.setdefault(who, deque())
            while said and said[0] <= now - window:
                said.popleft()
            if len(said) + messages > most:
                self._refuse(chat, said[0] + window - now if said else window)
        for who in limits:
            self._said[who].extend([now] * messages)

    def _refuse(self, chat: int, wait: int) -> None:
        self.violations += 1
        seconds = -(-wait // 1000)
        self._held[chat] = max(self._held.get(chat, 0), self._now() + wait)
        raise too_many(seconds)
