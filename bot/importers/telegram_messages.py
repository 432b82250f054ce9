"""Translates the messages of one Telegram group into events (METRICS-READINGS P2)."""

from collections.abc import Iterator, Mapping, Set
from datetime import tzinfo
from typing import Any

from bot.events import (
    Event,
    MemberDescribed,
    MemberJoined,
    MemberLeft,
    MessageSent,
    ReactionChanged,
)
from bot.importers.fields import emoji_of, instant, integer, objects, within
from bot.importers.record import Unfit, told_once
from bot.importers.telegram_chats import account_of
from bot.importers.telegram_text import reduce_parts
from bot.model import Platform
from bot.reduction import CUSTOM_EMOJI

_TELEGRAM = str(Platform.TELEGRAM)
_OWN_JOINS = frozenset(("join_group_by_link", "join_group_by_request"))
_JOINS_OF_OTHERS = frozenset(("create_group", "invite_members"))
_MEDIA = ("photo", "file", "media_type")
_MOST_REMEMBERED = 50_000


_FOREIGN = 1_000_000_000
"""So far below its own number is a message of a basic group known; Telegram Desktop does the same
with those that a supergroup had before."""


class Group:
    """Reads the messages of one group in the order of the export.

    Every account numbers the messages of a basic group anew: those numbers are kept below zero,
    where none of the bot's own is.
    """

    def __init__(
        self,
        id: str,
        names: Mapping[str, str | None],
        topics: Set[int],
        zone: tzinfo,
        is_basic: bool = False,
    ) -> None:
        self.id = id
        self._shift = _FOREIGN if is_basic else 0
        self._names = names
        self._topics = topics
        self._zone = zone
        self._topic_of: dict[int, str] = {}
        self._described: set[str] = set()

    def events(self, message: object) -> tuple[Event, ...]:
        """What a message or service message tells; nothing where it tells nothing we count.

        Raises:
            Unfit: it cannot be read.
        """
        if not isinstance(message, dict):
            raise Unfit("the message is no object")
        kind = message.get("type")
        if kind == "message":
            return told_once(list(self._message(message)), self._described)
        if kind == "service":
            return tuple(self._service(message))
        if isinstance(kind, str):
            return ()
        raise Unfit("type is missing")

    def _message(self, message: dict[str, Any]) -> Iterator[Event]:
        number = self._number("id", message.get("id"))
        author = _account("from_id", message.get("from_id"))
        reply, thread = self._target(number, message)
        text = reduce_parts(message)
        at = self._time(message)
        yield from _describe(author)
        yield MessageSent(
            platform=_TELEGRAM,
            channel=self.id,
            id=str(number),
            author=author,
            at=at,
            reply_to=reply,
            mentions=text.mentions,
            length=text.length,
            has_question=text.has_question,
            has_media=any(message.get(key) for key in _MEDIA),
            has_link=text.has_link,
            thread=thread,
        )
        yield from self._reactions(message, str(number), author)

    def _number(self, name: str, value: object) -> int:
        number = integer(name, value)
        if self._shift and number >= self._shift:
            raise Unfit(f"{name} is a number out of range")
        return number - self._shift

    def _target(self, number: int, message: dict[str, Any]) -> tuple[str | None, str | None]:
        """The message that is answered, and the forum topic.

        In a topic, what answers nobody is exported as a reply to the message that opened it.
        """
        target = message.get("reply_to_message_id")
        if target is None or message.get("reply_to_peer_id") is not None:
            return None, None
        answered = self._number("reply_to_message_id", target)
        if answered in self._topics:
            return None, self._remember(number, str(answered))
        thread = self._topic_of.get(answered)
        return str(answered), self._remember(number, thread) if thread else None

    def _remember(self, number: int, thread: str) -> str:
        self._topic_of[number] = thread
        if len(self._topic_of) > _MOST_REMEMBERED:
            del self._topic_of[next(iter(self._topic_of))]
        return thread

    def _reactions(self, message: dict[str, Any], number: str, author: str) -> Iterator[Event]:
        for reaction in objects("reactions", message.get("reactions")):
            for given in objects("recent", reaction.get("recent")):
                if given.get("from_id") is None:
                    continue
                user = _account("from_id of a reaction", given["from_id"])
                yield from _describe(user)
                yield ReactionChanged(
                    platform=_TELEGRAM,
                    channel=self.id,
                    message=number,
                    user=user,
                    emoji=_emoji(reaction),
                    at=self._time(given),
                    message_author=author,
                )

    def _service(self, message: dict[str, Any]) -> Iterator[Event]:
        action = message.get("action")
        if action in _OWN_JOINS:
            actor = _account("actor_id", message.get("actor_id"))
            if actor.startswith("user"):
                yield MemberJoined(platform=_TELEGRAM, user=actor, at=self._time(message))
        elif action in _JOINS_OF_OTHERS:
            actor = _account("actor_id", message.get("actor_id"))
            for user in self._members(message):
                yield MemberJoined(
                    platform=_TELEGRAM,
                    user=user,
                    at=self._time(message),
                    inviter=actor if actor != user else None,
                )
        elif action == "remove_members":
            actor = _account("actor_id", message.get("actor_id"))
            for user in self._members(message):
                how = "left" if user == actor else "kicked"
                yield MemberLeft(platform=_TELEGRAM, user=user, at=self._time(message), how=how)

    def _members(self, message: dict[str, Any]) -> list[str]:
        """The accounts of the named members; a name nobody wrote or acted under leads nowhere."""
        members = message.get("members")
        if not isinstance(members, list):
            raise Unfit("members is no list")
        found = (self._names.get(name) for name in members if isinstance(name, str))
        return list(dict.fromkeys(account for account in found if account))

    def _time(self, item: dict[str, Any]) -> int:
        exact = item.get("date_unixtime")
        if exact is not None:
            return within("date_unixtime", integer("date_unixtime", exact) * 1000)
        return instant("date", item.get("date"), self._zone)


def _describe(account: str) -> Iterator[Event]:
    """Tells that a channel or chat that writes is no human."""
    if not account.startswith("user"):
        yield MemberDescribed(platform=_TELEGRAM, user=account, is_bot=True)


def _account(name: str, value: object) -> str:
    account = account_of(value)
    if account is None:
        raise Unfit(f"{name} is missing" if value is None else f"{name} is no account")
    return account


def _emoji(reaction: dict[str, Any]) -> str:
    kind = reaction.get("type")
    if kind == "emoji":
        return emoji_of("emoji", reaction.get("emoji"))
    return "paid" if kind == "paid" else CUSTOM_EMOJI
