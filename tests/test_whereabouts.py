"""Gaps, moved chats, hidden sights and quarantined updates, as the engine's host notes them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.adapters import Arrival, Cursor, Misfit, News
from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS, ManualClock
from bot.cog import Cog
from bot.context import Context
from bot.engine import Stage
from bot.events import BotArrived, Event, MessageSent, SightChanged
from bot.model import ChannelId, Place, PlaceId
from bot.settings import load_settings
from bot.sight import Sight
from db.directory import list_communities
from tests.bot import PLATFORM, RememberingPlatform
from tests.stages import staged
from tests.stores import fetch

NOON = 1_791_194_400_000
GROUP = PlaceId(PLATFORM, "-7")
SUPERGROUP = PlaceId(PLATFORM, "-1007")
STREAM = "telegram:updates"


class Scene:
    """A stage, what its cogs heard, and what its tables hold."""

    def __init__(self, stage: Stage, clock: ManualClock, heard: list[Event]) -> None:
        self.stage, self.clock, self.heard = stage, clock, heard

    async def rows(self, sql: str) -> list[Sequence[Any]]:
        found = await self.stage.store.write(lambda connection: fetch(connection, sql))
        return [tuple(row) for row in found]

    async def arrives(self, place: PlaceId = GROUP, name: str = "The club") -> None:
        main = ChannelId(place.platform, place.external_id)
        await self.stage.arrive(Arrival(Place(place, name, "group"), self.clock.at, main))

    async def says(self, place: PlaceId, number: int) -> None:
        said = MessageSent(
            platform=PLATFORM,
            channel=place.external_id,
            id=str(number),
            author="user1",
            at=self.clock.at,
        )
        await self.stage.take(News(place, [said]))

    async def gaps(self) -> list[Sequence[Any]]:
        return await self.rows("SELECT start_at, end_at, channel_no, reason FROM gap ORDER BY 1")


@asynccontextmanager
async def scene(*kinds: type[Event]) -> AsyncIterator[Scene]:
    clock, cog, heard = ManualClock(NOON), Cog("listener"), list[Event]()
    for kind in kinds:

        @cog.on(kind)
        async def hear(ctx: Context, event: Event) -> None:
            heard.append(event)

    async with staged(clock, RememberingPlatform(), cog) as stage:
        yield Scene(stage, clock, heard)


async def test_what_a_platform_keeps_for_a_day_is_no_gap() -> None:
    async with scene() as it:
        await it.arrives()
        it.clock.at += DAY_MS
        await it.stage.resume(PLATFORM, DAY_MS)
        assert await it.gaps() == []


async def test_an_outage_of_26_hours_leaves_one_gap_of_two() -> None:
    async with scene() as it:
        await it.arrives()
        it.clock.at += 26 * HOUR_MS
        await it.stage.resume(PLATFORM, DAY_MS)
        await it.stage.resume(PLATFORM, DAY_MS)
        assert await it.gaps() == [(NOON, NOON + 2 * HOUR_MS, 0, "down")]


async def test_presence_counts_from_the_last_minute_that_the_bot_listened() -> None:
    async with scene() as it:
        await it.arrives()
        it.clock.at += HOUR_MS
        await it.stage.tick()  # the platform is connected, and so presence is noted
        heard_last, it.clock.at = it.clock.at, it.clock.at + 30 * HOUR_MS
        await it.stage.resume(PLATFORM, DAY_MS)
        assert await it.gaps() == [(heard_last, heard_last + 6 * HOUR_MS, 0, "down")]


async def test_two_chats_of_a_community_that_were_not_heard_are_one_gap() -> None:
    async with scene() as it:
        await it.arrives(GROUP)
        await it.stage.move(GROUP, SUPERGROUP)
        other = PlaceId(PLATFORM, "-8")
        it.clock.at += MINUTE_MS
        await it.arrives(other, "Another")
        await it.rows("UPDATE place SET community_id = 1 WHERE external_id = '-8' RETURNING 1")
        it.clock.at = NOON + 26 * HOUR_MS
        await it.stage.resume(PLATFORM, DAY_MS)
        assert await it.gaps() == [(NOON, NOON + 2 * HOUR_MS, 0, "down")]


async def test_other_platforms_and_left_chats_have_no_gap() -> None:
    async with scene() as it:
        await it.arrives()
        await it.stage.depart(GROUP)
        await it.arrives(PlaceId("discord", "1"), "Server")
        it.clock.at += 3 * DAY_MS
        await it.stage.resume(PLATFORM, DAY_MS)
        assert await it.gaps() == []


async def test_the_time_between_being_removed_and_added_again_is_a_gap() -> None:
    async with scene(BotArrived) as it:
        await it.arrives()
        it.clock.at += HOUR_MS
        await it.stage.depart(GROUP)
        it.clock.at += 5 * MINUTE_MS
        await it.arrives()
        await it.arrives()
        start = NOON + HOUR_MS
        assert await it.gaps() == [(start, start + 5 * MINUTE_MS, 0, "away")]
        assert [type(event) for event in it.heard] == [BotArrived, BotArrived]


async def test_a_chat_that_moved_is_one_community_with_one_arrival() -> None:
    async with scene(BotArrived) as it:
        await it.arrives()
        await it.says(GROUP, 1)
        await it.stage.move(GROUP, SUPERGROUP)
        await it.stage.move(GROUP, SUPERGROUP)
        await it.arrives(SUPERGROUP)
        await it.arrives(GROUP)  # what a crash had us hear once more
        await it.says(SUPERGROUP, 1)
        await it.says(GROUP, 2)  # an old update that came late
        [community] = await it.stage.store.write(list_communities)
        settings = await it.stage.store.write(lambda c: load_settings(c, community.id))
        assert settings.main == ChannelId(*SUPERGROUP)
        assert len(it.heard) == 1
        assert await it.rows("SELECT count(*) FROM message") == [(3,)]
        assert await it.rows(
            "SELECT external_id, kind, name, moved_to FROM place ORDER BY 1 DESC"
        ) == [("-7", "group", "The club", "-1007"), ("-1007", "supergroup", "The club", None)]


async def test_only_the_new_id_of_a_moved_chat_stands_in_the_list() -> None:
    async with scene() as it:
        await it.arrives()
        assert [(one.place.id, one.is_present) for one in await it.stage.places(PLATFORM)] == [
            (GROUP, True)
        ]
        await it.stage.move(GROUP, SUPERGROUP)
        assert [(one.place.id, one.is_present) for one in await it.stage.places(PLATFORM)] == [
            (SUPERGROUP, True)
        ]


async def test_a_move_that_is_heard_of_before_either_chat_makes_one_history_of_both() -> None:
    async with scene(BotArrived) as it:
        await it.stage.move(GROUP, SUPERGROUP)
        await it.says(GROUP, 1)
        await it.says(SUPERGROUP, 1)
        await it.arrives(SUPERGROUP)
        [community] = await it.stage.store.write(list_communities)
        assert community.name == "The club"
        assert await it.rows("SELECT count(*) FROM message") == [(2,)]
        assert len(it.heard) == 1


async def test_a_move_from_a_chat_that_nobody_knew_gives_the_old_one_to_the_new_community() -> None:
    async with scene() as it:
        await it.arrives(SUPERGROUP)
        await it.stage.move(GROUP, SUPERGROUP)
        owners = await it.rows("SELECT external_id, community_id FROM place ORDER BY 1")
        assert owners == [("-1007", 1), ("-7", 1)]
        assert [one.place.id for one in await it.stage.places(PLATFORM)] == [SUPERGROUP]


async def test_what_was_seen_of_the_new_chat_before_the_move_joins_the_old_history() -> None:
    async with scene() as it:
        await it.arrives(GROUP)
        await it.says(GROUP, 1)
        await it.says(SUPERGROUP, 1)
        await it.says(SUPERGROUP, 2)
        assert len(await it.stage.store.write(list_communities)) == 2
        await it.stage.move(GROUP, SUPERGROUP)
        await it.says(SUPERGROUP, 3)
        [community] = await it.stage.store.write(list_communities)
        assert community.name == "The club"
        assert await it.rows("SELECT community_id, count(*) FROM message GROUP BY 1") == [
            (community.id, 4)
        ]


async def test_what_is_hidden_is_a_span_and_cogs_hear_of_changes_alone() -> None:
    async with scene(SightChanged) as it:
        await it.arrives()
        await it.stage.look(GROUP, {Sight.REACTIONS, Sight.JOINS})
        await it.stage.look(GROUP, {Sight.JOINS, Sight.REACTIONS})
        it.clock.at += HOUR_MS
        await it.stage.look(GROUP, {Sight.JOINS})
        await it.stage.look(GROUP, set())
        rows = await it.rows("SELECT sight, start_at, end_at FROM blind_span ORDER BY 1")
        assert rows == [("joins", NOON, NOON + HOUR_MS), ("reactions", NOON, NOON + HOUR_MS)]
        assert [event.blind for event in it.heard if isinstance(event, SightChanged)] == [
            ("joins", "reactions"),
            ("joins",),
            (),
        ]


async def test_what_is_hidden_seen_and_hidden_again_in_one_instant_is_hidden() -> None:
    async with scene() as it:
        await it.arrives()
        for blind in ({Sight.JOINS}, set[Sight](), {Sight.JOINS}):
            await it.stage.look(GROUP, blind)
        rows = await it.rows("SELECT sight, start_at, end_at FROM blind_span")
        assert rows == [("joins", NOON, None)]


async def test_what_is_hidden_in_a_chat_that_nobody_knows_is_not_noted() -> None:
    async with scene(SightChanged) as it:
        await it.stage.look(GROUP, {Sight.JOINS})
        assert it.heard == []


@pytest.mark.parametrize("cursor", [Cursor(STREAM, "5"), None])
async def test_an_update_that_nobody_understood_is_kept_once_and_for_a_week(
    cursor: Cursor | None,
) -> None:
    async with scene() as it:
        misfit = Misfit("message.date: no integer", '{"message": {"date": "str"}}')
        await it.stage.take(cursor=cursor, misfits=[misfit])
        await it.stage.take(cursor=cursor, misfits=[misfit, misfit._replace(skeleton="{}")])
        kept = await it.rows("SELECT reason, skeleton, at FROM quarantine ORDER BY 2")
        assert kept == [(*misfit, NOON), ("message.date: no integer", "{}", NOON)]
        it.clock.at += 7 * DAY_MS
        await it.stage.tick()
        assert len(await it.rows("SELECT 1 FROM quarantine")) == 2
        it.clock.at += HOUR_MS
        await it.stage.tick()
        assert await it.rows("SELECT 1 FROM quarantine") == []


async def test_a_poll_is_found_where_it_was_opened_for_as_long_as_votes_may_matter() -> None:
    async with scene() as it:
        await it.arrives()
        await it.stage.take(News(GROUP, [], polls=("p1",)))
        await it.stage.take(News(GROUP, [], polls=("p1",)))
        assert await it.stage.place_of_poll(PLATFORM, "p1") == GROUP
        assert await it.stage.place_of_poll(PLATFORM, "p2") is None
        it.clock.at += 401 * DAY_MS
        await it.stage.tick()
        assert await it.stage.place_of_poll(PLATFORM, "p1") is None


async def test_news_of_several_chats_are_one_transaction_with_their_cursor() -> None:
    async with scene() as it:
        await it.arrives(GROUP)
        await it.arrives(SUPERGROUP, "Another club")
        said = [
            MessageSent(platform=PLATFORM, channel=place[1], id="1", author="user1", at=NOON)
            for place in (GROUP, SUPERGROUP)
        ]
        bad = MessageSent(platform=PLATFORM, channel="-7", id="2", author="user1", at=1 << 70)
        news = [News(GROUP, said[:1]), News(SUPERGROUP, said[1:]), News(GROUP, [bad])]
        with pytest.raises(OverflowError):
            await it.stage.take(*news, cursor=Cursor(STREAM, "3"))
        assert await it.rows("SELECT 1 FROM message") == []
        assert await it.stage.cursor(STREAM) is None
        await it.stage.take(*news[:2], cursor=Cursor(STREAM, "3"))
        assert await it.rows("SELECT community_id FROM message ORDER BY 1") == [(1,), (2,)]
        assert await it.stage.cursor(STREAM) == "3"
