"""What the bot does for its store by itself, and when."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, cast

import pytest

from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.events import MessageSent
from bot.housekeeping import Housekeeper
from bot.model import PlaceId
from db.connection import Connection
from db.directory import add_place
from db.opening import write_memory
from db.presence import arrive
from db.store import Store
from db.tables import GREETING, OUTBOX, RAW_DAYS
from tests.stores import fetch, recorded

NOON = round(datetime.fromisoformat("2026-10-05T12:00:00+02:00").timestamp() * 1000)
"""A Monday, in Paris."""
HERE = PlaceId("discord", "1")


class Platform:
    """As much of an adapter as housekeeping looks at."""

    def __init__(self, is_connected: bool = True) -> None:
        self.is_connected = is_connected


class CountingStore:
    """Counts the units that are written."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.units = 0
        self.checkpoints = 0

    async def write(self, work: Any) -> Any:
        self.units += 1
        return await self.store.write(work)

    async def checkpoint(self) -> None:
        self.checkpoints += 1
        await self.store.checkpoint()


class House:
    """A store with one community, and whoever keeps it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.counting = CountingStore(store)
        self.platforms = {"discord": Platform(), "telegram": Platform()}
        self.keeper = Housekeeper(
            cast("Store", self.counting), cast("Any", self.platforms), lambda: None
        )

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        async def read(connection: Connection) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in await fetch(connection, sql)]

        return await self.store.write(read)

    async def value(self, sql: str) -> Any:
        [[value]] = await self.rows(sql)
        return value

    async def messages(self) -> Any:
        return await self.value("SELECT COUNT(*) FROM message")

    async def say(self, *instants: int, place: PlaceId | None = HERE) -> None:
        """A community in which somebody wrote at these instants, not settled."""

        async def unit(connection: Connection) -> None:
            events = [
                MessageSent(platform="discord", channel="1", id=str(at), author="ana", at=at)
                for at in instants
            ]
            community = await recorded(connection, [events], settled=False)
            if place is not None:
                await add_place(connection, community.id, place, "guild", None)
                await arrive(connection, place, min(instants))

        await self.store.write(unit)

    async def insert(self, table: Any, *rows: Sequence[Any]) -> None:
        async def unit(connection: Connection) -> None:
            await connection.insert(table, rows)

        await self.store.write(unit)


@asynccontextmanager
async def kept() -> AsyncIterator[House]:
    async with write_memory() as store:
        yield House(store)


async def test_every_minute_it_notes_that_it_listens_where_it_is_connected() -> None:
    async with kept() as house:
        await house.say(NOON)
        seen = "SELECT seen_at FROM presence"
        await house.keeper.keep(NOON + MINUTE_MS)
        assert await house.value(seen) == NOON + MINUTE_MS
        await house.keeper.keep(NOON + MINUTE_MS + 30_000)
        assert await house.value(seen) == NOON + MINUTE_MS
        house.platforms["discord"].is_connected = False
        await house.keeper.keep(NOON + 5 * MINUTE_MS)
        assert await house.value(seen) == NOON + MINUTE_MS
        house.platforms["discord"].is_connected = True
        await house.keeper.keep(NOON + 6 * MINUTE_MS)
        assert await house.value(seen) == NOON + 6 * MINUTE_MS


async def test_roll_ups_are_settled_at_half_past_and_at_the_start() -> None:
    async with kept() as house:
        await house.say(NOON - HOUR_MS)
        dirty = "SELECT COUNT(*) FROM dirty_day"
        assert await house.value(dirty) == 1
        await house.keeper.keep(NOON)
        assert await house.value(dirty) == 0
        assert await house.value("SELECT SUM(messages) FROM activity_day") == 1
        await house.rows("INSERT INTO dirty_day SELECT community_id, day, channel_no FROM revision")
        await house.rows("INSERT INTO dirty_day VALUES (1, 20000, 1)")
        await house.keeper.keep(NOON + 29 * MINUTE_MS)
        assert await house.value(dirty) > 0
        await house.keeper.keep(NOON + 30 * MINUTE_MS)
        assert await house.value(dirty) == 0


async def test_between_two_half_hours_it_costs_one_unit_a_minute_at_most() -> None:
    async with kept() as house:
        await house.say(NOON)
        await house.keeper.keep(NOON + 30 * MINUTE_MS)
        house.counting.units = 0
        for second in range(0, 600, 10):
            await house.keeper.keep(NOON + 31 * MINUTE_MS + second * 1000)
        assert house.counting.units == 10


async def test_raw_events_go_at_half_past_three_when_their_time_is_over() -> None:
    night = NOON - 9 * HOUR_MS  # 03:00
    async with kept() as house:
        await house.say(night - (RAW_DAYS + 2) * DAY_MS, night - (RAW_DAYS - 2) * DAY_MS, night)
        await house.keeper.keep(night - DAY_MS + 40 * MINUTE_MS)
        assert await house.messages() == 2
        await house.say(night - (RAW_DAYS + 1) * DAY_MS, place=PlaceId("discord", "2"))
        await house.keeper.keep(night)
        await house.keeper.keep(night + 29 * MINUTE_MS)
        await house.rows("INSERT INTO vote VALUES (1, 5, 1, 'p')")
        assert await house.value("SELECT COUNT(*) FROM vote") == 1
        await house.keeper.keep(night + 30 * MINUTE_MS)
        assert await house.value("SELECT COUNT(*) FROM vote") == 0
        await house.rows("INSERT INTO vote VALUES (1, 5, 1, 'p')")
        for hour in range(1, 24):
            await house.keeper.keep(night + 30 * MINUTE_MS + hour * HOUR_MS)
        assert await house.value("SELECT COUNT(*) FROM vote") == 1
        await house.keeper.keep(night + 30 * MINUTE_MS + DAY_MS)
        assert await house.value("SELECT COUNT(*) FROM vote") == 0


async def test_what_goes_stays_in_the_roll_ups() -> None:
    async with kept() as house:
        await house.say(NOON - 500 * DAY_MS, NOON)
        await house.keeper.keep(NOON)
        assert await house.messages() == 1
        assert await house.value("SELECT SUM(messages) FROM activity_day") == 2


async def test_an_archive_in_which_the_bot_never_was_stays_whole() -> None:
    async with kept() as house:
        await house.say(NOON - 3000 * DAY_MS, place=None)
        await house.keeper.keep(NOON)
        assert await house.messages() == 1


async def test_a_young_history_has_no_horizon() -> None:
    async with kept() as house:
        await house.say(NOON - 30 * DAY_MS)
        await house.keeper.keep(NOON)
        assert await house.rows("SELECT raw_from_day FROM community") == [(None,)]


async def test_names_of_greetings_go_after_a_day() -> None:
    async with kept() as house:
        await house.say(NOON)
        row = dict.fromkeys(GREETING.all_columns)
        rows = [
            row | {"community_id": 1, "account_no": number, "name": "Ana", "post_key": "greeting",
                   "at": at, "due_at": at, "said_at": at}
            for number, at in ((1, NOON - DAY_MS - 1), (2, NOON - DAY_MS + HOUR_MS))
        ]  # fmt: skip
        await house.insert(GREETING, *(tuple(one.values()) for one in rows))
        await house.keeper.keep(NOON)
        assert await house.rows("SELECT account_no FROM greeting") == [(2,)]


async def test_posts_that_were_decided_long_ago_go() -> None:
    async with kept() as house:
        await house.say(NOON)
        row = dict.fromkeys(OUTBOX.all_columns, 0) | {
            "community_id": 1, "op": "send", "platform": "discord", "target": "1", "body": None,
            "nonce": "n", "lessee": None, "not_after": None, "sent_id": "5", "error": None,
        }  # fmt: skip
        rows = [
            row | {"post_key": key, "state": state, "at": at, "tried_at": at}
            for key, state, at in (
                ("old", "sent", NOON - 31 * DAY_MS),
                ("forlorn", "pending", NOON - 31 * DAY_MS),
                ("waiting", "pending", NOON - DAY_MS),
                ("new", "sent", NOON - DAY_MS),
            )
        ]
        await house.insert(OUTBOX, *(tuple(one.values()) for one in rows))
        await house.keeper.keep(NOON)
        assert await house.rows("SELECT post_key FROM outbox ORDER BY 1") == [
            ("new",),
            ("waiting",),
        ]


async def test_what_failed_is_done_again_the_next_time() -> None:
    async with kept() as house:
        await house.say(NOON - HOUR_MS)
        await house.rows("ALTER TABLE greeting RENAME TO greeting_away")
        with pytest.raises(Exception, match="greeting"):
            await house.keeper.keep(NOON)
        assert await house.value("SELECT COUNT(*) FROM dirty_day") == 1
        await house.rows("ALTER TABLE greeting_away RENAME TO greeting")
        await house.keeper.keep(NOON + 1000)
        assert await house.value("SELECT COUNT(*) FROM dirty_day") == 0


async def test_a_clock_that_is_put_back_stops_nothing() -> None:
    async with kept() as house:
        await house.say(NOON - 5 * HOUR_MS)
        await house.keeper.keep(NOON)
        await house.rows("INSERT INTO dirty_day VALUES (1, 20000, 1)")
        await house.keeper.keep(NOON - 2 * HOUR_MS)
        assert await house.value("SELECT COUNT(*) FROM dirty_day") == 0


async def test_the_log_is_emptied_once_an_hour() -> None:
    async with kept() as house:
        for minute in range(30, 30 + 3 * 60):
            await house.keeper.keep(NOON + minute * MINUTE_MS)
        assert house.counting.checkpoints == 3


async def test_days_are_settled_in_the_zone_that_holds_now() -> None:
    async with kept() as house:
        await house.say(NOON + 11 * HOUR_MS)
        day = (NOON + 11 * HOUR_MS + 14 * HOUR_MS) // DAY_MS
        await house.rows("UPDATE community SET timezone = 'Pacific/Kiritimati'")
        await house.rows(f"UPDATE dirty_day SET day = {day}")
        await house.keeper.keep(NOON + 12 * HOUR_MS)
        assert await house.value("SELECT day FROM activity_day") == day


async def test_a_presence_that_could_not_be_noted_is_noted_in_the_same_minute() -> None:
    async with kept() as house:
        await house.say(NOON)
        await house.keeper.keep(NOON)
        await house.rows("ALTER TABLE presence RENAME TO presence_away")
        with pytest.raises(Exception, match="presence"):
            await house.keeper.keep(NOON + MINUTE_MS)
        await house.rows("ALTER TABLE presence_away RENAME TO presence")
        await house.keeper.keep(NOON + MINUTE_MS + 10_000)
        assert await house.value("SELECT seen_at FROM presence") == NOON + MINUTE_MS + 10_000


async def test_raw_events_of_every_community_go() -> None:
    old = NOON - (RAW_DAYS + 5) * DAY_MS
    async with kept() as house:
        await house.say(old, NOON)
        await house.say(old, NOON, place=PlaceId("discord", "2"))
        await house.keeper.keep(NOON)
        assert await house.rows("SELECT DISTINCT community_id, at FROM message") == [
            (1, NOON),
            (2, NOON),
        ]
