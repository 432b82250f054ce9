"""A poller that listens to the fake Bot API for a host that remembers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

from bot.adapters.telegram.groups.arrivals import Arrivals
from bot.adapters.telegram.groups.staff import Staff
from bot.adapters.telegram.line.client import Client, connected
from bot.adapters.telegram.listening.calls import Calls
from bot.adapters.telegram.listening.inbox import Inbox
from bot.adapters.telegram.listening.poller import STREAM, Poller
from bot.adapters.telegram.reading.told import Call
from bot.delivery import AuthError
from tests.fakes.telegram import FakeTelegram
from tests.telegram_bots import Listener, Rests, settings_for

NOW = 1_714_564_800_000


def emptied(fake: FakeTelegram) -> FakeTelegram:
    """The fake, with nothing left of what other tests did."""
    fake.updates.clear()
    fake.calls.clear()
    fake.faults.clear()
    fake.webhook = {}
    fake.clock.at = NOW
    fake.slows_repeats = False
    return fake


class Ears:
    """A poller that listens to the fake for a host that remembers."""

    def __init__(self, client: Client, host: Listener, rest: Any) -> None:
        self.host, self.rest = host, rest
        self.calls: list[Call] = []
        staff = Staff(client.bot, host.clock)
        calls = Calls(host.clock, self._answer, self._answer)
        arrivals = Arrivals(host, client)
        self.inbox = Inbox(host, client.me, arrivals, staff, calls, lambda _: None, STREAM)
        self.poller = Poller(cast("Any", host), client, self.inbox, rest)
        self.task = asyncio.create_task(self.poller.run())

    async def _answer(self, call: Call) -> None:
        self.calls.append(call)


@asynccontextmanager
async def listening(
    fake: FakeTelegram, host: Listener | None = None, rest: Any = None
) -> AsyncIterator[Ears]:
    async with connected(settings_for(fake)) as client:
        ears = Ears(client, host or Listener(fake.clock), rest or Rests())
        try:
            yield ears
        finally:
            ears.task.cancel()
            with suppress(asyncio.CancelledError, AuthError):
                await ears.task


def club(fake: FakeTelegram) -> tuple[int, int]:
    """A group, and somebody in it."""
    return fake.group(), fake.person()


def chatter(fake: FakeTelegram, chat: int, ana: int, count: int) -> list[str]:
    """Somebody writes; the messages' ids."""
    return [str(fake.says(chat, ana, f"heron {n}")["message_id"]) for n in range(count)]


def once(messages: list[str]) -> list[str]:
    """What was told, without repetitions: the store knows them by what they are."""
    return list(dict.fromkeys(messages))


def asked_for(fake: FakeTelegram) -> list[int]:
    """The offsets of all questions."""
    return [call.params.get("offset", 0) for call in fake.called("getUpdates")]
