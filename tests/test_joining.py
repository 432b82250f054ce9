"""One community of two: nothing doubled, nothing lost, whoever absorbs whom."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import DAY_MS, HOUR_MS, LocalDays
from bot.events import (
    ChannelDescribed,
    Event,
    GapNoted,
    MemberJoined,
    MembersCounted,
    MessageDeleted,
    MessageSent,
    PollClosed,
    ReactionChanged,
    SourceDescribed,
)
from bot.joining import absorb
from bot.model import Community
from db.connection import Connection
from db.directory import create_community
from db.keys import PassingKey
from db.links import link
from db.retention import prune
from db.suppression import Suppression
from db.tables import RAW_DAYS, TABLES, Table, type_of
from tests.canary import deeds
from tests.happenings import PLATFORM, START, in_their_order, streams
from tests.stores import PARIS, dump, fetch, in_store, recorded

NOW = START + 30 * 86_400_000
LAW = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WHO = ("keeper", "absorbed", "both")
KNOWN_BY = st.lists(st.sampled_from(WHO), min_size=25, max_size=25)
ZONES = st.sampled_from([PARIS, "UTC", "Asia/Tokyo", "America/New_York"])


def shared_out(events: Sequence[Event], knows: Sequence[str]) -> tuple[list[Event], list[Event]]:
    """The events as two communities know them, some of them both."""
    told = list(zip(events, knows, strict=False))
    return (
        [event for event, who in told if who != "absorbed"],
        [event for event, who in told if who != "keeper"],
    )


async def joined(
    connection: Connection, keeper: Community, absorbed: Community
) -> dict[str, list[tuple[Any, ...]]]:
    await absorb(connection, keeper, absorbed, Suppression(PassingKey()), NOW)
    return await dump(connection, keeper.id)


@LAW
@given(events=streams, knows=KNOWN_BY, zone=ZONES, settled=st.booleans())
def test_two_that_are_joined_are_one_that_knew_everything_from_the_start(
    store_url: str, events: list[Event], knows: list[str], zone: str, settled: bool
) -> None:
    ours, theirs = shared_out(events, knows)

    async def each(connection: Connection) -> list[Any]:
        found = []
        for first, second in ((ours, theirs), (theirs, ours)):
            keeper = await recorded(connection, [first], settled=settled)
            other = await recorded(connection, [second], zone, settled=settled)
            found.append(await joined(connection, keeper, other))
        native = await recorded(connection, [events])
        return [*found, await dump(connection, native.id)]

    one, other, native = in_store(store_url, each)
    assert one == native
    assert other == native


@LAW
@given(
    events=streams,
    who=st.fixed_dictionaries(dict.fromkeys(["c1", "c2", "v", None], st.sampled_from(WHO))),
    kept=st.tuples(st.none() | st.integers(0, 10), st.integers(0, 10)),
    zone=ZONES,
)
def test_days_of_which_no_raw_event_tells_any_more_are_neither_lost_nor_doubled(
    store_url: str,
    events: list[Event],
    who: dict[str | None, str],
    kept: tuple[int | None, int],
    zone: str,
) -> None:
    told = [one for one in in_their_order(events) if not isinstance(one, MessageDeleted)]
    known = shared_out(told, [who[getattr(event, "channel", None)] for event in told])

    async def each(connection: Connection) -> list[Any]:
        found = []
        for order in ((0, 1), (1, 0)):
            both = [await _pruned(connection, known[one], zone, kept[one]) for one in order]
            found.append(_days(await joined(connection, *both)))
        native = await recorded(connection, [told], zone)
        return [*found, _days(await dump(connection, native.id))]

    one, other, native = in_store(store_url, each)
    assert one == native
    assert other == native


async def _pruned(
    connection: Connection, events: Sequence[Event], zone: str, kept: int | None
) -> Community:
    community = await recorded(connection, [events], zone)
    if kept is not None:
        days = LocalDays(zone)
        await prune(connection, community.id, days, days.day(START) + kept + RAW_DAYS)
    return community


def _days(content: dict[str, list[tuple[Any, ...]]]) -> dict[str, Any]:
    """The roll-ups; a reaction's haste is known only while its message is."""
    contacts = [(*row[:9], row[10]) for row in content["contact_day"]]
    return {"activity": content["activity_day"], "contacts": contacts}


UNFILLED = {"community", "heir", "dirty_day"}
"""What stands for a community itself, and what is empty once everything is settled."""

