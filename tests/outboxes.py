"""An outbox on a real store, with honest platforms and a clock that is moved by hand."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.adapters import Capabilities
from bot.app import writing
from bot.clock import HOUR_MS, ManualClock
from bot.delivery import Op, Parcel
from bot.model import ChannelId, Community
from bot.outbox import Outbox
from bot.post import plain
from bot.settings import save_settings
from bot.telemetry import Telemetry
from bot.text import texts_for
from db.connection import Connection
from db.directory import create_community
from db.opening import write_memory
from db.store import Store
from tests.platforms import NONCE_MS, HonestPlatform
from tests.stores import fetch

NOON = 1_791_799_200_000
"""Monday 12 October 2026, 12:00 in Paris."""

CHAT = ChannelId("telegram", "-1")
OTHER = ChannelId("telegram", "-2")
MODERATORS = ChannelId("telegram", "-9")

DIGEST = "digest:moderators:2026-W41"
"""The key of a digest."""


@dataclass
class Row:
    """What the store says about an operation."""

    key: str
    part: int
    op: str
    state: str
    target: str
    body: str | None
    sent_id: str | None
    error: str | None
    fence: int
    not_before: int
    tried_at: int | None


@dataclass
class Desk:
    """A community with something to say."""

    store: Store
    clock: ManualClock
    platforms: Mapping[str, HonestPlatform]
    outbox: Outbox
    telemetry: Telemetry
    community: Community

    @property
    def chat(self) -> HonestPlatform:
        return self.platforms["telegram"]

    async def say(
        self, key: str, *paragraphs: str, to: ChannelId = CHAT, not_after: int | None = None
    ) -> bool:
        return await self._put(Parcel(Op.SEND, key, to, plain(*paragraphs or [key]), not_after))

    async def edit(self, key: str, *paragraphs: str) -> bool:
        return await self._put(Parcel(Op.EDIT, key, None, plain(*paragraphs), None))

    async def renew(
        self, key: str, *paragraphs: str, to: ChannelId = CHAT, not_after: int | None = None
    ) -> bool:
        until = self.clock.at + 36 * HOUR_MS if not_after is None else not_after
        return await self._put(Parcel(Op.EDIT, key, to, plain(*paragraphs), until))

    async def take_back(self, key: str) -> bool:
        return await self._put(Parcel(Op.DELETE, key, None, None, None))

    async def _put(self, parcel: Parcel) -> bool:
        is_there = await self.store.write(
            lambda connection: self.outbox.put(connection, self.community, parcel)
        )
        self.outbox.poke()
        return is_there

    async def pump(self, milliseconds: int = 0) -> None:
        """Let time pass, and say what is due then."""
        self.clock.at += milliseconds
        await self.outbox.pump()

    async def live(self, milliseconds: int) -> None:
        """Let time pass from one thing to do to the next."""
        end = self.clock.at + milliseconds
        await self.outbox.pump()
        while (at := await self.outbox.next_at()) is not None and at <= end:
            self.clock.at = max(self.clock.at, at)
            await self.outbox.pump()
        self.clock.at = end
        await self.outbox.pump()

    async def rows(self, key: str | None = None) -> list[Row]:
        async def read(connection: Connection) -> list[Any]:
            return await fetch(
                connection,
                "SELECT post_key, part, op, state, target, body, sent_id, error, fence,"
                " not_before, tried_at FROM outbox ORDER BY at, post_key, op_no, part",
            )

        rows = [Row(*row) for row in await self.store.write(read)]
        return [row for row in rows if key in (None, row.key)]

    async def states(self, key: str | None = None) -> list[str]:
        return [row.state for row in await self.rows(key)]

    async def row(self, key: str) -> Row:
        [row] = await self.rows(key)
        return row

    def second(self, patience: float = 45.0) -> Outbox:
        """Another process's outbox on the same store."""
        return Outbox(
            self.store, self.platforms, self.clock, self.telemetry, texts_for, "second", patience
        )


@asynccontextmanager
async def desk(
    folder: Path,
    *,
    url: str | None = None,
    has_nonce: bool = False,
    pace_ms: int = 0,
    at_once: int = 64,
    moderators: ChannelId | None = MODERATORS,
    language: str = "en",
    patience: float = 45.0,
) -> AsyncIterator[Desk]:
    """A desk whose store is in memory unless a URL says otherwise."""
    clock = ManualClock(NOON)
    abilities = Capabilities(NONCE_MS if has_nonce else 0, pace_ms, at_once)
    platforms = {
        name: HonestPlatform(folder / f"{name}.jsonl", clock, name, abilities)
        for name in ("telegram", "discord")
    }
    telemetry = Telemetry()
    async with writing(url) if url else write_memory() as store:

        async def found(connection: Connection) -> Community:
            community = await create_community(connection, "club", "Europe/Paris", language)
            await save_settings(connection, community.id, moderators=moderators)
            return community

        community = await store.write(found)
        outbox = Outbox(store, platforms, clock, telemetry, texts_for, "first", patience)
        yield Desk(store, clock, platforms, outbox, telemetry, community)
