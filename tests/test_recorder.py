from itertools import pairwise
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import DAY_MS, LocalDays
from bot.events import Event, MessageDeleted, MessageSent, ReactionChanged
from db.connection import Connection
from db.rollups import settle
from db.tables import DIRTY_DAY
from tests.happenings import START, streams
from tests.stores import PARIS, dump, in_store, record_more, recorded

Rows = list[tuple[Any, ...]]

LAW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def message(id: str, author: str = "ana", **more: object) -> MessageSent:
    return MessageSent(
        platform="discord",
        channel="c1",
        id=id,
        author=author,
        **{"at": START, **more},  # type: ignore[arg-type]  # fields by name
    )


@LAW
@given(events=streams, data=st.data())
def test_any_order_and_repetition_gives_the_same_store(
    store_url: str, events: list[Event], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(events), max_size=8)) if events else []
    shuffled = data.draw(st.permutations(events + again))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=3)))
    batches = [shuffled[a:b] for a, b in pairwise([0, *cuts, len(shuffled)])]

    async def told(connection: Connection) -> tuple[object, object]:
        plain = await recorded(connection, [events])
        mixed = await recorded(connection, batches)
        return await dump(connection, plain.id), await dump(connection, mixed.id)

    plain, mixed = in_store(store_url, told)
    assert mixed == plain


@LAW
@given(first=streams, second=streams)
def test_rollups_kept_up_to_date_equal_rollups_built_anew(
    store_url: str, first: list[Event], second: list[Event]
) -> None:
    async def both(connection: Connection) -> tuple[object, object]:
        community = await recorded(connection, [first, second])
        kept = await dump(connection, community.id)
        for table in ("activity_day", "contact_day", "revision", "awaited"):
            await connection.statement(f"DELETE FROM {table}")
        everything = [(community.id, day, no) for day in range(20_160, 20_200) for no in range(9)]
        await connection.insert(DIRTY_DAY, everything)
        await settle(connection, community.id, LocalDays(PARIS))
        return kept, await dump(connection, community.id)

    kept, anew = in_store(store_url, both)
    assert anew == kept


@LAW
@given(events=streams)
def test_recording_twice_brings_nothing_the_second_time(
    store_url: str, events: list[Event]
) -> None:
    async def twice(connection: Connection) -> list[list[bool]]:
        community = await recorded(connection, [events])
        return await record_more(connection, community, [events])

    assert not any(in_store(store_url, twice)[0])


def test_says_which_events_were_new(store_url: str) -> None:
    async def fresh(connection: Connection) -> list[list[bool]]:
        community = await recorded(connection, [[message("1")]])
        batch: list[Event] = [message("1"), message("2"), message("2"), message("m-3")]
        return await record_more(connection, community, [batch])

    assert in_store(store_url, fresh) == [[False, True, False, True]]


@pytest.mark.parametrize("late", ["1", "m-1"])
def test_a_message_that_comes_late_decides_whom_its_replies_went_to(
    store_url: str, late: str
) -> None:
    later = START + 5 * DAY_MS
    reply = message("2", "bob", reply_to=late, reply_to_author="eve", at=later)

    async def receivers(connection: Connection) -> tuple[Rows, Rows]:
        community = await recorded(connection, [[reply]])
        before = (await dump(connection, community.id))["contact_day"]
        await record_more(connection, community, [[message(late, "ana")]])
        return before, (await dump(connection, community.id))["contact_day"]

    before, after = in_store(store_url, receivers)
    assert [row[3] for row in before] == ["discord:eve"]
    assert [row[3] for row in after] == ["discord:ana"]


def thumb(at: int, op: Literal["add", "remove"] = "add") -> ReactionChanged:
    return ReactionChanged(
        platform="discord", channel="c1", message="1", user="bob", emoji="👍", at=at, op=op
    )


@pytest.mark.parametrize(
    ("first", "then", "left"),
    [
        ([thumb(START + 2 * DAY_MS)], [thumb(START)], [0]),
        ([thumb(START + 2 * DAY_MS)], [thumb(START + 5 * DAY_MS, "remove")], []),
        ([thumb(START), thumb(START + 4 * DAY_MS)], [thumb(START + DAY_MS, "remove")], [4]),
    ],
)
def test_what_comes_late_moves_a_reaction_to_the_day_it_stands_on(
    store_url: str, first: list[Event], then: list[Event], left: list[int]
) -> None:
    async def days(connection: Connection) -> list[int]:
        community = await recorded(connection, [[message("1")], first, then])
        return [row[0] for row in (await dump(connection, community.id))["contact_day"]]

    start = LocalDays(PARIS).day(START)
    assert in_store(store_url, days) == [start + day for day in left]


def test_a_moderators_deletion_takes_back_reactions_of_other_days(store_url: str) -> None:
    gone = MessageDeleted(
        platform="discord", channel="c1", id="1", at=START + 5 * DAY_MS, by_moderator=True
    )

    async def rows(connection: Connection) -> tuple[Rows, tuple[Rows, Rows]]:
        community = await recorded(connection, [[message("1"), thumb(START + 2 * DAY_MS)]])
        before = await dump(connection, community.id)
        await record_more(connection, community, [[gone]])
        after = await dump(connection, community.id)
        return before["contact_day"], (after["contact_day"], after["activity_day"])

    before, after = in_store(store_url, rows)
    assert len(before) == 1
    assert after == ([], [])


def test_a_snowflake_rounded_to_the_second_is_the_same_message(store_url: str) -> None:
    at = 1_776_699_340_298
    exact = message("1495810190807666688", at=at)
    rounded = message("1495810190807666688", at=at - 298)

    async def rows(connection: Connection) -> object:
        community = await recorded(connection, [[rounded], [exact]])
        return [row[0] for row in (await dump(connection, community.id))["message"]]

    assert in_store(store_url, rows) == [at]
