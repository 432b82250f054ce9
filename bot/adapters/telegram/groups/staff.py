"""Who moderates a chat: its administrators as Telegram tells them every five minutes."""

from collections.abc import Mapping
from typing import NamedTuple

import structlog
from telegram import Bot, ChatMember

from bot.adapters.telegram.line.errors import delivery
from bot.clock import MINUTE_MS, Clock
from bot.delivery import DeliveryError, TargetGoneError, TargetMovedError

FRESH_MS = 5 * MINUTE_MS
LATE_MS = 10 * MINUTE_MS
"""While Telegram does not answer, what it said last holds up to this age."""

log = structlog.get_logger(__name__)


class _Known(NamedTuple):
    at: int
    members: Mapping[int, ChatMember]


class Staff:
    """The administrators of each chat."""

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot, self._clock = bot, clock
        self._known: dict[int, _Known] = {}

    async def is_staff(self, chat: int, user: int) -> bool:
        """Whether somebody moderates a chat; False also where nobody can tell."""
        try:
            member = (await self.administrators(chat)).get(user)
        except DeliveryError as error:
            log.warning("administrators are not known", reason=type(error).__name__)
            return False
        return member is not None and not member.user.is_bot

    async def administrators(self, chat: int) -> Mapping[int, ChatMember]:
        """The administrators of a chat by their ids, bots among them.

        Raises:
            DeliveryError: Telegram does not tell, and what it said last is too old.
        """
        known = self._known.get(chat)
        if known is not None and self._age(known) < FRESH_MS:
            return known.members
        asked_at = self._clock.now()
        try:
            with delivery():
                told = await self._bot.get_chat_administrators(chat, return_bots=True)
        except (TargetGoneError, TargetMovedError):
            self.forget(chat)
            raise
        except DeliveryError:
            known = self._known.get(chat)
            if known is not None and self._age(known) < LATE_MS:
                return known.members
            self.forget(chat)
            raise
        members = {member.user.id: member for member in told}
        self._known[chat] = _Known(asked_at, members)
        return members

    def forget(self, chat: int) -> None:
        """Ask anew next time: somebody's rights have changed."""
        self._known.pop(chat, None)

    def _age(self, known: _Known) -> int:
        """Milliseconds; what seems to come from the future is as old as can be."""
        age = self._clock.now() - known.at
        return age if age >= 0 else LATE_MS