ALL_KINDS: list[Event] = [
    *deeds("zoe"),
    ChannelDescribed(platform=PLATFORM, channel="c1", kind="forum"),
    MembersCounted(platform=PLATFORM, at=START, count=12),
    SourceDescribed(platform=PLATFORM, name="promo", spend=9.5, currency="EUR"),
    GapNoted(platform=PLATFORM, start=START, end=START + HOUR_MS, reason="down"),
    PollClosed(platform=PLATFORM, poll="p", at=START),
    MessageDeleted(platform=PLATFORM, channel="c1", id="m1", at=START + DAY_MS),
    MessageSent(platform=PLATFORM, channel="c1", id="5", author="bob", at=START, reply_to="4"),
    ReactionChanged(
        platform=PLATFORM, channel="c1", message="m2", user="bob", emoji="👍", at=START + HOUR_MS
    ),
    ReactionChanged(
        platform=PLATFORM, channel="c1", message="m2", user="bob", emoji="👍",
        at=START + 3 * DAY_MS, op="remove",
    ),
]  # fmt: skip
"""Something for every table that events fill."""


async def with_a_row_in_every_table(connection: Connection) -> Community:
    community = await recorded(connection, [ALL_KINDS], "UTC")
    await link(connection, community.id, 1, 2, START)
    content = await dump(connection, community.id)
    for table in TABLES:
        is_owned = "community_id" in table.all_columns and table.name not in UNFILLED
        if is_owned and not table.told and not content.get(table.name):
            await connection.insert(table, [any_row(table, community.id)])
    return community


def any_row(table: Table, community: int) -> tuple[Any, ...]:
    """A row of one of the tables that no event fills."""
    known = {"community_id": community, "platform": PLATFORM, "account_no": 1, "channel_no": 1}
    words = {"text": "word", "bigint": 1, "float8": 1.5}
    return tuple(known.get(column, words[type_of(column)]) for column in table.all_columns)


def test_whatever_a_community_holds_is_brought_along(store_url: str) -> None:
    """A table that joining forgets loses its row here."""

    async def around(connection: Connection) -> tuple[Any, Any, list[Any]]:
        absorbed = await with_a_row_in_every_table(connection)
        keeper = await create_community(connection, "club", "UTC", "en")
        before = await dump(connection, absorbed.id)
        after = await joined(connection, keeper, absorbed)
        left = [
            (table.name, column)
            for table in TABLES
            for column in {"community_id", "heir_id"} & {*table.all_columns}
            for row in await fetch(connection, f"SELECT {column} FROM {table.name}")
            if row[0] == absorbed.id
        ]
        return before, after, left

    before, after, left = in_store(store_url, around)
    assert {name for name, rows in before.items() if not rows} == {"dirty_day"}
    assert after == before
    assert left == [("heir", "community_id")]


async def _count(connection: Connection, table: str, where: str = "") -> int:
    [[count]] = await fetch(connection, f"SELECT COUNT(*) FROM {table} {where}")
    return int(count)


def message(id: str, author: str = "ana", channel: str = "c1", at: int = START) -> MessageSent:
    return MessageSent(platform=PLATFORM, channel=channel, id=id, author=author, at=at, length=5)


async def two(
    connection: Connection, ours: Sequence[Event] = (), theirs: Sequence[Event] = ()
) -> tuple[Community, Community]:
    """A keeper and a community to be absorbed, neither of which the bot ever met."""
    return await recorded(connection, [ours]), await recorded(connection, [theirs])


def test_a_join_that_one_knows_better_keeps_its_source_and_its_inviter(store_url: str) -> None:
    imported = MemberJoined(platform=PLATFORM, user="ana", at=START, inviter="bob")
    live = MemberJoined(platform=PLATFORM, user="ana", at=START, source="promo", certainty="exact")
    other = MemberJoined(
        platform=PLATFORM, user="cyd", at=START, source="poster", certainty="exact"
    )
    better = MemberJoined(
        platform=PLATFORM, user="cyd", at=START, source="promo", certainty="guess"
    )

    async def each(connection: Connection) -> list[Any]:
        found = []
        for ours, theirs in (([imported, other], [live]), ([live, other], [imported, better])):
            found.append(
                (await joined(connection, *await two(connection, ours, theirs)))["membership"]
            )
        return found

    one, two_ = in_store(store_url, each)
    assert one == two_
    assert one == [
        (START, "discord:ana", 1, None, "promo", "exact", "discord:bob"),
        (START, "discord:cyd", 1, None, "poster", "exact", None),
    ]


