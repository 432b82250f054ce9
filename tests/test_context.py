"""What features may do through their context, whatever transaction they stand in."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, TypeVar

from bot.adapters import Arrival, News
from bot.clock import MINUTE_MS, ManualClock
from bot.cog import Cog
from bot.commands import Asker, Request
from bot.context import CommandContext, Context, Due
from bot.engine import Outfit, Stage
from bot.events import MessageSent
from bot.intake import Defaults
from bot.model import AccountId
from bot.post import Post, plain
from bot.recurrence import Daily
from bot.stats import Window
from bot.telemetry import Telemetry
from db.connection import Connection
from db.directory import count_channels
from db.keys import PassingKey
from db.opening import write_memory
from db.reading import Reader
from db.suppression import Suppression
from tests.bot import CLUB, GENERAL, MODERATORS, PLATFORM, RememberingPlatform
from tests.stages import staged

T = TypeVar("T")

NOON = 1_791_194_400_000
SUNDAY = date(2026, 10, 4)
SEVEN_DAYS = Window(date(2026, 9, 28), SUNDAY, "Europe/Paris", "2026-W40")


def message(number: int) -> MessageSent:
    return MessageSent(
        platform=PLATFORM, channel=GENERAL.external_id, id=str(number), author="ana", at=NOON
    )


async def tell(stage: Stage, number: int) -> None:
    await stage.take(News(CLUB.id, [message(number)]))
    await stage.settle()


async def ask(stage: Stage, command: str) -> None:
    asker = Asker(AccountId(PLATFORM, "ana"), "Ana")
    await stage.ask(Request(CLUB.id, GENERAL, asker, command, {}))
    await stage.settle()


def arrival() -> Arrival:
    return Arrival(CLUB, NOON, GENERAL, MODERATORS, "en")


async def test_what_was_said_can_be_changed_and_taken_back() -> None:
    cog, chat = Cog("changer"), RememberingPlatform()

    @cog.on(MessageSent)
    async def hear(ctx: Context, event: MessageSent) -> None:
        match event.id:
            case "1":
                await ctx.post(GENERAL, plain("first"), key="one")
                await ctx.post(GENERAL, plain("other"), key="two")
            case "2":
                await ctx.edit("one", plain("second"))
            case "3":
                await ctx.take_back("one")

    def standing() -> list[str]:
        return [one.text.strip() for one in chat.messages if not one.is_deleted]

    async with staged(ManualClock(NOON), chat, cog) as stage:
        await stage.arrive(arrival())
        await tell(stage, 1)
        assert standing() == ["first", "other"]
        await tell(stage, 2)
        assert standing() == ["second", "other"]
        assert [one.edits for one in chat.messages] == [1, 0]
        await tell(stage, 3)
        assert standing() == ["other"]


async def test_statistics_are_of_as_many_days_as_were_asked_for() -> None:
    cog, seen = Cog("counter"), list[Window]()

    @cog.on(MessageSent)
    async def hear(ctx: Context, event: MessageSent) -> None:
        seen.append((await ctx.statistics(SUNDAY, 7)).window)

    @cog.routine("count", when=lambda settings: Daily(0))
    async def count(ctx: Context, due: Due) -> None:
        seen.append((await ctx.statistics(SUNDAY, 7)).window)

    @cog.command()
    async def figures(ctx: CommandContext) -> Post:
        """Count."""
        seen.append((await ctx.statistics(SUNDAY, days=7)).window)
        return plain("done")

    clock = ManualClock(NOON)
    async with staged(clock, RememberingPlatform(), cog) as stage:
        await stage.arrive(arrival())
        await tell(stage, 1)
        assert seen == [SEVEN_DAYS]
        await ask(stage, "figures")
        assert seen == [SEVEN_DAYS] * 2
        await stage.advance(NOON + 24 * 60 * MINUTE_MS)
        assert seen == [SEVEN_DAYS] * 3


async def test_commands_read_without_waiting_for_the_writer() -> None:
    """A long import must not keep anybody waiting for an answer."""
    cog, reads = Cog("reader"), list[Connection]()

    async def look(connection: Connection, community: int) -> int:
        reads.append(connection)
        return await count_channels(connection, community)

    @cog.command()
    async def peek(ctx: CommandContext) -> Post:
        """Look."""
        await ctx.read(look)
        await ctx.statistics(SUNDAY)
        return plain("done")

    async with write_memory() as store:

        async def read(work: Callable[[Reader], Awaitable[T]]) -> T:
            return await store.write(lambda connection: work(Reader(connection)))

        units: list[str] = []
        write = store.write

        class Guarded:
            """The store as commands see it."""

            async def write(self, work: Any, **rest: Any) -> Any:
                units.append("written")
                return await write(work, **rest)

            def __getattr__(self, name: str) -> Any:
                return getattr(store, name)

        outfit = Outfit(
            Guarded(),  # type: ignore[arg-type]
            read,
            Suppression(PassingKey()),
            [cog],
            {PLATFORM: RememberingPlatform()},
            ManualClock(NOON),
            Telemetry(),
            Defaults("Europe/Paris", "en"),
            "test",
        )
        stage = Stage(outfit, ManualClock(NOON))
        await stage.arrive(arrival())
        units.clear()
        asker = Asker(AccountId(PLATFORM, "ana"), "Ana")
        await stage.ask(Request(CLUB.id, GENERAL, asker, "peek", {}))
    assert len(reads) == 1
    assert units == []
