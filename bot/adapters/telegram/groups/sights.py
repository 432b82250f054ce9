"""What Telegram keeps from the bot in a group, told by its rights and by what it is subscribed to.

Telegram says nothing of a group in which privacy mode was on when the bot came, and was switched
off later: the bot must then be added anew.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from telegram import Bot, ChatMember

from bot.adapters.telegram.line.errors import delivery
from bot.adapters.telegram.reading.wire import OUTSIDE
from bot.delivery import TargetGoneError
from bot.sight import Sight

_KINDS: Mapping[Sight, str] = {
    Sight.MESSAGES: "message",
    Sight.REACTIONS: "message_reaction",
    Sight.JOINS: "chat_member",
}
"""The kind of update by which each is told."""
_USUAL = frozenset(("message",))
"""Of these kinds, what Telegram sends to a bot that never asked for any."""
_IN_CHARGE = (ChatMember.ADMINISTRATOR, ChatMember.OWNER)


class Subscription(NamedTuple):
    """What holds for the bot in every group: the kinds of updates that Telegram sends to it, and
    whether its privacy mode is off."""

    kinds: frozenset[str]
    reads_all: bool


async def subscription_of(bot: Bot) -> Subscription:
    """What Telegram sends to the bot now, and will until somebody asks for something else.

    Raises:
        DeliveryError: Telegram does not tell.
    """
    with delivery():
        told = await bot.get_webhook_info()
        me = await bot.get_me()
    kinds = frozenset(told.allowed_updates) if told.allowed_updates else _USUAL
    return Subscription(kinds, bool(me.can_read_all_group_messages))


async def is_in_charge(bot: Bot, me: int, chat: int) -> bool:
    """Whether the bot is an administrator of a group.

    Raises:
        TargetGoneError: it is not even in it.
        DeliveryError: Telegram does not tell.
    """
    with delivery():
        status = (await bot.get_chat_member(chat, me)).status
    if status in OUTSIDE:
        raise TargetGoneError("the bot is not in the group")
    return status in _IN_CHARGE


def blind_in(subscription: Subscription, *, in_charge: bool) -> frozenset[Sight]:
    """What is hidden in a group, of whose administrators the bot is one or not."""
    blind = set() if in_charge else {Sight.REACTIONS, Sight.JOINS}
    if not (in_charge or subscription.reads_all):
        blind.add(Sight.MESSAGES)
    kept_back = _kept_back(subscription.kinds) - blind
    if kept_back:
        blind |= {*kept_back, Sight.UPDATES}
    return frozenset(blind)


def _kept_back(kinds: Collection[str]) -> set[Sight]:
    return {sight for sight, kind in _KINDS.items() if kind not in kinds}
