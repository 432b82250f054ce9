"""Remembers what was said once and for all in a guild or chat."""

from db.connection import Connection
from db.tables import SETTING


async def first_time(connection: Connection, community: int, notice: str, place: str) -> bool:
    """Whether a notice was never given in a place before; from now on it was."""
    row = (community, f"{notice}:{place}", "given")
    return bool(await connection.insert(SETTING, [row]))
