"""What answers in Telegram's place, or as Telegram never would, ends nothing and fills nothing."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram.error import TelegramError

from bot.adapters.telegram.line import transport
from bot.adapters.telegram.line.errors import delivery
from bot.adapters.telegram.line.transport import Transport
from bot.delivery import AmbiguousError, DeliveryError, NotDeliveredError, TargetGoneError

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]

HEAD = b"HTTP/1.1 %d Whatever\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n"
REFUSAL = b'{"ok":false,"error_code":403,"description":"Forbidden: bot was kicked"}'


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[str]:
    """The address of a server that answers every call so, whatever was asked."""
    serving: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.current_task())
        try:
            await reader.read(65536)
            await answer(writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            await asyncio.sleep(0)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot1:A/sendMessage"
    finally:
        tasks = [task for task in serving if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)
        server.close()
        await server.wait_closed()


def saying(status: int, body: bytes, header: bytes = b"") -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD % (status, header, len(body)) + body)
        await writer.drain()

    return answer


async def trickling(writer: asyncio.StreamWriter) -> None:
    """One letter after the other, each in time, for ever."""
    writer.write(HEAD % (200, b"", 10**9))
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)


async def pouring(writer: asyncio.StreamWriter) -> None:
    """As much as anybody takes."""
    writer.write(HEAD % (200, b"", 10**12))
    while True:
        writer.write(b" " * 65536)
        await writer.drain()


async def judged(answer: Answer, *, polling: bool = False) -> DeliveryError:
    """What a call comes to that is answered so."""
    asking = Transport(polling=polling)
    try:
        async with answering(answer) as url:
            with pytest.raises(DeliveryError) as caught, delivery():
                await (asking.retrieve(url) if polling else asking.post(url))
    finally:
        await asking.shutdown()
    return caught.value


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"null", b"[]", b'{"message":"no"}', b"[" * 100_000, b'{"ok":true,"result":1}'],
    ids=["nothing", "empty", "null", "list", "gateway", "deep", "contradiction"],
)
async def test_only_telegrams_own_refusals_mean_what_they_say(status: int, body: bytes) -> None:
    assert type(await judged(saying(status, body))) is AmbiguousError


async def test_a_refusal_of_telegrams_is_one() -> None:
    assert type(await judged(saying(403, REFUSAL))) is TargetGoneError


@pytest.mark.parametrize("body", [b"", b"{}", b"true", b'{"ok":true}', b'{"ok":false,"result":1}'])
async def test_what_shows_no_result_is_none(body: bytes) -> None:
    assert type(await judged(saying(200, body))) is AmbiguousError


async def test_questions_for_updates_are_refused_by_telegram_alone() -> None:
    for status in (401, 404, 409):
        error = await judged(saying(status, b"<html>"), polling=True)
        assert type(error) is AmbiguousError


@pytest.mark.parametrize("polling", [False, True])
async def test_an_answer_that_trickles_for_ever_is_given_up(
    monkeypatch: pytest.MonkeyPatch, *, polling: bool
) -> None:
    monkeypatch.setattr(transport, "_WHOLE", 0.3)
    monkeypatch.setattr(transport, "LONG_POLL", 0)
    began = asyncio.get_running_loop().time()
    error = await judged(trickling, polling=polling)
    assert type(error) is AmbiguousError
    assert asyncio.get_running_loop().time() - began < 2


async def test_an_answer_beyond_all_measure_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_LARGEST", 10**6)
    for polling in (False, True):
        assert type(await judged(pouring, polling=polling)) is AmbiguousError


async def test_an_answer_that_would_unfold_is_not_read() -> None:
    bomb = gzip.compress(b'{"ok":true,"result":[' + b" " * 10**7 + b"]}")
    error = await judged(saying(200, bomb, b"Content-Encoding: gzip\r\n"), polling=True)
    assert type(error) is AmbiguousError


async def test_a_flood_wait_beyond_all_measure_is_a_day() -> None:
    for wait in (b"1e300", b"-5", b'"soon"'):
        body = b'{"ok":false,"error_code":429,"parameters":{"retry_after":%s}}' % wait
        error = await judged(saying(429, body))
        assert isinstance(error, NotDeliveredError)
        assert 1_000 <= error.retry_after <= 24 * 3_600_000 + 1_000


async def test_connections_are_free_again_after_answers_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transport, "_WHOLE", 0.1)
    monkeypatch.setattr(transport, "_CONNECTIONS", 2)
    asking = Transport()
    async with answering(trickling) as url:
        for _ in range(6):
            with pytest.raises(TelegramError):
                await asking.post(url)
    async with answering(saying(200, b'{"ok":true,"result":7}')) as url:
        assert await asking.post(url) == 7
    await asking.shutdown()


async def test_tls_that_is_none_is_surely_not_delivered() -> None:
    asking = Transport()
    async with answering(saying(200, b"hello")) as url:
        with pytest.raises(NotDeliveredError, match="ConnectError"), delivery():
            await asking.post(url.replace("http:", "https:"))
    await asking.shutdown()


async def test_a_name_that_nobody_knows_is_surely_not_delivered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    asking = Transport()
    with pytest.raises(NotDeliveredError, match="ConnectError"), delivery():
        await asking.post("https://telegram.invalid/bot1:A/getMe")
    await asking.shutdown()
