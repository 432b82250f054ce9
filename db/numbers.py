"""The store's small integers for the platforms' ids: accounts, channels, sources, messages."""

import hashlib
from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeVar

from bot.model import Platform, snowflake_ms
from db.connection import Connection
from db.tables import ACCOUNT, CHANNEL, SOURCE

Name = tuple[str, str]
"""A platform and an id on it."""

K = TypeVar("K", Name, str)


class MessageNumber(NamedTuple):
    """A message's integer; `name` is its id where that is no plain integer."""

    number: int
    name: str | None


def message_number(external_id: str) -> MessageNumber:
    """The integer of a message id: the id itself, or a stand-in below every plain integer.

    The stand-in is a function of the id, so that the order of arrival does not matter.
    """
    try:
        number = int(external_id) if len(external_id) < 20 else None
    except ValueError:
        number = None
    if number is not None and str(number) == external_id and -(1 << 62) <= number < 1 << 63:
        return MessageNumber(number, None)
    digest = hashlib.sha256(external_id.encode()).digest()
    return MessageNumber(-(1 << 62) - 1 - (int.from_bytes(digest[:8], "big") >> 2), external_id)


def is_stand_in(number: int) -> bool:
    """Whether a message's integer stands for an id that is none."""
    return number < -(1 << 62)


def clocked_at(platform: str, number: int, at: int) -> int | None:
    """The instant of a message whose id tells it, None where it does not.

    Some exports cut the instant to the second; the snowflake keeps the millisecond.
    """
    if platform != Platform.DISCORD or number <= 0:
        return None
    told = snowflake_ms(number)
    return told if at in (told, told // 1000 * 1000) else None


class _Given(Generic[K]):
    """Names and the integers given to them so far."""

    def __init__(self, known: Iterable[tuple[K, int]] = ()) -> None:
        self.numbers: dict[K, int] = dict(known)
        self._last: int = max(self.numbers.values(), default=0)

    def give(self, wanted: Iterable[K]) -> list[tuple[K, int]]:
        """Number the unknown names in a stable order; those that were numbered."""
        new = list(enumerate(sorted(set(wanted) - self.numbers.keys()), self._last + 1))
        self._last += len(new)
        named = [(name, number) for number, name in new]
        self.numbers.update(named)
        return named


class Numbers:
    """The integers of one community, kept in memory and given out as ids are first seen."""

    def __init__(self, community: int) -> None:
        self.community = community
        self.acted_at: dict[int, int] = {}
        self._accounts: _Given[Name] = _Given()
        self._channels: _Given[Name] = _Given()
        self._sources: _Given[str] = _Given()

    @classmethod
    async def load(cls, connection: Connection, community: int) -> "Numbers":
        """All integers given out so far."""
        numbers = cls(community)
        accounts = await connection.rows("numbered_accounts", community=community)
        channels = await connection.rows("numbered_channels", community=community)
        sources = await connection.rows("numbered_sources", community=community)
        numbers._accounts = _Given(((row[0], row[1]), row[2]) for row in accounts)
        numbers._channels = _Given(((row[0], row[1]), row[2]) for row in channels)
        numbers._sources = _Given((row[0], row[1]) for row in sources)
        numbers.acted_at = {row[2]: row[3] for row in accounts if row[3] is not None}
        return numbers

    @property
    def accounts(self) -> dict[Name, int]:
        """The integer of each account met."""
        return self._accounts.numbers

    @property
    def channels(self) -> dict[Name, int]:
        """The integer of each channel met."""
        return self._channels.numbers

    @property
    def sources(self) -> dict[str, int]:
        """The integer of each source met."""
        return self._sources.numbers

    async def meet(
        self,
        connection: Connection,
        accounts: Iterable[Name],
        channels: Iterable[Name],
        sources: Iterable[str],
    ) -> list[Name]:
        """Give an integer to everything that has none yet; the channels that were new."""
        me = self.community
        new = self._accounts.give(accounts)
        blank = (None, None, 0, None, None, None, None)
        await connection.insert(ACCOUNT, [(me, number, *name, *blank) for name, number in new])
        places = self._channels.give(channels)
        await connection.insert(
            CHANNEL, [(me, number, *name, None, None, 0) for name, number in places]
        )
        named = self._sources.give(sources)
        await connection.insert(SOURCE, [(me, number, name, None, None) for name, number in named])
        return [name for name, _ in places]
