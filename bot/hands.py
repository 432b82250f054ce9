"""How contexts reach the store: inside an open transaction, or each time in one of their own."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeVar

from bot.context import Work
from bot.delivery import Parcel
from bot.gather import gather
from bot.model import Community
from bot.stats import Statistics
from db.connection import Connection
from db.reading import Reader
from db.store import Store

T = TypeVar("T")
Put = Callable[[Connection, Community, Parcel], Awaitable[bool]]
"""Puts a parcel into the outbox inside an open transaction; False where it has no way to go."""

Rehearse = Callable[[Parcel], None]
"""Raises what keeps a parcel from being put into the outbox: no platform, or a shape it lacks."""


class Read(Protocol):
    """Runs some reading on a still picture of the store."""

    async def __call__(self, work: Callable[[Reader], Awaitable[T]]) -> T:
        """What the work gives back."""
        ...


@dataclass(frozen=True, slots=True)
class TransactionHands:
    """For handlers and alarms: everything belongs to the transaction they run in."""

    connection: Connection
    put: Put

    async def read(self, work: Work[T]) -> T:
        """Read what stands in the transaction."""
        return await work(self.connection)

    async def write(self, work: Work[T]) -> T:
        """Write inside the transaction."""
        return await work(self.connection)

    async def hand_over(self, community: Community, parcel: Parcel) -> None:
        """Put a parcel into the outbox inside the transaction."""
        await self.put(self.connection, community, parcel)

    async def statistics(self, community: Community, until: date, days: int) -> Statistics:
        """The statistics, the transaction's own changes included."""
        return await gather(Reader(self.connection), community, until, days)


@dataclass(frozen=True, slots=True)
class FreeHands:
    """For commands: reading waits for no writer, and each change is a transaction of its own."""

    store: Store
    reading: Read
    put: Put

    async def read(self, work: Work[T]) -> T:
        """Read a still picture."""
        return await self.reading(lambda reader: work(reader.connection))

    async def write(self, work: Work[T]) -> T:
        """Write in a transaction."""
        return await self.store.write(work)

    async def hand_over(self, community: Community, parcel: Parcel) -> None:
        """Put a parcel into the outbox in a transaction."""
        await self.store.write(lambda connection: self.put(connection, community, parcel))

    async def statistics(self, community: Community, until: date, days: int) -> Statistics:
        """The statistics of a still picture."""
        return await self.reading(lambda reader: gather(reader, community, until, days))


@dataclass(frozen=True, slots=True)
class CollectingHands(FreeHands):
    """For routines: parcels are kept until they are stored together with the routine's slot."""

    rehearse: Rehearse
    parcels: list[Parcel] = field(default_factory=list)

    async def hand_over(self, community: Community, parcel: Parcel) -> None:
        """Keep a parcel; what is wrong with it is the routine's failure, not its slot's."""
        self.rehearse(parcel)
        self.parcels.append(parcel)