def test_days_are_counted_in_the_keepers_zone_the_old_ones_too(store_url: str) -> None:
    days = LocalDays("UTC")
    horizon = days.day(START) + 3
    told = [message(f"m{n}", at=days.start(horizon) + n * HOUR_MS) for n in range(-30, 40)]

    async def counted(connection: Connection) -> tuple[int, int, set[Any], set[Any]]:
        absorbed = await recorded(connection, [told], "UTC")
        await prune(connection, absorbed.id, days, horizon + RAW_DAYS)
        keeper = await recorded(connection, [], "Asia/Tokyo")
        content = await joined(connection, keeper, absorbed)
        native = await dump(connection, (await recorded(connection, [told], "Asia/Tokyo")).id)
        [[first]] = await fetch(
            connection, f"SELECT raw_from_day FROM community WHERE community_id = {keeper.id}"
        )
        total = sum(row[3] for row in content["activity_day"])
        return first, total, _since(first, content), _since(first, native)

    first, total, ours, native = in_store(store_url, counted)
    assert total == len(told)
    assert first in (horizon, horizon + 1)
    assert ours == native


def test_what_was_not_counted_yet_is_not_lost_on_days_that_are_not_rebuilt(
    store_url: str,
) -> None:
    async def counted(connection: Connection) -> list[Any]:
        days = LocalDays(PARIS)
        keeper = await recorded(connection, [[message("k1", "ana")]])
        await prune(connection, keeper.id, days, days.day(START) + 3 + RAW_DAYS)
        absorbed = await recorded(connection, [[message("a1", "bob")]], settled=False)
        return [row[2:4] for row in (await joined(connection, keeper, absorbed))["activity_day"]]

    assert in_store(store_url, counted) == [("discord:ana", 1), ("discord:bob", 1)]


def test_of_two_counts_of_an_old_day_the_greater_holds(store_url: str) -> None:
    """Either was given half an export; nobody can tell any more what both saw."""

    def talk(hour: int, replies: int) -> list[Event]:
        at = START + hour * HOUR_MS
        answers = [
            MessageSent(
                platform=PLATFORM, channel="c1", id=f"{hour}-{n}", author="bob", at=at + n,
                reply_to="0", reply_to_author="ana", mentions=("ana",) * (n % 2),
            )
            for n in range(replies)
        ]  # fmt: skip
        return [*answers, message(f"x{hour}", at=at)]

    async def each(connection: Connection) -> list[Any]:
        days = LocalDays("UTC")
        found = []
        for halves in ((talk(1, 5), talk(2, 3)), (talk(2, 3), talk(1, 5))):
            both = [await recorded(connection, [half], "UTC") for half in halves]
            for one in both:
                await prune(connection, one.id, days, days.day(START) + 3 + RAW_DAYS)
            content = await joined(connection, *both)
            first = [row[6] for row in content["account"]]
            found.append((content["activity_day"], content["contact_day"], first))
        return found

    one, other = in_store(store_url, each)
    assert one == other
    activity, contacts, first = one
    assert [(row[2], row[3], row[7]) for row in activity] == [
        ("discord:ana", 1, 0b110),
        ("discord:bob", 5, 0b110),
    ]
    assert [row[2:6] for row in contacts] == [("discord:bob", "discord:ana", 5, 2)]
    assert first == [START + HOUR_MS, START + HOUR_MS]


def test_what_was_taken_back_after_an_old_day_is_known_of_that_day(store_url: str) -> None:
    reaction = ReactionChanged(
        platform=PLATFORM, channel="c1", message="1", user="bob", emoji="👍", at=START
    )
    told = [
        message("1"),
        reaction,
        msgspec.structs.replace(reaction, at=START + 2 * DAY_MS, op="remove"),
    ]

    async def each(connection: Connection) -> list[Any]:
        absorbed = await recorded(connection, [told], "UTC")
        before = (await dump(connection, absorbed.id))["revision"]
        days = LocalDays("UTC")
        await prune(connection, absorbed.id, days, days.day(START) + 9 + RAW_DAYS)
        keeper = await recorded(connection, [], "UTC")
        return [before, (await joined(connection, keeper, absorbed))["revision"]]

    before, after = in_store(store_url, each)
    assert after == before != []


@pytest.mark.parametrize("kind", [GapNoted, SourceDescribed, PollClosed, MembersCounted])
def test_what_belongs_to_no_channel_and_nobody_is_told_too(
    tmp_path: Path, kind: type[Event]
) -> None:
    lonely = [event for event in ALL_KINDS if isinstance(event, kind)]

    async def both(connection: Connection) -> tuple[Any, Any]:
        content = await joined(connection, *await two(connection, (), lonely))
        return content, await dump(connection, (await recorded(connection, [lonely])).id)

    content, native = in_store(f"sqlite:///{tmp_path}/foyer.db", both)
    assert content == native
    assert any(native.values())


def _since(first: int, content: dict[str, list[tuple[Any, ...]]]) -> set[Any]:
    return {row for row in content["activity_day"] if row[0] >= first}
