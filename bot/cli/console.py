"""`foyer console`: the same bot in a terminal, typed to or played from a script."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import Language, Options, common_options
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.render.layout import Line


@click.command()
@click.argument(
    "script",
    required=False,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--lang", type=Language(), metavar="en|fr", help="The language (default: the community's)."
)
@click.option(
    "--svg",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Draw what a script shows as a moving picture, too.",
)
@common_options
@click.pass_obj
def console(options: Options, script: Path | None, lang: str | None, svg: Path | None) -> None:
    """Talk with Foyer in the terminal, or play a script."""
    from bot.cli.console_ending import Ending
    from bot.cli.console_stage import converse, play
    from bot.running.stopping import Deadline

    ending = Ending(Deadline())
    if script is None and sys.stdin.isatty():
        if svg is not None:
            raise UsageError("--svg draws a script; name one")
        with ending.heeded():
            asyncio.run(ending.unless_asked(converse(options, lang, ending)))
        return
    if svg is not None and not svg.parent.is_dir():
        raise UsageError(f"--svg {svg}: there is no such folder; make it first")
    shown: list[Sequence[Line]] = []
    with ending.heeded():
        asyncio.run(ending.unless_asked(play(options, script, lang, ending, shown.append)))
    if svg is not None:
        from bot.adapters.console.animation import animated
        from bot.cli.printing import hand_over

        hand_over(animated(shown), svg)
