"""How the parts of the bot are put together: who is woken, told and asked by whom."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.adapters import Arrival, News
from bot.clock import HOUR_MS, MINUTE_MS, ManualClock
from bot.cog import Cog
from bot.commands import Asker, Request
from bot.context import Alarm, CommandContext, Context
from bot.delivery import NotDeliveredError
from bot.engine import Engine, Outfit, Stage
from bot.events import BotArrived, MessageSent
from bot.intake import Defaults
from bot.model import AccountId
from bot.post import Post, plain
from bot.telemetry import Telemetry
from db.alarms import set_alarm
from db.keys import PassingKey
from db.opening import write_memory
from db.reading import Reader
from db.store import Store
from db.suppression import Suppression
from tests.bot import CLUB, GENERAL, MODERATORS, PLATFORM, RememberingPlatform
from tests.stores import fetch

T = TypeVar("T")

NOON = 1_791_194_400_000
"""A Monday."""
HELLO = MessageSent(
    platform=PLATFORM, channel=GENERAL.external_id, id="1", author="ana", at=NOON - 1
)
PATIENCE = 5
"""Seconds; an outbox that nobody wakes sleeps for thirty."""

cog = Cog("talker")


@cog.on(MessageSent)
async def answer(ctx: Context, event: MessageSent) -> None:
    await ctx.post(GENERAL, plain("heard"), key=f"answer:{event.id}")


@cog.on(BotArrived)
async def greet(ctx: Context, event: BotArrived) -> None:
    await ctx.post(GENERAL, plain("here I am"), key="arrival")


@cog.alarm("bell")
async def ring(ctx: Context, alarm: Alarm) -> None:
    await ctx.post(GENERAL, plain("ding"), key=f"bell:{alarm.key}")


@cog.alarm("echo")
async def echo(ctx: Context, alarm: Alarm) -> None:
    await ctx.post(GENERAL, plain(alarm.key), key=f"echo:{alarm.key}")
    if alarm.key != "...":
        await ctx.wake("echo", alarm.at, f"{alarm.key}.")


@cog.command()
async def shout(ctx: CommandContext) -> Post:
    """Say something in the channel."""
    await ctx.post(GENERAL, plain("loud"), key="shout")
    return plain("done")


class WatchingStore:
    """Notes which units would wait for others."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.patient: list[bool] = []

    async def write(self, work: Any, *, is_patient: bool = False) -> Any:
        self.patient.append(is_patient)
        return await self._store.write(work, is_patient=is_patient)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@dataclass
class TellingPlatform(RememberingPlatform):
    """Tells whoever waits for it what was said."""

    told: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    async def send(self, target: str, payload: str, nonce: str) -> str:
        """Keep it, and tell."""
        sent_id = await super().send(target, payload, nonce)
        self.told.put_nowait(self.messages[int(sent_id) - 1].text.strip())
        return sent_id


@dataclass
class Parts:
    """What an engine is made of that a test looks at."""

    store: Store
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOON))
    chat: TellingPlatform = field(default_factory=TellingPlatform)
    telemetry: Telemetry = field(default_factory=Telemetry)

    def outfit(self) -> Outfit:
        async def read(work: Callable[[Reader], Awaitable[T]]) -> T:
            return await self.store.write(lambda connection: work(Reader(connection)))

        return Outfit(
            cast("Store", WatchingStore(self.store)),
            read,
            Suppression(PassingKey()),
            [cog],
            {PLATFORM: self.chat},
            self.clock,
            self.telemetry,
            Defaults("Europe/Paris", "en"),
            "test",
        )

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        found = await self.store.write(lambda connection: fetch(connection, sql))
        return [tuple(row) for row in found]

    async def value(self, sql: str) -> Any:
        [[value]] = await self.rows(sql)
        return value


@asynccontextmanager
async def parts() -> AsyncIterator[Parts]:
    async with write_memory() as store:
        yield Parts(store)


@asynccontextmanager
async def on_stage() -> AsyncIterator[tuple[Stage, Parts]]:
    """A bot that has arrived and said so."""
    async with parts() as found:
        stage = Stage(found.outfit(), found.clock)
        await arrive(stage)
        await stage.settle()
        yield stage, found


@asynccontextmanager
async def speaking(engine: Engine) -> AsyncIterator[None]:
    """Its outbox says what falls due, and now has nothing to say."""
    task = asyncio.create_task(engine.outbox.run())
    try:
        await asyncio.sleep(0.1)
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def arrive(engine: Engine) -> None:
    await engine.arrive(Arrival(CLUB, engine.clock.now(), GENERAL, MODERATORS, "en"))


async def take(engine: Engine) -> None:
    await engine.take(News(CLUB.id, [HELLO]))


async def ask(engine: Engine) -> None:
    asker = Asker(AccountId(PLATFORM, "ana"), "Ana")
    await engine.ask(Request(CLUB.id, GENERAL, asker, "shout", {}))


async def tick(engine: Engine) -> None:
    await engine.store.write(lambda c: set_alarm(c, 1, "bell", NOON, "1"))
    await engine.tick()


