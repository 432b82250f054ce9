"""What the bot is kept from seeing in guilds and chats, as spans of time."""

from collections.abc import Collection
from typing import NamedTuple

from bot.model import PlaceId
from db.connection import Connection
from db.tables import BLIND_SPAN


class Hidden(NamedTuple):
    """What is hidden in a guild or chat, which is called `name` where that is known."""

    place: PlaceId
    name: str | None
    sights: frozenset[str]


async def look(
    connection: Connection, community: int, place: PlaceId, blind: Collection[str], at: int
) -> bool:
    """Note what is hidden from an instant (epoch ms) on; whether that is another than before."""
    where = {"community": community, "platform": place.platform, "chat": place.external_id}
    rows = await connection.rows("open_blind_spans", **where)
    hidden = {str(row[0]): int(row[1]) for row in rows}
    for sight in hidden.keys() - set(blind):
        span = {**where, "sight": sight, "start": hidden[sight]}
        if hidden[sight] < at:
            await connection.run("end_blind_span", **span, at=at)
        else:  # it never was one, and another may begin at this very instant
            await connection.run("drop_blind_span", **span)
    new = set(blind) - hidden.keys()
    await connection.insert(
        BLIND_SPAN, [(community, *place, sight, at, None) for sight in sorted(new)]
    )
    return set(blind) != hidden.keys()


async def list_hidden(connection: Connection, community: int) -> list[Hidden]:
    """The guilds and chats of a community in which something is hidden at present."""
    found: dict[PlaceId, Hidden] = {}
    for platform, chat, name, sight in await connection.rows("hidden_now", community=community):
        place = PlaceId(platform, chat)
        known = found.get(place, Hidden(place, name, frozenset()))
        found[place] = known._replace(sights=known.sights | {sight})
    return list(found.values())
