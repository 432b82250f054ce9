"""The one thing that listens: health, readiness and metrics over HTTP, for operators alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.adapters import Adapter
from bot.clock import MINUTE_MS, Clock
from bot.errors import FoyerError, StoreError
from bot.telemetry import CONTENT_TYPE, Telemetry
from db.connection import Connection
from db.store import Store

LATEST_TICK_MS = 2 * MINUTE_MS
_PATIENCE = 5.0
"""Seconds that the store has to take a write."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Health:
    """What is wrong with a running bot, in sentences without secrets."""

    def __init__(
        self,
        store: Store,
        adapters: Mapping[str, Adapter],
        clock: Clock,
        telemetry: Telemetry,
        patience: float = _PATIENCE,
    ) -> None:
        self._store, self._adapters, self._clock = store, adapters, clock
        self._patience = patience
        self.telemetry = telemetry
        self._started_at = clock.now()
        self._writing: asyncio.Task[None] | None = None

    async def ailments(self) -> list[str]:
        """What keeps the bot from living: a clock that stands still, a store that takes nothing."""
        found = []
        last_tick = self.telemetry.last_tick or self._started_at
        if self._clock.now() - last_tick > LATEST_TICK_MS:
            found.append("nothing that is due has been looked at for two minutes")
        if not await self._writes():
            found.append("the store takes no writes")
        return found

    async def hindrances(self) -> list[str]:
        """What keeps the bot from working: ailments, and platforms that are not connected."""
        missing = [name for name, one in self._connections().items() if not one]
        return [*await self.ailments(), *(f"{name} is not connected" for name in missing)]

    def exposition(self) -> bytes:
        """The metrics, connections as they are now."""
        for name, is_connected in self._connections().items():
            self.telemetry.connected(name, is_connected)
        return self.telemetry.exposition()

    def _connections(self) -> dict[str, bool]:
        return {name: adapter.is_connected for name, adapter in self._adapters.items()}

    async def _writes(self) -> bool:
        """Write something small; however often it is asked, one write is on its way at most."""
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._store.write(self._note))
        await asyncio.wait({self._writing}, timeout=self._patience)
        if not self._writing.done():
            return False
        error = self._writing.exception()
        if error is not None and not isinstance(error, StoreError):
            raise error
        return error is None

    async def _note(self, connection: Connection) -> None:
        await connection.run("set_cursor", stream="health", value="", at=self._clock.now())


@asynccontextmanager
async def serving(health: Health, host: str, port: int) -> AsyncIterator[str]:
    """Answer while the context is open; gives the address, such as `http://127.0.0.1:8080`.

    Raises:
        FoyerError: nothing can listen there.
    """
    app = web.Application(client_max_size=1024)
    app.on_response_prepare.append(_dress)
    app.router.add_get("/healthz", _answering(health.ailments))
    app.router.add_get("/readyz", _answering(health.hindrances))
    app.router.add_get("/metrics", _showing(health))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            reason = (error.strerror or type(error).__name__).rpartition(": ")[2].lower()
            raise FoyerError(
                f"http.host {host}, http.port {port}: cannot listen there ({reason})"
            ) from None
        yield _address(runner.addresses)
    finally:
        await runner.cleanup()


def _answering(look: Callable[[], Awaitable[list[str]]]) -> Handler:
    async def answer(_: web.Request) -> web.StreamResponse:
        """200 where nothing is wrong, else 503 and why."""
        reasons = await look()
        body = {"ok": not reasons, "reasons": reasons}
        return web.json_response(body, status=503 if reasons else 200)

    return answer


def _showing(health: Health) -> Handler:
    async def show(_: web.Request) -> web.StreamResponse:
        return web.Response(body=health.exposition(), headers={"Content-Type": CONTENT_TYPE})

    return show


async def _dress(_: web.Request, response: web.StreamResponse) -> None:
    """Say what a browser must not do with it, and not what serves it."""
    response.headers.update(_HEADERS)
    del response.headers["Server"]


def _address(addresses: Iterable[Any]) -> str:
    host, port, *_ = next(iter(addresses))
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
