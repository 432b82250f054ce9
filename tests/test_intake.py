import asyncio
from collections.abc import Sequence

import pytest

from bot.adapters import Arrival, Cursor, News
from bot.clock import ManualClock
from bot.cog import Cog
from bot.context import Context
from bot.engine import Stage
from bot.errors import StoreError
from bot.events import BotArrived, Event, MemberJoined, MessageSent
from bot.model import AccountId, ChannelId, Place, PlaceId
from bot.settings import load_settings, save_settings
from db.connection import Connection
from db.directory import find_account, find_community_at, list_communities
from db.store import Store
from db.tables import CLOSED_CHANNEL
from tests.bot import CLUB, GENERAL, MODERATORS, PLATFORM, RememberingPlatform
from tests.stages import staged
from tests.stores import fetch

NOON = 1_791_194_400_000


def message(number: int, author: str = "ana") -> MessageSent:
    return MessageSent(
        platform=PLATFORM, channel="-100", id=str(number), author=author, at=NOON + number
    )


def listening(*kinds: type[Event]) -> tuple[Cog, list[Event]]:
    cog, heard = Cog("listener"), list[Event]()
    for kind in kinds:

        @cog.on(kind)
        async def hear(ctx: Context, event: Event) -> None:
            heard.append(event)

    return cog, heard


async def stored(store: Store, sql: str) -> list[Sequence[object]]:
    return await store.write(lambda connection: fetch(connection, sql))


def club(stage: Stage, place: Place = CLUB, language: str | None = None) -> Arrival:
    return Arrival(place, stage.clock.now(), GENERAL, MODERATORS, language)


async def test_a_chat_becomes_a_community_when_the_bot_arrives() -> None:
    cog, heard = listening(BotArrived)
    async with staged(ManualClock(NOON), RememberingPlatform(), cog) as stage:
        await stage.arrive(club(stage, language="fr"))
        [found] = await stage.store.write(list_communities)
        assert (found.name, found.timezone, found.language) == ("The club", "Europe/Paris", "fr")
        settings = await stage.store.write(lambda c: load_settings(c, found.id))
        assert (settings.main, settings.moderators) == (GENERAL, MODERATORS)
    assert heard == [BotArrived(platform=PLATFORM, place="-100", at=NOON, main="-100")]


async def test_a_language_that_foyer_does_not_speak_leaves_the_default() -> None:
    async with staged(ManualClock(NOON), RememberingPlatform()) as stage:
        await stage.arrive(club(stage, language="pt-BR"))
        [found] = await stage.store.write(list_communities)
        assert found.language == "en"


@pytest.mark.parametrize("twin", [GENERAL, GENERAL._replace(external_id="-100/7")])
async def test_a_channel_that_is_told_as_both_is_the_main_one_alone(twin: ChannelId) -> None:
    async with staged(ManualClock(NOON), RememberingPlatform()) as stage:
        await stage.arrive(Arrival(CLUB, NOON, GENERAL, twin))
        settings = await stage.store.write(lambda c: load_settings(c, 1))
        assert (settings.main, settings.moderators) == (GENERAL, None)
        await stage.arrive(Arrival(CLUB, NOON, GENERAL, MODERATORS))
        settings = await stage.store.write(lambda c: load_settings(c, 1))
        assert (settings.main, settings.moderators) == (GENERAL, MODERATORS)


async def test_what_moderators_chose_for_themselves_does_not_become_the_main_channel() -> None:
    async with staged(ManualClock(NOON), RememberingPlatform()) as stage:
        await stage.arrive(Arrival(CLUB, NOON, None, None))
        await stage.store.write(lambda c: save_settings(c, 1, moderators=GENERAL))
        await stage.arrive(Arrival(CLUB, NOON, GENERAL, None))
        settings = await stage.store.write(lambda c: load_settings(c, 1))
        assert (settings.main, settings.moderators) == (None, GENERAL)


async def test_arriving_again_founds_nothing_and_changes_no_setting() -> None:
    cog, heard = listening(BotArrived)
    async with staged(ManualClock(NOON), RememberingPlatform(), cog) as stage:
        await stage.arrive(club(stage))
        elsewhere = ChannelId(PLATFORM, "-300")
        await stage.arrive(Arrival(CLUB, NOON + 5, elsewhere, elsewhere, "fr"))
        [found] = await stage.store.write(list_communities)
        settings = await stage.store.write(lambda c: load_settings(c, found.id))
    assert found.language == "en"
    assert settings.main == GENERAL
    assert len(heard) == 1


