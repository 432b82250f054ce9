"""`foyer forget`: erases a person and never records them again."""

import asyncio

import click

from bot.cli.options import Options, common_options
from bot.errors import UsageError


@click.command()
@click.argument("account", metavar="PLATFORM:ID")
@click.option("--community", metavar="C", help="Only there (default: the whole store).")
@common_options
@click.pass_obj
def forget(options: Options, account: str, community: str | None) -> None:
    """Erase an account and never record it again."""
    from bot.cli.printing import hand_over

    known = asyncio.run(_forget(options.store_url(), account, community))
    places = "1 community" if known == 1 else f"{known} communities"
    hand_over(f"Erased from {places}; this account will not be recorded again.\n")


async def _forget(url: str, account: str, meant: str | None) -> int:
    from bot.app import updating
    from bot.communities import get_community
    from bot.forgetting import forget
    from bot.model import AccountId, split_id
    from db.connection import Connection

    named = split_id(account)
    if named is None:
        raise UsageError("name the account as discord:ID or telegram:ID")

    async def unit(connection: Connection) -> int:
        only = None if meant is None else await get_community(connection, meant)
        return await forget(connection, url, AccountId(*named), only)

    async with updating(url) as store:
        return await store.write(unit)
