from typing import Any

import pytest

from bot.clock import HOUR_MS, MINUTE_MS
from bot.delivery import NotDeliveredError
from bot.events import MemberDescribed, MemberJoined
from bot.settings import save_settings
from cogs.welcome import cog
from tests.bot import GENERAL, PLATFORM, Bot, account
from tests.stages import in_club, look_up

NAMES = "SELECT name FROM greeting ORDER BY at"


async def configure(bot: Bot, **changed: Any) -> None:
    await bot.stage.store.write(lambda connection: save_settings(connection, 1, **changed))


def test_a_rush_of_newcomers_is_greeted_in_one_message() -> None:
    async def scene(bot: Bot) -> None:
        names = [f"Ann{number}" for number in range(60)]
        await bot.joins(*names)
        assert bot.said == []
        await bot.advance(minutes=10)
        [said] = bot.said
        assert said.target == GENERAL.external_id
        assert said.text.startswith("Welcome, Ann0, Ann1, ")
        assert "Ann9 and 50 more!" in said.text
        assert "Ann10" not in said.text
        assert "/help" in said.text
        assert "/privacy" in said.text

    in_club(cog, scene)


def test_newcomers_wait_for_their_window_and_no_longer() -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Ann")
        await bot.advance(minutes=5)
        await bot.joins("Bob")
        await bot.advance(minutes=4)
        assert bot.said == []
        await bot.advance(minutes=1)
        [said] = bot.said
        assert said.text.startswith("Welcome, Ann and Bob!")
        await bot.joins("Cyd")
        await bot.advance(minutes=10)
        assert [said.text.partition("!")[0] for said in bot.said] == [
            "Welcome, Ann and Bob",
            "Welcome, Cyd",
        ]

    in_club(cog, scene)


def test_a_raid_gets_four_greetings_an_hour_at_most() -> None:
    async def scene(bot: Bot) -> None:
        instants = []
        for number in range(24 * 3):
            await bot.joins(f"Raider{number}")
            before = len(bot.said)
            await bot.advance(minutes=5)
            instants += [bot.now] * (len(bot.said) - before)
        assert len(instants) >= 20
        for late, early in zip(instants[4:], instants, strict=False):
            assert late - early >= HOUR_MS - 6 * MINUTE_MS  # seen every five minutes only

    in_club(cog, scene)


def test_the_greeting_speaks_the_communitys_language() -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Zoé", "Loïc")
        await bot.advance(minutes=10)
        [said] = bot.said
        assert said.text.startswith("Bienvenue à Zoé et Loïc\u202f!")
        assert "/privacy" in said.text

    in_club(cog, scene, "fr")


def test_the_same_join_told_twice_greets_once() -> None:
    async def scene(bot: Bot) -> None:
        join = MemberJoined(platform=PLATFORM, user=account("Ann"), at=bot.now)
        for _ in range(3):
            await bot.hears(join, join, **{account("Ann"): "Ann"})
            await bot.advance(minutes=10)
        assert [said.text.partition("!")[0] for said in bot.said] == ["Welcome, Ann"]

    in_club(cog, scene)


def test_bots_are_not_greeted() -> None:
    async def scene(bot: Bot) -> None:
        await bot.hears(
            MemberDescribed(platform=PLATFORM, user=account("Rss"), is_bot=True),
            MemberJoined(platform=PLATFORM, user=account("Rss"), at=bot.now),
            **{account("Rss"): "Rss"},
        )
        await bot.advance(hours=1)
        assert bot.said == []

    in_club(cog, scene)


def test_somebody_without_a_name_is_greeted_all_the_same() -> None:
    async def scene(bot: Bot) -> None:
        await bot.hears(MemberJoined(platform=PLATFORM, user="77", at=bot.now))
        await bot.advance(minutes=10)
        assert bot.said[0].text.startswith("Welcome, a new member!")

    in_club(cog, scene)


