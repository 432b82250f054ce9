"""The whole bot on a stage: real engine, real store in memory, a platform that remembers."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.adapters import Arrival, Capabilities, Host, News
from bot.app import on_stage
from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS, ManualClock
from bot.commands import Asker, Request
from bot.delivery import MessageGoneError, Sighting
from bot.engine import Stage
from bot.events import (
    Event,
    MemberDescribed,
    MemberJoined,
    MemberLeft,
    MessageSent,
    ReactionChanged,
)
from bot.intake import Defaults
from bot.model import AccountId, ChannelId, Place, PlaceId
from bot.post import Answer, Form, Post
from bot.render.text import render_text
from bot.telemetry import Telemetry

PLATFORM = "telegram"
GENERAL = ChannelId(PLATFORM, "-100")
MODERATORS = ChannelId(PLATFORM, "-200")
CLUB = Place(PlaceId(PLATFORM, "-100"), "The club", "supergroup")
START = "2026-10-05T08:00:00+02:00"
"""A Monday."""


@dataclass
class Said:
    """A message of Foyer's as it stands in a channel."""

    id: str
    target: str
    text: str
    choices: list[tuple[str, str, dict[str, str]]]
    files: dict[str, str]
    nonce: str
    is_pinned: bool = False
    edits: int = 0
    is_deleted: bool = False


@dataclass
class RememberingPlatform:
    """A platform that keeps what it is told, in a list."""

    platform: str = PLATFORM
    capabilities: Capabilities = field(default_factory=Capabilities)
    is_connected: bool = True
    messages: list[Said] = field(default_factory=list)

    async def run(self, host: Host) -> None:
        """Hear nothing: the test tells the host itself."""

    def render(self, post: Post) -> list[str]:
        """One message, with its buttons and files."""
        payload: dict[str, Any] = {
            "text": render_text(post),
            "choices": [(c.label, c.command, dict(c.arguments)) for c in post.choices],
            "files": {file.name: file.content.decode() for file in post.files},
        }
        if post.is_pinned:
            payload["is_pinned"] = True
        return [json.dumps(payload, ensure_ascii=False)]

    def plain(self, payload: str) -> str | None:
        """There is no plainer form."""
        return None

    async def send(self, target: str, payload: str, nonce: str) -> str:
        """Keep it, unless it is here already and the platform looks at nonces."""
        if self.capabilities.nonce_ms and (known := await self.find(target, nonce, 0)).sent_id:
            return known.sent_id
        number = str(len(self.messages) + 1)
        self.messages.append(Said(number, target, **json.loads(payload), nonce=nonce))
        return number

    async def edit(self, target: str, sent_id: str, payload: str) -> None:
        """Replace it."""
        said = self.messages[int(sent_id) - 1]
        if said.is_deleted:
            raise MessageGoneError("message to edit not found")
        content = json.loads(payload)
        said.text, said.choices, said.files = content["text"], content["choices"], content["files"]
        said.edits += 1

    async def delete(self, target: str, sent_id: str) -> None:
        """Take it away."""
        self.messages[int(sent_id) - 1].is_deleted = True

    async def find(self, target: str, nonce: str, since: int) -> Sighting:
        """Look among the kept ones."""
        found = [said.id for said in self.messages if said.nonce == nonce]
        return Sighting(found[0] if found else None, is_certain=True)


