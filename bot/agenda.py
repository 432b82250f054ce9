"""Which turns of routines are due, and until when there are none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.clock import MINUTE_MS, zone_of
from bot.cog import Routine
from bot.model import Community
from bot.recurrence import Recurrence, Slot, newest, upcoming
from bot.settings import CommunitySettings, load_all_settings
from db.connection import Connection
from db.directory import list_communities
from db.slots import last_due, standing

ATTEMPTS = 3
"""So often something is tried in all."""

RETRY_MS = 10 * MINUTE_MS
"""So long is waited between attempts."""


@dataclass(frozen=True, slots=True)
class Resident:
    """A community with its settings; routines owe it nothing from before `since` (epoch ms)."""

    community: Community
    settings: CommunitySettings
    since: int


class Turn(NamedTuple):
    """A slot of a routine that is to be decided now; `failures` attempts at it went wrong.

    `missed` are older slots that nobody was there for.
    """

    resident: Resident
    routine: Routine
    slot: Slot
    failures: int
    missed: tuple[Slot, ...]


class Rhythm(NamedTuple):
    """A recurrence as a community lives it."""

    recurrence: Recurrence
    zone: ZoneInfo


class _Rest(NamedTuple):
    """Until when (epoch ms) a rhythm has nothing due; a clock that is put back changes nothing."""

    rhythm: Rhythm
    until: int


class Agenda:
    """Finds due turns; what is at rest is remembered, so that looking again asks no store."""

    def __init__(self, routines: Sequence[Routine]) -> None:
        self._routines = routines
        self._rests: dict[tuple[int, str], _Rest] = {}

    def renew(self) -> None:
        """Forget what is at rest, because slots may have been recorded by somebody else."""
        self._rests.clear()

    async def due(self, connection: Connection, now: int) -> list[Turn]:
        """The turns that are to be decided at an instant (epoch ms), one community after another.

        A turn is the newest slot alone: whatever is older was missed. Which one that is follows
        from the settings and the time zone of now, but a slot that is recorded stays decided.
        """
        return [one for one in await self._looks(connection, now) if isinstance(one, Turn)]

    async def next_at(self, connection: Connection, now: int) -> int | None:
        """The first instant (epoch ms), `now` included, at which a turn is due; None without."""
        looks = await self._looks(connection, now)
        return min((now if isinstance(one, Turn) else one.until for one in looks), default=None)

    async def _looks(self, connection: Connection, now: int) -> list[Turn | _Rest]:
        looks: list[Turn | _Rest] = []
        for resident in await _residents(connection):
            zone = zone_of(resident.community.timezone)
            for routine in self._routines:
                recurrence = routine.when(resident.settings)
                if recurrence is not None:
                    rhythm = Rhythm(recurrence, zone)
                    looks.append(await self._look(connection, resident, routine, rhythm, now))
        return looks

    async def _look(
        self,
        connection: Connection,
        resident: Resident,
        routine: Routine,
        rhythm: Rhythm,
        now: int,
    ) -> Turn | _Rest:
        place = resident.community.id, routine.name
        rest = self._rests.get(place)
        if rest and rest.rhythm == rhythm and now < rest.until:
            return rest
        found = await _sought(connection, resident, routine, rhythm, now)
        if isinstance(found, _Rest):
            self._rests[place] = found
        return found


async def _residents(connection: Connection) -> list[Resident]:
    since = {row[0]: row[1] for row in await connection.rows("community_beginnings")}
    settings = await load_all_settings(connection)
    departed = {row[0] for row in await connection.rows("departed_communities")}
    return [
        Resident(one, settings[one.id], since[one.id])
        for one in await list_communities(connection)
        if one.id not in departed
    ]


async def _sought(
    connection: Connection,
    resident: Resident,
    routine: Routine,
    rhythm: Rhythm,
    now: int,
) -> Turn | _Rest:
    slot, following = newest(*rhythm, now), upcoming(*rhythm, now)
    rest = _Rest(rhythm, following.at)
    if slot.at <= resident.since:
        return rest
    place = resident.community.id, routine.name
    stands = await standing(connection, *place, slot.key)
    if stands is None:
        recorded = await last_due(connection, *place)
        after = resident.since if recorded is None else max(resident.since, recorded)
        missed = rhythm.recurrence.slots(rhythm.zone, after, slot.at - 1)
        return Turn(resident, routine, slot, 0, tuple(missed))
    if stands.state != "failed":
        return rest
    again = stands.at + RETRY_MS
    if now < again:
        return rest._replace(until=min(again, following.at))
    return Turn(resident, routine, slot, stands.attempts, ())
