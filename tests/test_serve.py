"""What operators and their machines are told over HTTP."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, cast

import aiohttp
import pytest

from bot.clock import MINUTE_MS, ManualClock
from bot.errors import FoyerError, StoreError
from bot.serve import Health, serving
from bot.telemetry import Telemetry
from db.connection import Connection
from db.opening import write_memory
from db.store import Store
from tests.stores import fetch
from tests.test_logs import logged

AT = 1_760_000_000_000


class Platform:
    """As much of an adapter as health looks at."""

    def __init__(self, is_connected: bool) -> None:
        self.is_connected = is_connected


class Broken:
    """A store that takes nothing."""

    def __init__(self, failure: Exception | None) -> None:
        self.failure = failure
        self.asked = 0
        self.was_asked = asyncio.Event()

    async def write(self, work: Any) -> None:
        self.asked += 1
        self.was_asked.set()
        if self.failure is None:
            await asyncio.Event().wait()
        else:
            raise self.failure


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str

    @property
    def reasons(self) -> list[str]:
        found: list[str] = json.loads(self.text)["reasons"]
        return found


class Served:
    """A listener, and what it depends on."""

    def __init__(self, store: Store, patience: float = 0.05, **platforms: bool) -> None:
        self.clock, self.telemetry, self.store = ManualClock(AT), Telemetry(), store
        self.platforms = {name: Platform(connected) for name, connected in platforms.items()}
        self.health = Health(
            store, cast("Any", self.platforms), self.clock, self.telemetry, patience
        )
        self.address = ""

    async def asked(self, path: str, method: str = "GET") -> Answer:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.address + path) as response,
        ):
            return Answer(response.status, dict(response.headers), await response.text())


@asynccontextmanager
async def served(
    store: Any = None, patience: float = 0.05, **platforms: bool
) -> AsyncIterator[Served]:
    async with write_memory() as memory:
        listener = Served(store or memory, patience, **platforms)
        async with serving(listener.health, "127.0.0.1", 0) as address:
            listener.address = address
            yield listener


async def test_a_bot_that_lives_is_healthy_and_ready() -> None:
    async with served(discord=True, telegram=True) as bot:
        for path in ("/healthz", "/readyz"):
            answer = await bot.asked(path)
            assert answer.status == 200
            assert json.loads(answer.text) == {"ok": True, "reasons": []}


async def test_it_is_ready_once_every_platform_is_connected() -> None:
    async with served(discord=False, telegram=False) as bot:
        assert (await bot.asked("/healthz")).status == 200
        answer = await bot.asked("/readyz")
        assert answer.status == 503
        assert answer.reasons == ["discord is not connected", "telegram is not connected"]
        bot.platforms["discord"].is_connected = True
        assert (await bot.asked("/readyz")).reasons == ["telegram is not connected"]
        bot.platforms["telegram"].is_connected = True
        assert (await bot.asked("/readyz")).status == 200
        bot.platforms["discord"].is_connected = False
        assert (await bot.asked("/readyz")).status == 503


async def test_it_is_not_healthy_when_nothing_was_due_looked_at_for_two_minutes() -> None:
    async with served(discord=True) as bot:
        bot.telemetry.ticked(AT)
        bot.clock.at = AT + 2 * MINUTE_MS
        assert (await bot.asked("/healthz")).status == 200
        bot.clock.at += 1
        for path in ("/healthz", "/readyz"):
            answer = await bot.asked(path)
            assert answer.status == 503
            assert answer.reasons == ["nothing that is due has been looked at for two minutes"]
        bot.telemetry.ticked(bot.clock.at)
        assert (await bot.asked("/healthz")).status == 200


async def test_before_the_first_tick_it_is_healthy_for_two_minutes() -> None:
    async with served() as bot:
        bot.clock.at = AT + 2 * MINUTE_MS
        assert (await bot.asked("/healthz")).status == 200
        bot.clock.at += 1
        assert (await bot.asked("/healthz")).status == 503


@pytest.mark.parametrize("failure", [None, StoreError("/secret/path/foyer.db: the disk is full")])
async def test_it_is_not_healthy_when_the_store_takes_no_writes(failure: Exception | None) -> None:
    async with served(Broken(failure), discord=True) as bot:
        for path in ("/healthz", "/readyz"):
            answer = await bot.asked(path)
            assert answer.status == 503
            assert answer.reasons == ["the store takes no writes"]
            assert "secret" not in answer.text


async def test_a_store_that_hangs_is_asked_once_however_often_health_is() -> None:
    store = Broken(None)
    async with served(store) as bot:
        await asyncio.gather(*(bot.asked("/healthz") for _ in range(20)))
        await bot.asked("/readyz")
    assert store.asked == 1


async def test_health_writes_to_the_store() -> None:
    async with served() as bot:
        bot.clock.at = AT + 5
        await bot.asked("/healthz")

        async def rows(connection: Connection) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in await fetch(connection, "SELECT stream, at FROM cursor")]

        assert await bot.store.write(rows) == [("health", AT + 5)]


async def test_metrics_are_prometheus_text_with_the_connections_of_the_moment() -> None:
    async with served(discord=True, telegram=False) as bot:
        bot.telemetry.recorded("discord", 2)
        answer = await bot.asked("/metrics")
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert 'foyer_events_recorded_total{platform="discord"} 2.0' in answer.text
        assert 'foyer_connected{platform="discord"} 1.0' in answer.text
        assert 'foyer_connected{platform="telegram"} 0.0' in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("HEAD", "/readyz", 200),
        ("GET", "/metrics", 200),
        ("GET", "/", 404),
        ("GET", "/metrics/../foyer.db", 404),
        ("GET", "/healthz/", 404),
        ("POST", "/healthz", 405),
        ("PUT", "/metrics", 405),
        ("DELETE", "/readyz", 405),
        ("OPTIONS", "/healthz", 405),
    ],
)
async def test_every_answer_is_dressed_and_does_not_say_what_serves_it(
    method: str, path: str, status: int
) -> None:
    async with served() as bot:
        answer = await bot.asked(path, method)
    assert answer.status == status
    assert "Server" not in answer.headers
    assert "aiohttp" not in answer.text.casefold()
    wanted = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
    }
    assert {name: answer.headers.get(name) for name in wanted} == wanted


async def test_an_address_in_use_is_told_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with write_memory() as store:
            with pytest.raises(FoyerError) as caught:
                async with serving(Served(store).health, "127.0.0.1", port):
                    pass
    assert str(caught.value) == (
        f"http.host 127.0.0.1, http.port {port}: cannot listen there (address already in use)"
    )
    assert caught.value.exit_code == 1


async def test_the_address_is_written_as_browsers_want_it() -> None:
    async with write_memory() as store, serving(Served(store).health, "::1", 0) as address:
        assert address.startswith("http://[::1]:")


async def test_a_client_that_never_finishes_keeps_nobody_from_leaving() -> None:
    loop = asyncio.get_running_loop()
    async with served() as bot:
        port = int(bot.address.rpartition(":")[2])
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        await writer.drain()
        began = loop.time()
    assert loop.time() - began < 5
    writer.close()


async def test_an_answer_that_takes_long_keeps_nobody_from_leaving() -> None:
    loop = asyncio.get_running_loop()
    store = Broken(None)
    async with served(store, patience=60) as bot:
        asking = asyncio.create_task(bot.asked("/healthz"))
        await asyncio.wait_for(store.was_asked.wait(), 5)
        began = loop.time()
    assert loop.time() - began < 5
    with pytest.raises(aiohttp.ClientError):
        await asking


async def test_requests_are_not_logged() -> None:
    with logged() as stream:
        async with served(discord=True) as bot:
            await bot.asked("/healthz?token=abc")
            await bot.asked("/nothing")
    assert stream.getvalue() == ""
