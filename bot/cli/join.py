"""`foyer join`: makes one community of two."""

import asyncio

import click

from bot.cli.options import Options, common_options
from bot.errors import UsageError


@click.command()
@click.argument("keeper", metavar="C1")
@click.argument("absorbed", metavar="C2")
@common_options
@click.pass_obj
def join(options: Options, keeper: str, absorbed: str) -> None:
    """Make one community of two: C2 becomes part of C1, which cannot be undone."""
    from bot.cli.printing import hand_over

    hand_over(asyncio.run(_join(options.store_url(), keeper, absorbed)) + "\n")


async def _join(url: str, keeper: str, absorbed: str) -> str:
    from bot.app import suppression_of, updating
    from bot.clock import now_ms
    from bot.communities import get_community
    from bot.joining import absorb
    from db.connection import Connection

    async def unit(connection: Connection) -> str:
        one = await get_community(connection, keeper, "C1")
        other = await get_community(connection, absorbed, "C2")
        if one.id == other.id:
            raise UsageError(f"C2: is the same as C1: community {one.id} ({one.name})")
        await absorb(connection, one, other, suppression_of(url), now_ms())
        return (
            f"Everything of {other.name} (community {other.id}) is part of {one.name}"
            f" (community {one.id}) now."
        )

    async with updating(url) as store:
        return await store.write(unit)
