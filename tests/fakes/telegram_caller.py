"""Calls the fake Bot API: with python-telegram-bot, and without any library."""

import json
import ssl
from http.client import HTTPConnection
from typing import Any

import telegram
from telegram.request import HTTPXRequest

from tests.fakes.telegram import FakeTelegram

Json = dict[str, Any]


def bot_of(fake: FakeTelegram) -> telegram.Bot:
    """A bot of python-telegram-bot's; it reads no certificates, for it needs none here."""
    bare = {"verify": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)}
    return telegram.Bot(
        fake.token,
        fake.api_url,
        fake.file_url,
        HTTPXRequest(httpx_kwargs=bare),
        HTTPXRequest(httpx_kwargs=bare),
    )


class CallError(Exception):
    """The answer was an error."""

    def __init__(self, answer: Json) -> None:
        super().__init__(answer["description"])
        self.code: int = answer["error_code"]
        self.parameters: Json = answer.get("parameters", {})


class Caller:
    """A bot made of nothing but HTTP; blocks."""

    def __init__(self, fake: FakeTelegram) -> None:
        self._fake = fake

    def post(self, path: str, body: bytes, kind: str = "application/json") -> tuple[int, bytes]:
        """Status and body of an answer."""
        connection = HTTPConnection("127.0.0.1", self._fake.port, timeout=60)
        try:
            connection.request("POST", path, body, {"Content-Type": kind})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def ask(self, method: str, **params: Any) -> Any:
        """The result of a call; raises CallError."""
        path = f"/bot{self._fake.token}/{method}"
        _, body = self.post(path, json.dumps(params).encode())
        answer = json.loads(body)
        if not answer["ok"]:
            raise CallError(answer)
        return answer["result"]

    def updates(self, offset: int = 0, **params: Any) -> list[Json]:
        """What getUpdates gives."""
        found: list[Json] = self.ask("getUpdates", offset=offset, **params)
        return found
