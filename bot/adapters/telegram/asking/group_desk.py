"""Commands and buttons in groups: what is for one person alone is said in their private chat."""

from dataclasses import replace

from bot.adapters import Host, Reply
from bot.adapters.telegram.asking.answers import Answers, channel_of
from bot.adapters.telegram.asking.arguments import read
from bot.adapters.telegram.asking.completing import Lack, reply_or_lack
from bot.adapters.telegram.asking.deep_links import DeepLinks, Link
from bot.adapters.telegram.asking.orders import STALE, Caller, Order, Orders
from bot.adapters.telegram.asking.presses import Press, as_alert, asked_by
from bot.adapters.telegram.asking.targets import Targets
from bot.adapters.telegram.reading.people import TELEGRAM
from bot.adapters.telegram.reading.told import Call, place_of
from bot.commands import Command
from bot.delivery import TargetGoneError
from bot.errors import UserError
from bot.model import ChannelId, PlaceId
from bot.post import Form, Post, plain
from bot.refusals import refused


class GroupDesk:
    """Answers in groups."""

    def __init__(
        self, host: Host, orders: Orders, targets: Targets, answers: Answers, links: DeepLinks
    ) -> None:
        self._host, self._orders, self._targets = host, orders, targets
        self._answers, self._links = answers, links

    async def command(self, call: Call, caller: Caller) -> None:
        """Answer a command; one that is not Foyer's is silence, for other bots live there too.

        Raises:
            DeliveryError: Telegram does not answer.
        """
        declared = self._host.commands.get(call.command)
        if not call.is_named and (declared is None or declared.hidden):
            return
        is_private = declared is not None and declared.private
        if not (is_private or self._answers.has_room(call)):
            return
        order = _order(call, caller, call.command)
        if declared is None or not await self._orders.is_allowed(order):
            await self._refuse(call, await self._orders.refusal(order))
            return
        try:
            words = read(declared, call.words, call.mentions, call.reply_to)
            order = replace(order, words=words)
            if declared.private and not await self._can_write_to(caller):
                await self._point(call, order)
                return
            reply = await reply_or_lack(self._orders, declared, order)
        except UserError as refusal:
            await self._turn_down(call, order, declared, refusal)
            return
        if isinstance(reply, Lack) or isinstance(reply.answer, Form):
            await self._point(call, order)
        elif declared.private:
            await self._whisper(call, order, reply.answer, reply.language)
        elif reply.refusal is not None:
            await self._refuse(call, reply)
        else:
            await self._answers.in_group(call, reply.answer)

    async def press(self, call: Call, caller: Caller, press: Press) -> None:
        """Do what a button says, for whoever presses it.

        Raises:
            DeliveryError: Telegram does not answer.
        """
        asked = asked_by(call.data)
        order = _order(call, caller, "" if asked is None else asked[0])
        declared = self._host.commands.get(order.command)
        try:
            if asked is None or declared is None:
                raise UserError(STALE)
            if not (declared.private or self._answers.has_room(call)):
                return
            order = replace(order, words=asked[1])
            reply = await self._orders.reply(order)
        except UserError as refusal:
            texts = self._host.texts(await self._orders.language(order))
            await self._tell(call, order, refused(texts, refusal), press)
            return
        if isinstance(reply.answer, Form):
            await self._lead(call, order, press)
        elif reply.is_private:
            await self._tell(call, order, reply.answer, press)
        else:
            await self._answers.in_group(call, reply.answer)

    async def _tell(self, call: Call, order: Order, post: Post, press: Press) -> None:
        """Say something to whoever pressed a button: at once if it is short, else in private."""
        alert = as_alert(post)
        if (alert is not None and await press.tell(alert)) or order.caller.user is None:
            return
        try:
            await self._answers.in_private(order.caller.user, post, order.place)
        except TargetGoneError:
            await self._lead(call, order, press)

    async def _lead(self, call: Call, order: Order, press: Press) -> None:
        """Open the private chat for whoever pressed a button, or offer to."""
        if not await press.lead(self._url(order)):
            await self._point(call, order)

    async def _refuse(self, call: Call, reply: Reply) -> None:
        """Say in the group why nothing was done, and nothing else."""
        if reply.refusal is not None:
            said = refused(self._host.texts(reply.language), reply.refusal, in_public=True)
            await self._answers.in_group(call, said)

    async def _turn_down(
        self, call: Call, order: Order, declared: Command, refusal: UserError
    ) -> None:
        """Say why words are none that can be meant; not to everybody, where these were for us."""
        language = await self._orders.language(order)
        texts = self._host.texts(language)
        if not declared.private:
            await self._answers.in_group(call, refused(texts, refusal, in_public=True))
        elif await self._can_write_to(order.caller):
            await self._whisper(call, order, refused(texts, refusal), language)
        else:
            said = texts.text(
                "I cannot do that as it is written; /help {command} tells more.",
                command=declared.name,
            )
            await self._answers.in_group(call, plain(said))

    async def _whisper(self, call: Call, order: Order, post: Post, language: str) -> None:
        """Answer in private and say so in one line, or offer to, where that is not possible."""
        texts = self._host.texts(language)
        if order.caller.user is not None:
            try:
                await self._answers.in_private(order.caller.user, post, order.place)
            except TargetGoneError:
                await self._point(call, order)
                return
        said, label = texts.text("I answered you in private."), texts.text("Open our private chat")
        await self._answers.point(call, said, label, self._links.home)

    async def _point(self, call: Call, order: Order) -> None:
        """Offer to go on in private, where what was asked for is asked again in full."""
        texts = self._host.texts(await self._orders.language(order))
        said = texts.text("Let us go on in private: press the button, then Start.")
        label = texts.text("Go on in private")
        await self._answers.point(call, said, label, self._url(order))

    async def _can_write_to(self, caller: Caller) -> bool:
        return caller.user is not None and await self._targets.can_write_to(caller.user)

    def _url(self, order: Order) -> str:
        """A link to the same order; without its words where anybody's could be passed on."""
        declared = self._host.commands.get(order.command)
        if declared is None:
            return self._links.home
        is_safe = order.caller.user is not None or declared.staff_only
        place = PlaceId(*order.channel.whole)
        words = order.words if is_safe else {}
        link = Link(place, order.channel, order.command, words)
        return self._links.url(self._links.token(link, order.caller.user))


def _order(call: Call, caller: Caller, command: str) -> Order:
    channel = ChannelId(TELEGRAM, channel_of(call))
    return Order(caller, place_of(call.chat.id), channel, command, {})
