"""Which community a person means, by number, place or name."""

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from bot.errors import UsageError
from bot.model import Community, Place, PlaceId, split_id
from db.connection import Connection
from db.directory import add_place, create_community, find_owner, list_communities

NAME_LENGTH = 100
"""A community's name has at most so many characters."""

_JOINERS = "\u200c\u200d"
"""Persian words and composed emoji are written with these."""

_LONGEST_NUMBER = 19


async def find_community(
    connection: Connection, meant: str, asked: str = "--community"
) -> Community | None:
    """The community of that number, `platform:place` or exact name, tried in this order.

    `asked` is what the command line calls it.

    Raises:
        UsageError: several communities have that name.
    """
    known = {community.id: community for community in await list_communities(connection)}
    is_number = meant.isdecimal() and meant.isascii() and len(meant) <= _LONGEST_NUMBER
    if is_number and int(meant) in known:
        return known[int(meant)]
    named_place = split_id(meant)
    if named_place is not None and not any(map(_is_unfit, meant)):
        owner = await find_owner(connection, PlaceId(*named_place))
        if owner is not None:
            return known[owner]
    named = [community for community in known.values() if community.name == meant]
    if len(named) > 1:
        numbers = ", ".join(str(community.id) for community in named)
        raise UsageError(f"{asked}: several are called that; use a number instead: {numbers}")
    return named[0] if named else None


async def get_community(
    connection: Connection, meant: str, asked: str = "--community"
) -> Community:
    """The community of that number, place or name; `asked` is what the command line calls it.

    Raises:
        UsageError: there is none, or there are several.
    """
    community = await find_community(connection, meant, asked)
    if community is None:
        known = ", ".join(f"{one.id} {one.name}" for one in await list_communities(connection))
        raise UsageError(f"{asked}: unknown; the store has: {known or 'none yet'}")
    return community


def checked_name(name: str) -> str:
    """A name that a new community may bear.

    Raises:
        UsageError: it is empty, too long, unprintable, or would be taken for a number or a place.
    """
    if not name.strip() or len(name) > NAME_LENGTH or any(map(_is_unfit, name)):
        raise UsageError(f"--community: a name has 1 to {NAME_LENGTH} printable characters")
    if name.isdecimal() or split_id(name) is not None:
        raise UsageError(
            "--community: unknown; a new community needs a name, not a number or place"
        )
    return name


def cleaned_name(name: str, fallback: str) -> str:
    """What a platform calls a guild or chat, as a name that a community may bear.

    A name that would be taken for a number or a place is kept behind a quiet prefix.
    """
    fit = "".join(" " if _is_unfit(character) else character for character in name)
    short = " ".join(fit.split())[:NAME_LENGTH].rstrip()
    if not short:
        return fallback
    if short.isdecimal() or split_id(short) is not None:
        return f"# {short}"[:NAME_LENGTH]
    return short


def _is_unfit(character: str) -> bool:
    if character in _JOINERS:
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class Wanted(NamedTuple):
    """A community by its number, place or name, and what it begins with where there is none."""

    name: str
    timezone: str
    language: str


async def find_or_create(connection: Connection, wanted: Wanted) -> tuple[Community, bool]:
    """The community that is wanted, made where there is none; whether it was made.

    Raises:
        UsageError: several have that name, or it is no name for a new one.
    """
    community = await find_community(connection, wanted.name)
    if community is not None:
        return community, False
    name = checked_name(wanted.name)
    return await create_community(connection, name, wanted.timezone, wanted.language), True


async def claim_places(
    connection: Connection, community: Community, places: Iterable[Place]
) -> None:
    """Make guilds and chats part of a community.

    Raises:
        UsageError: one of them already belongs to another.
    """
    for place in places:
        owner = await find_owner(connection, place.id)
        if owner not in (None, community.id):
            raise UsageError(
                f"{place.id} already belongs to community {owner}; import it there with"
                f" --community {owner}"
            )
        await add_place(connection, community.id, place.id, place.kind, place.name)
