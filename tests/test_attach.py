"""`/attach CODE`: the group at hand and an imported community become one, while the bot runs."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.attaching import CODE_MS, Attaching, make_code
from bot.clock import DAY_MS, MINUTE_MS
from bot.cog import Cog
from bot.context import Context, Due, SkippedError
from bot.events import Event, MemberJoined, MessageSent
from bot.housekeeping import Housekeeper
from bot.model import Community
from bot.post import plain
from bot.recurrence import Weekly
from bot.settings import load_settings
from cogs import attach
from db.connection import Connection
from db.directory import create_community, list_communities
from db.keys import PassingKey
from db.store import Store
from db.suppression import Suppression
from tests.bot import CLUB, GENERAL, MODERATORS, PLATFORM, Bot, account, talking
from tests.stages import look_up, one_line, playing
from tests.stores import dump, record_more

INVALID = "This code is not valid"


def past(bot: Bot, *more: Event) -> list[Event]:
    """What an export tells of last month: ten messages, and what else is given."""
    at = bot.now - 30 * DAY_MS
    return [
        *(
            MessageSent(
                platform=PLATFORM, channel="-77", id=str(n), author=account("Ana"), at=at + n * 1000
            )
            for n in range(10)
        ),
        *more,
    ]


async def imported(
    bot: Bot, *more: Event, timezone: str = "Europe/Paris", language: str = "en"
) -> Community:
    """A community whose past was imported."""

    async def unit(connection: Connection) -> Community:
        community = await create_community(connection, "Les amis", timezone, language, bot.now)
        await record_more(connection, community, [past(bot, *more)])
        return community

    return await bot.stage.store.write(unit)


async def code_for(bot: Bot, community: Community) -> str:
    return await bot.stage.store.write(lambda c: make_code(c, community.id, bot.now))


async def known(bot: Bot) -> list[Community]:
    return await bot.stage.store.write(list_communities)


async def content(bot: Bot, community: Community) -> dict[str, list[tuple[Any, ...]]]:
    return await bot.stage.store.write(lambda connection: dump(connection, community.id))


def in_a_club(scene: Callable[[Bot], Awaitable[None]]) -> None:
    async def play() -> None:
        async with talking() as bot:
            await scene(bot)

    asyncio.run(play())


def test_a_code_makes_one_history_of_the_past_and_what_goes_on() -> None:
    async def scene(bot: Bot) -> None:
        await bot.says("Ana")
        await bot.joins("Bob")
        community = await imported(bot)
        answer = await bot.asks("Mona", f"/attach {await code_for(bot, community)}")
        assert one_line(answer) == (
            "Done: from now on we are part of “Les amis”, with one past and one set of figures."
        )
        assert bot.was_private
        await bot.says("Ana")
        assert await known(bot) == [community]
        told = await content(bot, community)
        assert len(told["message"]) == 12
        assert len(told["account"]) == 2
        assert [row[1] for row in told["membership"]] == [f"{PLATFORM}:{account('Bob')}"]

    in_a_club(scene)


def test_the_bot_goes_on_as_it_was_set_up() -> None:
    async def scene(bot: Bot) -> None:
        await bot.asks("Mona", "/setup digest_hour:20 language:fr")
        community = await imported(bot)
        await bot.asks("Mona", f"/attach {await code_for(bot, community)}")
        [one] = await known(bot)
        settings = await bot.stage.store.write(lambda c: load_settings(c, community.id))
        assert (settings.digest_hour, settings.main, settings.moderators) == (
            20, GENERAL, MODERATORS,
        )  # fmt: skip
        assert one == community._replace(language="fr")
        await bot.joins("Zoé")
        await bot.advance(minutes=15)
        assert any("Zoé" in text for text in bot.said_in(GENERAL))

    in_a_club(scene)


def test_a_greeting_that_waits_is_said_once_by_the_new_whole() -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins("Zoé")
        community = await imported(bot)
        await bot.asks("Mona", f"/attach {await code_for(bot, community)}")
        await bot.advance(minutes=30)
        assert sum("Zoé" in text for text in bot.said_in(GENERAL)) == 1
        await bot.leaves("Zoé")
        await bot.advance(minutes=2)
        assert sum("Zoé" in text for text in bot.said_in(GENERAL)) == 0

    in_a_club(scene)


def test_a_turn_that_failed_before_is_tried_again_by_the_new_whole() -> None:
    """The archive's own turn was skipped, and would rest for a week."""
    tried: list[str] = []
    weekly = Cog("weekly")

    @weekly.routine("weekly", when=lambda _: Weekly(0, 9))
    async def _(ctx: Context, due: Due) -> None:
        tried.append(ctx.community.name)
        if ctx.settings.main is None:
            raise SkippedError("no_channel")
        if ctx.community.name == "The club":
            raise RuntimeError("the first try")

    async def play() -> None:
        async with playing(weekly, attach.cog) as bot:
            community = await imported(bot)
            await bot.advance(hours=1, minutes=5)
            assert sorted(tried) == ["Les amis", "The club"]
            await bot.asks("Mona", f"/attach {await code_for(bot, community)}")
            await bot.advance(minutes=20)
            assert tried[2:] == ["Les amis"]
            assert await look_up(bot, "SELECT state FROM slot") == ["done"]

    asyncio.run(play())


