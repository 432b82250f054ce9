"""The desk of the Telegram adapter with everything real behind it but Telegram itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from bot.adapters import News
from bot.adapters.telegram.asking.desk import Desk
from bot.adapters.telegram.groups.staff import Staff
from bot.adapters.telegram.line.client import Client, connected
from bot.adapters.telegram.line.pace import Pace
from bot.adapters.telegram.reading.translate import translate
from bot.adapters.telegram.reading.updates import decode
from bot.adapters.telegram.saying.voice import Voice
from bot.app import on_stage
from bot.clock import ManualClock
from bot.cog import Cog
from bot.config import TelegramSettings
from bot.engine import Engine
from bot.intake import Defaults
from bot.telemetry import Telemetry
from tests.bot import START, RememberingPlatform
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_state import Json, Sent
from tests.stages import staged


class Seconds:
    """A clock that goes on by as much as is waited for."""

    def __init__(self) -> None:
        self.at = 0.0

    def now(self) -> float:
        return self.at

    async def rest(self, seconds: float) -> None:
        self.at += seconds


class Reception:
    """A desk, those who come to it, and what they get."""

    def __init__(
        self, fake: FakeTelegram, engine: Engine, clock: ManualClock, client: Client
    ) -> None:
        self.fake, self.engine, self.clock = fake, engine, clock
        self.bot, self.me = client.bot, client.me
        self.seconds = Seconds()
        self.restarts()
        self.group = self.mona = self.ana = 0
        self.asked: Json = {}
        """The message that was written last."""
        self.home = f"https://t.me/{self.me.username}"

    def restarts(self) -> None:
        """The process begins anew, with nothing in its memory."""
        voice = Voice(self.bot, Pace(self.seconds.now, self.seconds.rest))
        staff = Staff(self.bot, self.clock)
        rest = self.seconds.rest
        self.desk = Desk(self.engine, self.bot, self.me, staff, voice, rest)

    def rested(self, seconds: float) -> None:
        """So much time goes by for the limits of Telegram."""
        self.seconds.at += seconds

    async def hears(self) -> None:
        """What happened on Telegram reaches Foyer, and everybody is answered in turn."""
        for number, raw in self.fake.updates.peek(100):
            self.fake.updates.drop([number])
            told = translate(decode(raw), self.me, now=self.clock.now())
            if told.arrival is not None:
                await self.engine.arrive(told.arrival)
            if told.place is not None:
                await self.engine.take(News(told.place, told.events, told.names, told.polls))
            if told.call is not None:
                await self.desk.answer(told.call)

    async def asks(self, chat: int, user: int, words: str, **how: Any) -> list[Sent]:
        """Somebody types something; what Foyer says to that, wherever it does."""
        self.clock.at += 1000
        before = len(self.fake.sent)
        self.asked = self.fake.says(chat, user, words, **how)
        await self.hears()
        return self.fake.sent[before:]

    async def presses(self, user: int, sent: Sent, label: str) -> tuple[Json, list[Sent]]:
        """Somebody presses a button; how the press is answered, and what Foyer says to it."""
        pressed = self.fake.presses(user, sent, label)
        return await self._after_press(pressed)

    async def sends_data(
        self, user: int, chat: int, message: int, data: str
    ) -> tuple[Json, list[Sent]]:
        """Somebody's app sends what no button of ours does; the answer, and what Foyer says."""
        pressed = self.fake.press_data(user, self.fake.room(chat), message, data)
        return await self._after_press(pressed)

    async def starts(self, user: int, url: str) -> list[Sent]:
        """Somebody follows a deep link and presses Start; what Foyer says to that."""
        home, _, token = url.partition("?start=")
        assert home == self.home
        self.fake.starts(user)
        return await self.asks(user, user, f"/start {token}")

    async def _after_press(self, pressed: str) -> tuple[Json, list[Sent]]:
        self.clock.at += 1000
        before = len(self.fake.sent)
        await self.hears()
        # An answer may be the last thing that the fake does.
        await self.fake.until(lambda: pressed in self.fake.answered_callbacks)
        return self.fake.answered_callbacks[pressed], self.fake.sent[before:]


def url_of(sent: Sent) -> str:
    """The address behind the only button of a message."""
    ((button,),) = sent.keyboard
    return str(button["url"])


def one_line(sent: Sent) -> str:
    """The text of a message in one line."""
    return " ".join(sent.text.split())


def settings_of(fake: FakeTelegram) -> TelegramSettings:
    """What has the bot speak to the fake."""
    return TelegramSettings(
        token=SecretStr(fake.token), api_url=fake.api_url, file_url=fake.file_url
    )


@asynccontextmanager
async def receiving(fake: FakeTelegram, clock: ManualClock, *cogs: Cog) -> AsyncIterator[Reception]:
    """A desk whose engine knows no community yet; it has these features, or all of Foyer's."""
    platform = RememberingPlatform()
    defaults = Defaults("Europe/Paris", "en")
    stage = (
        staged(clock, platform, *cogs)
        if cogs
        else on_stage(None, {"telegram": platform}, clock, defaults, Telemetry())
    )
    async with connected(settings_of(fake)) as client, stage as engine:
        yield Reception(fake, engine, clock, client)


def at_the_desk(
    scene: Callable[[Reception], Awaitable[None]],
    *cogs: Cog,
    language: str | None = None,
    **group: Any,
) -> None:
    """Play a scene in a group that Mona owns, where Ana is a member, and Foyer an administrator.

    Mona's app speaks `language`, and so does the group, which she added Foyer to. Neither of the
    two has started the private chat.
    """
    clock = ManualClock(round(datetime.fromisoformat(START).timestamp() * 1000))

    async def play(fake: FakeTelegram) -> None:
        async with receiving(fake, clock, *cogs) as desk:
            desk.mona = fake.person("Mona", language, "mona")
            desk.ana = fake.person("Ana Alba", language, "ana")
            desk.group = fake.group("Runners", owner=desk.mona, bot=None, **group)
            fake.allowed = ["message", "callback_query", "my_chat_member", "chat_member"]
            fake.adds_bot(desk.group, desk.mona, admin=True)
            fake.joins(desk.group, desk.ana)
            await desk.hears()
            fake.sent.clear()
            await scene(desk)

    with serving_telegram(clock) as fake:
        asyncio.run(play(fake))


def calls_of(fake: FakeTelegram, method: str) -> Iterator[Json]:
    """The parameters of the calls of a method."""
    return (one.params for one in fake.called(method))
