"""Goes round the groups once an hour: who moderates, how many there are, and what is hidden."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence

import structlog
from telegram import Bot, ChatMember, User

from bot.adapters import Cursor, Host, News
from bot.adapters.telegram.groups.arrivals import Arrivals
from bot.adapters.telegram.groups.sights import blind_in, is_in_charge, subscription_of
from bot.adapters.telegram.groups.staff import Staff
from bot.adapters.telegram.line.errors import delivery
from bot.adapters.telegram.reading.people import STAND_INS, TELEGRAM, Me, account_of
from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.delivery import DeliveryError, NotDeliveredError, TargetGoneError, TargetMovedError
from bot.errors import StoreError
from bot.events import MemberDescribed, MembersCounted
from bot.languages import SOURCE_LANGUAGE
from bot.model import PlaceId
from bot.sight import Sight, fixes

EVERY_MS = HOUR_MS
AGAIN_MS = MINUTE_MS
"""After a failure, unless Telegram wants to be left alone for longer."""
TICK = 2.0
"""Seconds between two looks at which visits are due; a new group is visited after one."""
PAUSE = 0.2
"""Seconds between two visits, so that hundreds of groups make no flood."""
PATIENCE = 5.0
"""Seconds in which the first request for updates surely tells Telegram what to send."""

log = structlog.get_logger(__name__)


class Rounds:
    """Visits groups, one at a time."""

    def __init__(
        self,
        host: Host,
        bot: Bot,
        me: Me,
        staff: Staff,
        arrivals: Arrivals,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._host, self._bot, self._me, self._staff = host, bot, me, staff
        self._arrivals, self._patience = arrivals, patience
        self._due: dict[PlaceId, int] = {}
        self._blind: dict[PlaceId, frozenset[Sight]] = {}
        self._described: dict[PlaceId, Sequence[MemberDescribed]] = {}
        self._turn = asyncio.Lock()

    async def visit(self, place: PlaceId) -> None:
        """See how things stand in a group now; what cannot be seen now is tried again later."""
        async with self._turn:
            wait = await self._visited(place)
        self._due[place] = self._host.clock.now() + wait

    async def run(self, places: Callable[[], Collection[PlaceId]]) -> None:
        """Visit every group that the bot is in, as they are told, once an hour until cancelled."""
        while True:
            present = set(places())
            self._due = {place: at for place, at in self._due.items() if place in present}
            for place in sorted(present):
                if self._is_due(place):
                    await self.visit(place)
                    await asyncio.sleep(PAUSE)
            await asyncio.sleep(TICK)

    def _is_due(self, place: PlaceId) -> bool:
        at = self._due.get(place)
        # A clock that was set back must not put a visit off.
        return at is None or not 0 < at - self._host.clock.now() <= EVERY_MS

    async def _visited(self, place: PlaceId) -> int:
        """Visit a group; the milliseconds until the next time."""
        try:
            await self._survey(place)
        except (DeliveryError, StoreError) as error:
            log.warning("a visit failed", place=str(place), reason=str(error))
            wanted = error.retry_after if isinstance(error, NotDeliveredError) else 0
            return min(max(AGAIN_MS, wanted), EVERY_MS)
        return EVERY_MS

    async def _survey(self, place: PlaceId) -> None:
        chat = int(place.external_id)
        try:
            # Of a group that became a supergroup, only this tells so.
            count = await self._members_of(chat)
            in_charge = await is_in_charge(self._bot, self._me.id, chat)
        except TargetGoneError:
            log.warning("the bot is no longer in a group", place=str(place))
            await self._arrivals.depart(place)
            return
        except TargetMovedError as moved:
            await self._arrivals.move(place, PlaceId(place.platform, moved.new_target))
            return
        await self._look(place, in_charge=in_charge)
        members = await self._staff.administrators(chat)
        robots = {id_ for id_, member in members.items() if member.user.is_bot} - STAND_INS
        await self._count(place, max(0, count - len(robots | {self._me.id})))
        await self._describe(place, members)

    async def _look(self, place: PlaceId, *, in_charge: bool) -> None:
        blind = blind_in(await subscription_of(self._bot), in_charge=in_charge)
        if Sight.UPDATES in blind:
            await asyncio.sleep(self._patience)
            blind = blind_in(await subscription_of(self._bot), in_charge=in_charge)
        self._warn(place, blind)
        await self._host.look(place, blind)

    def _warn(self, place: PlaceId, blind: frozenset[Sight]) -> None:
        if self._blind.get(place, frozenset()) != blind:
            if not blind:
                log.info("nothing is hidden any more", place=str(place))
            for fix in fixes(self._host.texts(SOURCE_LANGUAGE), TELEGRAM, blind):
                log.warning("something is hidden", place=str(place), fix=fix)
        self._blind[place] = blind

    async def _describe(self, place: PlaceId, members: Mapping[int, ChatMember]) -> None:
        """Tell who moderates; whoever once did stays staff in what is counted."""
        told = [
            _described(member.user)
            for id_, member in members.items()
            if id_ not in STAND_INS and id_ != self._me.id
        ]
        known = self._described.get(place, ())
        new = [one for one in told if one not in known]
        if new:
            await self._host.take(News(place, new))
        self._described[place] = told

    async def _members_of(self, chat: int) -> int:
        with delivery():
            return await self._bot.get_chat_member_count(chat)

    async def _count(self, place: PlaceId, count: int) -> None:
        """Tell how many people there are, once a day (UTC).

        Telegram counts bots as members. This one and those that moderate are left out; of others
        Telegram gives no list.
        """
        now, stream = self._host.clock.now(), f"telegram:count:{place.external_id}"
        today = str(now // DAY_MS)
        if await self._host.cursor(stream) == today:
            return
        here = place.external_id
        counted = MembersCounted(platform=TELEGRAM, at=now, count=count, place=here)
        await self._host.take(News(place, [counted]), cursor=Cursor(stream, today))


def _described(user: User) -> MemberDescribed:
    return MemberDescribed(
        platform=TELEGRAM,
        user=account_of(user.id),
        is_bot=True if user.is_bot else None,
        is_staff=None if user.is_bot else True,
    )
