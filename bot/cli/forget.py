"""`foyer forget`: erases a person and never records them again."""

import asyncio
from typing import TYPE_CHECKING

import click

from bot.cli.options import Account, Options, common_options

if TYPE_CHECKING:
    from bot.model import AccountId


@click.command()
@click.argument("account", type=Account(), metavar="PLATFORM:ID")
@click.option("--community", metavar="C", help="Only there (default: the whole store).")
@common_options
@click.pass_obj
def forget(options: Options, account: "AccountId", community: str | None) -> None:
    """Erase an account and never record it again."""
    from bot.cli.printing import hand_over

    known = asyncio.run(_forget(options.store_url(), account, community))
    places = "1 community" if known == 1 else f"{known} communities"
    hand_over(
        f"Erased from {places}; this account will not be recorded again.\n"
        "Exports, backups and lists of rejected records made before are yours to delete.\n"
    )


async def _forget(url: str, account: "AccountId", meant: str | None) -> int:
    from bot.app import suppression_of, updating
    from bot.clock import now_ms
    from bot.communities import get_community
    from bot.privacy.forgetting import forget, opt_out
    from db.connection import Connection

    async def unit(connection: Connection) -> int:
        suppression, now = suppression_of(url), now_ms()
        if meant is None:
            return await forget(connection, suppression, account, now)
        only = await get_community(connection, meant)
        return await opt_out(connection, suppression, only.id, account, now)

    async with updating(url) as store:
        return await store.write(unit)
