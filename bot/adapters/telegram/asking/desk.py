"""Where Foyer is asked for something on Telegram: commands, buttons, and words in private chats."""

import asyncio

import structlog
from telegram import Bot

from bot.adapters import Host
from bot.adapters.telegram.asking.answers import Answers, Rest
from bot.adapters.telegram.asking.deep_links import DeepLinks
from bot.adapters.telegram.asking.group_desk import GroupDesk
from bot.adapters.telegram.asking.memberships import Memberships
from bot.adapters.telegram.asking.orders import Orders, caller_of
from bot.adapters.telegram.asking.presses import pressed
from bot.adapters.telegram.asking.private_desk import PrivateDesk
from bot.adapters.telegram.asking.questions import Questions
from bot.adapters.telegram.asking.targets import Targets
from bot.adapters.telegram.groups.staff import Staff
from bot.adapters.telegram.reading.people import Me
from bot.adapters.telegram.reading.told import PRIVATE, Call, is_group
from bot.adapters.telegram.saying.voice import Voice
from bot.delivery import DeliveryError
from bot.errors import StoreError

log = structlog.get_logger(__name__)


class Desk:
    """Answers whoever asks; each person's calls in a chat come one after the other."""

    def __init__(
        self,
        host: Host,
        bot: Bot,
        me: Me,
        staff: Staff,
        voice: Voice,
        rest: Rest = asyncio.sleep,
    ) -> None:
        self._host, self._bot = host, bot
        memberships = Memberships(host, bot, staff)
        targets = Targets(bot, staff)
        orders = Orders(host, staff, targets, memberships)
        answers, links = Answers(voice, host.clock, rest), DeepLinks(me.username, host.clock)
        questions = Questions(host, orders, answers)
        self._group = GroupDesk(host, orders, targets, answers, links)
        self._private = PrivateDesk(host, orders, memberships, answers, links, questions)

    async def answer(self, call: Call) -> None:
        """Answer a call; what members or Telegram do never raises anything."""
        try:
            if call.kind == "button":
                await self._press(call)
            elif is_group(call.chat):
                await self._group.command(call, caller_of(call))
            elif call.chat.type == PRIVATE and call.user is not None:
                await self._private.answer(call, caller_of(call))
        except (DeliveryError, StoreError) as error:
            known = call.command if call.command in self._host.commands else "other"
            log.warning("not answered", command=known, reason=type(error).__name__)

    async def _press(self, call: Call) -> None:
        async with pressed(self._bot, call.callback_id) as press:
            if is_group(call.chat):
                await self._group.press(call, caller_of(call), press)
            elif call.chat.type == PRIVATE and call.user is not None:
                await self._private.press(call, caller_of(call), press)
