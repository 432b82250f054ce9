"""A fake Bot API on 127.0.0.1, for python-telegram-bot and whatever else speaks HTTP.

`with serving_telegram() as fake:` serves from a thread of its own; every verb of `fake` may be
called from any thread. Asynchronous tests wait with `await fake.until(...)`, others with
`fake.wait_for(...)`.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from aiohttp import web

from bot.clock import Clock
from tests.fakes.telegram_deeds import Deeds
from tests.fakes.telegram_faults import Faults, Flood
from tests.fakes.telegram_server import Server

T = TypeVar("T")

WITHIN = 30.0
"""Seconds that the server has to start, stop or deliver."""


class FakeTelegram(Deeds):
    """A fake Bot API and everybody who uses it."""

    def __init__(self, clock: Clock | None = None, *, reads_all: bool = True) -> None:
        super().__init__(clock, reads_all=reads_all)
        self.faults = Faults()
        self.flood = Flood(lambda: int(self.clock.now()))
        self._server = Server(self, self.faults, self.flood)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """What a client puts before the token."""
        return f"{self.url}/bot"

    @property
    def file_url(self) -> str:
        """What a client puts before the token to fetch a file."""
        return f"{self.url}/file/bot"

    @property
    def violations(self) -> list[str]:
        """What was against the specification."""
        return self._server.violations

    async def until(self, condition: Callable[[], Any], seconds: float = 10) -> None:
        """Wait until something holds; fails when it does not in time."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        while not condition():
            if loop.time() > ends:
                raise AssertionError(f"not so after {seconds} s; last calls: {self.calls[-5:]}")
            await asyncio.sleep(0.005)

    def delivering(
        self, address: str, at_once: int = 1, headers: Mapping[str, str] | None = None
    ) -> "Future[list[int]]":
        """Post waiting updates to the webhook's path at an address like `http://127.0.0.1:8080`.

        The status codes in the end; see `Webhook.deliver`. An asynchronous test awaits
        `asyncio.wrap_future(...)` of it, others take its `result()`.
        """
        return self._begun(self._server.webhook.deliver(address, at_once, headers))

    @contextmanager
    def unreachable(self) -> Iterator[None]:
        """Nothing listens meanwhile: whoever connects is refused."""
        self._begun(self._close()).result(WITHIN)
        try:
            yield
        finally:
            self._begun(self._listen()).result(WITHIN)

    def start(self) -> None:
        """Listen on a free port."""
        self._thread.start()
        self._begun(self._listen()).result(WITHIN)

    def stop(self) -> None:
        """Hang up on everybody, for good."""
        if self._loop.is_closed():
            return
        self._begun(self._close()).result(WITHIN)
        with self.changed:
            self.wake = lambda: None
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WITHIN)
        self._loop.close()

    def _begun(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _listen(self) -> None:
        app = self._server.application()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for one in others:
            one.cancel()
        await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def serving_telegram(
    clock: Clock | None = None, *, reads_all: bool = True
) -> Iterator[FakeTelegram]:
    """A running fake; fails at the end if a call or an answer was against the specification.

    `reads_all` is what privacy mode takes away; `clock` is the server's (a ManualClock, say).
    """
    fake = FakeTelegram(clock, reads_all=reads_all)
    fake.start()
    try:
        yield fake
    finally:
        fake.stop()
    if fake.violations:
        pytest.fail("against the Bot API: " + "; ".join(fake.violations[:10]))
