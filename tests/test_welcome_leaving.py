import pytest

from bot.adapters import News
from bot.clock import DAY_MS, MINUTE_MS
from bot.events import MemberLeft
from bot.greetings import forget_names
from bot.model import AccountId
from bot.privacy.forgetting import forget
from cogs.welcome import cog
from db.keys import PassingKey
from db.suppression import Suppression
from tests.bot import CLUB, PLATFORM, Bot, account
from tests.stages import in_club, look_up

NAMES = "SELECT name FROM greeting ORDER BY at"


def test_who_leaves_before_the_greeting_is_not_in_it() -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Ann", "Bob")
        await bot.leaves("Ann")
        await bot.advance(minutes=10)
        assert "Bob" in bot.said[0].text
        assert "Ann" not in bot.said[0].text

    in_club(cog, scene)


def test_a_window_that_everybody_left_says_nothing() -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Ann", "Bob")
        await bot.leaves("Ann")
        await bot.leaves("Bob")
        await bot.advance(days=1)
        assert bot.chat.messages == []
        assert await look_up(bot, NAMES) == []

    in_club(cog, scene)


def test_who_leaves_within_a_day_goes_out_of_the_greeting() -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Ann", "Bob")
        await bot.advance(hours=23)
        await bot.leaves("Ann")
        [said] = bot.said
        assert said.edits == 1
        assert said.text.startswith("Welcome, Bob!")
        await bot.leaves("Bob")
        assert bot.said == []

    in_club(cog, scene)


def test_when_all_leave_between_two_ticks_the_greeting_is_deleted_unedited() -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Ann", "Bob", "Cyd")
        await bot.advance(hours=1)
        for name in ("Ann", "Bob", "Cyd"):
            bot.clock.at += 1000
            left = MemberLeft(platform=PLATFORM, user=account(name), at=bot.now)
            await bot.stage.take(News(CLUB.id, [left]))
        await bot.advance(hours=1)
        assert bot.said == []
        assert [message.edits for message in bot.chat.messages] == [0]

    in_club(cog, scene)


def test_a_greeting_of_more_than_a_day_ago_stays_as_it_is() -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Ann")
        await bot.advance(hours=25)
        await bot.leaves("Ann")
        assert [said.edits for said in bot.said] == [0]

    in_club(cog, scene)


def test_who_comes_back_within_a_day_is_not_greeted_twice() -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Ann", "Bob")
        await bot.advance(hours=1)
        await bot.leaves("Ann")
        await bot.joins("Ann")
        await bot.advance(hours=1)
        assert [said.text.partition("!")[0] for said in bot.said] == ["Welcome, Bob"]
        await bot.advance(days=2)
        await bot.leaves("Ann")
        await bot.joins("Ann")
        await bot.advance(hours=1)
        assert bot.said[-1].text.startswith("Welcome, Ann!")

    in_club(cog, scene)


def test_the_one_who_left_in_the_rush_and_came_back_is_greeted_once() -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Ann")
        await bot.leaves("Ann")
        await bot.joins("Ann")
        await bot.advance(hours=2)
        assert [said.text.partition("!")[0] for said in bot.said] == ["Welcome, Ann"]

    in_club(cog, scene)


@pytest.mark.parametrize("company", ["Bob", None])
def test_who_is_forgotten_goes_out_of_the_greeting(company: str | None) -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Ann", *filter(None, [company]))
        await bot.advance(hours=1)
        suppression = Suppression(PassingKey())
        ann = AccountId(PLATFORM, account("Ann"))
        await bot.stage.store.write(lambda db: forget(db, suppression, ann, bot.now))
        await bot.stage.settle()
        texts = [said.text.partition("!")[0] for said in bot.said]
        assert texts == ([f"Welcome, {company}"] if company else [])

    in_club(cog, scene)


def test_a_greeting_of_yesterday_is_not_taken_back_by_a_late_leave() -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Ann", "Bob")
        await bot.advance(hours=24, minutes=9)
        bot.clock.at += 2 * MINUTE_MS
        leaves = [
            MemberLeft(platform=PLATFORM, user=account(name), at=bot.now) for name in ("Ann", "Bob")
        ]
        await bot.hears(*leaves)
        await bot.advance(hours=1)
        assert [said.edits for said in bot.said] == [0]

    in_club(cog, scene)


def test_a_greeting_whose_names_are_forgotten_meanwhile_stays_as_it_is() -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Ann", "Bob")
        await bot.advance(hours=1)
        left = MemberLeft(platform=PLATFORM, user=account("Ann"), at=bot.now)
        await bot.stage.take(News(CLUB.id, [left]))
        tomorrow = bot.now + DAY_MS
        await bot.stage.store.write(lambda connection: forget_names(connection, 1, tomorrow))
        await bot.stage.settle()
        assert [said.edits for said in bot.said] == [0]

    in_club(cog, scene)
