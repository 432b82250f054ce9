"""The updates that wait for a bot, as the Bot API keeps them."""

import json
import threading
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

Json = dict[str, Any]

DAY = 86_400
WEEK = 7 * DAY
MOST_WAITING = 100_000
LARGEST_ANSWER = 4 * 2**20
MOST_BYTES = 128 * 2**20
FURTHEST = 10
"""An offset that lies further past the newest update is ignored."""


class _Waiting(NamedTuple):
    id: int
    expires: int
    rest: bytes
    """What follows the id in the update's JSON."""


class Updates:
    """A queue of updates: at least once, in order, for 24 hours; `now` tells Unix seconds."""

    def __init__(self, now: Callable[[], int], first: int = 700_000_001) -> None:
        self._now = now
        self._waiting: deque[_Waiting] = deque()
        self._next = first
        self._used = now()
        self._restarts = 0
        self._bytes = 0
        self._earliest = 2**63
        """No update expires before this."""
        self.refused = 0
        """Updates that were lost because too many waited."""
        self.lock = threading.RLock()

    def __len__(self) -> int:
        with self.lock:
            self._expire()
            return len(self._waiting)

    @property
    def next_id(self) -> int:
        """The id that the next update will bear."""
        return self._next

    def push(self, update: Json | bytes, date: int | None = None, lives: int = DAY) -> int:
        """Let an update wait; its id, 0 when it is too old or too many wait.

        It waits for `lives` seconds from its date on. Bytes stand as they are, but for `UPDATE_ID`
        in them, which becomes the id.
        """
        with self.lock:
            self._wake_up()
            rest, expires = _rest(update), (self._now() if date is None else date) + lives
            if expires <= self._now():
                return 0
            if len(self._waiting) >= MOST_WAITING or self._bytes + len(rest) > MOST_BYTES:
                self.refused += 1
                return 0
            number, self._next = self._next, self._next + 1
            self._waiting.append(_Waiting(number, expires, rest))
            self._earliest = min(self._earliest, expires)
            self._bytes += len(rest)
            return number

    def take(self, offset: int, limit: int) -> bytes:
        """The updates from an offset on as a JSON list; what lies before it is forgotten."""
        with self.lock:
            self._expire()
            if offset < 0:
                self._forget(max(len(self._waiting) + offset, 0))
            elif offset and offset <= self._next + FURTHEST:
                while self._waiting and self._waiting[0].id < offset:
                    self._forget(1)
            found, room = [], LARGEST_ANSWER
            for one in islice(self._waiting, limit):
                room -= 50 + len(one.rest)
                if room <= 0:
                    break
                found.append(_whole(one))
            return b"[" + b",".join(found) + b"]"

    def peek(self, limit: int) -> list[tuple[int, bytes]]:
        """The oldest updates, by id; they go on waiting."""
        with self.lock:
            self._expire()
            return [(one.id, _whole(one)) for one in islice(self._waiting, limit)]

    def drop(self, ids: list[int]) -> None:
        """Forget updates that were taken."""
        with self.lock:
            gone = set(ids)
            self._waiting = deque(one for one in self._waiting if one.id not in gone)
            self._bytes = sum(len(one.rest) for one in self._waiting)

    def clear(self) -> None:
        """Drop everything that waits."""
        with self.lock:
            self._forget(len(self._waiting))

    def restart_ids(self, *, below: bool = True) -> None:
        """Number anew from elsewhere, as the server does after an idle week."""
        with self.lock:
            self._restarts += 1
            step = 1_000_003 * self._restarts
            self._next = max(self._next - step, 1) if below else self._next + step
            old, self._waiting = self._waiting, deque()
            for one in old:
                self._waiting.append(one._replace(id=self._next))
                self._next += 1

    def _wake_up(self) -> None:
        self._expire()
        if not self._waiting and self._now() - self._used > WEEK:
            self.restart_ids(below=self._restarts % 2 == 0)
        self._used = self._now()

    def _expire(self) -> None:
        now = self._now()
        if now >= self._earliest:
            self._waiting = deque(one for one in self._waiting if one.expires > now)
            self._bytes = sum(len(one.rest) for one in self._waiting)
            self._earliest = min((one.expires for one in self._waiting), default=2**63)

    def _forget(self, number: int) -> None:
        for _ in range(number):
            self._bytes -= len(self._waiting.popleft().rest)


def _rest(update: Json | bytes) -> bytes:
    if isinstance(update, bytes):
        return update
    told = {key: value for key, value in update.items() if key != "update_id"}
    return b"," + json.dumps(told, separators=(",", ":")).encode()[1:]


def _whole(one: _Waiting) -> bytes:
    if one.rest.startswith(b","):
        tail = b"}" if one.rest == b",}" else one.rest
        return b'{"update_id":%d' % one.id + tail
    return one.rest.replace(b"UPDATE_ID", b"%d" % one.id)
