"""Where guilds and chats stand: which the bot is in, which went on under another id."""

from bot.model import Community, Place, PlaceId
from db.connection import Connection
from db.presence import depart


async def list_standings(connection: Connection, platform: str) -> list[tuple[Place, bool]]:
    """The guilds or chats of a platform, and whether the bot is in them; no id left behind."""
    return [
        (Place(PlaceId(platform, external_id), name, kind), bool(is_present))
        for external_id, name, kind, is_present in await connection.rows(
            "standings", platform=platform
        )
    ]


async def list_listened(connection: Connection, platform: str) -> list[tuple[Community, int]]:
    """The communities that the bot is in on a platform.

    Each with the instant (epoch ms) until when it surely listened in all of their guilds or chats.
    """
    rows = await connection.rows("listened_until", platform=platform)
    return [(Community(*community), until) for *community, until in rows]


async def is_left_behind(connection: Connection, place: PlaceId) -> bool:
    """Whether a chat goes on under another id."""
    return await connection.value("moved_to", **place._asdict()) is not None


async def leave_behind(connection: Connection, old: PlaceId, new: PlaceId, at: int) -> None:
    """The bot is where it was, under another id."""
    await connection.run("move_place", **old._asdict(), moved_to=new.external_id)
    await connection.run(
        "inherit_name", platform=old.platform, old=old.external_id, new=new.external_id
    )
    await connection.run(
        "move_presence", platform=old.platform, old=old.external_id, new=new.external_id
    )
    await depart(connection, old, at)


async def find_poll(connection: Connection, platform: str, poll: str) -> PlaceId | None:
    """The guild or chat in which a poll was opened."""
    chat = await connection.value("poll_chat", platform=platform, poll=poll)
    return None if chat is None else PlaceId(platform, chat)
