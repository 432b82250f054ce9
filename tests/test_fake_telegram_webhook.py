"""The fake delivers updates to a webhook as the real Bot API does."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from aiohttp import web

from bot.clock import ManualClock
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_caller import Caller, CallError

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the name of a header


class Door:
    """A webhook that answers with the next of its statuses, then 200."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.heard: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.at_once = self.most_at_once = 0
        self.address = ""

    async def hear(self, request: web.Request) -> web.Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.01)
        self.at_once -= 1
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.heard.append(json.loads(await request.text()))
        self.secrets.append(request.headers.get(SECRET_HEADER))
        return web.Response(status=status)

    @property
    def texts(self) -> list[str]:
        return [one["message"]["text"] for one in self.heard]


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with serving_telegram() as serving:
        yield serving


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door, app = Door(), web.Application()
    app.router.add_post("/hook", door.hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    door.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield door
    await runner.cleanup()


async def delivered(
    fake: FakeTelegram, door: Door, at_once: int = 1, secret: str | None = None
) -> list[int]:
    headers = {SECRET_HEADER: secret} if secret else None
    return await asyncio.wrap_future(fake.delivering(door.address, at_once, headers))


def said(fake: FakeTelegram, *words: str) -> None:
    group, ana = fake.group(), fake.person()
    for word in words:
        fake.says(group, ana, word)


def hooked(fake: FakeTelegram, **params: Any) -> Caller:
    caller = Caller(fake)
    caller.ask("setWebhook", url="https://example.org/hook", **params)
    return caller


async def test_updates_are_posted_with_the_secret_and_forgotten_when_taken(
    fake: FakeTelegram, door: Door
) -> None:
    caller = hooked(fake, secret_token="abc-DEF_1", allowed_updates=["message"])  # noqa: S106  made up
    said(fake, "a", "b")
    assert await delivered(fake, door) == [200, 200]
    assert door.texts == ["a", "b"]
    assert door.secrets == ["abc-DEF_1"] * 2
    assert await delivered(fake, door) == []
    info = caller.ask("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == ("https://example.org/hook", 0)
    assert info["allowed_updates"] == ["message"]


async def test_an_update_that_is_not_taken_waits_on(fake: FakeTelegram, door: Door) -> None:
    caller = hooked(fake)
    said(fake, "a", "b", "c")
    door.statuses = [200, 503]
    assert await delivered(fake, door) == [200, 503]
    info = caller.ask("getWebhookInfo")
    assert info["pending_update_count"] == 2
    assert info["last_error_message"] == "Wrong response from the webhook: 503"
    assert await delivered(fake, door) == [200, 200]
    assert door.texts == ["a", "b", "c"]
    assert door.secrets == [None] * 4


async def test_several_updates_may_come_at_once(fake: FakeTelegram, door: Door) -> None:
    hooked(fake)
    said(fake, *"abcdef")
    door.statuses = [200, 500, 200]
    assert await delivered(fake, door, 3) == [200, 500, 200]
    assert door.most_at_once == 3
    assert await delivered(fake, door, 3) == [200] * 4
    assert sorted(door.texts) == [*"abcdef"]


async def test_a_forger_may_send_other_headers(fake: FakeTelegram, door: Door) -> None:
    hooked(fake, secret_token="right")  # noqa: S106  made up
    said(fake, "a")
    await delivered(fake, door, secret="wrong")  # noqa: S106  made up
    assert door.secrets == ["wrong"]


async def test_a_webhook_that_is_not_there_takes_nothing(fake: FakeTelegram) -> None:
    caller = hooked(fake)
    said(fake, "a")
    assert await asyncio.wrap_future(fake.delivering("http://127.0.0.1:9")) == [0]
    assert caller.ask("getWebhookInfo")["last_error_message"] == "Connection refused"


async def test_a_poll_is_refused_while_there_is_a_webhook(fake: FakeTelegram) -> None:
    caller = hooked(fake)
    with pytest.raises(CallError, match="webhook is active") as refused:
        caller.updates()
    assert refused.value.code == 409
    said(fake, "a")
    caller.ask("deleteWebhook")
    assert len(caller.updates()) == 1


async def test_pending_updates_are_dropped_only_when_asked_for(fake: FakeTelegram) -> None:
    said(fake, "a")
    caller = hooked(fake)
    assert caller.ask("getWebhookInfo")["pending_update_count"] == 1
    caller.ask("deleteWebhook", drop_pending_updates=True)
    assert caller.updates() == []


@pytest.mark.parametrize(
    ("url", "secret", "reason"),
    [
        ("http://example.org/hook", "", "An HTTPS URL must be provided"),
        ("https://example.org/hook", "a b", "unallowed characters"),
        ("https://example.org/hook", "a" * 257, "too long"),
    ],
)
async def test_webhooks_are_refused(fake: FakeTelegram, url: str, secret: str, reason: str) -> None:
    with pytest.raises(CallError, match=reason):
        Caller(fake).ask("setWebhook", url=url, secret_token=secret)
    assert fake.webhook == {}


async def test_a_webhook_is_set_once_a_second() -> None:
    clock = ManualClock(1_790_000_000_000)
    with serving_telegram(clock) as fake:
        hooked(fake)
        with pytest.raises(CallError, match="retry after 1"):
            hooked(fake)
        clock.at += 1000
        hooked(fake)
