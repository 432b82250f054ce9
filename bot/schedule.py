"""What Foyer does by itself: alarms that ring, and routines that are due once in every slot."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import NamedTuple, Protocol

import structlog

from bot.agenda import ATTEMPTS, RETRY_MS, Agenda, Turn
from bot.clock import Clock
from bot.cog import AlarmHandler, Routine
from bot.context import Alarm, Due
from bot.delivery import Parcel
from bot.errors import StoreError
from bot.hands import Put
from bot.model import Community
from bot.recurrence import Slot
from bot.slot_reasons import SlotReason
from bot.telemetry import Telemetry
from db.alarms import AlarmRow, due_alarms, next_alarms, set_again, take_alarm
from db.connection import Connection
from db.directory import list_communities
from db.slots import SlotRow, claim, record_missed
from db.store import Store

log = structlog.get_logger(__name__)


class Outcome(NamedTuple):
    """How a turn went: `done`, `skipped` or `failed`, why, and what is to be said."""

    state: str
    reason: str
    parcels: tuple[Parcel, ...]


class Performer(Protocol):
    """Runs what the cogs declared; what goes wrong there stays there."""

    async def perform(self, routine: Routine, community: Community, due: Due) -> Outcome:
        """Run a routine's turn, outside of any transaction."""
        ...

    async def ring(
        self, connection: Connection, handler: AlarmHandler, community: Community, alarm: Alarm
    ) -> bool:
        """Let an alarm ring inside a transaction; False where it failed and left no trace."""
        ...


class Schedule:
    """Does what is due, each thing once, whoever else looks and whenever the process ends.

    A slot's row is stored in one transaction with what the routine says; an alarm's row goes in
    one with what the alarm does.
    """

    def __init__(
        self,
        store: Store,
        performer: Performer,
        put: Put,
        routines: Sequence[Routine],
        alarms: Sequence[AlarmHandler],
        clock: Clock,
        telemetry: Telemetry,
    ) -> None:
        self._store, self._performer, self._put = store, performer, put
        self._agenda = Agenda(routines)
        self._alarms = {handler.name: handler for handler in alarms}
        self._unheard: set[str] = set()
        self._clock, self._telemetry = clock, telemetry

    def renew(self) -> None:
        """Look at every slot anew, because somebody else changed what is recorded of them."""
        self._agenda.renew()

    async def tick(self) -> None:
        """Do everything that is due now: alarms, then routines.

        Raises:
            StoreError: the store cannot be read or written; what is left is due at the next tick.
            ExceptionGroup: bugs, after everything that they did not touch was done.
        """
        now = self._clock.now()
        alarms, turns = await self._store.write(lambda connection: self._due(connection, now))
        await _one_after_another(
            [
                *(partial(self._ring, row, community) for row, community in alarms),
                *(partial(self._decide, turn) for turn in turns),
            ]
        )

    async def next_at(self) -> int | None:
        """The next instant (epoch ms) at which a tick would do something; None without any."""
        now = self._clock.now()
        return await self._store.write(lambda connection: self._next(connection, now))

    async def _due(
        self, connection: Connection, now: int
    ) -> tuple[list[tuple[AlarmRow, Community]], list[Turn]]:
        communities = {one.id: one for one in await list_communities(connection)}
        alarms = [(row, communities[row.community]) for row in await due_alarms(connection, now)]
        return alarms, await self._agenda.due(connection, now)

    async def _next(self, connection: Connection, now: int) -> int | None:
        alarms = await next_alarms(connection)
        instants = [at for name, at in alarms.items() if name in self._alarms]
        turn_at = await self._agenda.next_at(connection, now)
        return min(instants if turn_at is None else [*instants, turn_at], default=None)

    async def _ring(self, row: AlarmRow, community: Community) -> None:
        handler = self._alarms.get(row.name)
        if handler is not None:
            await self._store.write(lambda c: self._ring_inside(c, handler, row, community))
        elif row.name not in self._unheard:
            self._unheard.add(row.name)
            log.error("nobody hears this alarm; it is kept", alarm=row.name)

    async def _ring_inside(
        self, connection: Connection, handler: AlarmHandler, row: AlarmRow, community: Community
    ) -> None:
        if not await take_alarm(connection, row):
            return
        now = self._clock.now()
        if await self._performer.ring(
            connection, handler, community, Alarm(row.key, row.due_at, now)
        ):
            return
        if row.attempts + 1 < ATTEMPTS:
            await set_again(connection, row, now + RETRY_MS)
        else:
            log.error("alarm given up", alarm=row.name, community=community.id)

    async def _decide(self, turn: Turn) -> None:
        now = self._clock.now()
        outcome, attempts = await self._outcome(turn, now)
        row = _row(turn, turn.slot, outcome.state, now)
        row = row._replace(reason=outcome.reason or None, attempts=attempts)
        missed = [_row(turn, slot, "expired", now) for slot in turn.missed]

        async def record(connection: Connection) -> bool:
            if await connection.value("timezone_of", community=row.community) is None:
                return False  # it became part of another in the meantime
            is_ours = await claim(connection, row, turn.failures)
            if is_ours:
                await record_missed(connection, missed)
                for parcel in outcome.parcels:
                    await self._put(connection, turn.resident.community, parcel)
            return is_ours

        if await self._store.write(record):
            self._tell([*missed, row])
        self._telemetry.ticked(self._clock.now())

    async def _outcome(self, turn: Turn, now: int) -> tuple[Outcome, int]:
        """What became of a turn, and after how many attempts."""
        routine, slot = turn.routine, turn.slot
        if now - slot.at > routine.window * 1000:
            if turn.failures:
                return Outcome("given_up", SlotReason.LATE, ()), turn.failures
            return Outcome("expired", "", ()), 0
        if turn.resident.settings.is_paused(now):
            return Outcome("skipped", SlotReason.PAUSED, ()), turn.failures
        due = Due(slot.key, slot.at, now)
        outcome = await self._performer.perform(routine, turn.resident.community, due)
        attempts = turn.failures + 1
        if outcome.state == "failed" and attempts >= ATTEMPTS:
            outcome = outcome._replace(state="given_up")
        return outcome, attempts

    def _tell(self, rows: Sequence[SlotRow]) -> None:
        for row in rows:
            self._telemetry.ran(row.routine, row.state)
            log.info(
                "turn decided",
                community=row.community,
                routine=row.routine,
                slot=row.key,
                state=row.state,
                reason=row.reason,
            )


def _row(turn: Turn, slot: Slot, state: str, now: int) -> SlotRow:
    number = turn.resident.community.id
    return SlotRow(number, turn.routine.name, slot.key, slot.at, state, None, 0, now)


async def _one_after_another(works: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """A bug in one must not keep the others from their turn; a store that fails does."""
    bugs: list[Exception] = []
    for work in works:
        [outcome] = await asyncio.gather(work(), return_exceptions=True)
        if isinstance(outcome, StoreError):
            raise outcome
        if isinstance(outcome, Exception):
            bugs.append(outcome)
    if bugs:
        raise ExceptionGroup("what was due met bugs", bugs)
