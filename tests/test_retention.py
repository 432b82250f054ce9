from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import DAY_MS, LocalDays
from bot.events import Event, MessageSent, ReactionChanged
from db.connection import Connection
from db.retention import prune
from db.rollups import settle
from db.tables import DIRTY_DAY, RAW_DAYS, TABLES, Kept
from tests.happenings import START, changing, in_their_order, streams
from tests.stores import PARIS, dump, fetch, in_store, recorded

DAYS = LocalDays(PARIS)
FIRST = DAYS.day(START)
LAW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ROLLUPS = ("activity_day", "contact_day")


@LAW
@given(events=streams, kept=st.integers(0, 10))
def test_raw_events_go_after_their_time_and_rollups_stay(
    store_url: str, events: list[Event], kept: int
) -> None:
    async def around(connection: Connection) -> tuple[Any, Any, list[int]]:
        community = await recorded(connection, [events])
        before = await dump(connection, community.id)
        await prune(connection, community.id, DAYS, FIRST + kept + RAW_DAYS)
        oldest = []
        for table in TABLES:
            if table.kept is Kept.RAW:
                [[at]] = await fetch(connection, f"SELECT MIN({table.time}) FROM {table.name}")
                oldest += [at] if at is not None else []
        return before, await dump(connection, community.id), oldest

    before, after, oldest = in_store(store_url, around)
    assert all(at >= DAYS.start(FIRST + kept) for at in oldest)
    assert {name: after[name] for name in ROLLUPS} == {name: before[name] for name in ROLLUPS}
    assert after["membership"] == before["membership"]


@LAW
@given(events=streams, kept=st.integers(0, 10))
def test_days_inside_the_horizon_can_still_be_rebuilt(
    store_url: str, events: list[Event], kept: int
) -> None:
    async def rebuilt(connection: Connection) -> tuple[Any, Any]:
        community = await recorded(connection, [in_their_order(changing(events))])
        await prune(connection, community.id, DAYS, FIRST + kept + RAW_DAYS)
        before = await dump(connection, community.id)
        everything = [
            (community.id, day, no) for day in range(FIRST - 1, FIRST + 14) for no in range(9)
        ]
        await connection.insert(DIRTY_DAY, everything)
        await settle(connection, community.id, DAYS)
        return before, await dump(connection, community.id)

    before, after = in_store(store_url, rebuilt)
    assert _without_fast(after) == _without_fast(before)


def _without_fast(content: dict[str, list[tuple[Any, ...]]]) -> dict[str, Any]:
    """A reaction's haste is known only while its message is."""
    contacts = [(*row[:9], row[10]) for row in content["contact_day"]]
    return {"activity": content["activity_day"], "contacts": contacts}


def test_days_that_go_are_rolled_up_first(store_url: str) -> None:
    told = [MessageSent(platform="discord", channel="c1", id="1", author="ana", at=START)]

    async def left(connection: Connection) -> list[Any]:
        community = await recorded(connection, [told], settled=False)
        await prune(connection, community.id, DAYS, FIRST + 9 + RAW_DAYS)
        content = await dump(connection, community.id)
        return [len(content[table]) for table in ("message", "activity_day")]

    assert in_store(store_url, left) == [0, 1]


def test_answers_to_what_goes_keep_their_addressee(store_url: str) -> None:
    told: list[Event] = [
        MessageSent(platform="discord", channel="c1", id="1", author="ana", at=START),
        MessageSent(
            platform="discord", channel="c1", id="2", author="bob", at=START + DAY_MS, reply_to="1"
        ),
        ReactionChanged(
            platform="discord", channel="c1", message="1", user="bob", emoji="👍", at=START + DAY_MS
        ),
    ]

    async def left(connection: Connection) -> tuple[Any, Any]:
        community = await recorded(connection, [told])
        await prune(connection, community.id, DAYS, FIRST + 1 + RAW_DAYS)
        content = await dump(connection, community.id)
        return content["message"][0][5], content["reaction"][0][-1]

    assert in_store(store_url, left) == ("discord:ana", "discord:ana")
