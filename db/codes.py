"""One-time codes that tie communities to guilds and chats; only what they hash to is stored."""

from db.connection import Connection
from db.tables import ATTACH_CODE


async def put_code(
    connection: Connection, mark: str, community: int, now: int, expires_at: int
) -> None:
    """Let a code be good for a community until an instant (epoch ms)."""
    await connection.run("drop_codes", now=now)
    await connection.insert(ATTACH_CODE, [(mark, community, expires_at)])


async def take_code(connection: Connection, mark: str, now: int) -> int | None:
    """The community that a code is good for, once; None where it is none, or too old."""
    await connection.run("drop_codes", now=now)
    community: int | None = await connection.value("take_code", mark=mark)
    return community
