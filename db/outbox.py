"""Rows of the outbox: what is to be said, who is saying it now, and what became of it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.model import ChannelId
from db.connection import Connection
from db.tables import OUTBOX

SEND, EDIT, DELETE = "send", "edit", "delete"
PENDING, SENDING, SENT = "pending", "sending", "sent"
UNKNOWN, DEAD, EXPIRED = "unknown", "dead", "expired"
WITHDRAWN = "taken back"
"""The `error` of what is dead because somebody wished so, and not by any fault."""


class Entry(NamedTuple):
    """An operation that is not decided yet, without its body; instants are epoch ms.

    `tried_at` is since when it may have arrived, None while it surely has not; of an edit or
    deletion, since when it is tried. `original` is the
    state of the sending that an edit or deletion is about, `sent_id` the platform's id of it.
    """

    community: int
    key: str
    part: int
    op_no: int
    op: str
    platform: str
    target: str
    state: str
    lease_until: int | None
    fence: int
    attempts: int
    not_before: int
    not_after: int | None
    tried_at: int | None
    at: int
    original: str | None
    sent_id: str | None


class Claim(NamedTuple):
    """The right to work on an entry until `until` (epoch ms), as long as nobody raised `fence`."""

    entry: Entry
    body: str | None
    nonce: str
    fence: int
    at: int
    until: int

    @property
    def attempts(self) -> int:
        """How often it was taken up, this time included."""
        return self.entry.attempts + 1


class Verdict(NamedTuple):
    """What is written down when work on an entry ends."""

    state: str
    not_before: int
    tried_at: int | None
    sent_id: str | None = None
    error: str | None = None


class Rest(NamedTuple):
    """Until when (epoch ms) a chat, or all of a platform where `chat` is "", is left alone."""

    platform: str
    chat: str
    until: int


class Part(NamedTuple):
    """One message of a post that was put into the outbox and not deleted since."""

    part: int
    platform: str
    target: str
    nonce: str
    state: str
    tried_at: int | None


class Line(NamedTuple):
    """A new operation on one part of a post."""

    community: int
    key: str
    part: int
    op: str
    op_no: int
    to: ChannelId
    body: str | None
    nonce: str
    not_after: int | None


async def add_lines(connection: Connection, lines: Iterable[Line], now: int) -> None:
    """Put operations into the outbox that are due at once; those that are there already stay."""
    rows = [
        (
            *(line.community, line.key, line.part, line.op_no, line.op, *line.to),
            *(line.body, line.nonce, PENDING, None, None, 0, 0, now, line.not_after),
            *(None, None, None, now),
        )
        for line in lines
    ]
    await connection.insert(OUTBOX, rows)


async def list_next(connection: Connection) -> list[Entry]:
    """What may come next in each channel, in the order in which it was put into the outbox.

    That is the first post which is not decided yet, with the changes that stand before it.
    """
    return [Entry(*row) for row in await connection.rows("next_posts")]


async def list_rests(connection: Connection) -> list[Rest]:
    """The chats that their platforms want left alone."""
    return [Rest(*row) for row in await connection.rows("open_rests")]


async def rest(connection: Connection, wanted: Rest) -> None:
    """Leave a chat alone until an instant, or longer where that was wanted before."""
    platform, chat, until = wanted
    await connection.run("rest_until", platform=platform, chat=chat, until_at=until)


async def end_rests(connection: Connection, now: int) -> None:
    """Forget the rests that are over."""
    await connection.run("end_rests", now=now)


async def list_parts(connection: Connection, community: int, key: str) -> list[Part]:
    """The messages of a post that are not to be deleted, in their order."""
    rows = await connection.rows("parts_of_post", community=community, key=key)
    return [Part(*row) for row in rows]


async def next_operation(connection: Connection, community: int, key: str) -> int:
    """The number that the next operation on a post gets; 0 while there is no such post."""
    number: int | None = await connection.value("next_operation", community=community, key=key)
    return number or 0


async def expire(connection: Connection, now: int) -> list[tuple[int, str, int, str]]:
    """Give up what was not said in time: community, key, part and platform of each."""
    return [
        (row[0], row[1], row[2], row[3]) for row in await connection.rows("expire_posts", now=now)
    ]


async def claim(
    connection: Connection, entry: Entry, lessee: str, now: int, until: int
) -> Claim | None:
    """Take an entry up, None where another was faster."""
    row = await connection.row(
        "claim_post",
        community=entry.community,
        key=entry.key,
        part=entry.part,
        op_no=entry.op_no,
        fence=entry.fence,
        lessee=lessee,
        lease_until=until,
        now=now,
    )
    return Claim(entry, row[0], row[1], entry.fence + 1, now, until) if row else None


async def settle(connection: Connection, held: Claim, verdict: Verdict) -> bool:
    """Write down what became of a claim; False where another has taken it over since."""
    entry = held.entry
    changed = await connection.value(
        "settle_post",
        community=entry.community,
        key=entry.key,
        part=entry.part,
        op_no=entry.op_no,
        fence=held.fence,
        keeps=int(verdict.state in (PENDING, UNKNOWN)),
        **verdict._asdict(),
    )
    return changed is not None


async def settle_late(connection: Connection, held: Claim, sent_id: str | None) -> bool:
    """Write down that a post arrived after all; False where that is of no interest any more."""
    entry = held.entry
    changed = await connection.value(
        "settle_late",
        community=entry.community,
        key=entry.key,
        part=entry.part,
        sent_id=sent_id,
    )
    return changed is not None


async def is_doubted(connection: Connection, community: int, key: str, part: int) -> bool:
    """Whether another message of a post is in doubt."""
    return bool(await connection.value("other_doubts", community=community, key=key, part=part))


async def rewrite_unsaid(
    connection: Connection, community: int, key: str, part: int, body: str
) -> bool:
    """Say something else instead of what surely was not said yet; False where it may have been."""
    changed = await connection.value(
        "rewrite_unsaid", community=community, key=key, part=part, body=body
    )
    return changed is not None


async def take_back_unsaid(connection: Connection, community: int, key: str, part: int) -> bool:
    """Leave unsaid what surely was not said yet; False where it may have been."""
    changed = await connection.value(
        "take_back_unsaid", community=community, key=key, part=part, reason=WITHDRAWN
    )
    return changed is not None


async def overtake_changes(connection: Connection, community: int, key: str, part: int) -> None:
    """Drop the edits of a message that wait, because a later one says it all."""
    await connection.run(
        "overtake_changes", community=community, key=key, part=part, reason=WITHDRAWN
    )


async def overtake_change(connection: Connection, entry: Entry) -> None:
    """Drop an edit that waits, where a later change of the same message says it all."""
    await connection.run(
        "overtake_change",
        community=entry.community,
        key=entry.key,
        part=entry.part,
        op_no=entry.op_no,
        reason=WITHDRAWN,
    )


async def try_anew(connection: Connection, community: int, key: str) -> bool:
    """Make what is unknown of a post due again, as if it had never been tried."""
    return bool(await connection.rows("try_anew", community=community, key=key))


async def believe_sent(connection: Connection, community: int, key: str) -> bool:
    """Take what is unknown of a post as sent."""
    return bool(await connection.rows("believe_sent", community=community, key=key))


async def count_by_state(connection: Connection, community: int) -> dict[str, int]:
    """How many posts have something in each state, without what was taken back."""
    rows = await connection.rows("count_posts", community=community, withdrawn=WITHDRAWN)
    return {row[0]: row[1] for row in rows}


async def list_doubtful(connection: Connection, community: int) -> Sequence[tuple[str, str, int]]:
    """Posts of which nobody knows whether they arrived: key, platform, when they were made."""
    rows = await connection.rows("doubtful_posts", community=community)
    return [(row[0], row[1], row[2]) for row in rows]


async def bury_doubtful(connection: Connection, community: int, before: int, reason: str) -> None:
    """Give up what has been unknown since an instant."""
    await connection.run("bury_doubtful_posts", community=community, before=before, reason=reason)


async def bury_stale(
    connection: Connection, community: int, before: int, now: int, reason: str
) -> None:
    """Give up what should have been said before an instant, unless it is being sent just now."""
    await connection.run(
        "bury_stale_posts", community=community, before=before, now=now, reason=reason
    )


async def drop_decided(connection: Connection, community: int, before: int) -> None:
    """Forget decided posts, and deletions in any state, that were made before an instant."""
    await connection.run("drop_posts", community=community, before=before)


async def blank(connection: Connection, community: int, keys: Iterable[str]) -> None:
    """Take the words out of posts that may still be said."""
    sets = [{"community": community, "key": key, "reason": WITHDRAWN} for key in keys]
    if sets:
        await connection.run_many("blank_post", sets)
