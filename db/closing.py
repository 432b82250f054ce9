"""Channels that do not take what we say any more, and those that moved elsewhere."""

from bot.model import ChannelId
from db.connection import Connection
from db.tables import CLOSED_CHANNEL


async def close_channel(
    connection: Connection, community: int, target: ChannelId, reason: str, now: int
) -> bool:
    """Say nothing more in a channel; False where it was closed before."""
    closed = await connection.insert(CLOSED_CHANNEL, [(community, *target, reason, now)])
    platform, place = target
    await connection.rows(
        "bury_posts", community=community, platform=platform, target=place, reason=reason
    )
    return bool(closed)


async def is_closed(connection: Connection, community: int, target: ChannelId) -> bool:
    """Whether a channel does not take what we say any more."""
    platform, place = target
    reason = await connection.value(
        "closing_of", community=community, platform=platform, target=place
    )
    return reason is not None


async def reopen(connection: Connection, community: int, target: ChannelId) -> bool:
    """Speak again in a channel that was closed; False where it was not."""
    platform, place = target
    opened = await connection.value(
        "reopen_channel", community=community, platform=platform, target=place
    )
    return opened is not None


async def move(connection: Connection, community: int, old: ChannelId, new: ChannelId) -> None:
    """Say in a new place whatever was to be said in an old one, in settings too."""
    await connection.run(
        "move_posts",
        community=community,
        platform=old.platform,
        target=old.external_id,
        new_target=new.external_id,
    )
    await connection.run("move_settings", community=community, old=str(old), new=str(new))
