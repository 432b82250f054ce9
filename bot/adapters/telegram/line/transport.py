"""The library's way of asking Telegram, without what it would write down of the answers."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextvars import ContextVar
from functools import cache
from typing import Any, Literal

import httpx
import msgspec
from telegram.error import TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.adapters.telegram.line.errors import FloodError
from bot.adapters.telegram.line.server_clock import ServerClock

LONG_POLL = 50
"""Seconds that Telegram holds a question for news open while nothing happens."""

_CONNECT, _POOL, _READ, _WRITE = 5.0, 3.0, 10.0, 10.0
"""Seconds for each step of a call. With the longest rest of the pace before them they end before
the outbox gives an attempt up."""
_UPLOAD = 14.0
"""Seconds that one piece of a picture may take on its way."""
_WHOLE = 32.0
"""Seconds for all of a call, however steadily an answer trickles."""
_CONNECTIONS = 16

_LARGEST = 16 * 1024 * 1024
"""Bytes of an answer; Telegram ends one with updates at a quarter of it."""
_AS_IT_IS = "identity"
"""Compressed, a few bytes may become any number."""

_OK, _ELSEWHERE, _BROKEN = 200, 300, 500
_TOO_LARGE, _TOO_MANY_REQUESTS = 413, 429
_LONGEST_FLOOD = 24 * 3600.0
_SHORTEST_FLOOD = 1.0

_date: ContextVar[str] = ContextVar("date", default="")
"""What the answer to this task's last question says when it was given; the library drops it."""


class _Parameters(msgspec.Struct):
    retry_after: float = _SHORTEST_FLOOD


class _TooMany(msgspec.Struct):
    parameters: _Parameters = msgspec.field(default_factory=_Parameters)


class _Done(msgspec.Struct):
    ok: Literal[True]
    result: msgspec.Raw


class _Refused(msgspec.Struct):
    ok: Literal[False]
    error_code: int


class Transport(HTTPXRequest):
    """Calls to Telegram, with failures that `delivery()` knows; `polling` ones are patient.

    What is polled is handed on as it came, for others to judge. All other answers set the clock.
    """

    def __init__(self, clock: ServerClock | None = None, *, polling: bool = False) -> None:
        self._clock, self._is_polling = clock, polling
        super().__init__(
            connection_pool_size=_CONNECTIONS,
            connect_timeout=_CONNECT,
            pool_timeout=_POOL,
            read_timeout=LONG_POLL + _READ if polling else _READ,
            write_timeout=_WRITE,
            media_write_timeout=_UPLOAD,
            httpx_kwargs={
                "verify": _trusted(),
                "headers": {"Accept-Encoding": _AS_IT_IS},
                "event_hooks": {"response": [_bound]},
            },
        )

    async def do_request(self, *words: Any, **named: Any) -> tuple[int, bytes]:
        """The status and the body of an answer.

        Raises:
            FloodError: Telegram wants to be left alone.
            TelegramError: there was no answer, or not from Telegram.
        """
        patience = _WHOLE + LONG_POLL if self._is_polling else _WHOLE
        began = 0 if self._clock is None else self._clock.began()
        try:
            async with asyncio.timeout(patience):
                status, body = await super().do_request(*words, **named)
        except TimeoutError:
            raise TimedOut from httpx.ReadTimeout("an answer without end")
        if status == _TOO_MANY_REQUESTS:
            raise FloodError(_flood_wait(body))
        if not (self._is_polling and status == _OK) and not _is_telegrams(status, body):
            raise TelegramError("Invalid server response")
        if self._clock is not None:
            self._clock.note(_date.get(), began)
        return status, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """An answer as it is meant; the library would log one that it cannot read, words and all.

        Raises:
            TelegramError: it is none.
        """
        try:
            return msgspec.json.decode(payload, type=dict[str, Any])
        except (ValueError, RecursionError):
            raise TelegramError("Invalid server response") from None


class _Bounded(httpx.AsyncByteStream):
    """An answer that ends, as a failure, where it becomes too large."""

    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        room = _LARGEST
        async for piece in self._stream:
            room -= len(piece)
            if room < 0:
                raise httpx.RemoteProtocolError("an answer beyond all measure")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _bound(response: httpx.Response) -> None:
    _date.set(response.headers.get("Date", ""))
    if response.headers.get("Content-Encoding", _AS_IT_IS) != _AS_IT_IS:
        raise httpx.RemoteProtocolError("an answer in another form than asked for")
    if isinstance(response.stream, httpx.AsyncByteStream):
        response.stream = _Bounded(response.stream)


@cache
def _trusted() -> ssl.SSLContext:
    """Whom to trust with TLS; reading that takes longer than all else that opens a bot."""
    return httpx.create_ssl_context()


def _is_telegrams(status: int, body: bytes) -> bool:
    """Whether Telegram answers: what stands before it must end nothing by a 401, 403 or 404."""
    if status == _TOO_LARGE or status >= _BROKEN:
        return True
    try:
        msgspec.json.decode(body, type=_Done if _OK <= status < _ELSEWHERE else _Refused)
    except (ValueError, RecursionError):
        return False
    return True


def _flood_wait(body: bytes) -> float:
    """The seconds that an answer asks for, or one where a proxy answered in Telegram's place."""
    try:
        seconds = msgspec.json.decode(body, type=_TooMany).parameters.retry_after
    except ValueError:
        return _SHORTEST_FLOOD
    return min(max(seconds, _SHORTEST_FLOOD), _LONGEST_FLOOD)
