"""Rounds as they go on by themselves: at the start, when a group is new, and every hour."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import pytest

from bot.adapters.telegram.groups import rounds as module
from bot.adapters.telegram.groups.rounds import AGAIN_MS, EVERY_MS
from bot.adapters.telegram.line.client import ALLOWED_UPDATES
from bot.clock import DAY_MS, MINUTE_MS
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import flooded
from tests.telegram_rounds import Going, going

START = round(datetime.fromisoformat("2026-10-05T10:00:00+00:00").timestamp() * 1000)
ASKED = {"getWebhookInfo", "getMe", "getChatMember", "getChatAdministrators", "getChatMemberCount"}


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    with serving_telegram() as serving:
        serving.allowed = list(ALLOWED_UPDATES)
        yield serving


@asynccontextmanager
async def in_the_background(it: Going, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setattr(module, "TICK", 0.005)
    monkeypatch.setattr(module, "PAUSE", 0.001)
    task = asyncio.create_task(it.rounds.run(it.arrivals.present))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_groups_are_visited_at_the_start_when_new_and_every_hour(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = fake.group("One", bot="administrator"), fake.group("Two")

    def visits_of(chat: int) -> int:
        return sum(
            call.method == "getChatMember" and str(call.params["chat_id"]) == str(chat)
            for call in fake.calls
        )

    async with going(fake) as it:
        await it.arrives(first, "One")
        async with in_the_background(it, monkeypatch):
            await fake.until(lambda: visits_of(first) == 1)
            place = await it.arrives(second, "Two")
            await fake.until(lambda: visits_of(second) == 1)
            await fake.until(lambda: place in it.rounds._due)
            it.clock.at += EVERY_MS - MINUTE_MS
            await asyncio.sleep(0.05)
            assert (visits_of(first), visits_of(second)) == (1, 1)
            it.clock.at += MINUTE_MS
            await fake.until(lambda: (visits_of(first), visits_of(second)) == (2, 2))


async def test_after_a_failure_the_next_visit_waits_for_as_long_as_telegram_wants(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = fake.group("One", bot="administrator")
    async with going(fake) as it:
        await it.arrives(chat)
        fake.faults.add("getChatMemberCount", flooded(600))
        async with in_the_background(it, monkeypatch):
            await fake.until(lambda: len(fake.called("getChatMemberCount")) == 1)
            it.clock.at += AGAIN_MS
            await asyncio.sleep(0.05)
            assert len(fake.called("getChatMemberCount")) == 1
            it.clock.at += 600_000
            await fake.until(lambda: len(fake.called("getChatMember")) == 1)


async def test_a_clock_that_is_set_back_puts_no_visit_off(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = fake.group("One", bot="administrator")
    async with going(fake) as it:
        await it.arrives(chat)
        async with in_the_background(it, monkeypatch):
            await fake.until(lambda: it.rounds._due)
            it.clock.at -= 30 * DAY_MS
            await fake.until(lambda: len(fake.called("getChatMember")) == 2)
