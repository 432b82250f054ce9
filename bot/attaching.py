"""Ties communities to the guilds and chats where they live on, by hand or by a one-time code."""

import hashlib
import secrets
from collections.abc import Callable
from typing import NamedTuple

from bot.clock import DAY_MS
from bot.errors import UsageError
from bot.joining import absorb
from bot.model import Community, PlaceId, Platform
from db.codes import put_code, take_code
from db.connection import Connection
from db.directory import add_place, find_community_at, list_communities
from db.presence import was_met
from db.suppression import Suppression

CODE_MS = DAY_MS
"""So long a code is valid."""

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""None that is easily taken for another."""
_LENGTH = 16
_GROUP = 4


class Attached(NamedTuple):
    """What a guild or chat is part of now; `joined` is the community that went into it, if any."""

    community: Community
    joined: Community | None = None
    is_new: bool = True
    """Whether the guild or chat was not part of the community before."""


class Attaching:
    """Redeems codes in a running bot; `renewed` is told after each, for recorders to know."""

    def __init__(self, suppression: Suppression, renewed: Callable[[], None]) -> None:
        self._suppression = suppression
        self._renewed = renewed

    async def redeem(
        self, connection: Connection, place: PlaceId, code: str, now: int
    ) -> Attached | None:
        """Tie a guild or chat to the community of a code; None where the code is not valid.

        Raises:
            StoreError: somebody opted out, and the key of the list of them is missing.
        """
        number = await take_code(connection, _mark(code), now)
        if number is None:
            return None
        [community] = [one for one in await list_communities(connection) if one.id == number]
        attached = await attach(connection, community, place, self._suppression, now)
        self._renewed()
        return attached


async def attach(
    connection: Connection,
    community: Community,
    place: PlaceId,
    suppression: Suppression,
    now: int,
) -> Attached:
    """Make a guild or chat part of a community, with everything that is known of it so far.

    Raises:
        StoreError: somebody opted out, and the key of the list of them is missing.
    """
    owner = await find_community_at(connection, place)
    if owner is None:
        await add_place(connection, community.id, place, _kind(place), None)
        return Attached(community)
    if owner.id == community.id:
        return Attached(community, is_new=False)
    await absorb(connection, community, owner, suppression, now)
    return Attached(community, owner)


async def check_met(connection: Connection, community: Community, place: PlaceId) -> None:
    """Keep two imported communities from becoming one by a slip.

    Raises:
        UsageError: the guild or chat is part of another community, which the bot never met there.
    """
    owner = await find_community_at(connection, place)
    if owner is None or owner.id == community.id or await was_met(connection, place):
        return
    raise UsageError(
        f"{place} belongs to community {owner.id} ({owner.name}), which was imported; to make one"
        f" of both: foyer join {community.id} {owner.id}"
    )


async def make_code(connection: Connection, community: int, now: int) -> str:
    """A new code that ties a guild or chat to a community, once, for `CODE_MS`."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    await put_code(connection, _mark(letters), community, now, now + CODE_MS)
    return "-".join(letters[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def _mark(code: str) -> str:
    """What is stored of a code, however it was typed."""
    letters = "".join(filter(str.isalnum, code)).upper()
    return hashlib.sha256(letters.encode(errors="replace")).hexdigest()


def _kind(place: PlaceId) -> str:
    if place.platform != Platform.TELEGRAM:
        return "guild"
    return "supergroup" if place.external_id.startswith("-100") else "group"
