import asyncio

from bot.cog import Cog
from bot.context import Alarm, CommandContext, Context, Due
from bot.dispatcher import Patience
from bot.events import MessageSent
from bot.model import ChannelId
from bot.post import Post, plain
from bot.recurrence import Daily
from tests.bot import CLUB, GENERAL, Bot
from tests.stages import asks, in_club, look_up, playing, remember, remembered, said

HURRY = Patience(inside=0.05, routine=0.05, command=0.05)


def hurry(bot: Bot) -> None:
    bot.stage._dispatcher._patience = HURRY  # nobody wants to wait for the real one


async def for_ever(ctx: Context) -> None:
    await asyncio.Event().wait()


def test_a_handler_that_hangs_is_given_up_and_leaves_no_trace() -> None:
    hanging, other = Cog("hanging"), Cog("other")

    @hanging.on(MessageSent)
    async def hang(ctx: Context, event: MessageSent) -> None:
        await ctx.write(remember, "half")
        await for_ever(ctx)

    @other.on(MessageSent)
    async def hear(ctx: Context, event: MessageSent) -> None:
        await ctx.write(remember, "heard")

    async def play() -> None:
        async with playing(hanging, other) as bot:
            hurry(bot)
            await asyncio.wait_for(bot.says("Ann"), 10)
            assert await remembered(bot) == ["heard"]
            assert len(await look_up(bot, "SELECT 1 FROM message")) == 1

    asyncio.run(play())


def test_an_alarm_that_hangs_is_tried_again_and_keeps_nobody_waiting() -> None:
    cog = Cog("hanging")

    @cog.on(MessageSent)
    async def set_it(ctx: Context, event: MessageSent) -> None:
        await ctx.wake("hang", ctx.now, "once")

    @cog.alarm("hang")
    async def hang(ctx: Context, alarm: Alarm) -> None:
        await for_ever(ctx)

    async def scene(bot: Bot) -> None:
        hurry(bot)
        await asyncio.wait_for(bot.says("Ann"), 10)
        assert await look_up(bot, "SELECT attempts FROM alarm") == [1]

    in_club(cog, scene)


def test_a_routine_that_hangs_has_failed() -> None:
    cog = Cog("hanging")

    @cog.routine("hang", when=lambda settings: Daily(12, 0))
    async def hang(ctx: Context, due: Due) -> None:
        await for_ever(ctx)

    async def scene(bot: Bot) -> None:
        hurry(bot)
        await asyncio.wait_for(bot.advance(hours=4.1), 10)
        assert await look_up(bot, "SELECT state || ' ' || reason FROM slot") == [
            "failed TimeoutError"
        ]

    in_club(cog, scene)


def test_a_command_that_hangs_is_answered() -> None:
    cog = Cog("hanging")

    @cog.command()
    async def hang(ctx: CommandContext) -> Post:
        """Take for ever."""
        await for_ever(ctx)
        return plain("never")

    async def scene(bot: Bot) -> None:
        hurry(bot)
        assert "went wrong" in await asyncio.wait_for(asks(bot, "Ann", "/hang"), 10)

    in_club(cog, scene)


def broken_or_elsewhere(to: ChannelId) -> Cog:
    cog = Cog("speaking")

    @cog.routine("speak", when=lambda settings: Daily(12, 0))
    async def speak(ctx: Context, due: Due) -> None:
        await ctx.post(to, plain("noon"), key=f"noon:{due.key}")

    return cog


def test_what_cannot_be_given_a_shape_is_a_failed_attempt_and_then_given_up() -> None:
    async def scene(bot: Bot) -> None:
        def refuse(post: Post) -> list[str]:
            raise ValueError(post)

        bot.chat.render = refuse  # type: ignore[method-assign]
        await bot.advance(hours=4.1)
        assert await look_up(bot, "SELECT state FROM slot") == ["failed"]
        await bot.advance(hours=1)
        assert await look_up(bot, "SELECT state || attempts FROM slot") == ["given_up3"]
        assert said(bot) == []

    in_club(broken_or_elsewhere(GENERAL), scene)


def test_what_is_meant_for_a_platform_that_is_not_here_is_skipped() -> None:
    async def scene(bot: Bot) -> None:
        await bot.advance(hours=4.1)
        assert await look_up(bot, "SELECT state || ' ' || reason FROM slot") == [
            "skipped no_platform"
        ]

    in_club(broken_or_elsewhere(ChannelId("discord", "1")), scene)


def test_where_the_bot_was_removed_nothing_happens_by_itself() -> None:
    async def scene(bot: Bot) -> None:
        await bot.stage.depart(CLUB.id)
        await bot.advance(days=3)
        assert await look_up(bot, "SELECT 1 FROM slot") == []
        assert said(bot) == []

    in_club(broken_or_elsewhere(GENERAL), scene)
