"""What an order lacks whose words are missing or do not fit, and what of it can be kept."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.adapters import Reply
from bot.adapters.telegram.asking.orders import Order, Orders
from bot.adapters.telegram.reading.people import TELEGRAM
from bot.commands import UNGIVEN, Command
from bot.errors import UserError


@dataclass(frozen=True, slots=True)
class Lack:
    """The parameters that have to be asked for, why, and the words that fit the others.

    `refusal` is None where nothing was wrong but what was not typed yet.
    """

    wanted: tuple[str, ...]
    given: Mapping[str, str]
    refusal: UserError | None


async def reply_or_lack(orders: Orders, declared: Command, order: Order) -> Reply | Lack:
    """What the engine answers to an order, or what the order lacks where that can be asked for.

    Raises:
        UserError: somebody or a chat is named that cannot be meant, and that is not asked for.
        DeliveryError: Telegram does not answer.
    """
    try:
        reply = await orders.reply(order)
    except UserError as refusal:
        lack = await _lack(orders, declared, order, refusal)
        if lack is None:
            raise
        return lack
    names = {param.name for param in declared.params}
    if reply.refusal is None or reply.refusal.values.get("name") not in names:
        return reply
    return await _lack(orders, declared, order, reply.refusal) or reply


async def _lack(orders: Orders, declared: Command, order: Order, refusal: UserError) -> Lack | None:
    if not declared.asks_back:
        return None
    named = refusal.values.get("name", "")
    given = {}
    for name, word in declared.fitting(order.words, TELEGRAM).items():
        with suppress(UserError):
            await orders.resolved(declared, replace(order, words={name: word}))
            given[name] = word
    given.pop(named, None)
    wanted = tuple(
        param.name
        for param in declared.params
        if param.name not in given
        and (param.required or param.name == named or param.name in order.words)
    )
    return Lack(wanted, given, None if refusal.msgid == UNGIVEN else refusal) if wanted else None
