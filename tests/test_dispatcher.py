import asyncio

import pytest
import structlog

from bot.adapters import News
from bot.cog import Cog
from bot.context import Context
from bot.errors import StoreError
from bot.events import MemberJoined, MessageSent
from bot.model import PlaceId
from bot.post import plain
from db.connection import Connection
from tests.bot import GENERAL, PLATFORM, Bot
from tests.stages import counted, in_club, look_up, remember, remembered, said

CANARY = "canary-words"


async def roll_back(connection: Connection, community: int) -> None:
    """What a full disk does to a transaction."""
    await connection.statement("ROLLBACK")


def fragile() -> Cog:
    """Three handlers of one event; the second writes, posts, and fails."""
    cog = Cog("fragile")

    @cog.on(MemberJoined)
    async def first(ctx: Context, event: MemberJoined) -> None:
        await ctx.write(remember, "first")

    @cog.on(MemberJoined)
    async def second(ctx: Context, event: MemberJoined) -> None:
        await ctx.write(remember, "second")
        await ctx.post(GENERAL, plain("said by second"), key="second")
        raise ValueError(CANARY)

    @cog.on(MemberJoined)
    async def third(ctx: Context, event: MemberJoined) -> None:
        await ctx.write(remember, "third")
        await ctx.post(GENERAL, plain("said by third"), key="third")

    return cog


def test_events_go_on_with_the_next_handler_and_the_failed_one_leaves_no_trace() -> None:
    async def scene(bot: Bot) -> None:
        with structlog.testing.capture_logs() as logs:
            await bot.joins("Ann")
        assert await remembered(bot) == ["first", "third"]
        assert said(bot) == ["said by third"]
        assert await look_up(bot, "SELECT COUNT(*) FROM membership") == [1]
        failures = [entry for entry in logs if entry["event"] == "handler failed"]
        assert [(one["cog"], one["heard"]) for one in failures] == [("fragile", "MemberJoined")]
        assert counted(bot, "foyer_events_heard", cog="fragile", outcome="failed") == 1
        assert counted(bot, "foyer_events_heard", cog="fragile", outcome="done") == 2

    in_club(fragile(), scene)


def test_every_event_is_heard_once_however_often_it_is_told() -> None:
    cog = Cog("ears")

    @cog.on(MessageSent)
    async def hear(ctx: Context, event: MessageSent) -> None:
        await ctx.write(remember, event.id)

    def message(number: str) -> MessageSent:
        return MessageSent(platform=PLATFORM, channel="-100", id=number, author="7", at=1)

    async def scene(bot: Bot) -> None:
        await bot.hears(message("1"), message("2"), message("1"))
        await bot.hears(message("2"), message("3"))
        assert await remembered(bot) == ["1", "2", "3"]

    in_club(cog, scene)


def test_handlers_learn_names_and_hear_only_what_they_asked_for() -> None:
    heard = []
    cog = Cog("ears")

    @cog.on(MemberJoined)
    async def hear(ctx: Context, event: MemberJoined) -> None:
        heard.append((event.user, ctx.names[event.user], ctx.community.id, ctx.texts.language))

    async def scene(bot: Bot) -> None:
        await bot.says("Ann")
        await bot.joins("Bob")
        assert heard == [("userBob", "Bob", 1, "fr")]

    in_club(cog, scene, "fr")


def test_a_lost_transaction_reaches_the_caller_and_the_event_can_come_again() -> None:
    cog = Cog("unlucky")
    failing = [True]

    @cog.on(MemberJoined)
    async def lose(ctx: Context, event: MemberJoined) -> None:
        if failing:
            await ctx.write(roll_back)
            raise StoreError("disk full")
        await ctx.write(remember, "heard")

    async def scene(bot: Bot) -> None:
        with pytest.raises(StoreError):
            await bot.joins("Ann")
        assert await look_up(bot, "SELECT COUNT(*) FROM membership") == [0]
        failing.clear()
        bot.clock.at -= 1000
        await bot.joins("Ann")
        assert await look_up(bot, "SELECT COUNT(*) FROM membership") == [1]
        assert await remembered(bot) == ["heard"]

    in_club(cog, scene)


def test_a_cancelled_handler_is_no_failure_to_go_on_from() -> None:
    cog = Cog("slow")

    @cog.on(MemberJoined)
    async def stop(ctx: Context, event: MemberJoined) -> None:
        raise asyncio.CancelledError

    async def scene(bot: Bot) -> None:
        with pytest.raises(asyncio.CancelledError):
            await bot.joins("Ann")
        assert await look_up(bot, "SELECT COUNT(*) FROM membership") == [0]

    in_club(cog, scene)


def test_a_setting_that_cannot_be_read_keeps_no_event_from_being_recorded() -> None:
    async def scene(bot: Bot) -> None:
        await bot.stage.store.write(
            lambda connection: connection.statement(
                "INSERT INTO setting (community_id, name, value) VALUES (1, 'digest_hour', 'noon')"
            )
        )
        await bot.joins("Ann")
        assert await look_up(bot, "SELECT COUNT(*) FROM membership") == [1]

    in_club(fragile(), scene)


def test_news_of_an_unknown_chat_make_a_community_whose_cogs_hear_them() -> None:
    async def scene(bot: Bot) -> None:
        join = MemberJoined(platform=PLATFORM, user="9", at=bot.now)
        await bot.stage.take(News(PlaceId(PLATFORM, "-300"), [join], {"9": "Nia"}))
        assert await look_up(bot, "SELECT COUNT(*) FROM community") == [2]
        assert await remembered(bot) == ["first", "third"]

    in_club(fragile(), scene)
