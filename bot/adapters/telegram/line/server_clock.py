"""What time it is for Telegram, which dates what it tells, where this machine's clock is wrong."""

from datetime import UTC
from email.utils import parsedate_to_datetime

import structlog

from bot.clock import Clock

SLIGHT_MS = 5_000
"""The date of an answer is in whole seconds, and answers take some: less is no difference."""

WRONG_MS = 30_000
"""Of a clock so far from Telegram's the log tells."""

log = structlog.get_logger(__name__)


class ServerClock:
    """The present instant as Telegram's clock tells it, as far as its answers say."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = 0
        self._told = 0

    def now(self) -> int:
        """The present instant in UTC epoch milliseconds."""
        return self._clock.now() - self._ahead

    def began(self) -> int:
        """When a question is asked, by this machine's clock."""
        return self._clock.now()

    def note(self, date: str, began: int) -> None:
        """Telegram has just answered a question that began then, with this in the `Date` header.

        An answer that took long, or lay about while this process was stopped, tells nothing.
        """
        ended = self._clock.now()
        at = _instant(date)
        if at is None or not 0 <= ended - began <= SLIGHT_MS:
            return
        ahead = (began + ended) // 2 - at
        self._ahead = ahead if abs(ahead) > SLIGHT_MS else 0
        if abs(self._ahead - self._told) > WRONG_MS:
            log.warning("this machine's clock is not Telegram's", seconds_ahead=self._ahead // 1000)
            self._told = self._ahead


def _instant(date: str) -> int | None:
    """The middle of the second that a header names; None where it names none."""
    try:
        moment = parsedate_to_datetime(date)
        return round(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1000) + 500
    except (ValueError, OverflowError):
        return None
