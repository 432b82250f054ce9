"""FAULTS §8.19 through the whole adapter: what is hidden is found, and told with its fix."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import pytest

from bot.adapters.telegram.adapter import TelegramAdapter
from bot.app import on_stage
from bot.clock import MINUTE_MS, ManualClock
from bot.engine import Stage
from bot.intake import Defaults
from bot.telemetry import Telemetry
from db.sight import list_hidden
from tests.bot import PLATFORM
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.test_telegram_sights import settings_of

START = round(datetime.fromisoformat("2026-10-05T10:00:00+00:00").timestamp() * 1000)


@asynccontextmanager
async def running(fake: FakeTelegram, clock: ManualClock) -> AsyncIterator[Stage]:
    """The whole bot on a fake Telegram, but for its own clock and schedule."""
    adapter = TelegramAdapter(settings_of(fake))
    defaults = Defaults("Europe/Paris", "en")
    async with on_stage(None, {PLATFORM: adapter}, clock, defaults, Telemetry()) as stage:
        task = asyncio.create_task(adapter.run(stage))
        try:
            await fake.until(lambda: adapter.is_connected)
            yield stage
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def hidden_in(stage: Stage) -> frozenset[str]:
    found = await stage.store.write(lambda connection: list_hidden(connection, 1))
    return found[0].sights if found else frozenset()


async def until_hidden(stage: Stage, *sights: str) -> None:
    """Wait for what is noted as hidden, and let the bot say what it has to say in a minute."""
    for _ in range(500):
        if await hidden_in(stage) == set(sights):
            break
        await asyncio.sleep(0.01)
    assert await hidden_in(stage) == set(sights)
    await stage.advance(stage.clock.now() + MINUTE_MS)


def told(fake: FakeTelegram, chat: int) -> list[str]:
    texts = [one.text for one in fake.sent if one.chat == chat]
    return [text for text in texts if "I do not see" in text]


@pytest.mark.parametrize(
    ("reads_all", "hidden", "fix"),
    [
        (False, ("messages", "reactions", "joins"), "send /setprivacy to @BotFather"),
        (True, ("reactions", "joins"), "make me an administrator of the group"),
    ],
    ids=["privacy mode", "no administrator"],
)
async def test_a_group_that_hides_something_hears_of_it_when_the_bot_arrives(
    reads_all: bool, hidden: tuple[str, ...], fix: str
) -> None:
    clock = ManualClock(START)
    with serving_telegram(clock, reads_all=reads_all) as fake:
        mona = fake.person("Mona", "en")
        chat = fake.group("The club", owner=mona, bot=None)
        async with running(fake, clock) as stage:
            fake.adds_bot(chat, mona)
            await until_hidden(stage, *hidden)
            await stage.advance(clock.at + 2 * MINUTE_MS)
            [said] = told(fake, chat)
            assert fix in said
            assert "everything in The club, and" in said
            fake.promote(chat, by=mona)
            await until_hidden(stage)
            assert len(told(fake, chat)) == 1


async def test_a_group_where_all_is_seen_hears_nothing_and_the_updates_are_asked_for() -> None:
    clock = ManualClock(START)
    with serving_telegram(clock, reads_all=False) as fake:
        mona = fake.person("Mona", "en")
        chat = fake.group("The club", owner=mona, bot=None)
        assert not fake.allowed
        async with running(fake, clock) as stage:
            fake.adds_bot(chat, mona, admin=True)
            await fake.until(lambda: fake.called("getChatAdministrators"))
            await stage.advance(clock.now() + MINUTE_MS)
            assert await hidden_in(stage) == frozenset()
            assert told(fake, chat) == []
            assert set(fake.allowed or ()) >= {"message_reaction", "chat_member"}
