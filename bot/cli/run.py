"""`foyer run`: the bot, on every platform that has a token."""

import asyncio
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import click

from bot.cli.options import Options, common_options
from bot.errors import FoyerError, UsageError
from bot.running.stopping import LAST_MOMENTS, Deadline, StopSignals

if TYPE_CHECKING:
    from bot.adapters import Adapter
    from bot.config import Settings


@click.command()
@common_options
@click.pass_obj
def run(options: Options) -> None:
    """Be the bot on every platform that has a token, until SIGTERM or Ctrl-C."""
    deadline = Deadline()
    with StopSignals(deadline).heeded() as signals:
        settings, url = options.settings(), options.store_url()
        from bot.logs import logging_to
        from bot.logs.mask import Mask

        secrets = _secrets(settings, url)
        with logging_to(sys.stderr, secrets):
            adapters = _adapters(settings)
            try:
                asyncio.run(_run(settings, url, adapters, signals, deadline))
            except FoyerError as error:
                error.args = (Mask(secrets)(str(error)),)  # platforms quote a token they refuse
                raise


async def _run(
    settings: "Settings",
    url: str,
    adapters: "dict[str, Adapter]",
    signals: StopSignals,
    deadline: Deadline,
) -> None:
    from bot.app import engine_for
    from bot.clock import WallClock
    from bot.intake import Defaults
    from bot.running.life import HttpAddress, run_until_stopped
    from bot.telemetry import Telemetry

    defaults = Defaults(settings.defaults.timezone, settings.defaults.language)
    http = HttpAddress(settings.http.host, settings.http.port)

    async with engine_for(url, adapters, WallClock(), defaults, Telemetry()) as engine:
        life = asyncio.create_task(run_until_stopped(engine, http, signals, _announce))
        await asyncio.wait({life})  # a failure in here would take a new store away again
    deadline.set(LAST_MOMENTS, exit_code=0 if life.exception() is None else 1)
    life.result()


def _announce(line: str) -> None:
    click.echo(f"foyer: {line}", err=True)


def _adapters(settings: "Settings") -> "dict[str, Adapter]":
    from bot.adapters.registry import adapter_of

    chosen: dict[str, Any] = {}
    if settings.discord.token is not None:
        chosen["discord"] = settings.discord
    if settings.telegram.token is not None:
        chosen["telegram"] = settings.telegram
    if not chosen:
        raise UsageError(
            "no platform has a token; set FOYER_DISCORD__TOKEN or FOYER_TELEGRAM__TOKEN,"
            " or try the bot without any: foyer console"
        )
    return {name: adapter_of(name, table) for name, table in chosen.items()}


def _secrets(settings: "Settings", url: str) -> list[str]:
    """What no log may show."""
    telegram = settings.telegram
    tokens = (settings.discord.token, telegram.token, telegram.webhook_secret)
    password = urlsplit(url).password or ""
    return [token.get_secret_value() for token in tokens if token] + [password, unquote(password)]
