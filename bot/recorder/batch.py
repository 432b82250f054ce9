"""What the writers of one batch of events share."""

from collections.abc import Iterable, Sequence

from bot.clock import LocalDays
from bot.recorder.album_spans import AlbumSpans
from db.connection import Connection, Row
from db.numbers import Numbers
from db.tables import Table


class Batch:
    """One batch on its way into the store.

    `fresh` says for each event whether it brought anything; `dirty` collects the (day, channel)
    pairs whose roll-up changes; `acted` the accounts that were seen acting earlier than known.
    """

    def __init__(
        self,
        connection: Connection,
        community: int,
        numbers: Numbers,
        days: LocalDays,
        awaited: dict[tuple[int, int], set[int]],
        albums: AlbumSpans,
        foreign: set[int],
        size: int,
    ) -> None:
        self.connection = connection
        self.community = community
        self.numbers = numbers
        self.days = days
        self.fresh = [False] * size
        self.dirty: set[tuple[int, int]] = set()
        self.acted: dict[int, int] = {}
        self.albums = albums
        self.foreign = foreign
        self._awaited = awaited

    def account(self, platform: str, name: str) -> int:
        """The integer of an account."""
        return self.numbers.accounts[platform, name]

    def account_or_none(self, platform: str, name: str | None) -> int | None:
        """The integer of an account, None for nobody."""
        return None if name is None else self.account(platform, name)

    def channel(self, platform: str, name: str) -> int:
        """The integer of a channel."""
        return self.numbers.channels[platform, name]

    async def insert(self, table: Table, rows: Sequence[Row], indexes: Sequence[int]) -> list[int]:
        """Insert the rows that are new and note whose events they were; their positions in `rows`.

        `indexes` gives, for each row, the event that it comes from.
        """
        inserted = await self.add(table, rows)
        for position in inserted:
            self.fresh[indexes[position]] = True
        return inserted

    async def add(self, table: Table, rows: Sequence[Row]) -> list[int]:
        """Insert the rows that are new; their positions.

        Of two rows with one key the first is the new one.
        """
        width = len(table.key)
        first: dict[tuple[object, ...], int] = {}
        for position, row in enumerate(rows):
            first.setdefault(tuple(row[:width]), position)
        unique = [rows[position] for position in first.values()]
        keys = await self.connection.insert(table, unique)
        return sorted(first[tuple(key)] for key in keys)

    def act(self, account: int, at: int) -> None:
        """Note that an account did something at an instant."""
        known = self.numbers.acted_at.get(account)
        if known is None or at < known:
            self.numbers.acted_at[account] = self.acted[account] = at

    def touch(self, at: int, channel: int) -> None:
        """Mark the local day of an instant."""
        self.dirty.add((self.days.day(at), channel))

    def touch_span(self, start: int, end: int, channel: int) -> None:
        """Mark every local day of a span `[start, end)`."""
        days: Iterable[int] = range(self.days.day(start), self.days.day(max(start, end - 1)) + 1)
        self.dirty.update((day, channel) for day in days)

    def arrived(self, channel: int, message: int) -> None:
        """Mark the days whose roll-ups were waiting for a message."""
        for day in self._awaited.pop((channel, message), ()):
            self.dirty.add((day, channel))
