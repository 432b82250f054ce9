"""The peer: python-telegram-bot reading updates and handing them to a handler that counts."""

import json
from collections.abc import Sequence

from telegram import Update, __version__
from telegram.ext import Application, ApplicationBuilder, ContextTypes, TypeHandler
from telegram.request import BaseRequest, RequestData

PEER = f"python-telegram-bot {__version__}"

_GET_ME = json.dumps(
    {
        "ok": True,
        "result": {"id": 42, "is_bot": True, "first_name": "Foyer", "username": "FoyerBot"},
    }
).encode()


class _Offline(BaseRequest):
    """A connection to nowhere, which knows only who the bot is."""

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """Nothing is to be opened."""

    async def shutdown(self) -> None:
        """Nothing is to be closed."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        """Who the bot is, whatever was asked."""
        return 200, _GET_ME


class Peer:
    """An application of the library's, without network; a context while it is open."""

    def __init__(self) -> None:
        self.count = 0
        offline = _Offline()
        builder = ApplicationBuilder().token("42:AA").updater(None)
        self._application: Application = builder.request(offline).build()  # type: ignore[type-arg]  # six parameters that nothing here needs
        self._application.add_handler(TypeHandler(Update, self._handle))

    async def __aenter__(self) -> "Peer":
        await self._application.initialize()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._application.shutdown()

    async def read(self, bodies: Sequence[bytes]) -> None:
        """Read answers of `getUpdates` as the library's own poller does, and handle each update."""
        bot = self._application.bot
        for body in bodies:
            for update in Update.de_list(json.loads(body)["result"], bot):
                await self._application.process_update(update)

    async def _handle(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        self.count += 1
