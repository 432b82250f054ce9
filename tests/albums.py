"""Albums as an adapter or an export tells of them, and what the store makes of them."""

from typing import Any

from bot.clock import MINUTE_MS, LocalDays
from bot.events import AlbumItemSent, Event, MessageSent, ReactionChanged
from db.connection import Connection
from db.rollups import settle
from db.tables import DIRTY_DAY
from db.telling import Teller
from tests.happenings import START
from tests.stores import PARIS, dump

CHAT = "-10077"
DAYS = LocalDays(PARIS)
TODAY = DAYS.day(START)


def sent(id: object, author: str = "user1", at: int = START, **more: Any) -> MessageSent:
    return MessageSent(platform="telegram", channel=CHAT, id=str(id), author=author, at=at, **more)


def item(id: object, album: str, author: str = "user1", at: int = START) -> AlbumItemSent:
    return AlbumItemSent(
        platform="telegram", channel=CHAT, id=str(id), author=author, album=album, at=at
    )


def pictures(first: int, size: int = 10, **more: Any) -> list[Event]:
    return [sent(first + place, **{"album": "a", **more}) for place in range(size)]


def reacted(
    message: object, user: str = "user2", at: int = START + MINUTE_MS, emoji: str = "👍"
) -> ReactionChanged:
    return ReactionChanged(
        platform="telegram", channel=CHAT, message=str(message), user=user, emoji=emoji, at=at
    )


async def posts(connection: Connection, community: int) -> list[int]:
    return sorted(row[2] for row in (await dump(connection, community))["message"])


async def told(connection: Connection, community: int) -> list[Event]:
    teller = Teller(connection, community, "telegram")
    return [event async for lot in teller.tell() for event in lot]


async def contacts(connection: Connection, community: int) -> list[tuple[Any, ...]]:
    """Who replied or reacted to whom on which day, counted from `START`."""
    rows = (await dump(connection, community))["contact_day"]
    return [(row[0] - TODAY, row[2], row[3], row[4], row[6]) for row in rows]


async def rebuilt(connection: Connection, community: int) -> dict[str, list[tuple[Any, ...]]]:
    """What the store holds when its roll-ups are built anew."""
    for table in ("activity_day", "contact_day", "revision", "awaited"):
        await connection.statement(f"DELETE FROM {table}")
    days = [(community, day, no) for day in range(TODAY - 1, TODAY + 5) for no in range(3)]
    await connection.insert(DIRTY_DAY, days)
    await settle(connection, community, DAYS)
    return await dump(connection, community)
