"""What somebody asks of Foyer: who they are, what they may, what their words mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.adapters import Host, Reply
from bot.adapters.telegram.asking.arguments import account_named
from bot.adapters.telegram.asking.memberships import Memberships
from bot.adapters.telegram.asking.targets import Origin, Targets
from bot.adapters.telegram.groups.staff import Staff
from bot.adapters.telegram.reading.people import TELEGRAM, account_of, channel_account, name_of
from bot.adapters.telegram.reading.told import Call
from bot.commands import Asker, Command, Kind, Request
from bot.errors import UserError
from bot.model import AccountId, ChannelId, PlaceId
from bot.text.phrase import phrase

NOT_THERE = phrase("I do not see you in that community.")
STALE = phrase("This button or link is too old. Please type the command again.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks; `user` is None where a chat speaks, `speaks_for` is that chat then."""

    account: AccountId
    name: str
    language: str | None
    user: int | None
    speaks_for: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A command that somebody gave in a channel, for a group.

    The chats in `words` are as they were named there; `known` are arguments that hold already.
    """

    caller: Caller
    place: PlaceId | None
    channel: ChannelId
    command: str
    words: Mapping[str, str]
    known: Mapping[str, str] = field(default_factory=dict)


def caller_of(call: Call) -> Caller:
    """Whoever made a call."""
    user = call.user
    if user is None:
        chat = call.chat.id if call.sender_chat is None else call.sender_chat
        account = AccountId(TELEGRAM, channel_account(chat))
        return Caller(account, call.chat.title or "", None, None, chat)
    account = AccountId(TELEGRAM, account_of(user.id))
    return Caller(account, name_of(user), user.language_code, user.id)


class Orders:
    """Hands orders to the engine, everything about them checked at that moment."""

    def __init__(
        self, host: Host, staff: Staff, targets: Targets, memberships: Memberships
    ) -> None:
        self._host, self._staff = host, staff
        self._targets, self._memberships = targets, memberships

    async def is_allowed(self, order: Order) -> bool:
        """Whether somebody may give such a command at all."""
        declared = self._host.commands.get(order.command)
        if declared is None:
            return False
        return not declared.staff_only or await self._is_staff(order.caller, order.place)

    async def reply(self, order: Order) -> Reply:
        """What the engine answers.

        Raises:
            UserError: somebody or a chat is named that cannot be meant.
            DeliveryError: Telegram does not answer.
        """
        caller, declared = order.caller, self._host.commands.get(order.command)
        is_staff = await self._is_staff(caller, order.place)
        arguments, manages = dict(order.known), frozenset[PlaceId]()
        if declared is not None and (is_staff or not declared.staff_only):
            words, manages = await self.resolved(declared, order)
            arguments |= words
        asker = Asker(caller.account, caller.name, is_staff, caller.language, manages)
        request = Request(order.place, order.channel, asker, order.command, arguments)
        return await self._host.ask(request)

    async def refusal(self, order: Order) -> Reply:
        """What the engine answers to somebody who was found not to moderate, whatever they ask."""
        caller = order.caller
        asker = Asker(caller.account, caller.name, language=caller.language)
        return await self._host.ask(Request(order.place, order.channel, asker, order.command, {}))

    async def check_member(self, caller: Caller, place: PlaceId | None) -> None:
        """Make sure that somebody may hear of a group.

        Raises:
            UserError: they are not in it.
            DeliveryError: Telegram does not answer.
        """
        if place is None:
            return
        here = {one.place.id for one in await self._host.places(TELEGRAM) if one.is_present}
        if caller.user is None or place not in here:
            raise UserError(NOT_THERE)
        if not await self._memberships.belongs(place, caller.user):
            raise UserError(NOT_THERE)

    async def resolved(
        self, declared: Command, order: Order
    ) -> tuple[dict[str, str], frozenset[PlaceId]]:
        """The words of an order with people and chats by their ids, and the other groups in it.

        Raises:
            UserError: somebody or a chat is named that cannot be meant.
            DeliveryError: Telegram does not answer.
        """
        words, others = dict(order.words), set()
        for param in declared.params:
            word = words.get(param.name)
            if word and param.kind is Kind.MEMBER:
                words[param.name] = account_named(word)
            elif word and param.kind is Kind.CHANNEL:
                origin = Origin(order.channel, order.place, order.caller.user)
                target = await self._targets.find(word, origin)
                words[param.name] = target.channel.external_id
                if target.managed is not None:
                    others.add(target.managed)
        return words, frozenset(others)

    async def language(self, order: Order) -> str:
        """The language in which somebody is answered in private."""
        asker = Asker(order.caller.account, order.caller.name, language=order.caller.language)
        asked = Request(order.place, order.channel, asker, order.command, {})
        return await self._host.language(asked)

    async def _is_staff(self, caller: Caller, place: PlaceId | None) -> bool:
        if place is None:
            return False
        chat = int(place.external_id)
        if caller.user is None:
            return caller.speaks_for == chat
        return await self._staff.is_staff(chat, caller.user)
