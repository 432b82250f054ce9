"""What a feature's functions may use: the community, its words, the store, and the outbox."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Concatenate, NamedTuple, ParamSpec, Protocol, TypeVar

from bot.attaching import Attaching
from bot.commands import Asker, Command
from bot.delivery import Op, Parcel
from bot.errors import UserError
from bot.invite_links import InviteLinks
from bot.model import ChannelId, Community, PlaceId
from bot.post import Post
from bot.privacy.consent import Consent
from bot.settings import CommunitySettings
from bot.stats import Statistics
from bot.text.phrase import phrase
from bot.text.texts import Texts
from db.alarms import set_alarm
from db.connection import Connection

T = TypeVar("T")
P = ParamSpec("P")
Work = Callable[[Connection], Awaitable[T]]
Verb = Callable[Concatenate[Connection, int, P], Awaitable[T]]
"""A function of the store: a connection, the community's number, and what it needs."""
OwnVerb = Callable[Concatenate[Connection, P], Awaitable[T]]
"""A function of the store that is about no one community."""


class Due(NamedTuple):
    """A routine's turn: the slot's name, its instant, and the present one, in epoch ms."""

    key: str
    at: int
    now: int


class Alarm(NamedTuple):
    """An alarm that went off: what it was set for, the instant it was set to, the present one."""

    key: str
    at: int
    now: int


class SkippedError(Exception):
    """A routine has too little to say this time; the reason is recorded with the slot."""


class Hands(Protocol):
    """How a context reaches the store, which depends on the transaction it stands in."""

    async def read(self, work: Work[T]) -> T:
        """Run some reading on a still picture of the store."""
        ...

    async def write(self, work: Work[T]) -> T:
        """Run some writing, all or nothing."""
        ...

    async def hand_over(self, community: Community, parcel: Parcel) -> None:
        """Put a parcel into the outbox, once for each key."""
        ...

    async def statistics(self, community: Community, until: date, days: int) -> Statistics:
        """The statistics of the `days` local days that end with `until`."""
        ...


class World(NamedTuple):
    """What is the same for every context of a running bot."""

    commands: Mapping[str, Command]
    texts: Callable[[str], Texts]
    consent: Consent
    platforms: Callable[[], Mapping[str, bool]]
    """The platforms of this process, and whether each is connected now."""
    started_at: int
    invite: Callable[[PlaceId, str, bool], Awaitable[str]]
    """Makes an invite link of a name in a guild or chat; UserError where that is not possible."""
    attaching: Attaching
    links: InviteLinks


@dataclass(frozen=True)
class Context:
    """What a handler, a routine or an alarm may use; `texts` speak the community's language."""

    world: World
    hands: Hands
    now: int
    texts: Texts
    in_community: Community | None
    settings: CommunitySettings = field(default_factory=CommunitySettings)
    names: Mapping[str, str] = field(default_factory=dict)
    """What the accounts of the events at hand are called at this moment; never stored as it is."""

    @property
    def community(self) -> Community:
        """The community at hand; UserError in a private chat."""
        if self.in_community is None:
            raise UserError(phrase("This works in a community only, not in a private chat."))
        return self.in_community

    async def read(self, verb: Verb[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask the store something about the community."""
        number = self.community.id
        return await self.hands.read(lambda connection: verb(connection, number, *args, **kwargs))

    async def write(self, verb: Verb[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Change something of the community in the store, all or nothing."""
        number = self.community.id
        return await self.hands.write(lambda connection: verb(connection, number, *args, **kwargs))

    async def read_anywhere(self, verb: OwnVerb[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask the store something that is about no community, or about all."""
        return await self.hands.read(lambda connection: verb(connection, *args, **kwargs))

    async def write_anywhere(self, verb: OwnVerb[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Change something in the store that is about no community, or about all."""
        return await self.hands.write(lambda connection: verb(connection, *args, **kwargs))

    async def post(
        self, to: ChannelId, post: Post, *, key: str, not_after: int | None = None
    ) -> None:
        """Say something in a channel, once for each key of the community.

        From the instant `not_after` on (epoch ms) it is left unsaid.
        """
        parcel = Parcel(Op.SEND, key, to, post, not_after)
        await self.hands.hand_over(self.community, parcel)

    async def edit(self, key: str, post: Post) -> None:
        """Put something else in place of what was said under a key."""
        await self.hands.hand_over(self.community, Parcel(Op.EDIT, key, None, post, None))

    async def renew(self, to: ChannelId, post: Post, *, key: str, not_after: int) -> None:
        """Put a post in place of what stands in a channel under a key, or say it if nothing does.

        What was said under the key elsewhere is taken back. From the instant `not_after` on (epoch
        ms) nothing is changed or said any more.
        """
        parcel = Parcel(Op.EDIT, key, to, post, not_after)
        await self.hands.hand_over(self.community, parcel)

    async def take_back(self, key: str) -> None:
        """Delete what was said under a key, or leave it unsaid if it was not said yet."""
        await self.hands.hand_over(self.community, Parcel(Op.DELETE, key, None, None, None))

    async def statistics(self, until: date, days: int = 28) -> Statistics:
        """The statistics of the `days` local days that end with `until`."""
        return await self.hands.statistics(self.community, until, days)

    async def wake(self, alarm: str, at: int, key: str) -> None:
        """Set an alarm to an instant (epoch ms); the same alarm set twice rings once."""
        await self.write(set_alarm, alarm, at, key)


@dataclass(frozen=True)
class CommandContext(Context):
    """What a command may use; `texts` speak the asker's language where the answer is private."""

    asker: Asker = field(kw_only=True)
    channel: ChannelId = field(kw_only=True)
    place: PlaceId | None = field(kw_only=True)
