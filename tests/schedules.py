"""A schedule on a real store under a clock that is set by hand, with cogs that only take notes."""

from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from bot.app import writing
from bot.clock import HOUR_MS, ManualClock
from bot.cog import AlarmHandler, Routine, When
from bot.context import Alarm, Due
from bot.delivery import Op, Parcel
from bot.model import Community
from bot.recurrence import Weekly
from bot.schedule import Outcome, Schedule
from bot.settings import save_settings
from bot.telemetry import Telemetry
from db.connection import Connection, Row
from db.opening import write_memory
from db.store import Store
from db.tables import COMMUNITY
from tests.stores import PARIS, fetch

DONE = Outcome("done", "", ())
FAILED = Outcome("failed", "ValueError", ())
WINDOW = 36 * 3600


def at(text: str) -> int:
    """The instant of an ISO date and time; without an offset it is UTC."""
    moment = datetime.fromisoformat(text if "+" in text else f"{text}+00:00")
    return round(moment.timestamp() * 1000)


async def never(*_: Any) -> None:
    raise AssertionError("only the performer runs what a cog declares")


def routine(
    when: When = lambda settings: Weekly(settings.digest_weekday, settings.digest_hour),
    name: str = "digest",
    window: int = WINDOW,
) -> Routine:
    return Routine(name, when, window, never)


class Said(NamedTuple):
    """A post that was put into the outbox, and when."""

    community: int
    key: str
    now: int


Heard = Callable[[Connection, Community, Alarm], Awaitable[None]]


@dataclass
class Notes:
    """Plays the dispatcher: what was run, with outcomes that the test prepares."""

    outcomes: deque[Outcome] = field(default_factory=deque)
    performed: list[Due] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[None]] | None = None
    rung: list[Alarm] = field(default_factory=list)
    heard: dict[str, Heard] = field(default_factory=dict)
    deaf: set[str] = field(default_factory=set)

    async def perform(self, routine: Routine, community: Community, due: Due) -> Outcome:
        self.performed.append(due)
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        outcome = self.outcomes.popleft() if self.outcomes else DONE
        if outcome.state != "done":
            return outcome
        parcel = Parcel(Op.DELETE, f"{routine.name}:{due.key}", None, None, None)
        return outcome._replace(parcels=(parcel,))

    async def ring(
        self, connection: Connection, handler: AlarmHandler, community: Community, alarm: Alarm
    ) -> bool:
        self.rung.append(alarm)
        try:
            async with connection.savepoint():
                if handler.name in self.heard:
                    await self.heard[handler.name](connection, community, alarm)
                if alarm.key in self.deaf:
                    raise LookupError
        except LookupError:
            return False
        return True


@dataclass
class Stand:
    """A schedule and what is around it."""

    store: Store
    clock: ManualClock
    routines: Sequence[Routine]
    alarms: Sequence[str]
    notes: Notes = field(default_factory=Notes)
    telemetry: Telemetry = field(default_factory=Telemetry)
    said: list[Said] = field(default_factory=list)
    unsayable: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.schedule = self.another()

    def another(self) -> Schedule:
        """A schedule as a process has it that starts now, on the same store."""
        alarms = [AlarmHandler(name, never) for name in self.alarms]
        return Schedule(
            self.store, self.notes, self._put, self.routines, alarms, self.clock, self.telemetry
        )

    def restart(self) -> None:
        self.schedule = self.another()

    async def _put(self, connection: Connection, community: Community, parcel: Parcel) -> bool:
        assert connection.in_transaction
        if community.id in self.unsayable:
            raise ValueError(parcel.key)
        self.said.append(Said(community.id, parcel.key, self.clock.now()))
        return True

    async def tick(self, now: str | int | None = None) -> None:
        if now is not None:
            self.clock.at = at(now) if isinstance(now, str) else now
        await self.schedule.tick()

    async def next_at(self, now: str) -> int | None:
        self.clock.at = at(now)
        return await self.schedule.next_at()

    async def settle(self, community: int = 1, **changed: Any) -> None:
        """Change settings as a moderator does."""
        await self.store.write(lambda connection: save_settings(connection, community, **changed))

    async def move(self, timezone: str, community: int = 1) -> None:
        """Put a community into another time zone."""
        sql = f"UPDATE community SET timezone = '{timezone}' WHERE community_id = {community}"
        await self.store.write(lambda connection: connection.statement(sql))

    async def found(self, number: int, since: int, timezone: str = PARIS) -> None:
        """Let a community begin."""
        row = (number, f"club {number}", timezone, "en", since, None)
        await self.store.write(lambda connection: connection.insert(COMMUNITY, [row]))

    async def rows(self, columns: str = "slot_key, state") -> list[Row]:
        """What is recorded of slots, the earliest first."""
        sql = f"SELECT {columns} FROM slot ORDER BY community_id, routine, due_at"
        return [tuple(row) for row in await self.store.write(lambda c: fetch(c, sql))]

    async def alarm_rows(self) -> list[Row]:
        """The alarms that are set, the earliest first."""
        sql = "SELECT alarm_name, alarm_key, due_at, attempts FROM alarm ORDER BY due_at"
        return [tuple(row) for row in await self.store.write(lambda c: fetch(c, sql))]

    def said_keys(self) -> list[str]:
        return [said.key for said in self.said]

    def counted(self) -> dict[str, float]:
        """How many turns were decided, by state."""
        counts: defaultdict[str, float] = defaultdict(float)
        for line in self.telemetry.exposition().decode().splitlines():
            if line.startswith("foyer_slots_total{"):
                state = line.partition('state="')[2].partition('"')[0]
                counts[state] += float(line.rpartition(" ")[2])
        return dict(counts)


SINCE = "2026-10-01T12:00"
"""A Thursday; Paris is two hours ahead until the 25th, then one."""


@asynccontextmanager
async def standing(
    url: str | None = None,
    *,
    since: str = SINCE,
    timezone: str = PARIS,
    routines: Sequence[Routine] | None = None,
    alarms: Sequence[str] = (),
) -> AsyncIterator[Stand]:
    """A community `since` then, on the store of the URL, or on one in memory."""
    async with write_memory() if url is None else writing(url) as store:
        stand = Stand(
            store, ManualClock(at(since)), [routine()] if routines is None else routines, alarms
        )
        await stand.found(1, at(since), timezone)
        yield stand


def hours(count: float) -> int:
    """So many hours in milliseconds."""
    return round(count * HOUR_MS)
