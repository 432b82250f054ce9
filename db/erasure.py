"""Takes an account out of a community: its rows, and its share of the roll-ups."""

from bot.clock import LocalDays
from db.connection import Connection
from db.links import unlink
from db.rollups import settle
from db.tables import TABLES


async def erase(connection: Connection, community: int, account: int, days: LocalDays) -> None:
    """Erase an account everywhere the registry says that one is named.

    What others sent to it loses its target. Roll-ups that can be rebuilt are; of older days only
    the account's own share is taken out.
    """
    who = {"community": community, "account": account}
    await connection.run("soil_days_of_account", **who)
    await connection.run("drop_mentions_by", **who)
    await unlink(connection, community, account)
    for table in TABLES:
        for column in table.points:
            await connection.statement(
                f"UPDATE {table.name} SET {column} = NULL"  # noqa: S608  names of the registry
                f" WHERE community_id = {community:d} AND {column} = {account:d}"
            )
        for column in table.owner:
            await connection.statement(
                f"DELETE FROM {table.name}"  # noqa: S608  names of the registry
                f" WHERE community_id = {community:d} AND {column} = {account:d}"
            )
    await connection.run("drop_unused_names", community=community)
    await settle(connection, community, days)
