"""A bot that goes round its groups, on the fake Bot API and a stage."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.adapters import Arrival
from bot.adapters.telegram.groups.arrivals import Arrivals
from bot.adapters.telegram.groups.rounds import Rounds
from bot.adapters.telegram.groups.staff import Staff
from bot.adapters.telegram.line.client import Client, connected
from bot.app import on_stage
from bot.clock import DAY_MS, MINUTE_MS, ManualClock
from bot.engine import Stage
from bot.intake import Defaults
from bot.model import ChannelId, Place, PlaceId
from bot.telemetry import Telemetry
from db.connection import Row
from db.reading import Reader
from tests.bot import PLATFORM, RememberingPlatform
from tests.fakes.telegram import FakeTelegram
from tests.stores import fetch
from tests.test_telegram_sights import settings_of

START = round(datetime.fromisoformat("2026-10-05T10:00:00+00:00").timestamp() * 1000)
ASKED = {"getWebhookInfo", "getMe", "getChatMember", "getChatAdministrators", "getChatMemberCount"}


@dataclass
class Going:
    """A bot that goes round the groups of a fake Telegram."""

    stage: Stage
    clock: ManualClock
    chat: RememberingPlatform
    client: Client
    arrivals: Arrivals
    rounds: Rounds

    async def arrives(self, chat: int, title: str = "The club") -> PlaceId:
        """The bot is in a group from now on."""
        place = PlaceId(PLATFORM, str(chat))
        found = Place(place, title, "supergroup" if str(chat).startswith("-100") else "group")
        await self.stage.arrive(Arrival(found, self.clock.now(), main=ChannelId(*place)))
        await self.arrivals.load()
        return place

    async def rows(self, sql: str) -> list[Row]:
        """What stands in the store."""
        found: list[Row] = await self.stage.store.write(lambda connection: fetch(connection, sql))
        return [tuple(row) for row in found]

    async def reported(self) -> int | None:
        """How many members Telegram counts, as figures of the day after tomorrow tell it."""
        today = self.clock.now() // DAY_MS + 2

        async def read(reader: Reader) -> int | None:
            return (await reader.ledger(1, "UTC", today, today - 1)).reported

        return await self.stage.reading(read)

    async def visits(self, *places: PlaceId) -> None:
        """Visit groups, and say what there is to be said."""
        for place in places:
            await self.rounds.visit(place)
        await self.stage.settle()

    async def waits(self) -> None:
        """Let as much time pass as moderators are given to put things right."""
        await self.stage.advance(self.clock.at + 2 * MINUTE_MS)

    def said(self, place: PlaceId) -> list[str]:
        """What the bot said in a group, but for its privacy notice."""
        texts = [m.text for m in self.chat.messages if m.target == place.external_id]
        return [" ".join(text.split()) for text in texts if "I do not see" in text]


@asynccontextmanager
async def going(fake: FakeTelegram, url: str | None = None) -> AsyncIterator[Going]:
    clock, chat = ManualClock(START), RememberingPlatform()
    defaults = Defaults("Europe/Paris", "en")
    async with (
        on_stage(url, {PLATFORM: chat}, clock, defaults, Telemetry()) as stage,
        connected(settings_of(fake)) as client,
    ):
        arrivals, staff = Arrivals(stage, client), Staff(client.bot, clock)
        rounds = Rounds(stage, client.bot, client.me, staff, arrivals, patience=0.05)
        yield Going(stage, clock, chat, client, arrivals, rounds)
