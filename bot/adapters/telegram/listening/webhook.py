"""Has Telegram bring updates to an address, and says that it has them once they are on the disk."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from bot.adapters import Host
from bot.adapters.telegram.line.client import Client
from bot.adapters.telegram.listening.hearing import Hearing, backing_off
from bot.adapters.telegram.listening.inbox import Inbox
from bot.adapters.telegram.reading.updates import update_id_of
from bot.delivery import AuthError, ConflictError, DeliveryError
from bot.errors import FoyerError, StoreError

if TYPE_CHECKING:
    from bot.config import TelegramSettings

LARGEST_BODY = 256 * 1024
BODY_SECONDS = 10.0
"""Seconds that a body may take to arrive."""
LOOKS = 60.0
"""Seconds between looks whether Telegram still brings updates here."""

_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name

Rest = Callable[[float], Awaitable[None]]

log = structlog.get_logger(__name__)


class Webhook:
    """Listens for Telegram's calls; whatever is not on the disk it has delivered again."""

    def __init__(
        self,
        host: Host,
        client: Client,
        inbox: Inbox,
        settings: "TelegramSettings",
        rest: Rest = asyncio.sleep,
    ) -> None:
        self._client, self._inbox, self._settings, self._rest = client, inbox, settings, rest
        self._hearing = Hearing(host)
        self._is_set = False
        secret = settings.webhook_secret
        self._secret = "" if secret is None else secret.get_secret_value()

    @property
    def is_connected(self) -> bool:
        """Whether Telegram said a moment ago that it brings updates here."""
        return self._hearing.is_on

    async def run(self) -> None:
        """Listen until cancelled; a failing network or store is waited for.

        Raises:
            AuthError: Telegram does not accept the bot, or brings its updates elsewhere.
            FoyerError: nothing can listen at the address.
        """
        rests = backing_off()
        async with self._listening():
            while True:
                try:
                    await self._look()
                    rests = backing_off()
                    await self._rest(LOOKS)
                except AuthError:
                    raise
                except DeliveryError as error:
                    self._hearing.lost(str(error))
                    await self._rest(next(rests))
                except StoreError as error:
                    log.warning("store failed", error=str(error))
                    await self._rest(next(rests))

    async def _look(self) -> None:
        url = self._settings.webhook_url
        if not self._is_set:
            await self._client.have_called(url, self._secret)
            self._is_set = True
        elif await self._client.called_address() != url:
            raise ConflictError("updates go to another process; stop one of them")
        await self._hearing.heard()

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        host, port = self._settings.webhook_host, self._settings.webhook_port
        app = web.Application(client_max_size=LARGEST_BODY)
        app.on_response_prepare.append(_undress)
        app.router.add_post(urlsplit(self._settings.webhook_url).path or "/", self._hear)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, host, port).start()
            except OSError:
                where = f"telegram.webhook_host {host}, telegram.webhook_port {port}"
                raise FoyerError(f"{where}: cannot listen there") from None
            log.info("listening for calls", port=runner.addresses[0][1])
            yield
        finally:
            await runner.cleanup()

    async def _hear(self, request: web.Request) -> web.Response:
        """200 once the update is on the disk; whoever does not know the secret is not read."""
        given = request.headers.get(_SECRET, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._secret.encode()):
            return web.Response(status=403)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        try:
            await self._inbox.take([(update_id_of(body) or 0, body)])
        except StoreError as error:
            log.warning("store failed", error=str(error))
            return web.Response(status=503)
        return web.Response()


async def _undress(_: web.Request, response: web.StreamResponse) -> None:
    """Say nothing of what serves."""
    del response.headers["Server"]
