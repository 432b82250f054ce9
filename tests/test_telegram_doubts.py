"""What the outbox says on Telegram where the network and the limits get in the way."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from bot.adapters.telegram.adapter import TelegramAdapter
from bot.adapters.telegram.line import pace, transport
from bot.delivery import NotDeliveredError, Op, Parcel
from bot.engine import Engine
from bot.model import ChannelId
from bot.post import plain
from db.connection import Connection
from db.directory import create_community
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import HANG, RESET, flooded
from tests.telegram_bots import Rests, engine_at, settings_for, stored

CASES = 200


class Bot:
    """An engine that is connected to the fake, with a community that has something to say."""

    def __init__(self, adapter: TelegramAdapter, engine: Engine) -> None:
        self.adapter, self.engine = adapter, engine

    async def posts(self, *chats: int) -> None:
        """Say something in each chat, and wait until that is decided."""

        async def put(connection: Connection) -> None:
            community = await create_community(connection, "club", "Europe/Paris", "en")
            for number, chat in enumerate(chats):
                to = ChannelId("telegram", str(chat))
                parcel = Parcel(Op.SEND, f"post:{number}", to, plain(f"heron {number}"), None)
                await self.engine.outbox.put(connection, community, parcel)

        await self.engine.store.write(put)
        await self.engine.outbox.pump()

    async def states(self) -> dict[str, int]:
        rows = await stored(self.engine, "SELECT state, COUNT(*) FROM outbox GROUP BY state")
        return {row[0]: row[1] for row in rows}


@asynccontextmanager
async def connected_to(fake: FakeTelegram) -> AsyncIterator[Bot]:
    adapter = TelegramAdapter(settings_for(fake), Rests())
    async with engine_at(fake.clock, telegram=adapter) as engine:
        task = asyncio.create_task(adapter.run(engine))
        await fake.until(lambda: adapter.is_connected)
        yield Bot(adapter, engine)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with serving_telegram() as serving:
        serving.slows_repeats = False
        yield serving


@pytest.fixture
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "OVERALL", pace.Limit(10_000, 1.0))
    monkeypatch.setattr(transport, "_READ", 0.3)


@pytest.mark.usefixtures("in_haste")
async def test_what_telegram_took_without_a_word_is_never_said_twice(fake: FakeTelegram) -> None:
    fake.faults.add("sendMessage", RESET, times=CASES - 10)
    fake.faults.add("sendMessage", HANG, times=10)
    async with connected_to(fake) as bot:
        await bot.posts(*[fake.group(bot="member") for _ in range(CASES)])
        for _ in range(3):
            fake.clock.advance(3_600_000)
            await bot.engine.outbox.pump()
        assert await bot.states() == {"unknown": CASES}
    assert len(fake.called("sendMessage")) == len(fake.sent) == CASES
    assert len({one.text for one in fake.sent}) == CASES


@pytest.mark.usefixtures("in_haste")
async def test_what_never_left_is_said_later_and_once(fake: FakeTelegram) -> None:
    chats = [fake.group() for _ in range(20)]
    async with connected_to(fake) as bot:
        with fake.unreachable():
            await bot.posts(*chats)
        assert await bot.states() == {"pending": 20}
        fake.clock.advance(60_000)
        await bot.engine.outbox.pump()
        assert await bot.states() == {"sent": 20}
    assert sorted(one.chat for one in fake.sent) == sorted(chats)


@pytest.mark.parametrize("seconds", [11, 60, 3_600])
async def test_a_flood_wait_is_kept_to_the_second_and_others_go_on(
    fake: FakeTelegram, seconds: int
) -> None:
    lively, other = fake.group("Lively"), fake.group("Other")
    fake.faults.add("sendMessage", flooded(seconds), chat=lively)
    async with connected_to(fake) as bot:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await bot.posts(lively, other)
        [payload] = bot.adapter.render(plain("an answer"))
        with pytest.raises(NotDeliveredError) as caught:
            await bot.adapter.send(str(lively), payload, "n")
        assert (seconds - 1) * 1000 < caught.value.retry_after <= (seconds + 1) * 1000
        assert not caught.value.is_global
        assert await bot.states() == {"pending": 1, "sent": 1}
        assert loop.time() - began < 2
        fake.clock.advance((seconds - 1) * 1000)
        await bot.engine.outbox.pump()
    calls = [call.params["chat_id"] for call in fake.called("sendMessage")]
    assert calls == [lively, other]


async def test_a_lively_group_stays_below_telegrams_limit(fake: FakeTelegram) -> None:
    fake.flood.is_on = True
    chat = fake.group()
    async with connected_to(fake) as bot:
        [payload] = bot.adapter.render(plain("an answer"))
        outcomes: list[Any] = await asyncio.gather(
            *[bot.adapter.send(str(chat), payload, "n") for _ in range(40)],
            return_exceptions=True,
        )
    said = [one for one in outcomes if isinstance(one, str)]
    assert len(said) == pace.GROUP.most
    assert all(isinstance(one, str | NotDeliveredError) for one in outcomes)
    assert fake.flood.violations == 0
