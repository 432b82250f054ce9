"""Carries directives out one by one: in the room, at the desk, on the clock."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.adapters import Arrival, Host
from bot.adapters.console import directives
from bot.adapters.console.deeds import STREAM, Deeds
from bot.adapters.console.desk import Desk
from bot.adapters.console.guide import guide
from bot.adapters.console.place import BOT, GENERAL, MODERATORS, PLACE, PLATFORM
from bot.adapters.console.room import Room
from bot.adapters.console.screen import Screen
from bot.errors import UsageError
from bot.events import MemberDescribed
from bot.forms import KEEP, LEAVE
from bot.model import Community

BREATH_MS = 1_000
"""How long a script's message, command or reaction takes."""


class Stage(Host, Protocol):
    """A host whose clock is moved by hand."""

    async def settle(self) -> None:
        """Do and say everything that is due now."""
        ...

    async def advance(self, until: int) -> None:
        """Let time pass up to an instant (epoch ms), doing what falls due on the way."""
        ...


class Session:
    """One sitting at the console.

    `community` looks up whose room it is, `breath_ms` is how long a deed takes.
    """

    def __init__(
        self,
        stage: Stage,
        room: Room,
        screen: Screen,
        community: Callable[[], Awaitable[Community | None]],
        breath_ms: int = BREATH_MS,
    ) -> None:
        self.stage, self.room, self.screen = stage, room, screen
        self.deeds, self.desk = Deeds(stage, room, screen), Desk(stage, room, screen)
        self._community, self._breath_ms = community, breath_ms

    async def open(self, language: str | None = None) -> None:
        """Foyer comes into the room, and speaks a language or (None) what was spoken there."""
        self.room.run = int(await self.stage.cursor(STREAM) or 0)
        now = self.stage.clock.now()
        await self.stage.arrive(Arrival(PLACE, now, GENERAL, MODERATORS, language))
        community = await self._look_up()
        if community is not None:
            self.screen.texts = self.stage.texts(language or community.language)
            if language not in (None, community.language):
                await self._change_language(self.screen.texts.language)
        await self.deeds.tell(BOT, MemberDescribed(platform=PLATFORM, user=BOT, is_bot=True))
        await self.stage.settle()

    async def carry_out(self, directive: directives.Directive) -> None:
        """Do what a directive says, and all that follows from it at once.

        Raises:
            UsageError: it cannot be done here and now.
        """
        match directive:
            case directives.Speak(name):
                self.room.people.add(name)
                self.room.speaker = name
            case directives.Begin(at):
                await self._begin(at)
            case directives.Wait(length):
                await self.stage.advance(self.stage.clock.now() + length)
            case directives.Explain():
                self.screen.table(*guide(self.screen.texts))
            case directives.Empty() if self.room.speaker not in self.desk.asking:
                return
            case directives.Quit():
                return
            case directives.Join() | directives.Leave() | directives.Appoint():
                await self._move(directive)
                await self.stage.settle()
            case directives.Speech(language):
                await self._change_language(language)
                await self.stage.settle()
            case _:
                await self._act(self._speaker(), directive)
                await self.stage.advance(self.stage.clock.now() + self._breath_ms)

    async def _move(self, change: directives.Join | directives.Leave | directives.Appoint) -> None:
        """Somebody comes, goes, or becomes a moderator; it takes no time.

        Where nobody speaks yet, whoever is named first does.
        """
        if self.room.speaker is None and not isinstance(change, directives.Leave):
            self.room.speaker = change.name
        match change:
            case directives.Join(name):
                await self.deeds.join(name)
            case directives.Leave(name):
                self.desk.asking.pop(name, None)
                await self.deeds.leave(name)
            case directives.Appoint(name):
                await self.deeds.appoint(name)

    async def _act(self, speaker: str, deed: directives.Directive) -> None:
        """What the speaker does; what is asked of Foyer may have changed the community."""
        given = _given(deed) if speaker in self.desk.asking else None
        match deed:
            case _ if given is not None:
                await self.desk.answer(speaker, given)
            case directives.Say(text, reply_to):
                await self.deeds.say(speaker, text, reply_to)
                return
            case directives.React(number, emoji):
                await self.deeds.react(speaker, number, emoji)
                return
            case directives.Ask(command, words):
                await self.desk.command(speaker, command, words)
            case directives.Press(label):
                await self.desk.press(speaker, label)
        await self._look_up()

    def _speaker(self) -> str:
        if self.room.speaker is None:
            raise UsageError("nobody speaks yet; say who with :as NAME")
        return self.room.speaker

    async def _begin(self, at: int) -> None:
        if at < self.stage.clock.now():
            raise UsageError("the clock never goes back; :at comes first in a script")
        await self.stage.advance(at)

    async def _change_language(self, language: str) -> None:
        self.screen.texts = self.stage.texts(language)
        await self.desk.quietly("setup", language=language)

    async def _look_up(self) -> Community | None:
        """The community as it is now; moments are told in its time zone."""
        community = await self._community()
        if community is not None:
            self.screen.timezone = community.timezone
        return community


def _given(deed: directives.Directive) -> str | None:
    """What an open question is answered; None where the speaker turns to something else."""
    match deed:
        case directives.Empty():
            return ""
        case directives.Say(text, None):
            return text
        case directives.Ask(command, "") if command in (KEEP, LEAVE):
            return f"/{command}"
    return None