@pytest.mark.parametrize(
    ("doing", "said"),
    [(arrive, "here I am"), (take, "heard"), (ask, "loud"), (tick, "ding")],
)
async def test_what_is_to_be_said_is_said_at_once(
    doing: Callable[[Engine], Awaitable[None]], said: str
) -> None:
    async with parts() as found:
        if doing is not arrive:
            stage = Stage(found.outfit(), found.clock)
            await arrive(stage)
            await stage.settle()
        engine = Engine(found.outfit())
        async with speaking(engine):
            await doing(engine)
            async with asyncio.timeout(PATIENCE):
                while await found.chat.told.get() != said:
                    pass


async def test_a_tick_keeps_house() -> None:
    async with on_stage() as (stage, found):
        await take(stage)
        assert await found.value("SELECT COUNT(*) FROM dirty_day") == 1
        found.clock.at += HOUR_MS
        await stage.tick()
        assert await found.value("SELECT COUNT(*) FROM dirty_day") == 0
        assert await found.value("SELECT seen_at FROM presence") == NOON + HOUR_MS


async def test_a_tick_is_noted_when_it_is_over() -> None:
    async with on_stage() as (stage, found):
        found.clock.at += MINUTE_MS
        await stage.tick()
        assert found.telemetry.last_tick == NOON + MINUTE_MS


async def test_what_waits_in_the_outbox_and_what_rings_later_count_as_something_to_do() -> None:
    async with on_stage() as (stage, found):

        async def refuse(target: str, payload: str, nonce: str) -> str:
            raise NotDeliveredError("slow down", retry_after=7 * MINUTE_MS)

        found.chat.send = refuse  # type: ignore[method-assign]
        await take(stage)
        await stage.settle()
        assert await stage.next_at() == NOON + 7 * MINUTE_MS
        await stage.store.write(lambda c: set_alarm(c, 1, "bell", NOON + MINUTE_MS, "1"))
        assert await stage.next_at() == NOON + MINUTE_MS


async def test_time_passes_up_to_the_instant_itself() -> None:
    async with on_stage() as (stage, found):
        await stage.store.write(lambda c: set_alarm(c, 1, "bell", NOON + MINUTE_MS, "1"))
        await stage.advance(NOON + MINUTE_MS)
        assert [one.text.strip() for one in found.chat.messages] == ["here I am", "ding"]
        assert found.clock.at == NOON + MINUTE_MS
        await stage.advance(NOON + HOUR_MS)
        assert found.clock.at == NOON + HOUR_MS


async def test_what_falls_due_at_the_last_instant_is_followed_to_its_end() -> None:
    async with on_stage() as (stage, found):
        await stage.store.write(lambda c: set_alarm(c, 1, "echo", NOON + MINUTE_MS, "."))
        await stage.advance(NOON + MINUTE_MS)
        assert [one.text.strip() for one in found.chat.messages][1:] == [".", "..", "..."]


async def test_events_wait_for_company_but_not_on_a_stage() -> None:
    async with on_stage() as (_, found):
        for build, patient in ((Engine, True), (lambda o: Stage(o, found.clock), False)):
            engine = build(found.outfit())
            store = cast("WatchingStore", engine.store)
            await take(engine)
            assert store.patient == [patient]


async def test_only_what_is_new_counts_as_recorded() -> None:
    async with on_stage() as (stage, found):
        await take(stage)
        await take(stage)
        lines = text_string_to_metric_families(found.telemetry.exposition().decode())
        [family] = [one for one in lines if one.name == "foyer_events_recorded"]
        counts = {one.name: one.value for one in family.samples}
        assert counts["foyer_events_recorded_total"] == 1


async def test_commands_are_counted_by_their_names() -> None:
    async with on_stage() as (stage, found):
        await ask(stage)
        assert b'command="shout",outcome="done"' in found.telemetry.exposition()


async def test_a_language_that_foyer_does_not_speak_is_spoken_as_the_source() -> None:
    async with on_stage() as (stage, _):
        assert stage.texts("tlh") is stage.texts("en")


async def test_what_is_being_said_names_who_says_it() -> None:
    async with on_stage() as (stage, found):
        lessees: list[Any] = []

        async def look(target: str, payload: str, nonce: str) -> str:
            lessees.append(await found.value("SELECT lessee FROM outbox WHERE state = 'sending'"))
            return "9"

        found.chat.send = look  # type: ignore[method-assign]
        await take(stage)
        await stage.settle()
        assert lessees == ["test"]


async def test_contexts_know_since_when_the_bot_runs_and_who_is_connected() -> None:
    seen: list[tuple[int, dict[str, bool]]] = []
    watcher = Cog("watcher")

    @watcher.on(MessageSent)
    async def look(ctx: Context, event: MessageSent) -> None:
        seen.append((ctx.world.started_at, dict(ctx.world.platforms())))

    async with parts() as found:
        outfit = found.outfit()
        stage = Stage(Outfit(**{**vars(outfit), "cogs": [watcher]}), found.clock)
        await arrive(stage)
        found.clock.at += HOUR_MS
        found.chat.is_connected = False
        await take(stage)
    assert seen == [(NOON, {PLATFORM: False})]
