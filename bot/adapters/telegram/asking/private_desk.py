"""Commands, buttons and words in private chats, each for a community that whoever asks is in."""

from collections.abc import Mapping

from bot.adapters import Host, Reply
from bot.adapters.telegram.asking.answers import Answers
from bot.adapters.telegram.asking.arguments import read
from bot.adapters.telegram.asking.completing import Lack, reply_or_lack
from bot.adapters.telegram.asking.deep_links import DeepLinks, Link
from bot.adapters.telegram.asking.memberships import Memberships
from bot.adapters.telegram.asking.openings import OPEN, Openings
from bot.adapters.telegram.asking.orders import STALE, Caller, Order, Orders
from bot.adapters.telegram.asking.presses import Press, as_alert, asked_by
from bot.adapters.telegram.asking.questions import FORM, Questions
from bot.adapters.telegram.reading.people import TELEGRAM
from bot.adapters.telegram.reading.told import Call
from bot.commands import Command
from bot.errors import UserError
from bot.forms import KEEP, LEAVE
from bot.model import ChannelId, PlaceId
from bot.post import Form, Post
from bot.refusals import refused
from bot.text.phrase import phrase
from bot.text.texts import Texts

START = "start"
BETTER_IN_PLACE = frozenset({START, "help"})
"""Commands that work anywhere, and have more to say about a community."""

_WORDS = phrase("I understand commands only; /help shows them.")
_OVER = phrase("That question is not open any more.")
_NONE_OPEN = phrase("I am not asking you anything at the moment. /help shows what you can ask me.")
_NOWHERE = phrase("I do not see you in any group that I am in. Type the command in your group.")


