"""`foyer stats`: the catalogue of figures."""

import asyncio
from datetime import date
from typing import TYPE_CHECKING

import click

from bot.cli.options import (
    Options,
    common_options,
    community_option,
    json_option,
    until_option,
)

if TYPE_CHECKING:
    from bot.stats import Statistics


@click.command()
@community_option
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=28,
    show_default=True,
    help="Length of the window.",
)
@until_option
@json_option
@common_options
@click.pass_obj
def stats(options: Options, community: str, days: int, until: date | None, as_json: bool) -> None:
    """Show every figure of a community."""
    from bot.cli.printing import hand_over, to_json
    from bot.render.figures import figures_table
    from bot.stats import document

    statistics = asyncio.run(_statistics(options.store_url(), community, days, until))
    hand_over(to_json(document(statistics)) if as_json else figures_table(statistics))


async def _statistics(url: str, meant: str, days: int, until: date | None) -> "Statistics":
    from bot.app import reading
    from bot.communities import get_community
    from bot.gather import gather
    from bot.period import default_until

    async with reading(url) as reader:
        community = await get_community(reader.connection, meant)
        last = until or await default_until(reader, community)
        return await gather(reader, community, last, days)
