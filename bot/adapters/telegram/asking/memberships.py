"""Which communities somebody belongs to, asked of Telegram before a private chat tells of one."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from telegram import Bot, ChatMemberRestricted

from bot.adapters import Host, Standing
from bot.adapters.telegram.groups.staff import Staff
from bot.adapters.telegram.line.errors import delivery
from bot.adapters.telegram.reading.people import TELEGRAM
from bot.adapters.telegram.reading.wire import INSIDE
from bot.clock import MINUTE_MS
from bot.delivery import ContentError, TargetGoneError, TargetMovedError
from bot.model import PlaceId

MOST_ASKED = 20
"""More groups than this are not asked about at once."""
FRESH_MS = MINUTE_MS
MOST_KNOWN = 10_000


class Found(NamedTuple):
    """The communities in which somebody was found; `is_all` says that no other is possible."""

    standings: Sequence[Standing]
    is_all: bool

    @property
    def only(self) -> PlaceId | None:
        """The one that must be meant."""
        is_clear = self.is_all and len(self.standings) == 1
        return self.standings[0].place.id if is_clear else None


class _Known(NamedTuple):
    until: int
    is_member: bool


class Memberships:
    """Who is a member where, remembered for a minute."""

    def __init__(self, host: Host, bot: Bot, staff: Staff) -> None:
        self._host, self._bot, self._staff = host, bot, staff
        self._known: OrderedDict[tuple[int, int], _Known] = OrderedDict()

    async def belongs(self, place: PlaceId, user: int) -> bool:
        """Whether somebody is in a group now.

        Raises:
            DeliveryError: Telegram does not answer.
        """
        key, now = (int(place.external_id), user), self._host.clock.now()
        known = self._known.get(key)
        if known is not None and now < known.until <= now + FRESH_MS:
            return known.is_member
        is_member = await self._ask(*key)
        self._known[key] = _Known(now + FRESH_MS, is_member)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return is_member

    async def found(self, user: int) -> Found:
        """The groups that Foyer and somebody are both in.

        Raises:
            DeliveryError: Telegram does not answer.
        """
        present = [one for one in await self._host.places(TELEGRAM) if one.is_present]
        asked = present[:MOST_ASKED]
        standings = [one for one in asked if await self.belongs(one.place.id, user)]
        return Found(standings, len(asked) == len(present))

    async def _ask(self, chat: int, user: int) -> bool:
        # Telegram surely tells a bot about others only where it is an administrator.
        if await self._staff.is_staff(chat, user):
            return True
        try:
            with delivery():
                member = await self._bot.get_chat_member(chat, user)
        except (ContentError, TargetGoneError, TargetMovedError):
            return False
        if isinstance(member, ChatMemberRestricted):
            return member.is_member
        return member.status in INSIDE
