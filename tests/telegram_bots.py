"""What a test needs to have Foyer's own client talk to the fake Bot API."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr

from bot.adapters import Arrival, Cursor, Misfit, News, Reply, Standing
from bot.clock import Clock
from bot.cog import Cog
from bot.commands import Command, Request
from bot.config import TelegramSettings
from bot.engine import Engine, Outfit
from bot.errors import StoreError
from bot.events import MessageSent
from bot.intake import Defaults
from bot.model import Place, PlaceId
from bot.sight import Sight
from bot.telemetry import Telemetry
from bot.text import texts_for
from bot.text.texts import Texts
from db.connection import Connection
from db.keys import PassingKey
from db.opening import write_memory
from db.suppression import Suppression
from tests.fakes.telegram import FakeTelegram
from tests.stages import ReadingThrough
from tests.stores import fetch


def settings_for(fake: FakeTelegram, **more: Any) -> TelegramSettings:
    """Settings that lead to the fake."""
    known = {"token": SecretStr(fake.token), "api_url": fake.api_url, "file_url": fake.file_url}
    return TelegramSettings(**{**known, **more})


@asynccontextmanager
async def engine_at(clock: Clock, *cogs: Cog, **adapters: Any) -> AsyncIterator[Engine]:
    """An engine on a store in memory, with these adapters, which nobody runs yet."""
    async with write_memory() as store:
        outfit = Outfit(
            store=store,
            reading=ReadingThrough(store),
            suppression=Suppression(PassingKey()),
            cogs=cogs,
            adapters=adapters,
            clock=clock,
            telemetry=Telemetry(),
            defaults=Defaults("Europe/Paris", "en"),
            owner="test",
            is_patient=False,
        )
        yield Engine(outfit)


async def stored(engine: Engine, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query of the test's own."""

    async def look(connection: Connection) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await fetch(connection, sql)]

    return await engine.store.write(look)


class Listener:
    """A host that remembers what it is told; its store fails as often as `failures` says."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.taken: list[tuple[tuple[News, ...], Cursor | None, tuple[Misfit, ...]]] = []
        self.told: list[tuple[str, *tuple[Any, ...]]] = []
        self.standings: list[Standing] = []
        self.cursors: dict[str, str] = {}
        self.failures = 0
        self.faults: dict[str, Exception] = {}
        """What a bug of ours makes of messages by these authors."""

    @property
    def commands(self) -> Mapping[str, Command]:
        return {}

    def texts(self, language: str) -> Texts:
        return texts_for(language)

    async def arrive(self, arrival: Arrival) -> None:
        self._note("arrive", arrival)

    async def depart(self, place: PlaceId) -> None:
        self._note("depart", place)

    async def take(
        self, *news: News, cursor: Cursor | None = None, misfits: Sequence[Misfit] = ()
    ) -> None:
        self._fail()
        for event in [event for one in news for event in one.events]:
            if (author := getattr(event, "author", "")) in self.faults:
                raise self.faults[author]
        self.taken.append((news, cursor, tuple(misfits)))
        if cursor is not None:
            self.cursors[cursor.stream] = cursor.value

    async def move(self, old: PlaceId, new: PlaceId) -> None:
        self._note("move", old, new)

    async def resume(self, platform: str, kept_ms: int) -> None:
        self._note("resume", platform, kept_ms)

    async def look(self, place: PlaceId, blind: Collection[Sight]) -> None:
        self._note("look", place, blind)

    async def places(self, platform: str) -> Sequence[Standing]:
        return self.standings

    async def place_of_poll(self, platform: str, poll: str) -> PlaceId | None:
        self._note("place_of_poll", poll)
        return None

    async def cursor(self, stream: str) -> str | None:
        return self.cursors.get(stream)

    async def ask(self, request: Request) -> Reply:
        raise AssertionError("nobody asks")

    async def language(self, request: Request) -> str:
        raise AssertionError("nobody asks")

    @property
    def messages(self) -> list[str]:
        """The ids of all messages, in the order they were taken."""
        events = [event for news, *_ in self.taken for one in news for event in one.events]
        return [event.id for event in events if isinstance(event, MessageSent)]

    @property
    def misfits(self) -> list[Misfit]:
        """Everything that was put aside."""
        return [one for *_, misfits in self.taken for one in misfits]

    def _note(self, *words: Any) -> None:
        self._fail()
        self.told.append(words)

    def _fail(self) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise StoreError("the disk is full")


def place(chat: int) -> PlaceId:
    """A group of Telegram's as a place."""
    return PlaceId("telegram", str(chat))


def standing(chat: int, title: str, kind: str = "supergroup", *, is_in: bool = True) -> Standing:
    """What the store knows of a group."""
    return Standing(Place(place(chat), title, kind), is_in)


class Rests:
    """Notes how long somebody wanted to rest, and lets them go on at once."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)
