"""Sets the stage of `foyer console`: the bot, a room in the terminal, a clock moved by hand."""

import logging
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console

from bot.adapters import Adapter
from bot.adapters.console import playing
from bot.adapters.console.adapter import ConsoleAdapter
from bot.adapters.console.keyboard import Keyboard
from bot.adapters.console.place import PLATFORM, ROOM
from bot.adapters.console.room import Room
from bot.adapters.console.screen import Out, Screen
from bot.adapters.console.script import Step, steps
from bot.adapters.console.session import BREATH_MS, Session
from bot.app import on_stage
from bot.cli.console_ending import Ending
from bot.cli.options import Options
from bot.clock import ManualClock, WallClock
from bot.errors import ContentError
from bot.intake import Defaults
from bot.logs import logging_to
from bot.model import Community
from bot.render.layout import Line
from bot.render.text import plain_text, print_lines
from bot.telemetry import Telemetry
from bot.text import texts_for
from db.directory import find_community_at

LOUDNESS = logging.WARNING
"""Only such log lines are worth interrupting a talk for."""
LAST_SECONDS = 5.0
"""So long at most a session that ends waits for what is being said."""


async def play(
    options: Options, path: Path | None, language: str | None, ending: Ending, watch: Out
) -> None:
    """Play a script, or what comes on stdin; `watch` is shown everything as well.

    Raises:
        UsageError: a line cannot be understood, or what it says cannot be done.
        ContentError: it is not UTF-8.
    """
    terminal = Console()

    def out(lines: Sequence[Line]) -> None:
        watch(lines)
        _print(terminal, lines, ending)

    at, spoken, rest = playing.opening(_steps(path, ending))
    clock = ManualClock(WallClock().now() if at is None else at)
    async with _session(options, clock, out, BREATH_MS, spoken or language) as session:
        await playing.play(session, rest)


async def converse(options: Options, language: str | None, ending: Ending) -> None:
    """Take what is typed at the terminal."""
    terminal, wall = Console(), WallClock()
    clock = ManualClock(wall.now())

    def out(lines: Sequence[Line]) -> None:
        _print(terminal, lines, ending)

    async with _session(options, clock, out, 0, language) as session:
        you = session.screen.texts.in_context("whoever sits at the console", "You")
        await playing.converse(session, Keyboard(terminal, ending.reading).ask, wall, you)


@asynccontextmanager
async def _session(
    options: Options, clock: ManualClock, out: Out, breath_ms: int, language: str | None
) -> AsyncIterator[Session]:
    settings = options.settings().defaults
    defaults = Defaults(settings.timezone, language or settings.language)
    room, screen = Room(), Screen(out, texts_for(defaults.language), clock)
    adapters: dict[str, Adapter] = {PLATFORM: ConsoleAdapter(room, screen)}
    with logging_to(sys.stderr, ()):
        logging.getLogger().setLevel(LOUDNESS)
        async with on_stage(options.db, adapters, clock, defaults, Telemetry()) as stage:

            async def community() -> Community | None:
                return await stage.reading(
                    lambda reader: find_community_at(reader.connection, ROOM)
                )

            session = Session(stage, room, screen, community, breath_ms)
            try:
                await session.open(language)
                yield session
            finally:
                await stage.outbox.stop(LAST_SECONDS)


def _steps(path: Path | None, ending: Ending) -> Iterable[Step]:
    """The steps of a script; a file is understood to its end before anything happens."""
    if path is None:
        return steps(_lines(_coming(sys.stdin.buffer, ending), "<stdin>"), "<stdin>")
    with path.open("rb") as file:
        return list(steps(_lines(file, path.name), path.name))


def _coming(raw: BinaryIO, ending: Ending) -> Iterator[bytes]:
    """The lines of a pipe as they come; waiting for one is given up when the session must end."""
    while True:
        with ending.reading():
            line = raw.readline()
        if not line:
            return
        yield line


def _lines(raw: Iterable[bytes], name: str) -> Iterator[str]:
    for number, line in enumerate(raw, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise ContentError(f"{name}:{number}: this is not UTF-8") from None


def _print(terminal: Console, lines: Sequence[Line], ending: Ending) -> None:
    """Show lines; a terminal that takes none ends the session, and is no failure of the bot's."""
    try:
        if terminal.is_terminal:
            print_lines(terminal, lines)
        else:
            click.echo("".join(f"{plain_text(line)}\n" for line in lines), nl=False)
    except OSError as error:
        ending.end(error)
