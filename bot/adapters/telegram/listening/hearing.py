"""Whether Telegram can be heard at this moment, and how long to rest where it cannot."""

import random
from collections.abc import Iterator

import structlog

from bot.adapters import Host
from bot.adapters.telegram.reading.people import TELEGRAM
from bot.clock import DAY_MS, MINUTE_MS

KEPT_MS = DAY_MS
"""So long Telegram keeps updates for whoever does not ask; there is no other way to learn them."""

STALE_MS = 3 * MINUTE_MS
"""Who heard nothing for so long, not even silence, was suspended or is stuck."""

LONGEST_REST = 30.0

log = structlog.get_logger(__name__)


class Hearing:
    """What was missed is noted before it says that Telegram is heard again."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._heard_at: int | None = None
        self._told: str | None = None

    @property
    def is_on(self) -> bool:
        """Whether Telegram was heard a moment ago."""
        heard_at = self._heard_at
        return heard_at is not None and self._host.clock.now() - heard_at <= STALE_MS

    async def heard(self) -> None:
        """Telegram answered, if only that there is nothing new.

        Raises:
            StoreError: what was missed could not be noted.
        """
        if not self.is_on:
            await self._host.resume(TELEGRAM, KEPT_MS)
            log.info("listening")
        self._heard_at, self._told = self._host.clock.now(), None

    def lost(self, reason: str) -> None:
        """Telegram cannot be heard; the log says so once for each reason."""
        if reason != self._told:
            log.warning("not listening", reason=reason)
        self._heard_at, self._told = None, reason


def backing_off() -> Iterator[float]:
    """Rests in seconds: each about twice the one before, up to about half a minute."""
    rest = 0.5
    while True:
        yield rest * random.uniform(0.8, 1.2)  # noqa: S311  nobody gains by guessing it
        rest = min(2 * rest, LONGEST_REST)
