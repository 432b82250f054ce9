"""Takes an account out of a community, its rows and its share of the roll-ups; or a community."""

from bot.clock import LocalDays
from bot.model import AccountId
from db.connection import Connection
from db.links import unlink
from db.rollups import settle
from db.tables import DIRTY_DAY, TABLES, USER_SETTING

PERSONAL = {USER_SETTING: "drop_user_setting"}
"""What takes a person's row out of each table of the installation that is about people."""


async def erase(connection: Connection, community: int, account: int, days: LocalDays) -> None:
    """Erase an account everywhere the registry says that one is named.

    What others sent to it loses its target. Roll-ups that can be rebuilt are; of older days only
    the account's own share is taken out.
    """
    who = {"community": community, "account": account}
    await connection.run("soil_days_of_account", **who)
    traces = await connection.rows("traces_of_account", **who)
    soiled = {(community, days.day(at), channel) for at, channel in traces}
    await connection.insert(DIRTY_DAY, sorted(soiled))
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


async def erase_settings(connection: Connection, account: AccountId) -> None:
    """Erase what an account chose for itself, wherever it is met."""
    for query in PERSONAL.values():
        await connection.run(query, **account._asdict())


async def erase_community(connection: Connection, community: int) -> None:
    """Erase every row of a community; its number stays given where it has an heir."""
    for table in TABLES:
        if not table.installation:
            await connection.statement(
                f"DELETE FROM {table.name}"  # noqa: S608  names of the registry
                f" WHERE community_id = {community:d}"
            )


async def is_known(connection: Connection, account: AccountId) -> bool:
    """Whether any community knows an account."""
    return bool(await connection.rows("find_accounts", **account._asdict()))
