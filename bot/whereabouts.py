"""Where the bot is and what it can see there: what is lost, moved or hidden is noted."""

from collections.abc import Collection

from bot.clock import Clock
from bot.dispatcher import Dispatcher
from bot.events import GapNoted, SightChanged
from bot.joining import absorb
from bot.model import ChannelId, PlaceId
from bot.recorders import Recorders
from bot.sight import Sight
from db.closing import move as move_posts
from db.connection import Connection
from db.directory import add_place, find_community_at
from db.places import leave_behind, list_listened
from db.presence import see
from db.sight import look
from db.suppression import Suppression

DOWN = "down"
"""Why nobody listened: the bot was not connected."""
AWAY = "away"
"""Why nobody listened: the bot was not in the guild or chat."""


class Whereabouts:
    """Works inside the transactions of whoever calls it."""

    def __init__(
        self, dispatcher: Dispatcher, recorders: Recorders, suppression: Suppression, clock: Clock
    ) -> None:
        self._dispatcher, self._recorders = dispatcher, recorders
        self._suppression, self._clock = suppression, clock

    async def resume(self, connection: Connection, platform: str, kept_ms: int) -> None:
        """Note what nobody heard before listening began again, but for the last `kept_ms`."""
        now = self._clock.now()
        for community, until in await list_listened(connection, platform):
            if now - until > kept_ms:
                missed = gap(platform, until, now - kept_ms, DOWN)
                await self._recorders.of(connection, community).record([missed])
        await see(connection, platform, now)

    async def look(self, connection: Connection, place: PlaceId, blind: Collection[Sight]) -> None:
        """Note what is hidden in a guild or chat from now on, and let the cogs hear of a change."""
        now, community = self._clock.now(), await find_community_at(connection, place)
        if community is not None and await look(connection, community.id, place, blind, now):
            changed = SightChanged(
                platform=place.platform, place=place.external_id, at=now, blind=(*sorted(blind),)
            )
            await self._dispatcher.hear(connection, community, [changed], {}, now)

    async def move(self, connection: Connection, old: PlaceId, new: PlaceId) -> None:
        """Make one history of a chat that goes on under another id, whichever was met first."""
        before = await find_community_at(connection, old)
        after = await find_community_at(connection, new)
        keeper = before or after
        if keeper is None:
            return
        await move_posts(connection, keeper.id, ChannelId(*old), ChannelId(*new))
        if after is not None and after != keeper:
            await absorb(connection, keeper, after, self._suppression, self._clock.now())
            self._recorders.renew()
        await add_place(connection, keeper.id, old, "group", None)
        await add_place(connection, keeper.id, new, "supergroup", None)
        await leave_behind(connection, old, new, self._clock.now())


def gap(platform: str, start: int, end: int, reason: str) -> GapNoted:
    """A span `[start, end)` (epoch ms) in which nothing was seen of a community on a platform."""
    return GapNoted(platform=platform, start=start, end=end, reason=reason)
