"""Commands, buttons and the questions of forms: what somebody asks of Foyer, and its answers."""

import unicodedata
from collections.abc import Mapping

from bot.adapters import Host, Reply
from bot.adapters.console import shape
from bot.adapters.console.place import BOT, GENERAL, MODERATORS, ROOM, account
from bot.adapters.console.room import Room
from bot.adapters.console.screen import Screen
from bot.commands import Asker, Kind, Request
from bot.errors import UserError
from bot.forms import LEAVE, Asking
from bot.languages import languages
from bot.post import Form, Post, inert_name, plain
from bot.refusals import refused
from bot.text.phrase import phrase

_CHANNELS = {GENERAL.external_id, MODERATORS.external_id}


class Desk:
    """Where Foyer is asked for something."""

    def __init__(self, host: Host, room: Room, screen: Screen) -> None:
        self.host, self.room, self.screen = host, room, screen
        self.asking: dict[str, Asking] = {}
        """The forms on their way, by who fills them in."""

    async def command(self, name: str, command: str, words: str) -> None:
        """Somebody types a command; an open form of theirs is left."""
        self.asking.pop(name, None)
        self.screen.whisper(name, f"/{command} {words}".rstrip())
        declared = self.host.commands.get(command)
        try:
            arguments = {} if declared is None else declared.read_words(words)
        except UserError as refusal:
            await self._refuse(name, refusal)
        else:
            await self._ask(name, command, arguments)

    async def press(self, name: str, label: str) -> None:
        """Somebody presses a button.

        Raises:
            UsageError: they see no such button.
        """
        choice = self.room.press(label, name)
        self.screen.remark(
            self.screen.texts.text(
                "{name} presses [{label}]", name=inert_name(name, "…"), label=choice.label
            )
        )
        await self._ask(name, choice.command, dict(choice.arguments))

    async def answer(self, name: str, text: str) -> None:
        """Somebody answers the open question of their form; after the last one it is handed in."""
        if text:
            self.screen.whisper(name, text)
        if text == f"/{LEAVE}":
            self._leave_form(name)
            return
        asking = self.asking[name]
        try:
            answered = asking.answered(text, map(self.host.texts, languages()))
            self._resolved(asking.form.command, answered.answers)
        except UserError as refusal:
            self._question(name, asking, refusal)
            return
        if not answered.is_done:
            self._question(name, answered)
        elif answered.arguments:
            await self._hand_in(name, answered)
        else:
            self._leave_form(name)

    async def _hand_in(self, name: str, asking: Asking) -> None:
        """Call the form's command; where it refuses, what it names is asked again."""
        try:
            named = self._resolved(asking.form.command, asking.arguments)
            reply = await self._reply(name, asking.form.command, named)
        except UserError as error:
            refusal: UserError | None = error
        else:
            refusal = reply.refusal
        if refusal is not None:
            self._question(name, asking.corrected(refusal), refusal)
            return
        del self.asking[name]
        self._show(name, reply)

    async def quietly(self, command: str, **arguments: str) -> None:
        """Have a command carried out as a moderator would, its answer left unsaid."""
        asker = Asker(account(BOT), BOT, is_staff=True)
        await self.host.ask(Request(ROOM, GENERAL, asker, command, arguments))

    async def _ask(self, name: str, command: str, arguments: Mapping[str, str]) -> None:
        try:
            named = self._resolved(command, arguments)
        except UserError as refusal:
            await self._refuse(name, refusal)
        else:
            self._show(name, await self._reply(name, command, named))

    async def _reply(self, name: str, command: str, arguments: Mapping[str, str]) -> Reply:
        return await self.host.ask(self._request(name, command, arguments))

    def _request(self, name: str, command: str, arguments: Mapping[str, str]) -> Request:
        language = self.screen.texts.language
        asker = Asker(account(name), name, name in self.room.staff, language)
        return Request(ROOM, GENERAL, asker, command, arguments)

    def _show(self, name: str, reply: Reply) -> None:
        if isinstance(reply.answer, Form):
            self._question(name, Asking(reply.answer, reply.language))
        elif reply.is_private:
            self._private(name, reply.answer, reply.language)
        else:
            self._publish(reply.answer)

    def _resolved(self, command: str, arguments: Mapping[str, str]) -> dict[str, str]:
        """The arguments, `@Zoé` and `#general` as the account and the channel that they name.

        Raises:
            UserError: there is no such channel.
        """
        declared = self.host.commands.get(command)
        kinds = {param.name: param.kind for param in declared.params} if declared else {}
        return {name: _resolved(word, kinds.get(name)) for name, word in arguments.items()}

    def _question(self, name: str, asking: Asking, refusal: UserError | None = None) -> None:
        """Put the open question, after what was wrong with the answers so far."""
        self.asking[name] = asking
        texts = self.host.texts(asking.language)
        refused_so = None if refusal is None else refused(texts, refusal)
        self._private(name, asking.question(texts, refused_so), asking.language)

    def _leave_form(self, name: str) -> None:
        language = self.asking.pop(name).language
        said = self.host.texts(language).text("Nothing was changed.")
        self._private(name, plain(said), language)

    async def _refuse(self, name: str, refusal: UserError) -> None:
        """Say no in the language in which Foyer answers somebody."""
        language = await self.host.language(self._request(name, "", {}))
        self._private(name, refused(self.host.texts(language), refusal), language)

    def _private(self, name: str, post: Post, language: str) -> None:
        self.room.show(f"to {name}", post.choices, name)
        self.screen.private(name, shape.of(post), self.host.texts(language))

    def _publish(self, post: Post) -> None:
        said = self.room.note(BOT, self.host.clock.now())
        self.room.show(said.id, post.choices)
        self.screen.post(said.number, shape.of(post))


def _resolved(word: str, kind: Kind | None) -> str:
    if kind is Kind.MEMBER:
        return unicodedata.normalize("NFC", word.removeprefix("@"))
    if kind is Kind.CHANNEL and word:
        channel = word.removeprefix("#")
        if channel not in _CHANNELS:
            raise UserError(phrase("There is no channel called “{name}” here."), name=channel)
        return channel
    return word
