"""`foyer db`: looking after the store."""

import asyncio

import click

from bot.cli.options import Options, common_options


@click.group()
@common_options
def db() -> None:
    """Look after the store."""


@db.command()
@common_options
@click.pass_obj
def migrate(options: Options) -> None:
    """Bring an older store up to this version, with a backup beside it."""
    from bot.cli.printing import hand_over

    asyncio.run(_migrate(options.store_url()))
    hand_over("The store is up to date.\n")


async def _migrate(url: str) -> None:
    from bot.app import writing

    async with writing(url):
        pass
