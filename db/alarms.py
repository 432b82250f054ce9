"""Alarms that features set for themselves, one for each key; setting one again moves it."""

from typing import NamedTuple

from db.connection import Connection
from db.tables import ALARM


class AlarmRow(NamedTuple):
    """An alarm as the table has it; `attempts` went wrong before, `due_at` is epoch ms."""

    community: int
    name: str
    key: str
    due_at: int
    attempts: int


async def set_alarm(connection: Connection, community: int, name: str, at: int, key: str) -> None:
    """Let an alarm ring at an instant (epoch ms), and not when it was set to before."""
    await cancel_alarm(connection, community, name, key)
    await _insert(connection, AlarmRow(community, name, key, at, attempts=0))


async def cancel_alarm(connection: Connection, community: int, name: str, key: str) -> None:
    """Let an alarm not ring, if it was set at all."""
    await connection.run("drop_alarm", community=community, name=name, alarm=key)


async def due_alarms(connection: Connection, now: int) -> list[AlarmRow]:
    """The alarms that are due at an instant (epoch ms), the earliest first."""
    return [AlarmRow(*row) for row in await connection.rows("due_alarms", now=now)]


async def next_alarms(connection: Connection) -> dict[str, int]:
    """When (epoch ms) the next alarm of each name is due."""
    return {row[0]: row[1] for row in await connection.rows("next_alarms")}


async def take_alarm(connection: Connection, alarm: AlarmRow) -> bool:
    """Take an alarm away as it rings; False if it was cancelled, moved or taken meanwhile."""
    attempts = await connection.value(
        "take_alarm",
        community=alarm.community,
        name=alarm.name,
        alarm=alarm.key,
        due_at=alarm.due_at,
    )
    return attempts is not None


async def set_again(connection: Connection, alarm: AlarmRow, at: int) -> None:
    """Let an alarm that went wrong ring once more, at an instant (epoch ms)."""
    await _insert(connection, alarm._replace(due_at=at, attempts=alarm.attempts + 1))


async def _insert(connection: Connection, alarm: AlarmRow) -> None:
    await connection.insert(ALARM, [alarm])