@pytest.mark.parametrize("name", ["\u3164", "\u115f", "\u1160", "\uffa0", "\u2800", "\ufe0f"])
def test_a_name_that_nobody_sees_is_no_name(name: str) -> None:
    async def scene(bot: Bot) -> None:
        await bot.hears(
            MemberJoined(platform=PLATFORM, user="77", at=bot.now), **{"77": f"{name} {name}"}
        )
        await bot.advance(minutes=10)
        assert bot.said[0].text.startswith("Welcome, a new member!")

    in_club(cog, scene)


def test_no_name_is_kept_for_longer_than_a_day() -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Ann", "Bob")
        await bot.advance(minutes=9)
        assert await look_up(bot, NAMES) == ["Ann", "Bob"]
        await bot.advance(hours=24, minutes=2)
        assert await look_up(bot, NAMES) == []

    in_club(cog, scene)


@pytest.mark.parametrize(("late_hours", "greeted"), [(5.9, 1), (6.1, 0)])
def test_a_bot_that_was_down_too_long_greets_nobody(late_hours: float, greeted: int) -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Ann")
        bot.clock.at += 10 * MINUTE_MS + round(late_hours * HOUR_MS)
        await bot.stage.settle()
        assert len(bot.said) == greeted
        assert len(await look_up(bot, NAMES)) == greeted

    in_club(cog, scene)


def test_a_greeting_that_does_not_get_through_for_six_hours_stays_unsaid() -> None:
    async def scene(bot: Bot) -> None:
        bot.chat.send = unreachable  # type: ignore[method-assign]  # a platform that is down
        await bot.joins("Ann")
        await bot.advance(hours=6, minutes=11)
        del bot.chat.send
        await bot.advance(hours=3)
        assert bot.chat.messages == []

    in_club(cog, scene)


async def unreachable(target: str, payload: str, nonce: str) -> str:
    raise NotDeliveredError("no connection")


def test_what_piled_up_while_the_bot_was_down_is_one_greeting() -> None:
    async def scene(bot: Bot) -> None:
        hours_ago = [7, 5, 4, 3, 2, 1]
        joins = [
            MemberJoined(platform=PLATFORM, user=account(f"P{hours}"), at=bot.now - hours * HOUR_MS)
            for hours in hours_ago
        ]
        await bot.hears(*joins, **{account(f"P{hours}"): f"P{hours}" for hours in hours_ago})
        await bot.advance(hours=1)
        assert [said.text.partition("!")[0] for said in bot.said] == [
            "Welcome, P5, P4, P3, P2 and P1"
        ]

    in_club(cog, scene)


@pytest.mark.parametrize(
    "changed", [{"welcome": False}, {"paused_until": 2_000_000_000_000}, {"main": None}]
)
@pytest.mark.parametrize("after_the_join", [False, True])
def test_where_greetings_are_off_nobody_is_greeted_and_no_name_is_kept(
    changed: dict[str, Any], after_the_join: bool
) -> None:
    async def scene(bot: Bot) -> None:
        if after_the_join:
            await bot.joins("Ann")
        await configure(bot, **changed)
        if not after_the_join:
            await bot.joins("Ann")
        await bot.advance(minutes=10)
        assert bot.said == []
        assert await look_up(bot, NAMES) == []

    in_club(cog, scene)


def test_a_newcomer_on_another_platform_than_the_channel_is_not_greeted_there() -> None:
    async def scene(bot: Bot) -> None:
        await bot.hears(MemberJoined(platform="discord", user="7", at=bot.now), **{"7": "Dora"})
        await bot.advance(minutes=10)
        assert bot.said == []

    in_club(cog, scene)


def test_everything_goes_to_the_main_channel_never_to_a_member() -> None:
    async def scene(bot: Bot) -> None:
        for name in ("Ann", "Bob", "Cyd"):
            await bot.joins(name)
            await bot.advance(hours=1)
            await bot.leaves(name)
        assert {said.target for said in bot.chat.messages} == {GENERAL.external_id}

    in_club(cog, scene)
