"""What a platform's adapter is, and what it finds on Foyer's side."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

from bot.clock import Clock
from bot.commands import Command, Request
from bot.delivery import Sighting
from bot.errors import UserError
from bot.events import Event
from bot.model import ChannelId, Place, PlaceId
from bot.post import Answer, Post
from bot.sight import Sight
from bot.text.texts import Texts


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do, read by the outbox alone.

    `nonce_ms` is how long (milliseconds) it drops a second message with the same nonce; 0 where
    it has no such thing. `pace_ms` is the rest that one chat needs between two messages. `at_once`
    messages may be on their way together: where there is no nonce, each of them is in doubt when
    the process ends.
    """

    nonce_ms: int = 0
    pace_ms: int = 0
    at_once: int = 64


class Cursor(NamedTuple):
    """How far a stream of updates was read."""

    stream: str
    value: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Foyer is now in a guild or chat; `language` is what the platform says it speaks.

    `main` is the channel everybody reads, `moderators` one that only moderators do.
    """

    place: Place
    at: int
    main: ChannelId | None = None
    moderators: ChannelId | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class News:
    """Events of one guild or chat.

    `names` are what accounts (by their id) are called now; features may say them, nothing keeps
    them longer than that takes. `polls` are the ids of polls that were opened there.
    """

    place: PlaceId
    events: Sequence[Event]
    names: Mapping[str, str] = field(default_factory=dict)
    polls: Sequence[str] = ()


class Misfit(NamedTuple):
    """An update that nobody understood: why, and its skeleton (JSON) without anybody's words."""

    reason: str
    skeleton: str


class Standing(NamedTuple):
    """A guild or chat that Foyer knows, and whether the bot is in it now."""

    place: Place
    is_present: bool


class Reply(NamedTuple):
    """What a command is answered, and in which language; `is_private` is for the asker alone.

    `refusal` is why nothing was done, None where the command did its work.
    """

    answer: Answer
    is_private: bool
    language: str
    refusal: UserError | None = None


class Host(Protocol):
    """What an adapter finds on Foyer's side."""

    clock: Clock

    @property
    def commands(self) -> Mapping[str, Command]:
        """Every command by its name."""
        ...

    def texts(self, language: str) -> Texts:
        """The texts of a language, or of the source language where there is none."""
        ...

    async def arrive(self, arrival: Arrival) -> None:
        """Take note of a guild or chat; the first time it becomes a community."""
        ...

    async def depart(self, place: PlaceId) -> None:
        """The bot was removed from a guild or chat."""
        ...

    async def take(
        self, *news: News, cursor: Cursor | None = None, misfits: Sequence[Misfit] = ()
    ) -> None:
        """Record events and let cogs hear of the new ones; done once it is on the disk.

        All of it is one transaction, with how far the stream was read.
        """
        ...

    async def move(self, old: PlaceId, new: PlaceId) -> None:
        """A chat goes on under another id: what was or will be seen of either is one history."""
        ...

    async def resume(self, platform: str, kept_ms: int) -> None:
        """Listening begins, or begins again.

        What happened more than `kept_ms` milliseconds ago while nobody listened is lost, and
        noted as a gap.
        """
        ...

    async def look(self, place: PlaceId, blind: Collection[Sight]) -> None:
        """What the bot is kept from seeing in a guild or chat, from now on."""
        ...

    async def places(self, platform: str) -> Sequence[Standing]:
        """The guilds or chats of a platform that are not left behind for another id."""
        ...

    async def place_of_poll(self, platform: str, poll: str) -> PlaceId | None:
        """Where a poll was opened, None where nobody saw it."""
        ...

    async def cursor(self, stream: str) -> str | None:
        """How far a stream was read, None at the very first."""
        ...

    async def ask(self, request: Request) -> Reply:
        """What Foyer answers to a command; never raises for what members do."""
        ...

    async def language(self, request: Request) -> str:
        """The language in which a request is answered in private; nothing is done."""
        ...


class Adapter(Protocol):
    """A platform, in three verbs for what Foyer says and one for what it hears."""

    platform: str
    capabilities: Capabilities

    @property
    def is_connected(self) -> bool:
        """Whether the platform can be talked to at this moment."""
        ...

    async def run(self, host: Host) -> None:
        """Listen until cancelled.

        Raises:
            AuthError: the platform does not accept the bot.
        """
        ...

    def render(self, post: Post) -> list[str]:
        """A post as the platform's own payloads, one for each message that it needs; pure."""
        ...

    def plain(self, payload: str) -> str | None:
        """A payload without its dress, for when the platform refuses it; None if it has none."""
        ...

    async def send(self, target: str, payload: str, nonce: str) -> str:
        """Say something in a channel; the platform's id of the message.

        Raises:
            DeliveryError: what became of it, by its class.
        """
        ...

    async def edit(self, target: str, sent_id: str, payload: str) -> None:
        """Put something else in place of a message; doing it twice is doing it once."""
        ...

    async def delete(self, target: str, sent_id: str) -> None:
        """Delete a message; one that is gone already is no failure."""
        ...

    async def find(self, target: str, nonce: str, since: int) -> Sighting:
        """Look in a channel's history for a message of ours sent at `since` (epoch ms) or later."""
        ...


@runtime_checkable
class Inviter(Protocol):
    """A platform on which the bot can make invite links."""

    async def invite(self, place: str, name: str, *, is_gated: bool) -> str:
        """The address of a new link of that name; `is_gated` has moderators let each one in.

        Raises:
            TargetGoneError: the bot may not make links there.
            DeliveryError: what else became of it, by its class.
        """
        ...
