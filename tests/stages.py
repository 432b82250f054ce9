"""The engine on a stage with cogs of a test's own, in place of the bot's."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar

from bot.adapters import Arrival
from bot.clock import ManualClock
from bot.cog import Cog
from bot.engine import Outfit, Stage
from bot.intake import Defaults
from bot.telemetry import Telemetry
from db.connection import Connection
from db.keys import PassingKey
from db.opening import write_memory
from db.reading import Reader
from db.store import Store
from db.suppression import Suppression
from tests.bot import CLUB, GENERAL, MODERATORS, START, Bot, RememberingPlatform
from tests.stores import fetch

T = TypeVar("T")


class ReadingThrough:
    """Lets readers take their turn with the writers of a store in memory."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def __call__(self, work: Callable[[Reader], Awaitable[T]]) -> T:
        return await self.store.write(lambda connection: work(Reader(connection)))


@asynccontextmanager
async def staged(
    clock: ManualClock, chat: RememberingPlatform, *cogs: Cog, language: str = "en"
) -> AsyncIterator[Stage]:
    """A stage on which these cogs alone play, in a store in memory."""
    async with write_memory() as store:
        outfit = Outfit(
            store,
            ReadingThrough(store),
            Suppression(PassingKey()),
            cogs,
            {chat.platform: chat},
            clock,
            Telemetry(),
            Defaults("Europe/Paris", language),
            "test",
        )
        yield Stage(outfit, clock)


@asynccontextmanager
async def playing(*cogs: Cog, language: str = "en") -> AsyncIterator[Bot]:
    """A club with nothing but these cogs in it, moderated by Mona."""
    clock = ManualClock(round(datetime.fromisoformat(START).timestamp() * 1000))
    chat = RememberingPlatform()
    async with staged(clock, chat, *cogs, language=language) as stage:
        bot = Bot(stage, clock, chat)
        bot.staff.add("Mona")
        await stage.arrive(Arrival(CLUB, clock.now(), GENERAL, MODERATORS, language))
        await stage.settle()
        yield bot


def in_club(cog: Cog, scene: Callable[[Bot], Awaitable[None]], language: str = "en") -> None:
    """Play a scene in a club that Foyer was just added to, and that it has told so."""

    async def play() -> None:
        async with playing(cog, language=language) as bot:
            await scene(bot)

    asyncio.run(play())


async def look_up(bot: Bot, sql: str) -> list[object]:
    """The first column of a query of the test's own."""

    async def look(connection: Connection) -> list[object]:
        return [row[0] for row in await fetch(connection, sql)]

    return await bot.stage.store.write(look)


async def remember(connection: Connection, community: int, words: str) -> None:
    """Something that a handler writes."""
    await connection.statement(
        "INSERT INTO note (community_id, day, note_no, words, at)"
        f" SELECT {community}, 1, COUNT(*), '{words}', 1 FROM note"
    )


async def remembered(bot: Bot) -> list[object]:
    """What handlers wrote, in their order."""
    return await look_up(bot, "SELECT words FROM note ORDER BY note_no")


async def asks(bot: Bot, name: str, words: str, *, in_private: bool = False) -> str:
    """The answer to a command, in one line."""
    return one_line(await bot.asks(name, words, in_private=in_private))


def said(bot: Bot) -> list[str]:
    """What stands in the main channel, each in one line."""
    return [one_line(text) for text in bot.said_in(GENERAL)]


def one_line(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def counted(bot: Bot, name: str, **labels: str) -> float:
    """How often something happened, by the bot's own counters."""
    for line in bot.stage.telemetry.exposition().decode().splitlines():
        if line.startswith(f"{name}_total{{") and all(
            f'{label}="{value}"' in line for label, value in labels.items()
        ):
            return float(line.rpartition(" ")[2])
    return 0
