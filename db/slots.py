"""Turns of routines that were decided, one row for each slot."""

from collections.abc import Sequence
from typing import NamedTuple

from db.connection import Connection
from db.tables import SLOT


class SlotRow(NamedTuple):
    """A slot and what became of it, as the table has it; `at` is when that was decided.

    `state` is `done`, `skipped`, `expired` (its window had passed), `failed` (to be tried again)
    or `given_up`; instants are epoch milliseconds.
    """

    community: int
    routine: str
    key: str
    due_at: int
    state: str
    reason: str | None
    attempts: int
    at: int


class Standing(NamedTuple):
    """How a recorded slot stands, after how many attempts, since when (epoch ms)."""

    state: str
    attempts: int
    at: int


async def standing(
    connection: Connection, community: int, routine: str, key: str
) -> Standing | None:
    """What became of a slot; None as long as nothing was decided."""
    row = await connection.row("slot_standing", community=community, routine=routine, slot=key)
    return None if row is None else Standing(*row)


async def last_due(connection: Connection, community: int, routine: str) -> int | None:
    """The instant (epoch ms) of the latest slot that is recorded."""
    at: int | None = await connection.value("last_slot_due", community=community, routine=routine)
    return at


async def claim(connection: Connection, row: SlotRow, failures: int) -> bool:
    """Record a slot that was not yet, or that failed exactly so often; False if somebody else did.

    Older slots of the routine that still waited for another attempt are given up.
    """
    routine = {"community": row.community, "routine": row.routine}
    await connection.run("take_up_failure", **routine, slot=row.key, attempts=failures)
    is_ours = bool(await connection.insert(SLOT, [row]))
    if is_ours:
        await connection.run("give_up_older", **routine, due_at=row.due_at)
    return is_ours


async def record_missed(connection: Connection, rows: Sequence[SlotRow]) -> None:
    """Record slots that nobody was there for, but those that are recorded already."""
    await connection.insert(SLOT, rows)
