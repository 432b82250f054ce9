"""What moderators, erasure and housekeeping do with posts that are in the outbox."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.clock import DAY_MS, HOUR_MS
from bot.model import ChannelId
from db import closing, outbox
from db.connection import Connection

DOUBT_MS = 48 * HOUR_MS
"""So long a post in doubt keeps its words, so that a moderator may have it resent; so long, too,
one that its platform does not take, past the instant at which it should have been said."""

KEPT_MS = 30 * DAY_MS
"""So long what was decided is remembered: until then it can be edited or deleted."""


class UnknownPost(NamedTuple):
    """A post of which nobody knows whether it arrived; `at` is when it was made (epoch ms)."""

    key: str
    platform: str
    at: int


class OpenPosts(NamedTuple):
    """The posts of a community that wait, that could not be said lately, and those in doubt."""

    waiting: int
    dead: int
    unknown: tuple[UnknownPost, ...]


async def open_posts(connection: Connection, community: int) -> OpenPosts:
    """The posts of a community that an operator or moderator may wonder about."""
    counts = await outbox.count_by_state(connection, community)
    doubtful = await outbox.list_doubtful(connection, community)
    return OpenPosts(
        waiting=counts.get(outbox.PENDING, 0) + counts.get(outbox.SENDING, 0),
        dead=counts.get(outbox.DEAD, 0),
        unknown=tuple(UnknownPost(*row) for row in doubtful),
    )


async def resend(connection: Connection, community: int, post_key: str) -> bool:
    """Have a post sent again of which nobody knows whether it arrived; False where it is known."""
    return await outbox.try_anew(connection, community, post_key)


async def mark_sent(connection: Connection, community: int, post_key: str) -> bool:
    """Take a moderator's word that a post arrived; False where that is known already."""
    return await outbox.believe_sent(connection, community, post_key)


async def reopen(connection: Connection, community: int, target: ChannelId) -> bool:
    """Speak again in a channel that took nothing from us; False where it was not closed."""
    return await closing.reopen(connection, community, target)


async def blank_posts(connection: Connection, community: int, keys: Iterable[str]) -> None:
    """Leave unsaid what is not said yet, and keep no word of it."""
    await outbox.blank(connection, community, keys)


async def drop_old_posts(connection: Connection, community: int, now: int) -> None:
    """Give up what is in doubt or waits for too long, words and all; forget old decided posts."""
    before = now - DOUBT_MS
    await outbox.bury_doubtful(connection, community, before, "nobody said what became of it")
    await outbox.bury_stale(connection, community, before, now, "could not be said for too long")
    await outbox.drop_decided(connection, community, now - KEPT_MS)
