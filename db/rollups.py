"""Keeps the daily roll-ups equal to what the raw events say."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable

from bot.clock import DAY_MS, LocalDays
from bot.rollup import (
    ALWAYS,
    DayRows,
    RawDay,
    RawMention,
    RawMessage,
    RawReaction,
    RawThread,
    RawVoice,
    RawVote,
    roll_up,
)
from db.connection import Connection, Row
from db.replies import Reply
from db.tables import ACTIVITY_DAY, AWAITED, CONTACT_DAY, REVISION

DayChannel = tuple[int, int]
"""A local day and a channel."""


async def read_day(connection: Connection, community: int, days: LocalDays, day: int) -> RawDay:
    """The raw events of a local day."""
    span = {"community": community, "start": days.start(day), "stop": days.start(day + 1)}
    earliest = span["start"] - DAY_MS
    return RawDay(
        messages=[
            _message(row, span["stop"]) for row in await connection.rows("day_messages", **span)
        ],
        mentions=[RawMention(*row) for row in await connection.rows("day_mentions", **span)],
        reactions=[RawReaction(*row) for row in await connection.rows("day_reactions", **span)],
        voice=[
            RawVoice(*row) for row in await connection.rows("day_voice", earliest=earliest, **span)
        ],
        votes=[RawVote(*row) for row in await connection.rows("day_votes", **span)],
        threads=[RawThread(*row) for row in await connection.rows("day_threads", **span)],
    )


def _message(row: Row, stop: int) -> RawMessage:
    at, channel, number, author, *answered, deleted_at = row
    reply = Reply(*answered)
    known_at = reply.at if reply.at is not None and reply.at < stop else None
    return RawMessage(
        at, channel, number, author, reply.number, reply.addressee(stop), known_at, deleted_at
    )


async def compute(
    connection: Connection,
    community: int,
    days: LocalDays,
    wanted: Iterable[DayChannel],
    as_of: int = ALWAYS,
) -> AsyncIterator[tuple[int, dict[int, DayRows]]]:
    """The roll-ups of (day, channel) pairs, and of those that hang on the same reactions.

    Comes day by day, each with its channels; a day may come twice, never with the same channel.
    """
    waiting: defaultdict[int, set[int]] = defaultdict(set)
    for day, channel in wanted:
        waiting[day].add(channel)
    done: set[DayChannel] = set()
    while waiting:
        day = min(waiting)
        channels = waiting.pop(day)
        done.update((day, channel) for channel in channels)
        raw = await read_day(connection, community, days, day)
        parts = _by_channel(roll_up(days, day, raw, as_of))
        yield day, {channel: parts[channel] for channel in channels}
        for channel in channels:
            for pair in parts[channel].linked - done:
                waiting[pair[0]].add(pair[1])


def _by_channel(rows: DayRows) -> defaultdict[int, DayRows]:
    parts: defaultdict[int, DayRows] = defaultdict(DayRows)
    for activity in rows.activity:
        parts[activity.channel].activity.append(activity)
    for contact in rows.contacts:
        parts[contact.channel].contacts.append(contact)
    for channel, at in rows.revised.items():
        parts[channel].revised[channel] = at
    for channel, message in rows.awaited:
        parts[channel].awaited.add((channel, message))
    for day, channel in rows.linked:
        parts[channel].linked.add((day, channel))
    return parts


async def settle(connection: Connection, community: int, days: LocalDays) -> None:
    """Rebuild the roll-ups of all dirty days; those whose raw events are gone stay as they are."""
    rows = await connection.rows("dirty_days", community=community)
    dirty = [(row[0], row[1]) for row in rows]
    horizon = await connection.value("raw_from_day", community=community)
    async for day, channels in compute(connection, community, days, dirty):
        if horizon is not None and day < horizon:
            channels = {
                channel: rolled
                for channel, rolled in channels.items()
                if not await connection.value(
                    "rolled_up", community=community, day=day, channel=channel
                )
            }
        await _store(connection, community, day, channels)
    await connection.run("clear_dirty_days", community=community)


async def _store(
    connection: Connection, community: int, day: int, channels: dict[int, DayRows]
) -> None:
    where = [{"community": community, "day": day, "channel": channel} for channel in channels]
    for name in ("drop_activity", "drop_contacts", "drop_revisions", "drop_awaited"):
        await connection.run_many(name, where)
    activity: list[Row] = []
    contacts: list[Row] = []
    revisions: list[Row] = []
    awaited: list[Row] = []
    for channel, rows in channels.items():
        activity += [(community, *row) for row in rows.activity]
        contacts += [(community, *row) for row in rows.contacts]
        revisions += [(community, day, channel, at) for at in rows.revised.values()]
        awaited += [(community, channel, number, day) for _, number in sorted(rows.awaited)]
    await connection.insert(ACTIVITY_DAY, activity)
    await connection.insert(CONTACT_DAY, contacts)
    await connection.insert(REVISION, revisions)
    await connection.insert(AWAITED, awaited)
