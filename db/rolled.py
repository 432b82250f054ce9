"""Roll-ups as they stood at a local midnight: the stored ones, recomputed where they changed."""

from collections.abc import Iterable, Sequence

from bot.clock import LocalDays
from bot.ledger import Activity, Contact
from bot.rollup import DayRows
from db.connection import Connection, Row
from db.rollups import DayChannel, compute

RECENT_DAYS = 7
"""Accounts active within so many days get their earlier voice contacts looked up."""


class Rolled:
    """Roll-ups of one community as known at the midnight that begins the day `today`."""

    def __init__(
        self,
        connection: Connection,
        community: int,
        today: int,
        excluded: frozenset[int],
        recomputed: dict[DayChannel, DayRows],
    ) -> None:
        self._connection = connection
        self._community = community
        self._today = today
        self._excluded = excluded
        self._recomputed = recomputed

    @classmethod
    async def read(
        cls,
        connection: Connection,
        community: int,
        days: LocalDays,
        today: int,
        excluded: frozenset[int],
    ) -> "Rolled":
        """Find the stored roll-ups that do not hold for the midnight, and recompute those."""
        instant = days.start(today)
        dirty = await connection.rows("dirty_days", community=community)
        revised = await connection.rows("later_revisions", community=community, instant=instant)
        stale = {(row[0], row[1]) for row in (*dirty, *revised) if row[0] < today}
        recomputed = {}
        async for day, channels in compute(connection, community, days, sorted(stale), instant):
            for channel, rows in channels.items():
                recomputed[day, channel] = rows
        return cls(connection, community, today, excluded, recomputed)

    async def activity(self, first_day: int) -> list[Activity]:
        """What accounts did from a day on, ordered by day."""
        rows = [Activity(*row) for row in await self._span("ledger_activity", first_day)]
        rows = [row for row in rows if self._holds(row.day, row.channel)]
        for anew in self._anew(first_day, self._today):
            rows += anew.activity
        return sorted(rows)

    async def contacts(self, first_day: int) -> list[Contact]:
        """What passed between accounts from a day on, ordered by day."""
        rows = [Contact(*row) for row in await self._span("ledger_contacts", first_day)]
        rows = [row for row in rows if self._holds(row.day, row.channel)]
        for anew in self._anew(first_day, self._today):
            rows += anew.contacts
        return sorted(rows)

    async def _span(self, name: str, first_day: int) -> list[Row]:
        return await self._connection.rows(
            name, community=self._community, first_day=first_day, today=self._today
        )

    def _holds(self, day: int, channel: int) -> bool:
        return channel not in self._excluded and (day, channel) not in self._recomputed

    def _anew(self, first_day: int, end: int) -> Iterable[DayRows]:
        for (day, channel), rows in self._recomputed.items():
            if first_day <= day < end and channel not in self._excluded:
                yield rows

    async def spoke_on(
        self, activity: Sequence[Activity], first_day: int, links: dict[int, int]
    ) -> dict[int, int]:
        """The first day that the accounts of `activity`, and those linked to them, ever wrote."""
        spoke_on: dict[int, int] = {}
        for row in activity:
            if row.messages:
                spoke_on.setdefault(row.account, row.day)
        alone = _with_linked({row.account for row in activity}, links)
        if all(day >= first_day for day, _ in self._recomputed):
            for account, day in await self._span("first_spoken", first_day):
                alone.discard(account)
                if day is not None:
                    spoke_on[account] = day
        for account in sorted(alone):
            before = await self._spoken_before(account, first_day)
            if before is not None:
                spoke_on[account] = before
        return spoke_on

    async def _spoken_before(self, account: int, first_day: int) -> int | None:
        rows = await self._connection.rows(
            "spoken_before", community=self._community, account=account, day=first_day
        )
        days = [day for day, channel in rows if self._holds(day, channel)]
        for anew in self._anew(0, first_day):
            days += [row.day for row in anew.activity if row.account == account and row.messages]
        return min(days, default=None)

    async def voice_before(
        self, activity: Sequence[Activity], first_day: int, links: dict[int, int]
    ) -> list[Contact]:
        """Voice contacts before a day of accounts active of late, and of those linked to them."""
        recent = {row.account for row in activity if row.day >= self._today - RECENT_DAYS}
        if not recent or not await self._connection.value("has_voice", community=self._community):
            return []
        contacts = []
        for account in sorted(_with_linked(recent, links)):
            rows = await self._connection.rows(
                "voice_contacts_before",
                community=self._community,
                account=account,
                day=first_day,
            )
            contacts += [row for row in map(_contact, rows) if self._holds(row.day, row.channel)]
            for anew in self._anew(0, first_day):
                contacts += [c for c in anew.contacts if c.sender == account and c.voice_ms]
        return contacts


def _contact(row: Row) -> Contact:
    return Contact(*row)


def _with_linked(accounts: set[int], links: dict[int, int]) -> set[int]:
    """The accounts, and all other accounts of the same persons."""
    persons = {links[account] for account in accounts if account in links}
    return accounts | {account for account, person in links.items() if person in persons}
