"""The bot is opened as the settings say, knows itself, and asks for updates as they come."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.adapters.telegram.line import pace, transport
from bot.adapters.telegram.line.client import ALLOWED_UPDATES, Client, connected
from bot.adapters.telegram.line.transport import LONG_POLL, Transport
from bot.adapters.telegram.reading.updates import split, update_id_of
from bot.delivery import AmbiguousError, ConflictError, ContentError, NotDeliveredError
from bot.outbox.attempts import LONGEST_MS
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import HANG, TRUNCATED, flooded, page
from tests.telegram_bots import settings_for

WEBHOOK = "https://foyer.example/telegram"


@pytest.fixture(scope="module")
def serving() -> Iterator[FakeTelegram]:
    with serving_telegram() as fake:
        yield fake


@pytest.fixture
def fake(serving: FakeTelegram) -> FakeTelegram:
    serving.calls.clear()
    serving.faults.clear()
    serving.updates.clear()
    return serving


@pytest.fixture
async def client(fake: FakeTelegram) -> AsyncIterator[Client]:
    async with connected(settings_for(fake)) as opened:
        yield opened


def ids(body: bytes) -> list[int | None]:
    return [update_id_of(raw) for raw in split(body)]


async def test_it_knows_who_it_is(fake: FakeTelegram, client: Client) -> None:
    assert client.me == (fake.me.id, "foyer_bot", True)
    assert len(fake.called("getMe")) == 1


async def test_it_knows_that_its_privacy_mode_is_on() -> None:
    with serving_telegram(reads_all=False) as shy:
        async with connected(settings_for(shy)) as client:
            assert not client.me.reads_all


async def test_updates_come_as_they_are_and_are_forgotten_by_the_offset_alone(
    fake: FakeTelegram, client: Client
) -> None:
    chat, ana = fake.group(), fake.person()
    sent = [fake.says(chat, ana, f"message {number}") for number in range(3)]
    body = await client.poll(None)
    first, *_ = numbers = ids(body)
    assert len(numbers) == 3
    assert first is not None
    texts = [json.loads(bytes(raw))["message"]["text"] for raw in split(body)]
    assert texts == [one["text"] for one in sent]
    assert ids(await client.poll(first, limit=2)) == numbers[:2]
    assert ids(await client.poll(first + 2)) == numbers[2:]
    assert ids(await client.poll(first + 3)) == []


async def test_every_question_names_all_that_it_wants(fake: FakeTelegram, client: Client) -> None:
    await client.poll(None)
    await client.poll(7, wait=0)
    for call in fake.called("getUpdates"):
        assert call.params["allowed_updates"] == list(ALLOWED_UPDATES)
    assert {"chat_member", "message_reaction", "message_reaction_count"} <= set(ALLOWED_UPDATES)
    assert fake.called("getUpdates")[1].params["offset"] == 7
    assert "offset" not in fake.called("getUpdates")[0].params


async def test_a_question_waits_for_news_as_long_as_it_says(
    fake: FakeTelegram, client: Client
) -> None:
    chat, ana = fake.group(), fake.person()
    loop = asyncio.get_running_loop()
    loop.call_later(0.1, lambda: fake.says(chat, ana, "hello"))
    began = loop.time()
    assert len(ids(await client.poll(None, wait=30))) == 1
    assert 0.05 < loop.time() - began < 5


async def test_it_takes_back_a_webhook_without_losing_what_waits(
    fake: FakeTelegram, client: Client
) -> None:
    await client.have_called(WEBHOOK, "secret-1")
    assert await client.called_address() == WEBHOOK
    with pytest.raises(ConflictError, match="webhook"):
        await client.poll(None)
    fake.says(fake.group(), fake.person(), "hello")
    await client.stop_being_called()
    assert await client.called_address() == ""
    assert len(ids(await client.poll(None))) == 1
    calls = fake.called("setWebhook") + fake.called("deleteWebhook")
    assert len(calls) == 2
    assert not any(call.params.get("drop_pending_updates") for call in calls)
    assert calls[0].params["secret_token"] == "secret-1"  # noqa: S105  a test's
    assert calls[0].params["allowed_updates"] == list(ALLOWED_UPDATES)


async def test_an_address_that_telegram_does_not_like_is_told(client: Client) -> None:
    with pytest.raises(ContentError, match="bad webhook"):
        await client.have_called("http://foyer.example/telegram", "secret-1")


async def test_failing_questions_have_their_class(fake: FakeTelegram, client: Client) -> None:
    fake.faults.add("getUpdates", flooded(3))
    with pytest.raises(NotDeliveredError) as caught:
        await client.poll(None)
    assert 3_000 <= caught.value.retry_after < 5_000
    fake.faults.add("getUpdates", page(502))
    with pytest.raises(AmbiguousError):
        await client.poll(None)


async def test_half_an_answer_is_handed_on_for_others_to_judge(
    fake: FakeTelegram, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake.says(fake.group(), fake.person(), "the heron told nobody")
    fake.faults.add("getUpdates", TRUNCATED)
    body = await client.poll(None)
    assert not body.endswith(b"]}")
    assert "heron" not in caplog.text


async def test_silence_ends_a_question(fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_READ", 0.2)
    monkeypatch.setattr(transport, "LONG_POLL", 0)
    fake.faults.add("getUpdates", HANG)
    async with connected(settings_for(fake)) as client:
        with pytest.raises(AmbiguousError):
            await client.poll(None)


async def test_calls_end_before_the_outbox_gives_them_up() -> None:
    speaking, polling = Transport(), Transport(polling=True)
    limits = speaking._client.timeout
    steps = [limits.connect, limits.pool, limits.write, limits.read]
    longest = sum(step for step in steps if step is not None) + transport._UPLOAD - transport._WRITE
    assert pace.PATIENCE + longest < LONGEST_MS / 1000
    assert polling.read_timeout is not None
    assert polling.read_timeout > LONG_POLL
    await speaking.shutdown()
    await polling.shutdown()


async def test_a_closed_bot_leaves_no_connection_open(fake: FakeTelegram) -> None:
    async with connected(settings_for(fake)) as client:
        bot = client.bot
    assert all(request._client.is_closed for request in bot._request)  # type: ignore[attr-defined]
