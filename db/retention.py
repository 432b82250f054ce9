"""Lets raw events go when their time is over; the roll-ups stay."""

from bot.clock import LocalDays
from db.connection import Connection
from db.rollups import settle
from db.tables import RAW_DAYS, TABLES, Kept


async def prune(connection: Connection, community: int, days: LocalDays, today: int) -> int:
    """Drop raw events older than `RAW_DAYS` local days; the first day that is kept.

    Roll-ups are brought up to date first and never rebuilt for the days that go.
    """
    await settle(connection, community, days)
    first_day = today - RAW_DAYS
    before = days.start(first_day)
    for query in ("keep_reply_authors", "keep_reaction_authors"):
        await connection.run(query, community=community, before=before)
    for table in TABLES:
        if table.kept is Kept.RAW:
            await connection.statement(
                f"DELETE FROM {table.name}"  # noqa: S608  names of the registry
                f" WHERE community_id = {community:d} AND {table.time} < {before:d}"
            )
    await connection.run("drop_unused_names", community=community)
    await connection.run("drop_awaited_before", community=community, day=first_day)
    await connection.run("set_raw_from_day", community=community, day=first_day)
    return first_day
