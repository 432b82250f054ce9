"""Another time zone: the days are cut anew, and nothing is lost where they cannot be."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import DAY_MS, HOUR_MS, LocalDays
from bot.events import Event, MessageDeleted, MessageSent, ReactionChanged, VoiceSpent
from db.connection import Connection
from db.retention import prune
from db.rezone import rezone
from db.tables import RAW_DAYS
from tests.happenings import START, in_their_order, streams
from tests.stores import PARIS, dump, fetch, in_store, record_more, recorded

LAW = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ZONES = (
    *("UTC", PARIS, "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"),
    *("Pacific/Pago_Pago", "Pacific/Kiritimati", "Asia/Tokyo"),
)
zones = st.sampled_from(ZONES)
ROLLED = ("activity_day", "contact_day", "revision", "awaited", "dirty_day")


@LAW
@given(events=streams, before=zones, after=zones, settled=st.booleans())
def test_a_community_that_moved_is_one_that_was_always_there(
    store_url: str, events: list[Event], before: str, after: str, settled: bool
) -> None:
    async def both(connection: Connection) -> tuple[Any, Any]:
        moved = await recorded(connection, [events], before, settled=settled)
        await rezone(connection, moved.id, after)
        native = await recorded(connection, [events], after)
        return await dump(connection, moved.id), await dump(connection, native.id)

    moved, native = in_store(store_url, both)
    assert moved == native


@LAW
@given(events=streams, cut=st.integers(0, 25), before=zones, between=zones, after=zones)
def test_what_comes_after_a_move_is_counted_in_the_new_days(
    store_url: str, events: list[Event], cut: int, before: str, between: str, after: str
) -> None:
    async def both(connection: Connection) -> tuple[Any, Any]:
        moved = await recorded(connection, [events[:cut]], before)
        for zone in (between, after):
            await rezone(connection, moved.id, zone)
        await record_more(connection, moved._replace(timezone=after), [events[cut:]])
        native = await recorded(connection, [events[:cut], events[cut:]], after)
        return await dump(connection, moved.id), await dump(connection, native.id)

    moved, native = in_store(store_url, both)
    assert moved == native


@LAW
@given(events=streams, kept=st.integers(0, 10), before=zones, after=zones)
def test_inside_the_raw_horizon_days_are_those_of_the_new_zone(
    store_url: str, events: list[Event], kept: int, before: str, after: str
) -> None:
    told = _never_after_death(in_their_order(events))

    async def both(connection: Connection) -> tuple[int, Any, Any]:
        moved = await _pruned(connection, told, before, kept)
        await rezone(connection, moved, after)
        native = await recorded(connection, [told], after)
        [[first]] = await fetch(
            connection, f"SELECT raw_from_day FROM community WHERE community_id = {moved}"
        )
        return first, await dump(connection, moved), await dump(connection, native.id)

    first, moved, native = in_store(store_url, both)
    assert _since(first, moved) == _since(first, native)
    given_up = LocalDays(after).start(first) - LocalDays(before).start(_day(before, kept))
    assert 0 <= given_up <= 25 * HOUR_MS


@LAW
@given(events=streams, kept=st.integers(0, 10), before=zones, after=zones)
def test_no_move_loses_or_doubles_what_lies_before_the_horizon(
    store_url: str, events: list[Event], kept: int, before: str, after: str
) -> None:
    async def counted(connection: Connection) -> list[list[Any]]:
        moved = await _pruned(connection, in_their_order(events), before, kept)
        sums = [await _sums(connection, moved)]
        for zone in (after, before, after):
            await rezone(connection, moved, zone)
            sums.append(await _sums(connection, moved))
        return sums

    first, *others = in_store(store_url, counted)
    assert others == [first] * len(others)


@pytest.mark.parametrize("after", ["Pacific/Pago_Pago", "Pacific/Kiritimati"])
def test_a_day_at_the_horizon_holds_both_its_parts(store_url: str, after: str) -> None:
    """Before noon the raw events are gone, after it they are there."""
    days = LocalDays("UTC")
    horizon = days.day(START) + 3
    told = [_message(n, days.start(horizon) + hours * HOUR_MS) for n, hours in enumerate(HOURS)]

    async def left(connection: Connection) -> tuple[list[tuple[int, int]], int]:
        community = await recorded(connection, [told], "UTC")
        await prune(connection, community.id, days, horizon + RAW_DAYS)
        await rezone(connection, community.id, after)
        rows = await fetch(connection, "SELECT day, messages FROM activity_day ORDER BY day")
        [[first]] = await fetch(connection, "SELECT raw_from_day FROM community")
        return [(row[0] - horizon, row[1]) for row in rows], first - horizon

    expected = {
        "Pacific/Pago_Pago": ([(-1, 4), (0, 1)], 0),
        "Pacific/Kiritimati": ([(-1, 2), (0, 1), (1, 2)], 1),
    }
    assert in_store(store_url, left) == expected[after]


HOURS = (-20, -1, 1, 10, 23)


@pytest.mark.parametrize(
    "way",
    [
        ("Asia/Tokyo", "UTC"),
        ("Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"),
        ("Pacific/Pago_Pago", "Pacific/Kiritimati", "Pacific/Pago_Pago"),
    ],
)
def test_going_there_and_back_counts_nothing_twice(store_url: str, way: Sequence[str]) -> None:
    days = LocalDays("UTC")
    horizon = days.day(START) + 3
    told = [_message(n, days.start(horizon) + n * HOUR_MS) for n in range(-30, 40)]

    async def counts(connection: Connection) -> list[int]:
        community = await recorded(connection, [told], "UTC")
        await prune(connection, community.id, days, horizon + RAW_DAYS)
        found = []
        for zone in way:
            await rezone(connection, community.id, zone)
            found.append((await _sums(connection, community.id))[0])
        return found

    assert in_store(store_url, counts) == [len(told)] * len(way)


def test_old_days_stay_where_they_were(store_url: str) -> None:
    told = [_message(1, START + HOUR_MS), _message(2, START + 23 * HOUR_MS)]

    async def left(connection: Connection) -> list[int]:
        community = await recorded(connection, [told], "UTC")
        today = LocalDays("UTC").day(START) + 5 + RAW_DAYS
        await prune(connection, community.id, LocalDays("UTC"), today)
        await rezone(connection, community.id, "Asia/Tokyo")
        return [row[0] for row in await fetch(connection, "SELECT day FROM activity_day")]

    assert in_store(store_url, left) == [LocalDays("UTC").day(START)]


@pytest.mark.parametrize("settled", [True, False])
@pytest.mark.parametrize("after", ["Asia/Tokyo", "America/New_York"])
def test_what_was_imported_late_from_before_the_horizon_counts_once(
    store_url: str, after: str, settled: bool
) -> None:
    days = LocalDays("UTC")
    horizon = days.day(START) + 3
    late = [_message(n, days.start(horizon) - n * HOUR_MS // 2) for n in range(1, 99)]

    async def counts(connection: Connection) -> list[tuple[int, int]]:
        community = await recorded(connection, [[_message(100, START - 10 * DAY_MS)]], "UTC")
        await prune(connection, community.id, days, horizon + RAW_DAYS)
        await record_more(connection, community, [late], settled=settled)
        await rezone(connection, community.id, after)
        rows = await fetch(connection, "SELECT day, messages FROM activity_day ORDER BY day")
        return [(row[0] - horizon, row[1]) for row in rows]

    assert in_store(store_url, counts) == [(-13, 1), (-3, 2), (-2, 48), (-1, 48)]


def test_a_reaction_taken_back_after_the_new_midnight_becomes_a_revision(store_url: str) -> None:
    """In the old zone it came and went on one day, of which nothing was left."""
    late = START + 22 * HOUR_MS
    add = ReactionChanged(
        platform="discord", channel="c1", message="1", user="bob", emoji="👍", at=late
    )
    told: list[Event] = [
        _message(1, START),
        add,
        ReactionChanged(
            platform="discord", channel="c1", message="1", user="bob", emoji="👍",
            at=late + 90 * 60_000, op="remove",
        ),
    ]  # fmt: skip

    async def revised(connection: Connection) -> list[list[int]]:
        community = await recorded(connection, [told], "UTC")
        found = []
        for zone in ("UTC", PARIS):
            await rezone(connection, community.id, zone)
            rows = await fetch(connection, "SELECT revised_at FROM revision")
            found.append([row[0] for row in rows])
        return found

    assert in_store(store_url, revised) == [[], [late + 90 * 60_000]]


def test_no_revision_stays_on_a_day_on_which_nothing_happened_any_more(store_url: str) -> None:
    add = ReactionChanged(
        platform="discord", channel="c1", message="m1", user="bob", emoji="👍", at=START + HOUR_MS
    )
    removal = msgspec.structs.replace(add, op="remove", at=START + 3 * DAY_MS)
    told: list[Event] = [_message(1, START - HOUR_MS), add, removal]

    async def revised(connection: Connection) -> list[int]:
        community = await recorded(connection, [told], "UTC")
        await rezone(connection, community.id, "America/New_York")
        return [row[0] for row in await fetch(connection, "SELECT day FROM revision")]

    assert in_store(store_url, revised) == [LocalDays("UTC").day(START) - 1]


def test_a_long_stay_is_shared_out_among_the_new_days(store_url: str) -> None:
    stay = VoiceSpent(
        platform="discord", user="ana", channel="v", start=START, end=START + 2 * DAY_MS
    )

    async def shares(connection: Connection) -> list[int]:
        community = await recorded(connection, [[stay]], "UTC")
        await rezone(connection, community.id, "Asia/Tokyo")
        rows = await fetch(connection, "SELECT voice_ms FROM activity_day ORDER BY day")
        return [row[0] // HOUR_MS for row in rows]

    assert in_store(store_url, shares)[:2] == [15, 24]


def test_only_the_community_that_moves_is_touched(store_url: str) -> None:
    async def around(connection: Connection) -> tuple[Any, Any, str]:
        stays = await recorded(connection, [[_message(1, START)]], "UTC")
        goes = await recorded(connection, [[_message(1, START)]], "UTC")
        before = await dump(connection, stays.id)
        await rezone(connection, goes.id, "Asia/Tokyo")
        [[zone]] = await fetch(
            connection, f"SELECT timezone FROM community WHERE community_id = {stays.id}"
        )
        return before, await dump(connection, stays.id), zone

    before, after, zone = in_store(store_url, around)
    assert (after, zone) == (before, "UTC")


def _message(number: int, at: int) -> MessageSent:
    return MessageSent(platform="discord", channel="c1", id=f"m{number}", author="ana", at=at)


def _day(zone: str, kept: int) -> int:
    return LocalDays(zone).day(START) + kept


def _never_after_death(events: list[Event]) -> list[Event]:
    """The events without what happened to a message that was deleted; retention forgets that."""
    gone: dict[tuple[str, str], int] = {}
    for event in events:
        if isinstance(event, MessageDeleted):
            place = event.channel, event.id
            gone[place] = min(event.at, gone.get(place, event.at))

    def is_alive(event: Event) -> bool:
        match event:
            case MessageSent(reply_to=str(target)) | ReactionChanged(message=target):
                return event.at < gone.get((event.channel, target), event.at + 1)
        return True

    return [event for event in events if is_alive(event)]


async def _pruned(connection: Connection, events: Sequence[Event], zone: str, kept: int) -> int:
    community = await recorded(connection, [events], zone)
    await prune(connection, community.id, LocalDays(zone), _day(zone, kept) + RAW_DAYS)
    return community.id


def _since(first: int, content: dict[str, list[tuple[Any, ...]]]) -> dict[str, Any]:
    """The roll-ups from a day on; a reaction's haste is known only while its message is."""
    contacts = [(*row[:9], row[10]) for row in content["contact_day"] if row[0] >= first]
    activity = [row for row in content["activity_day"] if row[0] >= first]
    return {"activity": activity, "contacts": contacts, "dirty": content["dirty_day"]}


async def _sums(connection: Connection, community: int) -> list[Any]:
    """What is told of instants; a stay that crosses the horizon may share itself out anew."""
    sums = "SUM(messages), SUM(votes), SUM(threads)"
    where = f"WHERE community_id = {community}"
    [activity] = await fetch(connection, f"SELECT {sums} FROM activity_day {where}")
    [contacts] = await fetch(
        connection, f"SELECT SUM(replies), SUM(mentions) FROM contact_day {where}"
    )
    return [int(value or 0) for value in (*activity, *contacts)]