def test_a_turn_that_was_under_way_leaves_no_row_behind() -> None:
    """Its community became part of another before what it says was put down."""
    codes: list[str] = []
    weekly = Cog("weekly")

    @weekly.routine("weekly", when=lambda _: Weekly(0, 9))
    async def _(ctx: Context, due: Due) -> None:
        if ctx.community.name == "The club":
            redeem = ctx.world.attaching.redeem
            await ctx.write_anywhere(redeem, CLUB.id, codes.pop(), ctx.now)
        await ctx.post(GENERAL, plain("Good morning"), key=f"weekly:{due.key}")

    async def play() -> None:
        async with playing(weekly) as bot:
            codes.append(await code_for(bot, await imported(bot)))
            await bot.advance(hours=1, minutes=5)
            assert codes == []
            for table in ("slot", "outbox", "setting"):
                found = await look_up(bot, f"SELECT DISTINCT community_id FROM {table}")
                assert found == [2], table
            assert len(bot.said_in(GENERAL)) == 1

    asyncio.run(play())


def test_what_is_being_sent_at_that_moment_is_said_once_and_asked_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its answer finds no row any more, as if the process had ended."""

    async def scene(bot: Bot) -> None:
        code = await code_for(bot, await imported(bot))
        send, attaching = bot.chat.send, Attaching(Suppression(PassingKey()), lambda: None)

        async def meddle(target: str, payload: str, nonce: str) -> str:
            await bot.stage.store.write(lambda c: attaching.redeem(c, CLUB.id, code, bot.now))
            return await send(target, payload, nonce)

        monkeypatch.setattr(bot.chat, "send", meddle)
        await bot.joins("Zoé")
        await bot.advance(hours=1)
        assert [one.name for one in await known(bot)] == ["Les amis"]
        assert sum("Zoé" in text for text in bot.said_in(GENERAL)) == 1
        states = "SELECT state FROM outbox WHERE post_key LIKE 'greeting:%'"
        assert await look_up(bot, states) == ["unknown"]
        assert "never said whether it arrived" in one_line(bot.said_in(MODERATORS)[-1])
        await bot.presses("Mona", "It was sent")
        assert await look_up(bot, states) == ["sent"]

    in_a_club(scene)


class Meddled:
    """A store in which something happens as soon as a list was read."""

    def __init__(self, store: Store, deed: Callable[[Connection], Awaitable[object]]) -> None:
        self._store, self._deeds = store, [deed]
        self.checkpoint = store.checkpoint

    async def write(self, work: Callable[[Connection], Awaitable[Any]]) -> Any:
        found = await self._store.write(work)
        if isinstance(found, list) and self._deeds:
            await self._store.write(self._deeds.pop())
        return found


def test_housekeeping_passes_over_what_has_just_become_part_of_another() -> None:
    async def scene(bot: Bot) -> None:
        code = await code_for(bot, await imported(bot))
        attaching = Attaching(Suppression(PassingKey()), lambda: None)
        store: Any = Meddled(bot.stage.store, lambda c: attaching.redeem(c, CLUB.id, code, bot.now))
        await Housekeeper(store, {}, lambda: None).keep(bot.now)
        assert [one.name for one in await known(bot)] == ["Les amis"]

    in_a_club(scene)


def test_the_keepers_days_are_told_of_where_they_differ() -> None:
    async def scene(bot: Bot) -> None:
        community = await imported(bot, timezone="UTC")
        answer = await bot.asks("Mona", f"/attach {await code_for(bot, community)}")
        assert "Days are counted in UTC now; /setup changes that." in one_line(answer)

    in_a_club(scene)


def test_it_is_answered_in_french_too() -> None:
    async def scene(bot: Bot) -> None:
        bot.languages["Mona"] = "fr"
        community = await imported(bot)
        assert "n’est pas valable" in await bot.asks("Mona", "/attach ABCD")
        await bot.advance(minutes=1)
        answer = await bot.asks("Mona", f"/attach {await code_for(bot, community)}")
        assert "«\u00a0Les amis\u00a0»" in answer

    in_a_club(scene)


def test_a_code_is_good_once_and_for_a_day() -> None:
    async def scene(bot: Bot) -> None:
        community = await imported(bot)
        late, code = await code_for(bot, community), await code_for(bot, community)
        await bot.advance(minutes=1)
        assert "Done" in await bot.asks("Mona", f"/attach {code}")
        await bot.advance(minutes=1)
        assert INVALID in await bot.asks("Mona", f"/attach {code}")
        await bot.advance(minutes=CODE_MS / MINUTE_MS)
        assert INVALID in await bot.asks("Mona", f"/attach {late}")
        assert await look_up(bot, "SELECT COUNT(*) FROM attach_code") == [0]

    in_a_club(scene)


def test_a_code_for_what_the_group_is_part_of_already_changes_nothing() -> None:
    async def scene(bot: Bot) -> None:
        [club] = await known(bot)
        before = await content(bot, club)
        answer = await bot.asks("Mona", f"/attach {await code_for(bot, club)}")
        assert one_line(answer) == "We are part of “The club” already; nothing changed."
        assert await content(bot, club) == before

    in_a_club(scene)


@pytest.mark.parametrize("spell", [str.lower, lambda code: code.replace("-", " "), "“{}”".format])
def test_a_code_may_be_typed_anyhow(spell: Callable[[str], str]) -> None:
    async def scene(bot: Bot) -> None:
        community = await imported(bot)
        code = await code_for(bot, community)
        assert "Done" in await bot.asks("Mona", f"/attach {spell(code)}")

    in_a_club(scene)


def test_a_wrong_code_costs_patience_and_tells_nothing() -> None:
    async def scene(bot: Bot) -> None:
        community = await imported(bot)
        code = await code_for(bot, community)
        answers = []
        for words in ("x", "Les amis", str(community.id), "telegram:-77", "😀" * 500):
            answers.append(one_line(await bot.asks("Mona", f"/attach {words}")))
            assert "Please wait" in await bot.asks("Mona", f"/attach {code}")
            await bot.advance(minutes=1)
        assert len(set(answers)) == 1
        assert INVALID in answers[0]
        assert len(await known(bot)) == 2

    in_a_club(scene)


def test_only_moderators_of_a_group_may_tie_it() -> None:
    async def scene(bot: Bot) -> None:
        community = await imported(bot)
        code = await code_for(bot, community)
        assert "for moderators" in await bot.asks("Ana", f"/attach {code}")
        refused = await bot.asks("Mona", f"/attach {code}", in_private=True)
        assert "not in a private chat" in refused
        assert len(await known(bot)) == 2
        assert "Done" in await bot.asks("Mona", f"/attach {code}")

    in_a_club(scene)


def test_the_store_holds_no_code() -> None:
    async def scene(bot: Bot) -> None:
        [club] = await known(bot)
        code = await code_for(bot, club)
        plain = code.replace("-", "")
        assert len(plain) == 16
        [stored] = await look_up(bot, "SELECT hmac FROM attach_code")
        assert stored == hashlib.sha256(plain.encode()).hexdigest()
        codes = {await code_for(bot, club) for _ in range(50)}
        assert len(codes) == 50

    in_a_club(scene)


def test_what_both_know_counts_once() -> None:
    """The export reaches into the days when the bot was there, a join's second included."""

    async def scene(bot: Bot) -> None:
        number = await bot.says("Ana")
        live_at = bot.now
        await bot.joins("Bob")
        export = [
            MessageSent(
                platform=PLATFORM, channel=CLUB.id.external_id, id=number,
                author=account("Ana"), at=live_at,
            ),
            MemberJoined(platform=PLATFORM, user=account("Bob"), at=bot.now),
        ]  # fmt: skip
        community = await imported(bot, *export)
        await bot.asks("Mona", f"/attach {await code_for(bot, community)}")
        told = await content(bot, community)
        assert len(told["message"]) == 11
        assert len(told["membership"]) == 1
        await bot.hears(*export)
        assert await content(bot, community) == told

    in_a_club(scene)
