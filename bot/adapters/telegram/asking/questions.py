"""Forms, asked question by question in private chats; a restart or an hour forgets them."""

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.adapters import Host
from bot.adapters.telegram.asking.answers import Answers
from bot.adapters.telegram.asking.chats import Chats
from bot.adapters.telegram.asking.completing import Lack
from bot.adapters.telegram.asking.orders import Order, Orders
from bot.adapters.telegram.reading.people import TELEGRAM
from bot.clock import HOUR_MS
from bot.commands import Command
from bot.delivery import DeliveryError
from bot.errors import UserError
from bot.forms import KEEP, LEAVE, Asking
from bot.languages import languages
from bot.post import Choice, Field, Form, Post, plain
from bot.refusals import refused

FORM = "form"
"""What buttons that answer a question send in the place of a command."""
KEPT_MS = HOUR_MS
MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class _Open:
    """A form on its way; `mark` tells the open question from all others, `order` what it is for."""

    asking: Asking
    order: Order
    mark: str
    until: int
    options: tuple[tuple[str, str], ...]


class Questions:
    """The forms that people are filling in, one each."""

    def __init__(self, host: Host, orders: Orders, answers: Answers) -> None:
        self._host, self._orders, self._answers = host, orders, answers
        self._chats = Chats(host)
        self._open: OrderedDict[int, _Open] = OrderedDict()

    def is_open(self, user: int) -> bool:
        """Whether somebody has a question to answer."""
        known = self._open.get(user)
        return known is not None and self._host.clock.now() < known.until

    def leave(self, user: int) -> None:
        """Forget somebody's form, nothing of which is done."""
        self._open.pop(user, None)

    async def begin(self, user: int, order: Order, form: Form, language: str) -> None:
        """Put the first question of a form that an order was answered with."""
        texts = self._host.texts(language)
        known = {entry.name: entry.value for entry in form.fields if entry.value}
        fields = [await self._chats.readable(entry, user, texts) for entry in form.fields]
        shown = replace(form, fields=tuple(fields))
        begun = replace(order, command=form.command, words={}, known=known)
        await self._put(user, Asking(shown, language), begun)

    async def complete(
        self, user: int, order: Order, declared: Command, lack: Lack, language: str
    ) -> None:
        """Put the first question for what an order lacks; all of them where it had no words."""
        form = declared.form(self._host.texts(language), {})
        again = lack.wanted if order.words else ()
        asking = Asking(form, language, lack.given, again=again)
        await self._put(user, asking, replace(order, words={}), lack.refusal)

    async def answer(self, user: int, text: str) -> None:
        """Somebody answers their open question; after the last one the form is handed in.

        Raises:
            UserError: they are not in the group any more, which ends the form as not being
                allowed its command any more does.
            DeliveryError: Telegram does not answer.
        """
        held = self._open[user]
        asking, order = held.asking, held.order
        if text.strip() == f"/{LEAVE}":
            await self._leave(user, held)
            return
        if not await self._may_go_on(user, order):
            return
        try:
            answered = asking.answered(text, map(self._host.texts, languages()))
            await self._check(order, asking.entry, answered)
        except UserError as refusal:
            await self._put(user, asking, order, refusal)
            return
        if not answered.is_done:
            await self._put(user, answered, order)
        elif answered.answers or order.known:
            await self._hand_in(user, answered, order)
        else:
            await self._leave(user, held)

    async def press(self, user: int, arguments: Mapping[str, str]) -> bool:
        """Somebody presses an answer; False where its question is not open any more."""
        held = self._open.get(user) if self.is_open(user) else None
        if held is None or arguments.get("of") != held.mark:
            return False
        said = arguments.get("say", "")
        words = {KEEP: f"/{KEEP}", LEAVE: f"/{LEAVE}"}
        words |= {str(place): value for place, (value, _) in enumerate(held.options)}
        if said not in words:
            return False
        await self.answer(user, words[said])
        return True

    async def _may_go_on(self, user: int, order: Order) -> bool:
        """Whether somebody may still read what the questions show; else the form is over."""
        try:
            await self._orders.check_member(order.caller, order.place)
        except UserError:
            self.leave(user)
            raise
        if await self._orders.is_allowed(order):
            return True
        self.leave(user)
        reply = await self._orders.refusal(order)
        if isinstance(reply.answer, Post):
            await self._answers.in_private(user, reply.answer, None)
        return False

    async def _check(self, order: Order, entry: Field, answered: Asking) -> None:
        """Make sure that the chat or the person in an answer can be meant, and any other taken."""
        word = answered.answers.get(entry.name)
        declared = self._host.commands.get(order.command)
        if word is not None and declared is not None:
            await self._orders.resolved(declared, replace(order, words={entry.name: word}))
            declared.check_answer(entry.name, word, TELEGRAM)

    async def _hand_in(self, user: int, asking: Asking, order: Order) -> None:
        """Give the form's command; where it refuses, what it names is asked again."""
        self.leave(user)
        given = replace(order, words=asking.answers)
        try:
            reply = await self._orders.reply(given)
        except UserError as refusal:
            await self._put(user, asking.corrected(refusal), order, refusal)
            return
        if reply.refusal is not None and await self._orders.is_allowed(given):
            await self._put(user, asking.corrected(reply.refusal), order, reply.refusal)
        elif isinstance(reply.answer, Post):
            await self._answers.in_private(user, reply.answer, order.place)

    async def _leave(self, user: int, held: _Open) -> None:
        self.leave(user)
        texts = self._host.texts(held.asking.language)
        said = plain(texts.text("Nothing was changed."))
        await self._answers.in_private(user, said, held.order.place)

    async def _put(
        self, user: int, asking: Asking, order: Order, refusal: UserError | None = None
    ) -> None:
        """Put the open question, after what was wrong with the answers so far."""
        texts = self._host.texts(asking.language)
        options = await self._chats.options(asking, order, texts)
        mark = secrets.token_hex(4)
        self._keep(user, _Open(asking, order, mark, self._host.clock.now() + KEPT_MS, options))
        refused_so = None if refusal is None else refused(texts, refusal)
        question = asking.question(texts, refused_so, lists_options=False)
        labels = [(str(place), label) for place, (_, label) in enumerate(options)]
        if asking.entry.value or not asking.entry.required:
            labels.append((KEEP, texts.text("Leave it as it is")))
        labels.append((LEAVE, texts.text("Stop here")))
        choices = (Choice(label, FORM, (("of", mark), ("say", say))) for say, label in labels)
        try:
            await self._answers.in_private(user, replace(question, choices=tuple(choices)), None)
        except DeliveryError:
            self.leave(user)  # nobody can tell which question they would answer
            raise

    def _keep(self, user: int, held: _Open) -> None:
        self._open[user] = held
        self._open.move_to_end(user)
        while len(self._open) > MOST_KEPT:
            self._open.popitem(last=False)
