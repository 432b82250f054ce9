"""How much a group hears of Foyer because somebody asks: one person leaves room for others."""

from collections import deque

from bot.clock import MINUTE_MS, Clock
from bot.model import AccountId

SPAN_MS = MINUTE_MS
MOST_EACH = 5
"""So many messages in a group answer one person within a span."""
MOST_HERE = 12
"""So many answer everybody together; of what Telegram takes, the rest is for what comes unasked."""


class Shares:
    """What was said lately in each group, and to whom."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said: dict[int, deque[tuple[int, AccountId]]] = {}

    def has_room(self, chat: int, asker: AccountId) -> bool:
        """Whether a group may hear another answer to somebody."""
        lately = self._lately(chat)
        return len(lately) < MOST_HERE and sum(who == asker for _, who in lately) < MOST_EACH

    def count(self, chat: int, asker: AccountId) -> None:
        """A group hears an answer to somebody."""
        self._lately(chat).append((self._clock.now(), asker))

    def _lately(self, chat: int) -> deque[tuple[int, AccountId]]:
        """What a group heard within the span, and nothing that seems to come from the future."""
        now = self._clock.now()
        said = self._said.setdefault(chat, deque())
        while said and not 0 <= now - said[0][0] < SPAN_MS:
            said.popleft()
        return said
