"""Writes events into the store, once, and marks the days whose roll-ups they change."""

from collections import defaultdict
from collections.abc import Sequence

from bot.clock import LocalDays
from bot.events import Event
from bot.model import Community
from bot.recorder.album_spans import AlbumSpans
from bot.recorder.batch import Batch
from bot.recorder.consent import before, without
from bot.recorder.names import Names, names_in
from bot.recorder.writers import WRITERS
from db.connection import Connection
from db.numbers import Numbers
from db.rollups import settle
from db.suppression import Returned, Suppression
from db.tables import DIRTY_DAY

_MANY = 1_000
"""With so many new events, the store's plans for reading them are out of date."""


class Recorder:
    """Records the events of one community inside an open transaction.

    Events may come in any order and any number of times: the store ends up the same. After a
    failed transaction the recorder is of no more use.
    """

    def __init__(
        self, connection: Connection, community: Community, suppression: Suppression
    ) -> None:
        self._connection = connection
        self._community = community
        self._suppression = suppression
        self._days = LocalDays(community.timezone)
        self._numbers: Numbers | None = None
        self._returned: Returned | None = None
        self._awaited: dict[tuple[int, int], set[int]] = {}
        self._albums = AlbumSpans()
        self._foreign: set[int] = set()
        self._unsettled = 0

    async def record(self, events: Sequence[Event]) -> list[bool]:
        """Store what is new; for each event, whether it brought anything."""
        fresh, _ = await self._record(events)
        return fresh

    async def record_new(self, events: Sequence[Event]) -> list[Event]:
        """Store what is new; the new events, without people who do not want to be recorded."""
        fresh, wanted = await self._record(events)
        return [event for index, event in wanted if fresh[index]]

    async def _record(self, events: Sequence[Event]) -> tuple[list[bool], list[tuple[int, Event]]]:
        numbers = await self._known()
        names, wanted = await self._consented(numbers, events)
        await self._meet(numbers, names)
        batch = Batch(
            self._connection,
            self._community.id,
            numbers,
            self._days,
            self._awaited,
            self._albums,
            self._foreign,
            len(events),
        )
        by_kind: defaultdict[type[Event], list[tuple[int, Event]]] = defaultdict(list)
        for index, event in wanted:
            by_kind[type(event)].append((index, event))
        for kind, write in WRITERS.items():
            if by_kind[kind]:
                await write(batch, by_kind[kind])
        await self._finish(batch)
        self._unsettled += sum(batch.fresh)
        return batch.fresh, wanted

    async def _consented(
        self, numbers: Numbers, events: Sequence[Event]
    ) -> tuple[Names, list[tuple[int, Event]]]:
        """The events with their places, without people who do not want to be recorded."""
        names, indexed = names_in(events), list(enumerate(events))
        unknown = names.accounts - numbers.accounts.keys()
        hidden = await self._suppression.covered(self._connection, self._community.id, unknown)
        since = (await self._known_returned()).since(names.accounts)
        if not hidden and not since:
            return names, indexed
        seen = ((index, without(event, hidden | before(event, since))) for index, event in indexed)
        kept = [(index, event) for index, event in seen if event is not None]
        return names_in([event for _, event in kept]), kept

    async def settle(self) -> None:
        """Bring the roll-ups up to date with everything recorded."""
        if self._unsettled >= _MANY:
            await self._connection.plan_anew()
        self._unsettled = 0
        await settle(self._connection, self._community.id, self._days)
        await self._load_awaited()

    async def _known(self) -> Numbers:
        if self._numbers is None:
            community = self._community.id
            self._numbers = await Numbers.load(self._connection, community)
            await self._albums.load(self._connection, community)
            rows = await self._connection.rows("foreign_channels", community=community)
            self._foreign.update(row[0] for row in rows)
            await self._load_awaited()
        return self._numbers

    async def _known_returned(self) -> Returned:
        if self._returned is None:
            community = self._community.id
            self._returned = await self._suppression.returned(self._connection, community)
        return self._returned

    async def _load_awaited(self) -> None:
        self._awaited.clear()
        rows = await self._connection.rows("awaited", community=self._community.id)
        for channel, message, day in rows:
            self._awaited.setdefault((channel, message), set()).add(day)

    async def _meet(self, numbers: Numbers, names: Names) -> None:
        new = await numbers.meet(self._connection, names.accounts, names.channels, names.sources)
        for name in new:
            if name in names.threads:
                await self._connection.run(
                    "describe_channel",
                    community=self._community.id,
                    channel=numbers.channels[name],
                    kind="thread",
                    parent=numbers.channels[names.threads[name]],
                )

    async def _finish(self, batch: Batch) -> None:
        community = self._community.id
        await self._connection.insert(
            DIRTY_DAY, [(community, day, channel) for day, channel in sorted(batch.dirty)]
        )
        if batch.acted:
            await self._connection.run_many(
                "set_acted_at",
                [
                    {"community": community, "account": account, "at": at}
                    for account, at in sorted(batch.acted.items())
                ],
            )
