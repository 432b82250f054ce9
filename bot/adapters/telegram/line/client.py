"""The bot as Telegram knows it: opened, asked who it is, and told how it is to hear."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from telegram import Bot

from bot.adapters.telegram.line.errors import delivery
from bot.adapters.telegram.line.server_clock import ServerClock
from bot.adapters.telegram.line.transport import Transport
from bot.adapters.telegram.reading.people import Me
from bot.adapters.telegram.reading.told import Call
from bot.delivery import DeliveryError

if TYPE_CHECKING:
    from bot.config import TelegramSettings

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "message_reaction",
    "message_reaction_count",
    "poll",
    "poll_answer",
)
"""What Telegram is to tell. It remembers what it was asked for last, so it is told every time."""

MOST_UPDATES = 100
"""Telegram gives no more at once."""


class Client:
    """An open bot; `me` is what Telegram said of it."""

    def __init__(self, bot: Bot, polling: Transport, me: Me) -> None:
        self.bot, self.me = bot, me
        self._polling = polling

    async def poll(self, offset: int | None, *, limit: int = MOST_UPDATES, wait: int = 0) -> bytes:
        """The answer to getUpdates as it came, after `wait` seconds at most while nothing happens.

        An offset lets Telegram forget every update below it.

        Raises:
            DeliveryError: there is none.
        """
        asked = {"timeout": wait, "limit": limit, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        if offset is not None:
            asked["offset"] = offset
        with delivery():
            return await self._polling.retrieve(
                f"{self.bot.base_url}/getUpdates?{urlencode(asked)}"
            )

    async def let_go(self, call: Call) -> None:
        """Have Telegram show no longer that it works on a press; one that is too old is let be."""
        with suppress(DeliveryError), delivery():
            await self.bot.answer_callback_query(call.callback_id)

    async def stop_being_called(self) -> None:
        """Have updates kept for polling; those that wait are not lost.

        Raises:
            DeliveryError: Telegram did not answer.
        """
        with delivery():
            await self.bot.delete_webhook(drop_pending_updates=False)

    async def have_called(self, url: str, secret: str) -> None:
        """Have updates sent to an address, with a secret beside them; none that wait is lost.

        Raises:
            DeliveryError: Telegram did not answer, or does not like the address.
        """
        with delivery():
            await self.bot.set_webhook(
                url,
                secret_token=secret,
                allowed_updates=ALLOWED_UPDATES,
                drop_pending_updates=False,
            )

    async def called_address(self) -> str:
        """The address that updates are sent to, empty where they are not.

        Raises:
            DeliveryError: Telegram did not answer.
        """
        with delivery():
            return (await self.bot.get_webhook_info()).url


@asynccontextmanager
async def connected(
    settings: "TelegramSettings", clock: ServerClock | None = None
) -> AsyncIterator[Client]:
    """The bot that the settings name, open while the context is; its answers set the clock.

    Raises:
        AuthError: Telegram does not accept the token.
        DeliveryError: Telegram cannot be reached.
    """
    polling = Transport(polling=True)
    token = "" if settings.token is None else settings.token.get_secret_value()
    bot = Bot(
        token,
        settings.api_url,
        settings.file_url,
        request=Transport(clock),
        get_updates_request=polling,
    )
    try:
        with delivery():
            await bot.initialize()
        yield Client(bot, polling, _me(bot))
    finally:
        await bot.shutdown()


def _me(bot: Bot) -> Me:
    user = bot.bot
    return Me(user.id, user.username or "", bool(user.can_read_all_group_messages))
