from collections.abc import Awaitable, Callable

import pytest

from bot.clock import HOUR_MS
from bot.cog import Cog
from bot.context import Alarm, Context, Due, SkippedError
from bot.errors import StoreError
from bot.events import MemberJoined
from bot.post import plain
from bot.recurrence import Daily
from tests.bot import GENERAL, Bot
from tests.stages import asks, in_club, look_up, remember, remembered, said

CANARY = "canary-words"
NOON = 12


def punctual(run: Callable[[Context], Awaitable[None]]) -> Cog:
    cog = Cog("punctual")

    @cog.routine("at_noon", when=lambda settings: Daily(NOON, 0))
    async def at_noon(ctx: Context, due: Due) -> None:
        await ctx.post(GENERAL, plain(f"noon in {ctx.texts.language}"), key=f"noon:{due.key}")
        await run(ctx)

    return cog


async def slots(bot: Bot) -> list[tuple[object, object]]:
    states = await look_up(bot, "SELECT state FROM slot ORDER BY due_at")
    reasons = await look_up(bot, "SELECT reason FROM slot ORDER BY due_at")
    return list(zip(states, reasons, strict=True))


def test_what_a_routine_posts_is_said_when_it_ends_well() -> None:
    async def well(ctx: Context) -> None:
        pass

    async def scene(bot: Bot) -> None:
        await bot.advance(hours=6)
        assert said(bot) == ["noon in fr"]
        assert [state for state, _ in await slots(bot)] == ["done"]

    in_club(punctual(well), scene, "fr")


def test_a_routine_that_skips_says_nothing_and_its_reason_is_kept() -> None:
    async def skip(ctx: Context) -> None:
        raise SkippedError("too_little")

    async def scene(bot: Bot) -> None:
        await bot.advance(hours=6)
        assert bot.said == []
        assert await slots(bot) == [("skipped", "too_little")]

    in_club(punctual(skip), scene)


def test_a_routine_that_fails_is_marked_as_failed_without_its_words() -> None:
    async def fail(ctx: Context) -> None:
        raise ValueError(CANARY)

    async def scene(bot: Bot) -> None:
        await bot.advance(hours=4, minutes=1)
        assert bot.said == []
        assert await slots(bot) == [("failed", "ValueError")]
        assert await asks(bot, "Mona", "/nothing") == "I do not know /nothing. See /help."

    in_club(punctual(fail), scene)


def waking(failures: list[bool]) -> Cog:
    """Sets an alarm at each join; it fails as long as `failures` has entries."""
    cog = Cog("waking")

    @cog.on(MemberJoined)
    async def set_it(ctx: Context, event: MemberJoined) -> None:
        await ctx.wake("ding", ctx.now + HOUR_MS, event.user)

    @cog.alarm("ding")
    async def ding(ctx: Context, alarm: Alarm) -> None:
        await ctx.write(remember, alarm.key)
        await ctx.post(GENERAL, plain(f"ding {alarm.key}"), key=alarm.key)
        if failures:
            failures.pop()
            raise RuntimeError(CANARY)

    return cog


def test_an_alarm_rings_once_at_its_instant() -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Ann")
        await bot.advance(minutes=59)
        assert await remembered(bot) == []
        await bot.advance(minutes=61)
        assert await remembered(bot) == ["userAnn"]
        assert said(bot) == ["ding userAnn"]

    in_club(waking([]), scene)


def test_an_alarm_that_failed_leaves_no_trace_and_rings_again() -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Ann")
        await bot.advance(minutes=61)
        assert await remembered(bot) == []
        assert bot.said == []
        await bot.advance(hours=1)
        assert await remembered(bot) == ["userAnn"]
        assert said(bot) == ["ding userAnn"]

    in_club(waking([True]), scene)


def test_a_store_that_does_not_answer_costs_a_routine_no_attempt() -> None:
    failures = [StoreError("the disk is full")] * 5

    async def meet_a_full_disk(ctx: Context) -> None:
        if failures:
            raise failures.pop()

    async def scene(bot: Bot) -> None:
        bot.clock.at += 6 * HOUR_MS
        for _ in range(5):
            with pytest.raises(StoreError):
                await bot.stage.settle()
        assert await slots(bot) == []
        await bot.stage.settle()
        assert [state for state, _ in await slots(bot)] == ["done"]

    in_club(punctual(meet_a_full_disk), scene)
