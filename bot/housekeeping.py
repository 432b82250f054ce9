"""What the bot does for its store: roll-ups settled, old rows let go, its own presence noted."""

from collections.abc import Callable, Mapping

from bot.adapters import Adapter
from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS, LocalDays
from bot.greetings import forget_names
from bot.outbox import drop_old_posts
from db.connection import Connection
from db.directory import list_communities
from db.presence import presence_span, see
from db.reading import Reader
from db.retention import prune
from db.rollups import settle
from db.store import Store
from db.tables import RAW_DAYS

QUARANTINE_MS = 7 * DAY_MS
"""So long the skeleton of an update that nobody understood is kept."""
POLLS_MS = RAW_DAYS * DAY_MS
"""So long votes are told where their poll is."""

_HALF_PAST = 30 * MINUTE_MS
_PRUNING_MS = 3 * HOUR_MS + _HALF_PAST
"""Since local midnight."""


class Housekeeper:
    """Keeps house once a minute, most of it at half past each hour; it can be called more often.

    `settled` is called when roll-ups were brought up to date, and with them what they wait for.
    """

    def __init__(
        self, store: Store, adapters: Mapping[str, Adapter], settled: Callable[[], None]
    ) -> None:
        self._store, self._adapters, self._settled = store, adapters, settled
        self._minute: int | None = None
        self._hour: int | None = None
        self._pruned: dict[int, int] = {}

    async def keep(self, now: int) -> None:
        """Do what has become due by `now` (epoch ms)."""
        minute, hour = now // MINUTE_MS, (now - _HALF_PAST) // HOUR_MS
        if minute != self._minute:
            await self._note_presence(now)
            self._minute = minute
        if hour != self._hour:
            for community in await self._store.write(list_communities):
                await self._tidy(community.id, now)
            await self._store.write(lambda connection: _let_go(connection, now))
            await self._store.checkpoint()
            self._hour = hour

    async def _note_presence(self, now: int) -> None:
        connected = [name for name, one in self._adapters.items() if one.is_connected]

        async def unit(connection: Connection) -> None:
            for platform in connected:
                await see(connection, platform, now)

        if connected:
            await self._store.write(unit)

    async def _tidy(self, number: int, now: int) -> None:
        async def unit(connection: Connection) -> None:
            await _settle(connection, number, now)
            self._settled()

        await self._store.write(unit)
        self._pruned[number] = await self._store.write(
            lambda connection: _prune(connection, number, now, self._pruned.get(number))
        )


async def _let_go(connection: Connection, now: int) -> None:
    """Drop what belongs to no community and is of no more use."""
    await connection.run("drop_quarantine", before=now - QUARANTINE_MS)
    await connection.run("drop_polls", before=now - POLLS_MS)


async def _settle(connection: Connection, number: int, now: int) -> None:
    await settle(connection, number, LocalDays(await _timezone(connection, number)))
    await drop_old_posts(connection, number, now)
    await forget_names(connection, number, now)


async def _prune(connection: Connection, number: int, now: int, pruned: int | None) -> int:
    """Let raw events go where the bot lives; an archive that was only imported stays whole.

    Gives the local day that this was last done on.
    """
    days = LocalDays(await _timezone(connection, number))
    today = days.day(now)
    morning = days.day(now - _PRUNING_MS)
    if morning == pruned:
        return morning
    span = await Reader(connection).event_span(number)
    lives_there = await presence_span(connection, number) is not None
    if lives_there and span is not None and span[0] < days.start(today - RAW_DAYS):
        await prune(connection, number, days, today)
    return morning


async def _timezone(connection: Connection, number: int) -> str:
    """As it stands in this very transaction: a moderator may just have changed it.

    Of a community that has just become part of another nothing is left to be tidied.
    """
    communities = {one.id: one.timezone for one in await list_communities(connection)}
    return communities.get(number, "UTC")
