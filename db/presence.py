"""Which guilds and chats the bot itself is in, and until when it was surely listening."""

from bot.model import PlaceId
from db.connection import Connection


async def arrive(connection: Connection, place: PlaceId, at: int) -> bool:
    """Note that the bot is in a guild or chat; whether it was not known to be there before."""
    row = await connection.row("presence_at", **place._asdict())
    if row is not None and row[0] is None:
        return False
    await connection.run("arrive", at=at, **place._asdict())
    return True


async def was_met(connection: Connection, place: PlaceId) -> bool:
    """Whether the bot is or ever was in a guild or chat."""
    return await connection.row("presence_at", **place._asdict()) is not None


async def absence_since(connection: Connection, place: PlaceId) -> int | None:
    """Since when (epoch ms) the bot is no longer in a guild or chat where it once was."""
    row = await connection.row("presence_at", **place._asdict())
    return None if row is None else row[0]


async def depart(connection: Connection, place: PlaceId, at: int) -> None:
    """Note that the bot is no longer in a guild or chat, where nothing is hidden from it then."""
    await connection.run("depart", at=at, **place._asdict())
    await connection.run("end_blind_spans", at=at, **place._asdict())


async def see(connection: Connection, platform: str, at: int) -> None:
    """Note that the bot listens on a platform, in every guild or chat that it is in there."""
    await connection.run("see_platform", platform=platform, at=at)


async def presence_span(connection: Connection, community: int) -> tuple[int, int] | None:
    """Since when and until when (epoch ms) the bot was listening to a community; None if never."""
    row = await connection.row("presence_span", community=community)
    return None if row is None or row[0] is None else (row[0], row[1])
