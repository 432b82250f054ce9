"""Cuts a community's past into the local days of another time zone."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from bot.clock import MINUTE_MS, LocalDays
from bot.ledger import Activity, Contact
from db.connection import Connection
from db.retention import prune
from db.rollups import settle
from db.tables import ACTIVITY_DAY, CONTACT_DAY, DIRTY_DAY, RAW_DAYS

_EVER = -(1 << 40)
"""A day before all days."""

_SPELL_MS = 15 * MINUTE_MS
"""No zone's midnight falls inside such a spell."""

R = TypeVar("R", Activity, Contact)


class _Rolled(NamedTuple):
    """The roll-ups of some days."""

    activity: list[Activity]
    contacts: list[Contact]


async def rezone(connection: Connection, community: int, timezone: str) -> None:
    """Give a community another time zone, and its roll-ups that zone's days.

    As far back as raw events reach, the roll-ups become those of a community that was in the zone
    from the start. Older days keep the midnights they were counted by; where they meet the new
    ones, around the horizon, the parts of a day are added up.
    """
    old = LocalDays(await connection.value("timezone_of", community=community))
    new = LocalDays(timezone)
    await connection.run("set_timezone", community=community, timezone=timezone)
    horizon: int | None = await connection.value("raw_from_day", community=community)
    if horizon is None:
        await _cut(connection, community, new, _EVER)
        return
    await prune(connection, community, old, horizon + RAW_DAYS)
    first = new.day(old.start(horizon))
    kept = await _rolled(connection, community, first, horizon)
    await _cut(connection, community, new, min(first, horizon))
    await _put_back(
        connection, community, kept, await _rolled(connection, community, first, horizon)
    )
    whole = first if new.start(first) == old.start(horizon) else first + 1
    await connection.run("set_raw_from_day", community=community, day=whole)


async def _cut(connection: Connection, community: int, days: LocalDays, first: int) -> None:
    """Build the roll-ups from a day on anew."""
    for query in (
        "drop_activity_from",
        "drop_contacts_from",
        "drop_revisions_from",
        "drop_awaited_from",
    ):
        await connection.run(query, community=community, day=first)
    eventful: set[tuple[int, int]] = set()
    for channel, spell in await connection.rows("spells", community=community, length=_SPELL_MS):
        eventful.add((days.day(spell * _SPELL_MS), channel))
    for channel, start, end in await connection.rows("stays", community=community):
        reached = range(days.day(start), days.day(max(start, end - 1)) + 1)
        eventful.update((day, channel) for day in reached)
    rows = [(community, day, channel) for day, channel in sorted(eventful)]
    await connection.insert(DIRTY_DAY, rows)
    await settle(connection, community, days)


async def _rolled(connection: Connection, community: int, first: int, end: int) -> _Rolled:
    span = {"community": community, "first_day": first, "today": end}
    return _Rolled(
        [Activity(*row) for row in await connection.rows("ledger_activity", **span)],
        [Contact(*row) for row in await connection.rows("ledger_contacts", **span)],
    )


async def _put_back(connection: Connection, community: int, kept: _Rolled, anew: _Rolled) -> None:
    """Store the parts of days that no raw event tells of any more, beside the other parts."""
    at = {(row.day, row.channel) for row in kept.activity}
    at |= {(row.day, row.channel) for row in kept.contacts}
    where = [{"community": community, "day": day, "channel": channel} for day, channel in at]
    for query in ("drop_activity", "drop_contacts"):
        await connection.run_many(query, where)
    activity = _merged(kept.activity, anew.activity, 3, _both_activity)
    contacts = _merged(kept.contacts, anew.contacts, 4, _both_contacts)
    await connection.insert(
        ACTIVITY_DAY, [(community, *row) for row in activity if (row.day, row.channel) in at]
    )
    await connection.insert(
        CONTACT_DAY, [(community, *row) for row in contacts if (row.day, row.channel) in at]
    )


def _merged(
    kept: Iterable[R], anew: Iterable[R], width: int, both: Callable[[R, R], R]
) -> Sequence[R]:
    """The rows by their key, which is `width` columns wide; two with one key as one."""
    rows = {row[:width]: row for row in kept}
    for row in anew:
        other = rows.get(row[:width])
        rows[row[:width]] = row if other is None else both(other, row)
    return list(rows.values())


def _both_activity(one: Activity, other: Activity) -> Activity:
    return one._replace(
        messages=one.messages + other.messages,
        votes=one.votes + other.votes,
        threads=one.threads + other.threads,
        voice_ms=one.voice_ms + other.voice_ms,
        hours=one.hours | other.hours,
        voice_hours=one.voice_hours | other.voice_hours,
    )


def _both_contacts(one: Contact, other: Contact) -> Contact:
    return Contact(*one[:4], *(a + b for a, b in zip(one[4:], other[4:], strict=True)))
