"""What was to stand in place of messages that are gone is said anew, once."""

from collections.abc import Sequence

from bot.delivery import Op, nonce_of
from bot.model import ChannelId
from db import outbox
from db.connection import Connection
from db.outbox import Entry, Line
from db.standing import next_part


async def say_anew(
    connection: Connection, entry: Entry, to: ChannelId, words: Sequence[tuple[int, str]], now: int
) -> None:
    """Say the words of messages (part and body) in new ones, which are sent as any post is.

    The old ones are deleted, those too that still stand: a post is read in its order.
    """
    community, key = entry.community, entry.key
    operation = await outbox.next_operation(connection, community, key)
    new = await next_part(connection, community, key)
    old = ChannelId(entry.platform, entry.target)
    lines: list[Line] = []
    for part, body in words:
        await outbox.overtake_changes(connection, community, key, part)
        if not await outbox.take_back_unsaid(connection, community, key, part):
            nonce = nonce_of(community, key, part)
            lines.append(Line(community, key, part, Op.DELETE, operation, old, None, nonce, None))
        nonce = nonce_of(community, key, new)
        lines.append(Line(community, key, new, Op.SEND, 0, to, body, nonce, entry.not_after))
        new += 1
    await outbox.add_lines(connection, lines, now)
