"""Only Telegram is heard, and it is told so only once what it brought is on the disk."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import aiohttp
import pytest
from pydantic import SecretStr

from bot.adapters.telegram.groups.arrivals import Arrivals
from bot.adapters.telegram.groups.staff import Staff
from bot.adapters.telegram.line.client import Client, connected
from bot.adapters.telegram.listening import webhook as module
from bot.adapters.telegram.listening.calls import Calls
from bot.adapters.telegram.listening.inbox import Inbox
from bot.adapters.telegram.listening.webhook import LARGEST_BODY, Webhook
from bot.adapters.telegram.reading.told import Call
from bot.clock import MINUTE_MS, ManualClock
from bot.config import TelegramSettings
from bot.delivery import AuthError, ConflictError
from bot.errors import FoyerError
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import UNAUTHORIZED, page
from tests.telegram_bots import Listener, Rests, settings_for
from tests.telegram_poison import poisons
from tests.test_logs import logged

NOW = 1_714_564_800_000
URL = "https://foyer.example/telegram/hook"
PATH = "/telegram/hook"
SECRET = "a-Secret_of-43"  # noqa: S105  a test's
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings_at(fake: FakeTelegram, port: int) -> TelegramSettings:
    called = {"webhook_url": URL, "webhook_secret": SecretStr(SECRET), "webhook_port": port}
    return settings_for(fake, **called)


@pytest.fixture(scope="module")
def serving() -> Iterator[FakeTelegram]:
    with serving_telegram(ManualClock(NOW)) as fake:
        yield fake


@pytest.fixture
def fake(serving: FakeTelegram) -> FakeTelegram:
    serving.updates.clear()
    serving.calls.clear()
    serving.faults.clear()
    serving.webhook = {}
    serving.clock.at += MINUTE_MS  # no webhook is set twice in a second
    return serving


class Looks:
    """Waits between looks until a test lets the next one come; other rests are short."""

    def __init__(self) -> None:
        self.next = asyncio.Event()
        self.rests = Rests()

    async def __call__(self, seconds: float) -> None:
        if seconds == module.LOOKS:
            await self.next.wait()
            self.next.clear()
        else:
            await self.rests(seconds)


class Ears:
    """A webhook that hears for a host that remembers."""

    def __init__(self, client: Client, fake: FakeTelegram, port: int, host: Listener) -> None:
        self.fake, self.address = fake, f"http://127.0.0.1:{port}"
        self.host = host
        self.looks = Looks()
        self.calls: list[Call] = []
        inbox = Inbox(
            self.host,
            client.me,
            Arrivals(self.host, client),
            Staff(client.bot, self.host.clock),
            Calls(self.host.clock, self._answer, self._answer),
            lambda _: None,
            None,
        )
        self.webhook = Webhook(
            cast("Any", self.host), client, inbox, settings_at(fake, port), self.looks
        )
        self.task = asyncio.create_task(self.webhook.run())

    async def _answer(self, call: Call) -> None:
        self.calls.append(call)

    async def delivered(self, at_once: int = 1) -> list[int]:
        return await asyncio.wrap_future(self.fake.delivering(self.address, at_once))

    async def posted(self, body: bytes, secret: str | None = SECRET, **how: Any) -> int:
        headers = {} if secret is None else {HEADER: secret}
        async with aiohttp.ClientSession() as session:
            path = how.pop("path", PATH)
            method = how.pop("method", "POST")
            url = f"{self.address}{path}"
            async with session.request(method, url, data=body, headers=headers, **how) as answer:
                assert "Server" not in answer.headers
                return answer.status


@asynccontextmanager
async def listening(fake: FakeTelegram, host: Listener | None = None) -> AsyncIterator[Ears]:
    port = free_port()
    async with connected(settings_at(fake, port)) as client:
        ears = Ears(client, fake, port, host or Listener(fake.clock))
        try:
            await fake.until(lambda: ears.webhook.is_connected or ears.task.done())
            yield ears
        finally:
            ears.task.cancel()
            with suppress(asyncio.CancelledError, AuthError, FoyerError):
                await ears.task


def chatter(fake: FakeTelegram, count: int) -> list[str]:
    chat, ana = fake.group(), fake.person()
    return [str(fake.says(chat, ana, f"heron {n}")["message_id"]) for n in range(count)]


async def test_updates_that_are_brought_are_taken(fake: FakeTelegram) -> None:
    async with listening(fake) as ears:
        said = chatter(fake, 20)
        assert await ears.delivered() == [200] * 20
        assert not len(fake.updates)
    assert ears.host.messages == said
    assert fake.webhook["secret_token"] == SECRET
    assert fake.called("getUpdates") == []
    assert all(cursor is None for _, cursor, _ in ears.host.taken)


async def test_a_command_that_is_brought_again_to_the_next_process_is_not_answered_again(
    fake: FakeTelegram,
) -> None:
    host, chat, ana = Listener(fake.clock), fake.group(), fake.person()
    entity = {"type": "bot_command", "offset": 0, "length": len("/help")}
    fake.says(chat, ana, "/help", entities=[entity])
    [update] = json.loads(fake.updates.take(0, 1))
    body = json.dumps(update).encode()
    fake.updates.clear()
    async with listening(fake, host) as first:
        assert await first.posted(body) == 200
        await fake.until(lambda: len(first.calls) == 1)
    fake.clock.at += MINUTE_MS // 2
    async with listening(fake, host) as second:
        assert await second.posted(body) == 200
        fake.says(chat, ana, "/help", entities=[entity])
        assert await second.delivered() == [200]
        await fake.until(lambda: len(second.calls) == 1)
    assert [call.message for call in second.calls] != [call.message for call in first.calls]


async def test_the_secret_is_compared_in_a_time_that_tells_nothing(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[bytes] = []

    def compare(given: bytes, known: bytes) -> bool:
        compared.append(given)
        return given == known

    monkeypatch.setattr("hmac.compare_digest", compare)
    async with listening(fake) as ears:
        assert await ears.posted(b"{}", "wrong") == 403
        assert await ears.posted(b"{}", None) == 403
    assert compared == [b"wrong", b""]


async def test_many_at_once_are_taken_once_each(fake: FakeTelegram) -> None:
    async with listening(fake) as ears:
        said = chatter(fake, 100)
        assert await ears.delivered(at_once=40) == [200] * 100
    assert sorted(ears.host.messages, key=int) == said


async def test_what_is_not_on_the_disk_is_brought_again(fake: FakeTelegram) -> None:
    async with listening(fake) as ears:
        said = chatter(fake, 3)
        ears.host.failures = 1
        with logged() as stream:
            assert await ears.delivered() == [503]
        assert ears.host.messages == []
        assert len(fake.updates) == 3
        assert await ears.delivered() == [200] * 3
    assert ears.host.messages == said
    assert "heron" not in stream.getvalue()


async def test_poison_is_put_aside_and_not_brought_again(fake: FakeTelegram) -> None:
    async with listening(fake) as ears:
        for name, body in sorted(poisons().items()):
            assert await ears.posted(body) == 200, name
        said = chatter(fake, 1)
        assert await ears.delivered() == [200]
    assert ears.host.messages == said
    assert len(ears.host.misfits) == len(poisons())
    assert "secret" not in str(ears.host.misfits)


@pytest.mark.parametrize(
    "secret", [None, "", "a", SECRET[:-1], SECRET + "x", SECRET.upper(), "ä" * 14]
)
async def test_whoever_does_not_know_the_secret_is_not_heard(
    fake: FakeTelegram, secret: str | None
) -> None:
    async with listening(fake) as ears:
        with logged() as stream:
            assert await ears.posted(b'{"update_id":1}', secret) == 403
        assert ears.host.taken == []
        assert SECRET not in stream.getvalue()
        assert stream.getvalue() == ""


async def test_only_what_telegram_does_is_answered(fake: FakeTelegram) -> None:
    async with listening(fake) as ears:
        assert await ears.posted(b"", method="GET") == 405
        assert await ears.posted(b"{}", method="PUT") == 405
        assert await ears.posted(b"{}", path="/") == 404
        assert await ears.posted(b"{}", path=PATH + "/") == 404
        assert ears.host.taken == []


async def test_a_body_beyond_all_measure_is_not_read(fake: FakeTelegram) -> None:
    async with listening(fake) as ears:
        assert await ears.posted(b"x" * (LARGEST_BODY + 1)) == 413
        assert ears.host.taken == []
        assert await ears.posted(b" " * (LARGEST_BODY - 100) + b'{"update_id":1}') == 200
    assert LARGEST_BODY == 256 * 1024


async def test_a_body_that_does_not_come_is_not_waited_for(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BODY_SECONDS", 0.1)

    async def slowly() -> AsyncIterator[bytes]:
        yield b'{"update_id":1'
        await asyncio.sleep(5)

    async with listening(fake) as ears:
        async with (
            aiohttp.ClientSession(headers={HEADER: SECRET}) as session,
            session.post(f"{ears.address}{PATH}", data=slowly()) as answer,
        ):
            assert answer.status == 408
        assert ears.host.taken == []


async def test_what_trips_a_mistake_of_ours_is_brought_again_until_others_were_understood(
    fake: FakeTelegram,
) -> None:
    async with listening(fake) as ears:
        chat, ana, bea = fake.group(), fake.person(), fake.person()
        fake.says(chat, ana, "the heron told nobody")
        ears.host.faults[f"user{ana}"] = KeyError("heron")
        assert await ears.delivered() == [500]
        assert await ears.delivered() == [500]
        good = fake.says(chat, bea, "hello")["message_id"]
        await ears.delivered(at_once=2)
        await ears.delivered()
        assert not len(fake.updates)
    assert ears.host.messages == [str(good)]
    [misfit] = ears.host.misfits
    assert "heron" not in str(misfit)


async def test_commands_are_answered_once_though_they_are_brought_again(
    fake: FakeTelegram,
) -> None:
    async with listening(fake) as ears:
        chat, ana = fake.group(), fake.person()
        entity = {"type": "bot_command", "offset": 0, "length": 5}
        said = fake.says(chat, ana, "/help", entities=[entity])
        ears.host.failures = 1
        await ears.delivered()
        assert ears.calls == []
        await ears.delivered()
        fake.push({"message": said})
        await ears.delivered()
    assert [call.message for call in ears.calls] == [said["message_id"]]


async def test_it_is_connected_once_what_was_missed_is_noted(fake: FakeTelegram) -> None:
    fake.faults.add("setWebhook", page(502), times=2)
    async with listening(fake) as ears:
        assert ears.webhook.is_connected
        assert [words[0] for words in ears.host.told] == ["resume"]
        assert len(fake.called("setWebhook")) == 3
        assert len(ears.looks.rests.seconds) == 2


async def test_it_looks_whether_telegram_still_calls_here(fake: FakeTelegram) -> None:
    async with listening(fake) as ears:
        fake.faults.add("getWebhookInfo", page(502))
        ears.looks.next.set()
        await fake.until(lambda: len(fake.called("getWebhookInfo")) >= 2)
        await fake.until(lambda: ears.webhook.is_connected)
        assert [words[0] for words in ears.host.told] == ["resume", "resume"]
        fake.webhook["url"] = "https://elsewhere.example/"
        ears.looks.next.set()
        async with asyncio.timeout(5):
            await asyncio.wait({ears.task})
        error = ears.task.exception()
    assert type(error) is ConflictError
    assert str(error) == "updates go to another process; stop one of them"


async def test_a_token_that_is_refused_ends_it(fake: FakeTelegram) -> None:
    fake.faults.add("setWebhook", UNAUTHORIZED)
    async with listening(fake) as ears:
        assert type(ears.task.exception()) is AuthError


async def test_a_store_that_fails_at_the_start_is_waited_for(fake: FakeTelegram) -> None:
    port = free_port()
    async with connected(settings_at(fake, port)) as client:
        ears = Ears(client, fake, port, Listener(fake.clock))
        ears.host.failures = 3
        await fake.until(lambda: ears.webhook.is_connected)
        ears.task.cancel()
        with suppress(asyncio.CancelledError):
            await ears.task
    assert len(fake.called("setWebhook")) == 1


async def test_an_address_that_is_taken_is_named(fake: FakeTelegram) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        async with connected(settings_at(fake, port)) as client:
            ears = Ears(client, fake, port, Listener(fake.clock))
            with pytest.raises(FoyerError, match=f"webhook_port {port}: cannot listen there"):
                await ears.task


async def test_afterwards_nothing_listens(fake: FakeTelegram) -> None:
    async with listening(fake) as ears:
        pass
    with pytest.raises(aiohttp.ClientConnectionError):
        await ears.posted(b"{}")
