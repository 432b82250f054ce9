"""Counts who came by which source, as it stands now."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.clock import DAY_MS
from bot.invite_links import Link, list_links
from bot.sight import Sight
from db.connection import Connection
from db.sight import list_hidden

RECENT_DAYS = 28
EXACT = "exact"
"""How sure a join's source is that the platform itself named."""


@dataclass
class SourceTally:
    """Joins by one source; `recent` ones are of the last `RECENT_DAYS` times 24 hours.

    `asked` counts the people who asked to be let in, `waiting` those who have not come in since.
    """

    name: str
    joins: int = 0
    exact: int = 0
    recent: int = 0
    asked: int = 0
    waiting: int = 0
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class Tally:
    """The sources by name, and the joins by none; whether joins are hidden anywhere at present.

    `was_blind` says that they were for a while in the last `RECENT_DAYS` times 24 hours.
    """

    sources: list[SourceTally]
    unattributed: int
    is_blind: bool
    was_blind: bool


async def count_sources(connection: Connection, community: int, now: int) -> Tally:
    """How many people came by each source; bots are none."""
    rows = await connection.rows("numbered_sources", community=community)
    sources = {number: SourceTally(name) for name, number in rows}
    unattributed = 0
    since = now - RECENT_DAYS * DAY_MS
    for number, certainty, joins, recent in await connection.rows(
        "source_joins", community=community, since=since
    ):
        if number is None:
            unattributed += joins
            continue
        sources[number].joins += joins
        sources[number].recent += recent
        sources[number].exact += joins if certainty == EXACT else 0
    for number, asked, waiting in await connection.rows("source_requests", community=community):
        if number in sources:
            sources[number].asked, sources[number].waiting = asked, waiting
    _give_links(sources.values(), await list_links(connection, community))
    hidden = await list_hidden(connection, community)
    missed = await connection.value("joins_were_missed", community=community, since=since)
    return Tally(
        sorted(sources.values(), key=lambda one: (one.name.casefold(), one.name)),
        unattributed,
        any(Sight.JOINS in one.sights for one in hidden),
        bool(missed),
    )


def _give_links(sources: Iterable[SourceTally], links: Iterable[Link]) -> None:
    by_name = {source.name: source for source in sources}
    for link in links:
        by_name[link.source].links.append(link)
