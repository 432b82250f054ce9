"""Our processor time for an update of Telegram's beside python-telegram-bot's own."""

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.adapters import Cursor, News
from bot.adapters.telegram.peer import PEER, Peer
from bot.adapters.telegram.reading.people import TELEGRAM, Me
from bot.adapters.telegram.reading.told import Told, place_of
from bot.adapters.telegram.reading.translate import translate
from bot.adapters.telegram.reading.updates import decode, split
from bot.app import engine_for
from bot.bench.report import Report, Row
from bot.bench.stopwatch import Work, medians
from bot.bench.telegram_updates import CHAT, KINDS, bodies
from bot.clock import WallClock
from bot.engine import Engine
from bot.intake import Defaults
from bot.languages import SOURCE_LANGUAGE
from bot.telemetry import Telemetry

UPDATES = 2_000
ROUNDS = 5
FIRST = 1_000
"""The number of the first message."""
PLAIN = "plain messages"
GOAL = 0.1
"""Plain messages never become the library's objects, so they cost a tenth of it at most."""

_ME = Me(42, "FoyerBot", reads_all=True)


def measure(updates: int = UPDATES, rounds: int = ROUNDS) -> Report:
    """Microseconds for an update of each kind, and for a plain message all the way to the disk.

    The first rows are reading and understanding, on both sides; the last one is events, cursor
    and features in transactions of 100 updates, beside the peer's mere reading.
    """
    return asyncio.run(_measure(updates, rounds))


async def _measure(updates: int, rounds: int) -> Report:
    with TemporaryDirectory(prefix="foyer-bench-") as folder:
        url, defaults = f"sqlite:///{Path(folder) / 'foyer.db'}", Defaults("UTC", SOURCE_LANGUAGE)
        async with (
            engine_for(url, {}, WallClock(), defaults, Telemetry()) as engine,
            Peer() as peer,
        ):
            works = _works(engine, peer, updates, rounds)
            seconds = await medians(works, rounds)
    each = {name: taken / updates * 1e6 for name, taken in seconds.items()}
    theirs = {kind: each[f"peer: {kind}"] for kind in KINDS}
    rows = [Row(kind, each[kind], theirs[kind], GOAL if kind == PLAIN else None) for kind in KINDS]
    stored = Row(f"{PLAIN}, stored", each["stored"], theirs[PLAIN])
    return Report("telegram", PEER, "microseconds of processor time an update", [*rows, stored])


def _works(engine: Engine, peer: Peer, updates: int, rounds: int) -> dict[str, Work]:
    works: dict[str, Work] = {}
    for kind, make in KINDS.items():
        told = bodies(make, FIRST, updates)
        works[f"peer: {kind}"] = partial(peer.read, told)
        works[kind] = partial(_understood, told)
    unheard = (bodies(KINDS[PLAIN], FIRST + n * updates, updates) for n in range(rounds))
    prepared = iter(list(unheard))
    works["stored"] = lambda: stored(engine, next(prepared))
    return works


def _read(body: bytes) -> Iterator[Told]:
    for raw in split(body):
        yield translate(decode(raw), _ME, now=0)


async def _understood(told: Sequence[bytes]) -> None:
    for body in told:
        for _ in _read(body):
            pass


async def stored(engine: Engine, told: Sequence[bytes]) -> None:
    """Take answers of `getUpdates` all the way to the disk, one transaction each."""
    for number, body in enumerate(told):
        heard = list(_read(body))
        names = {account: name for one in heard for account, name in one.names.items()}
        news = News(place_of(CHAT), [event for one in heard for event in one.events], names)
        await engine.take(news, cursor=Cursor(f"{TELEGRAM}:bench", str(number)))
