"""The chats and topics that somebody names, found and checked with Telegram."""

from typing import NamedTuple

from telegram import Bot

from bot.adapters.telegram.asking.arguments import HERE, ME, Named, chat_of, unknown_chat
from bot.adapters.telegram.groups.staff import Staff
from bot.adapters.telegram.line.errors import delivery
from bot.adapters.telegram.reading.people import TELEGRAM
from bot.delivery import ContentError, TargetGoneError, TargetMovedError
from bot.errors import UserError
from bot.model import ChannelId, PlaceId
from bot.text.phrase import phrase

GENERAL = "1"
"""The topic of a forum that is the chat itself."""

_NOT_YOURS = phrase(
    "“{word}” is another group. Only somebody who moderates that one as well may name it here."
)
_ONLY_YOURSELF = phrase("I write to nobody else in private; “me” is your own chat with me.")
_WHOSE = phrase("I cannot see who you are, so I cannot write to you in private.")
_NOT_STARTED = phrase("Please open our private chat and press Start first.")


class Target(NamedTuple):
    """A channel that was named; `managed` is its group where that is not the one at hand."""

    channel: ChannelId
    managed: PlaceId | None = None


class Origin(NamedTuple):
    """Where somebody names a channel, for which group, and who they are, if that can be seen."""

    channel: ChannelId
    place: PlaceId | None
    user: int | None


class Targets:
    """Finds what people name."""

    def __init__(self, bot: Bot, staff: Staff) -> None:
        self._bot, self._staff = bot, staff

    async def find(self, word: str, origin: Origin) -> Target:
        """The channel that somebody names.

        Raises:
            UserError: there is none, or it is not theirs to name.
            DeliveryError: Telegram does not answer.
        """
        named = chat_of(word)
        if named.chat == ME:
            return Target(await self._private(origin))
        channel = origin.channel if named.chat == HERE else await self._found(named, word)
        group = PlaceId(*channel.whole)
        if group == origin.place:
            return Target(channel)
        chat = int(group.external_id)
        if chat > 0:
            if chat != origin.user:
                raise UserError(_ONLY_YOURSELF)
            return Target(await self._private(origin))
        if origin.user is None or not await self._staff.is_staff(chat, origin.user):
            raise UserError(_NOT_YOURS, word=word)
        return Target(channel, group)

    async def _private(self, origin: Origin) -> ChannelId:
        """Somebody's own chat with Foyer, which they must have opened themselves."""
        if origin.user is None:
            raise UserError(_WHOSE)
        private = ChannelId(TELEGRAM, str(origin.user))
        if origin.channel != private and not await self.can_write_to(origin.user):
            raise UserError(_NOT_STARTED)
        return private

    async def can_write_to(self, user: int) -> bool:
        """Whether somebody has opened a private chat with Foyer, and not closed it again.

        Raises:
            DeliveryError: Telegram does not answer.
        """
        try:
            with delivery():
                await self._bot.send_chat_action(user, "typing")
        except (ContentError, TargetGoneError):
            return False
        return True

    async def _found(self, named: Named, word: str) -> ChannelId:
        """The chat or topic behind an id or a link."""
        chat, thread = named.chat, named.thread
        if chat.startswith("@") or (named.is_vague and thread):
            chat, is_forum = await self._looked_up(chat, word)
            thread = thread if is_forum else None
        if thread is None or thread == GENERAL:
            return ChannelId(TELEGRAM, chat)
        return ChannelId(TELEGRAM, f"{chat}/{thread}")

    async def _looked_up(self, chat: str, word: str) -> tuple[str, bool]:
        """The id of a chat, and whether it has topics."""
        try:
            with delivery():
                found = await self._bot.get_chat(chat)
        except (ContentError, TargetGoneError, TargetMovedError):
            raise unknown_chat(word) from None
        return str(found.id), bool(found.is_forum)
