"""`foyer demo`: a simulated community and its digest, without any token."""

import asyncio
import sys
from pathlib import Path

import click

from bot.cli.options import Options, common_options, lang_option


@click.command()
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Which one.")
@lang_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    metavar="DIR",
    help="Where the store and the digest go.",
)
@common_options
@click.pass_obj
def demo(options: Options, seed: int, lang: str | None, out: Path) -> None:
    """Simulate a community and show its weekly digest."""
    from bot.cli.printing import hand_over, to_json
    from bot.demo import play
    from bot.digest import compose, document
    from bot.render.text import print_post, render_text
    from bot.text import texts_for

    language = lang or "en"
    out.mkdir(parents=True, exist_ok=True)
    statistics = asyncio.run(play(out / "foyer.db", seed, language))
    post = compose(statistics, texts_for(language))
    hand_over(render_text(post), out / "digest.txt")
    hand_over(to_json(document(statistics, post)), out / "digest.json")
    if sys.stdout.isatty():
        from rich.console import Console

        print_post(Console(), post)
    else:
        hand_over(render_text(post))
    if not options.quiet:
        click.echo(_farewell(out), err=True)


def _farewell(out: Path) -> str:
    store = out / "foyer.db"
    return (
        f"\nThis community is simulated. Its store is {store}, its digest {out / 'digest.txt'}"
        f" and {out / 'digest.json'}.\n"
        f"All figures: foyer stats --community 1 --db sqlite:///{store}\n"
        'Your own: foyer import EXPORT --community "My club",'
        ' then foyer digest --community "My club"'
    )
