"""The library's way of asking Telegram, without what it would write down of the answers."""

import ssl
from functools import cache
from typing import Any

import httpx
import msgspec
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.adapters.telegram.errors import FloodError

LONG_POLL = 50
"""Seconds that Telegram holds a question for news open while nothing happens."""

_CONNECT, _POOL, _READ, _WRITE = 5.0, 3.0, 10.0, 10.0
"""Seconds for each step of a call. With the longest rest of the pace before them they end before
the outbox gives an attempt up."""
_UPLOAD = 14.0
"""Seconds that one piece of a picture may take on its way."""
_CONNECTIONS = 16

_TOO_MANY_REQUESTS = 429
_LONGEST_FLOOD = 24 * 3600.0
_SHORTEST_FLOOD = 1.0


class _Parameters(msgspec.Struct):
    retry_after: float = _SHORTEST_FLOOD


class _TooMany(msgspec.Struct):
    parameters: _Parameters = msgspec.field(default_factory=_Parameters)


class Transport(HTTPXRequest):
    """Calls to Telegram, with failures that `delivery()` knows; `polling` ones are patient."""

    def __init__(self, *, polling: bool = False) -> None:
        super().__init__(
            connection_pool_size=_CONNECTIONS,
            connect_timeout=_CONNECT,
            pool_timeout=_POOL,
            read_timeout=LONG_POLL + _READ if polling else _READ,
            write_timeout=_WRITE,
            media_write_timeout=_UPLOAD,
            httpx_kwargs={"verify": _trusted()},
        )

    async def do_request(self, *words: Any, **named: Any) -> tuple[int, bytes]:
        """The status and the body of an answer.

        Raises:
            FloodError: Telegram wants to be left alone.
            TelegramError: there was no answer.
        """
        status, body = await super().do_request(*words, **named)
        if status == _TOO_MANY_REQUESTS:
            raise FloodError(_flood_wait(body))
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


@cache
def _trusted() -> ssl.SSLContext:
    """Whom to trust with TLS; reading that takes longer than all else that opens a bot."""
    return httpx.create_ssl_context()


def _flood_wait(body: bytes) -> float:
    """The seconds that an answer asks for, or one where a proxy answered in Telegram's place."""
    try:
        seconds = msgspec.json.decode(body, type=_TooMany).parameters.retry_after
    except ValueError:
        return _SHORTEST_FLOOD
    return min(max(seconds, _SHORTEST_FLOOD), _LONGEST_FLOOD)
