"""What people do in the room, told to Foyer as events; of what they write only the measure is."""

from collections.abc import Container

from bot.adapters import Cursor, Host, News
from bot.adapters.console.place import GENERAL, LONGEST_NAME, PLATFORM, ROOM
from bot.adapters.console.room import Room
from bot.adapters.console.screen import Screen
from bot.events import (
    Event,
    MemberDescribed,
    MemberJoined,
    MemberLeft,
    MessageSent,
    ReactionChanged,
)
from bot.post import inert_name
from bot.reduction import reduce_emoji, reduce_text

STREAM = "console"
"""Counts the messages of every session on the same store."""


class Deeds:
    """Coming, going, talking, reacting."""

    def __init__(self, host: Host, room: Room, screen: Screen) -> None:
        self.host, self.room, self.screen = host, room, screen

    async def join(self, name: str) -> None:
        """Somebody comes in."""
        self.room.people.add(name)
        self.screen.remark(self.screen.texts.text("{name} joined", name=inert_name(name, "…")))
        await self.tell(name, MemberJoined(platform=PLATFORM, user=name, at=self._now()))

    async def leave(self, name: str) -> None:
        """Somebody goes; a moderator who does is one no more."""
        self.room.staff.discard(name)
        self.screen.remark(self.screen.texts.text("{name} left", name=inert_name(name, "…")))
        await self.tell(name, MemberLeft(platform=PLATFORM, user=name, at=self._now()))

    async def appoint(self, name: str) -> None:
        """Somebody becomes a moderator."""
        self.room.people.add(name)
        self.room.staff.add(name)
        said = self.screen.texts.text("{name} is a moderator now", name=inert_name(name, "…"))
        self.screen.remark(said)
        await self.tell(name, MemberDescribed(platform=PLATFORM, user=name, is_staff=True))

    async def say(self, name: str, text: str, reply_to: int | None) -> None:
        """Somebody writes a message, or answers one by its number.

        Raises:
            UsageError: there is no message of that number.
        """
        parent = None if reply_to is None else self.room.get(reply_to)
        said = self.room.note(name, self._now())
        self.screen.message(said.number, name, text, reply_to)
        reduced = reduce_text(text)
        message = MessageSent(
            platform=PLATFORM,
            channel=GENERAL.external_id,
            id=said.id,
            author=name,
            at=self._now(),
            reply_to=parent.id if parent else None,
            reply_to_author=parent.author if parent else None,
            mentions=_mentions(text, self.room.people),
            length=reduced.length,
            has_question=reduced.has_question,
            has_link=reduced.has_link,
        )
        await self.tell(name, message)

    async def react(self, name: str, number: int, emoji: str) -> None:
        """Somebody puts an emoji under a message.

        Raises:
            UsageError: there is no message of that number.
        """
        said = self.room.get(number)
        self.screen.remark(
            self.screen.texts.text(
                "{name} puts {emoji} under {number}",
                name=inert_name(name, "…"),
                emoji=inert_name(emoji, "…"),
                number=str(number),
            )
        )
        reaction = ReactionChanged(
            platform=PLATFORM,
            channel=GENERAL.external_id,
            message=said.id,
            user=name,
            emoji=reduce_emoji(emoji),
            at=self._now(),
            message_author=said.author,
        )
        await self.tell(name, reaction)

    async def tell(self, name: str, event: Event) -> None:
        """Let Foyer know what somebody did."""
        cursor = Cursor(STREAM, str(self.room.run))
        await self.host.take(News(ROOM, [event], {name: name}), cursor=cursor)

    def _now(self) -> int:
        return self.host.clock.now()


def _mentions(text: str, people: Container[str]) -> tuple[str, ...]:
    """Those who are named after an `@`, each once; the longest name that fits is meant."""
    found: dict[str, None] = {}
    at = text.find("@")
    while at >= 0:
        name = "" if _is_letter(text, at - 1) else _name_at(text, at + 1, people)
        if name:
            found[name] = None
        at = text.find("@", at + 1 + len(name))
    return tuple(found)


def _name_at(text: str, start: int, people: Container[str]) -> str:
    for end in range(min(start + LONGEST_NAME, len(text)), start, -1):
        if text[start:end] in people and not _is_letter(text, end):
            return text[start:end]
    return ""


def _is_letter(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at].isalnum() or text[at] == "_")
