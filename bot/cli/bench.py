"""`foyer bench`: what Foyer costs, as ratios to a peer measured in the same run."""

import click

from bot.cli.options import common_options, json_option
from bot.errors import UsageError


@click.command()
@click.argument("name", required=False)
@json_option
@common_options
def bench(name: str | None, as_json: bool) -> None:
    """Measure what Foyer costs beside a peer, by one benchmark or by all."""
    from bot.bench import BENCHMARKS, benchmark
    from bot.bench.report import document, table
    from bot.cli.printing import hand_over, to_json

    if name is not None and name not in BENCHMARKS:
        raise UsageError(f"{name}: no such benchmark; there are: {', '.join(BENCHMARKS)}")
    reports = [benchmark(one)() for one in BENCHMARKS if name in (None, one)]
    hand_over(to_json(document(reports)) if as_json else "\n".join(map(table, reports)))
