"""Which calls were taken: Telegram may tell the same one twice, and each is answered once."""

from collections.abc import Iterable

import msgspec

from bot.adapters.telegram.reading.told import Call
from bot.clock import MINUTE_MS, Clock

REMEMBERED = 10_000
"""So many calls are known again."""

STREAM = "telegram:called"
"""Where updates come by themselves, its cursor is what the next process must know again."""

KEPT_MS = 3 * MINUTE_MS
"""Telegram brings a press for two minutes and a half; a command is too old after one."""

MOST_KEPT = 500

_KEPT = dict[str, int]


class Called:
    """The calls that were taken, by what tells them apart, with when that was."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._taken: dict[str, int] = {}

    def note(self, call: Call) -> bool:
        """Remember a call; whether it is new."""
        key = _key(call)
        if key in self._taken:
            return False
        self._taken[key] = self._clock.now()
        if len(self._taken) > REMEMBERED:
            del self._taken[next(iter(self._taken))]
        return True

    def with_(self, calls: Iterable[Call]) -> str:
        """What a later process must know: the calls of the last minutes, and these."""
        now = self._clock.now()
        kept = {_key(call): now for call in calls}
        for key, at in reversed(self._taken.items()):
            if len(kept) >= MOST_KEPT or now - at > KEPT_MS:
                break
            kept.setdefault(key, at)
        return msgspec.json.encode(dict(reversed(kept.items()))).decode()

    def recall(self, value: str | None) -> None:
        """Remember what an earlier process kept; nothing where that cannot be read."""
        try:
            kept = msgspec.json.decode(value or "{}", type=_KEPT)
        except msgspec.DecodeError:
            kept = {}
        self._taken = {**kept, **self._taken}


def _key(call: Call) -> str:
    return call.callback_id or f"{call.chat.id}/{call.message}"