class PrivateDesk:
    """Answers in private chats."""

    def __init__(
        self,
        host: Host,
        orders: Orders,
        memberships: Memberships,
        answers: Answers,
        links: DeepLinks,
        questions: Questions,
    ) -> None:
        self._host, self._orders, self._memberships = host, orders, memberships
        self._answers, self._links, self._questions = answers, links, questions
        self._openings = Openings(links)

    async def answer(self, call: Call, caller: Caller) -> None:
        """Answer a command, or take words as the answer to an open question.

        Raises:
            DeliveryError: Telegram does not answer.
        """
        user = _user(caller)
        is_asked = self._questions.is_open(user)
        try:
            if call.kind == "words" and not is_asked:
                raise UserError(_WORDS)
            if call.kind == "words":
                await self._questions.answer(user, call.words)
            elif call.command in (KEEP, LEAVE) and is_asked:
                await self._questions.answer(user, f"/{call.command}")
            elif call.command in (KEEP, LEAVE):
                raise UserError(_NONE_OPEN)
            else:
                self._questions.leave(user)
                await self._command(call, caller)
        except UserError as refusal:
            await self._answers.in_private(user, await self._refused(caller, refusal), None)

    async def press(self, call: Call, caller: Caller, press: Press) -> None:
        """Do what a button says.

        Raises:
            DeliveryError: Telegram does not answer.
        """
        user = _user(caller)
        try:
            await self._press(call, caller)
        except UserError as refusal:
            post = await self._refused(caller, refusal)
            alert = as_alert(post)
            if alert is None or not await press.tell(alert):
                await self._answers.in_private(user, post, None)

    async def _press(self, call: Call, caller: Caller) -> None:
        user, asked = _user(caller), asked_by(call.data)
        if asked is None:
            raise UserError(STALE)
        command, words = asked
        if command == FORM:
            if not await self._questions.press(user, words):
                raise UserError(_OVER)
            return
        self._questions.leave(user)
        if command == OPEN:
            await self._follow(caller, self._links.read(words.get("link", ""), user))
            return
        declared = self._host.commands.get(command)
        if declared is None:
            raise UserError(STALE)
        place = self._answers.about(user, call.message)
        if place is not None and declared.anywhere:
            place = place if await self._memberships.belongs(place, user) else None
        elif place is None and not declared.anywhere:
            place = (await self._memberships.found(user)).only
        await self._carry_out(caller, declared, place, words)

    async def _command(self, call: Call, caller: Caller) -> None:
        user = _user(caller)
        if call.command == START and (link := self._links.read(call.words, user)) is not None:
            await self._follow(caller, link)
            return
        declared = self._host.commands.get(call.command)
        if declared is None:
            unknown = Order(caller, None, _private(caller), call.command, {})
            await self._give(unknown, await self._orders.reply(unknown))
            return
        words = read(declared, call.words, call.mentions, call.reply_to)
        place = None
        if not declared.anywhere or declared.name in BETTER_IN_PLACE:
            place = await self._meant(user)
        await self._carry_out(caller, declared, place, words)

    async def _meant(self, user: int) -> PlaceId | None:
        """The community that somebody must mean who names none, None where nobody can tell."""
        last = self._answers.last(user)
        if last is not None and await self._memberships.belongs(last, user):
            return last
        return (await self._memberships.found(user)).only

    async def _carry_out(
        self, caller: Caller, declared: Command, place: PlaceId | None, words: Mapping[str, str]
    ) -> None:
        """Do what a command says, or ask for which community it is meant."""
        if place is None and not declared.anywhere:
            await self._choose(caller, declared.name, words)
            return
        await self._orders.check_member(caller, place)
        await self._do(Order(caller, place, _private(caller), declared.name, words), declared)

    async def _do(self, order: Order, declared: Command) -> None:
        """Give an order; what it lacks is asked for."""
        reply = await reply_or_lack(self._orders, declared, order)
        if isinstance(reply, Lack):
            language = await self._orders.language(order)
            await self._questions.complete(_user(order.caller), order, declared, reply, language)
        else:
            await self._give(order, reply)

    async def _follow(self, caller: Caller, link: Link | None) -> None:
        """Do what a link asks for; whoever did not ask for it themselves is asked first."""
        declared = None if link is None else self._host.commands.get(link.command)
        if link is None or declared is None or (declared.hidden and not link.is_own):
            raise UserError(STALE)
        await self._orders.check_member(caller, link.place)
        order = Order(caller, link.place, link.channel, link.command, link.arguments)
        if not await self._orders.is_allowed(order):
            await self._give(order, await self._orders.refusal(order))
        elif link.is_own:
            await self._do(order, declared)
        else:
            await self._confirm(caller, link)

    async def _give(self, order: Order, reply: Reply) -> None:
        user = _user(order.caller)
        if isinstance(reply.answer, Form):
            await self._questions.begin(user, order, reply.answer, reply.language)
        else:
            await self._answers.in_private(user, reply.answer, order.place)

    async def _choose(self, caller: Caller, command: str, words: Mapping[str, str]) -> None:
        """Ask for which community a command is meant."""
        user = _user(caller)
        found = await self._memberships.found(user)
        if not found.standings:
            raise UserError(_NOWHERE)
        texts = await self._texts(caller)
        which = self._openings.which(user, found, command, words, texts)
        await self._answers.in_private(user, which, None)

    async def _confirm(self, caller: Caller, link: Link) -> None:
        """Ask whether somebody wants what a link asks for that anybody may have made."""
        user, texts = _user(caller), await self._texts(caller)
        known = [one.place for one in await self._host.places(TELEGRAM)]
        asked = self._openings.is_wanted(user, link, known, texts)
        await self._answers.in_private(user, asked, None)

    async def _refused(self, caller: Caller, refusal: UserError) -> Post:
        return refused(await self._texts(caller), refusal)

    async def _texts(self, caller: Caller) -> Texts:
        asked = Order(caller, None, _private(caller), "", {})
        return self._host.texts(await self._orders.language(asked))


def _user(caller: Caller) -> int:
    """Who speaks in a private chat; it is never a chat that does."""
    if caller.user is None:
        raise UserError(STALE)
    return caller.user


def _private(caller: Caller) -> ChannelId:
    return ChannelId(TELEGRAM, str(_user(caller)))
