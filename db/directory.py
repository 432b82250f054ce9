"""Which communities there are, and which guilds and chats belong to them."""

from bot.clock import now_ms
from bot.model import AccountId, Community, PlaceId
from db.connection import Connection
from db.tables import COMMUNITY, PLACE


async def list_communities(connection: Connection) -> list[Community]:
    """All communities, by number."""
    return [Community(*row) for row in await connection.rows("communities")]


async def list_places(connection: Connection, community: int) -> list[PlaceId]:
    """The guilds and chats of a community."""
    rows = await connection.rows("places", community=community)
    return [PlaceId(row[0], row[1]) for row in rows]


async def list_platforms(connection: Connection, community: int) -> list[str]:
    """The platforms that anything of a community was seen on."""
    return [row[0] for row in await connection.rows("platforms", community=community)]


async def find_owner(connection: Connection, place: PlaceId) -> int | None:
    """The community that a guild or chat belongs to."""
    owner: int | None = await connection.value(
        "place_owner", platform=place.platform, external_id=place.external_id
    )
    return owner


async def find_community_at(connection: Connection, place: PlaceId) -> Community | None:
    """The community that a guild or chat belongs to, as a whole."""
    row = await connection.row("community_at", **place._asdict())
    return None if row is None else Community(*row)


async def create_community(
    connection: Connection, name: str, timezone: str, language: str, at: int | None = None
) -> Community:
    """A new community without places, made at an instant (epoch ms), by default now."""
    number = await connection.value("next_community")
    community = Community(number, name, timezone, language)
    created_at = now_ms() if at is None else at
    await connection.insert(COMMUNITY, [(*community, created_at, None)])
    return community


async def rename(connection: Connection, community: Community, name: str) -> Community:
    """The community under another name."""
    await connection.run("rename", community=community.id, name=name)
    return community._replace(name=name)


async def add_place(
    connection: Connection, community: int, place: PlaceId, kind: str, name: str | None
) -> None:
    """Make a guild or chat part of a community."""
    await connection.insert(PLACE, [(*place, community, kind, name, None)])


async def count_channels(connection: Connection, community: int) -> int:
    """The number of channels that anything was seen in."""
    count: int = await connection.value("count_channels", community=community)
    return count


async def find_account(connection: Connection, community: int, account: AccountId) -> int | None:
    """The integer of an account in a community."""
    for found, number, _ in await connection.rows(
        "find_accounts", platform=account.platform, external_id=account.external_id
    ):
        if found == community:
            return int(number)
    return None
