"""What Foyer says on Telegram: each message in one call, quietly, and never tried twice here."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import structlog
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode

from bot.adapters.telegram.line.errors import delivery, is_unchanged
from bot.adapters.telegram.line.pace import Pace
from bot.adapters.telegram.saying.payload import Button, File, Payload, read
from bot.delivery import ContentError, DeliveryError, MessageGoneError, NotDeliveredError

GENERAL = "1"
"""The topic that every forum has; Telegram knows its messages as those of no topic."""

PIN_SECONDS = 3.0

_OUT_OF_REACH = ("there is no text in the message", "message can't be edited")
"""Answers to an edit of what is a file, or is not ours any more after the group moved."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

log = structlog.get_logger(__name__)


class Voice:
    """Speaks in chats as fast as `pace` lets it; a target is a chat, or a chat and its topic."""

    def __init__(self, bot: Bot, pace: Pace) -> None:
        self._bot, self._pace = bot, pace

    async def send(self, target: str, payload: str, *, reply_to: int | None = None) -> str:
        """Say something, in answer to a message if that is still there; the message's id.

        Raises:
            DeliveryError: what became of it, by its class.
        """
        said = read(payload)
        chat, thread = _place(target)
        how = {
            "message_thread_id": thread,
            "reply_markup": _keyboard(said),
            "disable_notification": True,
            "reply_parameters": _answering(reply_to),
            "parse_mode": _markup(said),
        }
        await self._pace.wait(chat)
        with self._obeying(chat):
            message = await self._sent(chat, said, how)
        if said.is_pinned:
            await self._pin(chat, message.message_id)
        return str(message.message_id)

    async def edit(self, target: str, sent_id: str, payload: str) -> None:
        """Put something else in place of a message; one that says so already is left as it is.

        Raises:
            MessageGoneError: it is no more, or is a file, which no mere text can take the place
                of, or cannot be changed any more.
            DeliveryError: what else became of it, by its class.
        """
        said = read(payload)
        chat, _ = _place(target)
        try:
            await self._pace.wait(chat)
            with self._obeying(chat):
                await self._changed(chat, int(sent_id), said)
        except ContentError as error:
            if str(error).startswith(_OUT_OF_REACH):
                raise MessageGoneError(str(error)) from None
            if not is_unchanged(error):
                raise

    async def delete(self, target: str, sent_id: str) -> None:
        """Delete a message; one that is gone already is no failure.

        Raises:
            DeliveryError: what became of it, by its class.
        """
        chat, _ = _place(target)
        with suppress(MessageGoneError):
            await self._pace.wait(chat)
            with self._obeying(chat):
                await self._bot.delete_message(int(chat), int(sent_id))

    @contextmanager
    def _obeying(self, chat: str) -> Iterator[None]:
        """Failures are ours, and a chat that is to be left alone is so for everybody."""
        try:
            with delivery():
                yield
        except NotDeliveredError as error:
            if error.retry_after:
                error.is_global = self._pace.hold(chat, error.retry_after)
            raise

    async def _sent(self, chat: str, said: Payload, how: dict[str, Any]) -> Message:
        file = said.file
        if file is None:
            return await self._bot.send_message(
                int(chat), said.text, link_preview_options=_NO_PREVIEW, **how
            )
        send = self._bot.send_photo if file.is_picture else self._bot.send_document
        return await send(int(chat), _upload(file), caption=said.text or None, **how)

    async def _changed(self, chat: str, message: int, said: Payload) -> None:
        where: dict[str, Any] = {"chat_id": int(chat), "message_id": message}
        where["reply_markup"] = _keyboard(said)
        if said.file is None:
            await self._bot.edit_message_text(
                said.text, parse_mode=_markup(said), link_preview_options=_NO_PREVIEW, **where
            )
        else:
            await self._bot.edit_message_media(_media(said, said.file), **where)

    async def _pin(self, chat: str, message: int) -> None:
        """Pin what was said; where that fails it stands all the same, so nobody need say it anew.

        It is not waited for as patiently as for a message: the outbox waits for both together.
        """
        try:
            with self._obeying(chat):
                async with asyncio.timeout(PIN_SECONDS):
                    await self._bot.pin_chat_message(int(chat), message, disable_notification=True)
        except (DeliveryError, TimeoutError) as error:
            log.warning("not pinned", platform="telegram", reason=str(error))


def _place(target: str) -> tuple[str, int | None]:
    chat, _, thread = target.partition("/")
    return chat, int(thread) if thread and thread != GENERAL else None


def _markup(said: Payload) -> str | None:
    return None if said.is_plain else ParseMode.HTML


def _keyboard(said: Payload) -> InlineKeyboardMarkup | None:
    if not said.rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in said.rows])


def _button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=button.data)


def _answering(message: int | None) -> ReplyParameters | None:
    if message is None:
        return None
    return ReplyParameters(message, allow_sending_without_reply=True)


def _upload(file: File) -> InputFile:
    """A file as bytes: Telegram is given no address to fetch anything from."""
    return InputFile(file.content, filename=file.name)


def _media(said: Payload, file: File) -> InputMediaPhoto | InputMediaDocument:
    kind = InputMediaPhoto if file.is_picture else InputMediaDocument
    return kind(
        file.content, caption=said.text or None, parse_mode=_markup(said), filename=file.name
    )