async def test_coming_back_after_a_removal_is_an_arrival() -> None:
    cog, heard = listening(BotArrived)
    async with staged(ManualClock(NOON), RememberingPlatform(), cog) as stage:
        await stage.arrive(club(stage))
        await stage.depart(CLUB.id)
        await stage.arrive(club(stage))
        assert len(await stage.store.write(list_communities)) == 1
    assert len(heard) == 2


@pytest.mark.parametrize(
    ("called", "named"),
    [
        ("Les   Foulées\u202e du\nCanal", "Les Foulées du Canal"),
        ("42", "# 42"),
        ("discord:7", "# discord:7"),
        ("\u200b", "telegram:-100"),
        (None, "telegram:-100"),
        ("x" * 300, "x" * 100),
    ],
)
async def test_communities_get_names_that_can_be_typed(called: str | None, named: str) -> None:
    async with staged(ManualClock(NOON), RememberingPlatform()) as stage:
        await stage.arrive(club(stage, CLUB._replace(name=called)))
        [found] = await stage.store.write(list_communities)
    assert found.name == named


async def test_news_of_a_chat_that_was_never_introduced_are_kept() -> None:
    async with staged(ManualClock(NOON), RememberingPlatform()) as stage:
        await stage.take(News(PlaceId(PLATFORM, "-7"), [message(1)]))
        found = await stage.store.write(
            lambda connection: find_community_at(connection, PlaceId(PLATFORM, "-7"))
        )
        assert found is not None
        assert len(await stored(stage.store, "SELECT 1 FROM message")) == 1


async def test_events_and_their_cursor_are_stored_together() -> None:
    async with staged(ManualClock(NOON), RememberingPlatform()) as stage:
        await stage.arrive(club(stage))
        assert await stage.cursor("telegram:updates") is None
        await stage.take(News(CLUB.id, [message(1)]), cursor=Cursor("telegram:updates", "17"))
        assert await stage.cursor("telegram:updates") == "17"
        await stage.take(cursor=Cursor("telegram:updates", "9"))
        assert await stage.cursor("telegram:updates") == "9"  # numbering may begin anew


async def test_an_event_is_heard_once_however_often_it_is_told() -> None:
    cog, heard = listening(MessageSent, MemberJoined)
    join = MemberJoined(platform=PLATFORM, user="zoé", at=NOON)
    async with staged(ManualClock(NOON), RememberingPlatform(), cog) as stage:
        await stage.arrive(club(stage))
        await stage.take(News(CLUB.id, [message(1), join]))
        await stage.take(News(CLUB.id, [message(1), message(2), join]))
    assert heard == [message(1), join, message(2)]


async def test_a_handler_that_fails_undoes_its_own_doings_and_nothing_else() -> None:
    first, last = Cog("first"), Cog("last")

    @first.on(MessageSent)
    async def fail(ctx: Context, event: MessageSent) -> None:
        await ctx.wake("never", 5, "rolled back")
        raise ValueError

    @last.on(MessageSent)
    async def wake(ctx: Context, event: MessageSent) -> None:
        await ctx.wake("later", 5, event.id)

    async with staged(ManualClock(NOON), RememberingPlatform(), first, last) as stage:
        await stage.arrive(club(stage))
        await stage.take(News(CLUB.id, [message(1), message(2)]))
        alarms = await stored(stage.store, "SELECT alarm_name, alarm_key FROM alarm ORDER BY 2")
        messages = await stored(stage.store, "SELECT message_no FROM message")
    assert [tuple(row) for row in alarms] == [("later", "1"), ("later", "2")]
    assert len(messages) == 2


async def test_names_reach_the_handlers_and_no_table() -> None:
    cog, seen = Cog("names"), list[str]()

    @cog.on(MessageSent)
    async def hear(ctx: Context, event: MessageSent) -> None:
        seen.append(ctx.names[event.author])

    async with staged(ManualClock(NOON), RememberingPlatform(), cog) as stage:
        await stage.arrive(club(stage))
        await stage.take(News(CLUB.id, [message(1)], {"ana": "Ana Canary"}))
        dump = await stored(stage.store, "SELECT sql FROM sqlite_master")
        tables = [str(row[0]).split()[2] for row in dump if str(row[0]).startswith("CREATE TABLE")]
        rows = [await stored(stage.store, f"SELECT * FROM {table}") for table in tables]
    assert seen == ["Ana Canary"]
    assert "Canary" not in repr([tuple(row) for found in rows for row in found])


