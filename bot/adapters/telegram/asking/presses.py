"""A button that was pressed: Telegram shows that it is working until it is told the outcome."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from telegram import Bot

from bot.adapters.telegram.line.errors import delivery
from bot.adapters.telegram.saying import buttons
from bot.delivery import DeliveryError
from bot.post import Post
from bot.render.text import render_text

SOON = 4.0
"""Seconds after which a press is answered with nothing, and what follows comes as a message."""
MOST_UNITS = 200
"""UTF-16 units that Telegram shows in an alert."""

log = structlog.get_logger(__name__)


class Press:
    """One press, which Telegram wants to be answered once."""

    def __init__(self, bot: Bot, callback_id: str) -> None:
        self._bot, self._id = bot, callback_id
        self._is_answered = False

    async def tell(self, text: str) -> bool:
        """Show a short text to whoever pressed; False where it is too late or too long for that."""
        if len(text.encode("utf-16-le")) > 2 * MOST_UNITS:
            return False
        return await self._answer(text=text, show_alert=True)

    async def lead(self, url: str) -> bool:
        """Open the private chat for whoever pressed; False where it is too late for that."""
        return await self._answer(url=url)

    async def close(self) -> None:
        """Say that the button did what it does."""
        await self._answer()

    async def _answer(self, **how: Any) -> bool:
        if self._is_answered:
            return False
        self._is_answered = True
        try:
            with delivery():
                await self._bot.answer_callback_query(self._id, **how)
        except DeliveryError as error:
            log.info("a button was not answered", reason=type(error).__name__)
            return False
        return True


@asynccontextmanager
async def pressed(bot: Bot, callback_id: str, soon: float = SOON) -> AsyncIterator[Press]:
    """A press that is answered in any case: soon, and whatever becomes of what it asks for."""
    press = Press(bot, callback_id)
    waiting = asyncio.create_task(_close_after(press, soon))
    try:
        yield press
    finally:
        waiting.cancel()
        await press.close()


def asked_by(data: str) -> tuple[str, dict[str, str]] | None:
    """What a button asks for; None where it is none of ours, for anybody can send anything."""
    asked = buttons.read(data)
    if asked is None or any("\0" in word for word in asked[1].values()):
        return None
    return asked


def as_alert(post: Post) -> str | None:
    """A post as the text of an alert, None where it holds more than text."""
    if post.choices or post.files:
        return None
    return render_text(post, width=1_000_000).strip()


async def _close_after(press: Press, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await press.close()
