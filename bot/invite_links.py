"""Invite links that Foyer made for the sources of a community, kept to tell them again."""

from collections.abc import Callable
from typing import NamedTuple

from bot.errors import UserError
from bot.events import SourceDescribed
from bot.model import Community, PlaceId
from bot.post import inert_name
from bot.recorder import Recorder
from bot.text.phrase import phrase
from db.connection import Connection
from db.suppression import Suppression
from db.tables import SOURCE_LINK

NAME_LENGTH = 32
"""As many characters as Telegram takes for the name of a link."""
MOST_LINKS = 50
"""So many in one community."""

_UNATTRIBUTED = "unknown"
"""What reports call those who came by no source."""


class Link(NamedTuple):
    """An invite link of a source in a guild or chat; a gate has moderators let each one in."""

    source: str
    place: PlaceId
    url: str
    is_gated: bool


class Wanted(NamedTuple):
    """What somebody asked a link for: a source by the name it bears, and the link if it has one."""

    source: str
    link: Link | None


def checked_source(name: str) -> str:
    """A name that a source may bear.

    Raises:
        UserError: there is nothing to read in it, it is too long, or means no source.
    """
    said = inert_name(name, "", NAME_LENGTH + 1)
    if not said or len(said) > NAME_LENGTH or not said.isprintable():
        raise UserError(
            phrase("A source’s name has 1 to {most} visible characters."), most=str(NAME_LENGTH)
        )
    if said.casefold() == _UNATTRIBUTED:
        raise UserError(phrase("“{name}” means those who came by no source."), name=said)
    return said


async def list_links(connection: Connection, community: int) -> list[Link]:
    """The links that Foyer made, the oldest first."""
    return [
        Link(name, PlaceId(platform, chat), url, bool(is_gated))
        for name, platform, chat, url, is_gated in await connection.rows(
            "source_links", community=community
        )
    ]


async def find_wanted(
    connection: Connection, community: int, name: str, place: PlaceId, is_gated: bool | None
) -> Wanted:
    """The source of a name, however it is capitalised, and its link in a guild or chat.

    With or without a gate, or (None) any.

    Raises:
        UserError: it has none, and the community has as many as it may have.
    """
    source = await _spelt(connection, community, name)
    links = await list_links(connection, community)
    for link in links:
        if link[:2] == (source, place) and is_gated in (None, link.is_gated):
            return Wanted(source, link)
    if len(links) >= MOST_LINKS:
        raise UserError(
            phrase("This community has {most} invite links, which is as many as I look after."),
            most=str(MOST_LINKS),
        )
    return Wanted(source, None)


class InviteLinks:
    """Keeps links in a running bot; `renewed` is told after each, for recorders to know."""

    def __init__(self, suppression: Suppression, renewed: Callable[[], None]) -> None:
        self._suppression = suppression
        self._renewed = renewed

    async def keep(
        self, connection: Connection, community: Community, link: Link, now: int
    ) -> Link:
        """Keep a new link, and its source; the one there is, where somebody was quicker."""
        wanted = await find_wanted(connection, community.id, link.source, link.place, link.is_gated)
        if wanted.link is not None:
            return wanted.link
        kept = link._replace(source=wanted.source)
        described = SourceDescribed(platform=link.place.platform, name=kept.source)
        await Recorder(connection, community, self._suppression).record([described])
        rows = await connection.rows("numbered_sources", community=community.id)
        number = dict(map(tuple, rows))[kept.source]
        row = (community.id, number, *link.place, link.url, int(link.is_gated), now)
        await connection.insert(SOURCE_LINK, [row])
        self._renewed()
        return kept


async def _spelt(connection: Connection, community: int, name: str) -> str:
    """A source's name as it is known already, if only its capitals differ."""
    rows = await connection.rows("numbered_sources", community=community)
    known = [known for known, _ in sorted(rows, key=lambda row: row[1])]
    if name in known:
        return name
    return next((one for one in known if one.casefold() == name.casefold()), name)