class Bot:
    """A club in which people join, talk and ask; each saying takes a second."""

    def __init__(self, stage: Stage, clock: ManualClock, chat: RememberingPlatform) -> None:
        self.stage, self.clock, self.chat = stage, clock, chat
        self.staff: set[str] = set()
        self.languages: dict[str, str] = {}
        self.last: Answer | None = None
        self._number = 1000

    @property
    def now(self) -> int:
        """The present instant in epoch milliseconds."""
        return self.clock.now()

    @property
    def said(self) -> list[Said]:
        """What Foyer has said in channels and still stands."""
        return [message for message in self.chat.messages if not message.is_deleted]

    def said_in(self, channel: ChannelId) -> list[str]:
        """The texts that stand in a channel."""
        return [message.text for message in self.said if message.target == channel.external_id]

    async def hears(self, *events: Event, **names: str) -> None:
        """Tell the bot of events as a platform would, and let it do what is due."""
        await self.stage.take(News(CLUB.id, events, names))
        await self.stage.settle()

    async def joins(self, *names: str) -> None:
        """People join, a second apart."""
        for name in names:
            self.clock.at += 1000
            await self.hears(
                MemberJoined(platform=PLATFORM, user=account(name), at=self.now),
                **{account(name): name},
            )

    async def leaves(self, name: str) -> None:
        """Somebody leaves."""
        self.clock.at += 1000
        await self.hears(MemberLeft(platform=PLATFORM, user=account(name), at=self.now))

    async def says(self, name: str, *, reply_to: str | None = None, asks: bool = False) -> str:
        """Somebody writes in the main channel; the id of the message."""
        self.clock.at += 1000
        self._number += 1
        await self.hears(
            MessageSent(
                platform=PLATFORM,
                channel=GENERAL.external_id,
                id=str(self._number),
                author=account(name),
                at=self.now,
                reply_to=reply_to,
                length=20,
                has_question=asks,
            ),
            **{account(name): name},
        )
        return str(self._number)

    async def reacts(self, name: str, message: str, emoji: str = "👍") -> None:
        """Somebody reacts to a message."""
        self.clock.at += 1000
        await self.hears(
            ReactionChanged(
                platform=PLATFORM,
                channel=GENERAL.external_id,
                message=message,
                user=account(name),
                emoji=emoji,
                at=self.now,
            )
        )

    async def is_a_bot(self, name: str) -> None:
        """The platform says that somebody is a bot."""
        await self.hears(MemberDescribed(platform=PLATFORM, user=account(name), is_bot=True))

    async def asks(self, name: str, words: str, *, in_private: bool = False) -> str:
        """Somebody types a command, `/name words`; the text of the answer (`last` is the whole)."""
        command, _, rest = words.removeprefix("/").partition(" ")
        known = self.stage.commands.get(command)
        return await self.calls(
            name, command, known.read_words(rest) if known else {}, in_private=in_private
        )

    async def presses(self, name: str, label: str) -> str:
        """Somebody presses a button of the last answer, else of the newest message that has it."""
        for choices in self._choices():
            for said, command, arguments in choices:
                if said == label:
                    return await self.calls(name, command, arguments)
        raise AssertionError(f"nothing offers {label!r}")

    async def calls(
        self,
        name: str,
        command: str,
        arguments: Mapping[str, str],
        *,
        in_private: bool = False,
    ) -> str:
        """Somebody calls a command with arguments; the text of the answer."""
        self.clock.at += 1000
        asker = Asker(
            AccountId(PLATFORM, account(name)),
            name,
            is_staff=name in self.staff,
            language=self.languages.get(name),
        )
        place = None if in_private else CLUB.id
        reply = await self.stage.ask(Request(place, GENERAL, asker, command, arguments))
        self.last, self.was_private = reply.answer, reply.is_private
        await self.stage.settle()
        return text_of(reply.answer)

    async def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0) -> None:
        """Let time pass."""
        span = days * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS
        await self.stage.advance(self.now + round(span))

    def _choices(self) -> list[list[tuple[str, str, dict[str, str]]]]:
        kept = [message.choices for message in reversed(self.said)]
        if isinstance(self.last, Post):
            kept.insert(0, [(c.label, c.command, dict(c.arguments)) for c in self.last.choices])
        return kept


def account(name: str) -> str:
    """The id of somebody's account."""
    return f"user{name}"


def text_of(answer: Answer) -> str:
    """An answer as plain text."""
    if isinstance(answer, Form):
        return "\n".join([answer.title, *(f"{f.name}={f.value}" for f in answer.fields)])
    return render_text(answer)


@asynccontextmanager
async def talking(
    start: str = START,
    *,
    language: str = "en",
    timezone: str = "Europe/Paris",
    url: str | None = None,
    chat: RememberingPlatform | None = None,
) -> AsyncIterator[Bot]:
    """A club that Foyer was just added to, moderated by Mona."""
    clock = ManualClock(round(datetime.fromisoformat(start).timestamp() * 1000))
    chat = chat or RememberingPlatform()
    defaults = Defaults(timezone, language)
    async with on_stage(url, {PLATFORM: chat}, clock, defaults, Telemetry()) as stage:
        bot = Bot(stage, clock, chat)
        bot.staff.add("Mona")
        await stage.arrive(Arrival(CLUB, clock.now(), GENERAL, MODERATORS, language))
        await stage.settle()
        yield bot
