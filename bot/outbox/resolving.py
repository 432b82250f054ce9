"""What moderators, erasure and housekeeping do with posts that are in the outbox."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.clock import DAY_MS, HOUR_MS
from bot.delivery import mark_of
from bot.model import ChannelId
from db import closing, outbox
from db.connection import Connection

DOUBT_MS = 48 * HOUR_MS
"""So long a post in doubt keeps its words, so that a moderator may have it resent; so long, too,
one that its platform does not take, past the instant at which it should have been said."""

KEPT_MS = 30 * DAY_MS
"""So long a post is remembered after the last that was done to it, and can be edited or deleted."""


class UnknownPost(NamedTuple):
    """A post of which nobody knows whether it arrived; `at` is when it was made (epoch ms)."""

    key: str
    platform: str
    at: int
    mark: str
    """A short name of it."""


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
        unknown=tuple(UnknownPost(*row, mark_of(community, row[0])) for row in doubtful),
    )


async def resend(connection: Connection, community: int, post: str) -> bool:
    """Have a post (its key or mark) sent again that may not have arrived; False where it did."""
    key = await _doubted(connection, community, post)
    return key is not None and await outbox.try_anew(connection, community, key)


async def mark_sent(connection: Connection, community: int, post: str) -> bool:
    """Take a moderator's word that a post (its key or mark) arrived; False where it is known."""
    key = await _doubted(connection, community, post)
    return key is not None and await outbox.believe_sent(connection, community, key)


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


async def _doubted(connection: Connection, community: int, post: str) -> str | None:
    """The key of the post in doubt that is meant, None where nobody doubts it."""
    doubtful = await outbox.list_doubtful(connection, community)
    return next((key for key, *_ in doubtful if post in (key, mark_of(community, key))), None)
