"""Translates the messages of one Discord channel into events (METRICS-READINGS P1)."""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from bot.events import Event, MemberDescribed, MemberJoined, MessageSent, ReactionChanged
from bot.importers.fields import emoji_of, instant, integer, objects
from bot.importers.record import Unfit, told_once
from bot.model import Platform
from bot.reduction import CUSTOM_EMOJI, reduce_text

_DISCORD = str(Platform.DISCORD)
_REPLIES = frozenset(("Reply", "19"))
_MESSAGES = _REPLIES | {"Default", "0", "20", "ChatInputCommand", "23", "ContextMenuCommand"}
_JOINS = frozenset(("GuildMemberJoin", "7"))
_EMBEDDED_MEDIA = ("image", "images", "video")


class Channel:
    """Reads the messages of one channel; `described` are the bots that were told already."""

    def __init__(self, id: str, zone: tzinfo, described: set[str]) -> None:
        self.id = id
        self._zone = zone
        self._described = described

    def events(self, message: object) -> tuple[Event, ...]:
        """What a message tells; nothing where it tells nothing we count.

        Raises:
            Unfit: it cannot be read.
        """
        if not isinstance(message, dict):
            raise Unfit("the message is no object")
        kind = _kind(message.get("type"))
        if kind in _MESSAGES:
            return told_once(list(self._message(message, kind in _REPLIES)), self._described)
        if kind in _JOINS:
            return told_once(list(self._join(message)), self._described)
        return ()

    def _message(self, message: dict[str, Any], is_reply: bool) -> Iterator[Event]:
        number = snowflake("id", message.get("id"))
        author, at = _author(message), self._time(message)
        mentioned = objects("mentions", message.get("mentions"))
        text = _content(message)
        kept = None if text is None else reduce_text(text)
        reply = self._target(message.get("reference")) if is_reply else None
        sent = MessageSent(
            platform=_DISCORD,
            channel=self.id,
            id=number,
            author=author,
            at=at,
            reply_to=reply,
            mentions=tuple(
                dict.fromkeys(snowflake("mentions.id", one.get("id")) for one in mentioned)
            ),
            length=kept.length if kept else None,
            has_question=kept.has_question if kept else None,
            has_media=_has_media(message),
            has_link=kept.has_link if kept else False,
        )
        yield from _describe([message["author"], *mentioned])
        yield sent
        yield from self._reactions(message, number, author, at)

    def _reactions(
        self, message: dict[str, Any], number: str, author: str, at: int
    ) -> Iterator[Event]:
        """A reaction has no time of its own; without a list of users it makes no event."""
        for reaction in objects("reactions", message.get("reactions")):
            users = objects("reactions.users", reaction.get("users"))
            emoji = _emoji(reaction.get("emoji")) if users else ""
            yield from _describe(users)
            for user in users:
                yield ReactionChanged(
                    platform=_DISCORD,
                    channel=self.id,
                    message=number,
                    user=snowflake("reactions.users.id", user.get("id")),
                    emoji=emoji,
                    at=at,
                    message_author=author,
                )

    def _join(self, message: dict[str, Any]) -> Iterator[Event]:
        user = _author(message)
        yield from _describe([message["author"]])
        yield MemberJoined(platform=_DISCORD, user=user, at=self._time(message))

    def _target(self, reference: object) -> str | None:
        if not isinstance(reference, dict) or reference.get("messageId") is None:
            return None
        where = reference.get("channelId")
        if where is not None and str(where) != self.id:
            return None
        return snowflake("reference.messageId", reference["messageId"])

    def _time(self, message: dict[str, Any]) -> int:
        return instant("timestamp", message.get("timestamp"), self._zone)


def snowflake(name: str, value: object) -> str:
    """A Discord id: a whole number from 0, written as a number or as digits.

    Raises:
        Unfit: it is none.
    """
    if value is None:
        raise Unfit(f"{name} is missing")
    number = integer(name, value)
    if number < 0:
        raise Unfit(f"{name} is below zero")
    return str(number)


def _describe(users: list[dict[str, Any]]) -> Iterator[Event]:
    """Tells which accounts are bots."""
    for user in users:
        if user.get("isBot") is True:
            account = snowflake("author.id", user.get("id"))
            yield MemberDescribed(platform=_DISCORD, user=account, is_bot=True)


def _kind(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Unfit("type is missing" if value is None else "type is no name")
    return str(value) if isinstance(value, str) or abs(value) < 1000 else ""


def _author(message: dict[str, Any]) -> str:
    author = message.get("author")
    if not isinstance(author, dict):
        raise Unfit("author is missing")
    return snowflake("author.id", author.get("id"))


def _content(message: dict[str, Any]) -> str | None:
    content = message.get("content")
    if content is not None and not isinstance(content, str):
        raise Unfit("content is no string")
    return content


def _has_media(message: dict[str, Any]) -> bool:
    """Attachments, stickers, and embeds with a picture or film (no mere thumbnail of a link)."""
    if message.get("attachments") or message.get("stickers"):
        return True
    embeds = message.get("embeds")
    return isinstance(embeds, list) and any(
        isinstance(embed, dict) and any(embed.get(key) for key in _EMBEDDED_MEDIA)
        for embed in embeds
    )


def _emoji(value: object) -> str:
    """An emoji of Unicode, the id of a server's own, or `custom` for what may be words."""
    if not isinstance(value, dict):
        raise Unfit("emoji is missing")
    own = value.get("id")
    if own is None or own == "":
        return emoji_of("emoji.name", value.get("name"))
    try:
        return snowflake("emoji.id", own)
    except Unfit:
        return CUSTOM_EMOJI