async def test_what_was_rolled_back_is_recorded_when_it_comes_again() -> None:
    """A recorder that went on believing in rows that were taken back would lose them."""
    cog, fails = Cog("breaker"), [True]

    @cog.on(MessageSent)
    async def end_the_transaction(ctx: Context, event: MessageSent) -> None:
        if fails.pop():
            await ctx.write(_roll_everything_back)

    async def _roll_everything_back(connection: Connection, community: int) -> None:
        await connection.statement("ROLLBACK")
        raise StoreError("the disk is full")

    async with staged(ManualClock(NOON), RememberingPlatform(), cog) as stage:
        await stage.arrive(club(stage))
        with pytest.raises(StoreError):
            await stage.take(News(CLUB.id, [message(1)]))
        fails[:] = [False]
        await stage.take(News(CLUB.id, [message(1)]))
        authors = await stored(
            stage.store,
            "SELECT a.external_id FROM message m JOIN account a USING (community_id)"
            " WHERE a.account_no = m.author_no",
        )
    assert [tuple(row) for row in authors] == [("ana",)]


async def test_a_community_whose_time_zone_changed_gets_days_of_its_new_zone() -> None:
    async with staged(ManualClock(NOON), RememberingPlatform()) as stage:
        await stage.arrive(club(stage))
        await stage.take(News(CLUB.id, [message(1)]))
        await stage.store.write(
            lambda c: c.statement("UPDATE community SET timezone = 'Pacific/Kiritimati'")
        )
        await stage.store.write(lambda c: c.statement("DELETE FROM dirty_day"))
        await stage.take(News(CLUB.id, [message(2)]))
        [[day]] = await stored(stage.store, "SELECT day FROM dirty_day")
    assert day == (NOON + 14 * 3_600_000) // 86_400_000


async def test_after_an_erasure_an_account_is_numbered_anew() -> None:
    async with staged(ManualClock(NOON), RememberingPlatform()) as stage:
        await stage.arrive(club(stage))
        await stage.take(News(CLUB.id, [message(1)]))
        await stage.store.write(lambda c: c.statement("DELETE FROM account"))
        stage._renew()
        await stage.take(News(CLUB.id, [message(2)]))
        number = await stage.store.write(lambda c: find_account(c, 1, AccountId(PLATFORM, "ana")))
    assert number is not None


async def test_a_chat_that_is_introduced_late_is_still_an_arrival() -> None:
    cog, heard = listening(BotArrived)
    async with staged(ManualClock(NOON), RememberingPlatform(), cog) as stage:
        await stage.take(News(CLUB.id, [message(1)]))
        assert heard == []
        await stage.arrive(club(stage))
        assert len(await stage.store.write(list_communities)) == 1
    assert len(heard) == 1


async def test_handlers_hear_nothing_of_people_who_are_not_recorded() -> None:
    cog, heard = listening(MessageSent)
    async with staged(ManualClock(NOON), RememberingPlatform(), cog) as stage:
        await stage.arrive(club(stage))
        shy = AccountId(PLATFORM, "shy")
        consent = stage.consent
        await stage.store.write(lambda c: consent.opt_out(c, 1, shy, NOON))
        naming = MessageSent(
            platform=PLATFORM,
            channel="-100",
            id="9",
            author="ana",
            at=NOON + 9,
            reply_to="8",
            reply_to_author="shy",
            mentions=("shy", "bo"),
        )
        await stage.take(News(CLUB.id, [naming, message(10, "shy")]))
    [said] = heard
    assert isinstance(said, MessageSent)
    assert (said.reply_to_author, said.mentions) == (None, ("bo",))


async def test_coming_back_opens_the_channels_that_were_closed_to_the_bot() -> None:
    async with staged(ManualClock(NOON), RememberingPlatform()) as stage:
        await stage.arrive(club(stage))
        await stage.store.write(
            lambda c: c.insert(CLOSED_CHANNEL, [(1, PLATFORM, "-100", "kicked", NOON)])
        )
        await stage.arrive(club(stage))
        assert len(await stored(stage.store, "SELECT 1 FROM closed_channel")) == 1
        await stage.depart(CLUB.id)
        await stage.arrive(club(stage))
        assert await stored(stage.store, "SELECT 1 FROM closed_channel") == []


async def test_what_was_lost_with_somebody_elses_unit_is_recorded_when_it_comes_again() -> None:
    async def end_the_transaction(connection: Connection) -> None:
        await connection.statement("ROLLBACK")
        raise StoreError("the disk is full")

    async with staged(ManualClock(NOON), RememberingPlatform()) as stage:
        await stage.arrive(club(stage))
        outcomes = await asyncio.gather(
            stage.take(News(CLUB.id, [message(1)])),
            stage.store.write(end_the_transaction),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes] == [StoreError, StoreError]
        await stage.take(News(CLUB.id, [message(1), message(2, "bo")]))
        accounts = await stored(stage.store, "SELECT external_id FROM account ORDER BY 1")
        written = await stored(stage.store, "SELECT message_no FROM message")
    assert [row[0] for row in accounts] == ["ana", "bo"]
    assert len(written) == 2
