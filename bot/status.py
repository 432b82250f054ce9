"""How Foyer itself is doing in a community: what it saw, what it did, what is left to say."""

from dataclasses import dataclass
from typing import NamedTuple

from bot.clock import DAY_MS
from bot.model import PlaceId
from bot.outbox import OpenPosts, open_posts
from db.connection import Connection
from db.directory import list_places
from db.reading import Reader
from db.sight import Hidden, list_hidden

SEEN_DAYS = 7
"""So many days back is looked for gaps."""


class Presence(NamedTuple):
    """Since when (epoch ms) Foyer is in the community's guilds or chats of a platform."""

    platform: str
    since: int


class Turn(NamedTuple):
    """A routine's turn, when it was due (epoch ms), and what became of it."""

    routine: str
    due_at: int
    state: str
    reason: str | None


class Hole(NamedTuple):
    """A span of time (epoch ms) that nobody saw."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Status:
    """What a moderator may want to know; instants are epoch milliseconds.

    `coverage` is the share 0..1 of the last `SEEN_DAYS` that was seen, None where nothing is
    recorded; `holes` are what was not, the latest first. `hidden` is what cannot be seen at
    present, and `has_places` says whether the community has more than one guild or chat.
    """

    presences: tuple[Presence, ...]
    last_event: int | None
    coverage: float | None
    holes: tuple[Hole, ...]
    turns: tuple[Turn, ...]
    posts: OpenPosts
    hidden: tuple[Hidden, ...]
    has_places: bool


async def read_status(connection: Connection, community: int, now: int) -> Status:
    """How things stand at an instant."""
    span = await Reader(connection).event_span(community)
    since = now - SEEN_DAYS * DAY_MS if span is None else max(span[0], now - SEEN_DAYS * DAY_MS)
    holes = await _holes(connection, community, since, now)
    unseen = sum(hole.end - hole.start for hole in holes)
    presences = await connection.rows("presences", community=community)
    turns = await connection.rows("latest_turns", community=community)
    return Status(
        presences=tuple(Presence(*row) for row in presences),
        last_event=None if span is None else span[1],
        coverage=None if span is None or since >= now else 1 - unseen / (now - since),
        holes=tuple(reversed(holes)),
        turns=tuple(Turn(*row) for row in turns),
        posts=await open_posts(connection, community),
        hidden=tuple(await list_hidden(connection, community)),
        has_places=len(await list_places(connection, community)) > 1,
    )


async def read_hidden(connection: Connection, community: int, place: PlaceId) -> Hidden:
    """What cannot be seen at present in a guild or chat."""
    found = [one for one in await list_hidden(connection, community) if one.place == place]
    return found[0] if found else Hidden(place, None, frozenset())


async def _holes(connection: Connection, community: int, since: int, now: int) -> list[Hole]:
    """What was seen of no channel since an instant, without overlaps."""
    holes: list[Hole] = []
    for channel, gap_start, gap_end in await connection.rows(
        "ledger_gaps", community=community, instant=now
    ):
        start, end = max(gap_start, since), min(gap_end, now)
        if channel or end <= start:
            continue
        if holes and start <= holes[-1].end:
            holes[-1] = Hole(holes[-1].start, max(end, holes[-1].end))
        else:
            holes.append(Hole(start, end))
    return holes
