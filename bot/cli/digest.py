"""`foyer digest`: the weekly community health digest."""

import asyncio
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import (
    Options,
    common_options,
    community_option,
    lang_option,
    week_option,
)

if TYPE_CHECKING:
    from bot.stats import Statistics

FORMATS = ("text", "json", "telegram")


@click.command()
@community_option
@week_option
@click.option(
    "--audience",
    type=click.Choice(("moderators", "members")),
    default="moderators",
    show_default=True,
    help="Whom it is for.",
)
@lang_option
@click.option(
    "--format",
    "shape",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How it is written.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to a file.",
)
@common_options
@click.pass_obj
def digest(
    options: Options,
    community: str,
    week: date | None,
    audience: str,
    lang: str | None,
    shape: str,
    out: Path | None,
) -> None:
    """Show the health digest of a week."""
    from bot.cli.printing import hand_over, to_json
    from bot.digest import compose, document
    from bot.render.telegram import render_telegram
    from bot.render.text import render_text
    from bot.text import texts_for

    statistics = asyncio.run(_statistics(options.store_url(), community, week))
    post = compose(statistics, texts_for(lang or statistics.community.language), audience)
    match shape:
        case "json":
            written = to_json(document(statistics, post, audience))
        case "telegram":
            written = "\n\n".join(render_telegram(post)) + "\n"
        case _:
            written = render_text(post)
    hand_over(written, out)


async def _statistics(url: str, meant: str, week: date | None) -> "Statistics":
    from bot.app import reading
    from bot.communities import get_community
    from bot.gather import gather
    from bot.period import check_week_is_over, default_week

    async with reading(url) as reader:
        community = await get_community(reader.connection, meant)
        if week is not None:
            check_week_is_over(community, week)
        return await gather(reader, community, week or await default_week(reader, community))
