"""Posts that stand in a channel for long, and are changed in place time and again."""

from db.connection import Connection
from db.outbox import PENDING, SENDING, SENT, Entry, Part


def stands(part: Part) -> bool:
    """Whether a message is there, or will be in a moment, so that it can be changed."""
    is_on_its_way = part.state == PENDING and part.tried_at is not None
    return is_on_its_way or part.state in (SENDING, SENT)


async def next_part(connection: Connection, community: int, key: str) -> int:
    """The number of the next message of a post; those of messages that went are not given again."""
    last = await connection.value("last_part", community=community, key=key)
    return 0 if last is None else last + 1


async def words_from(connection: Connection, entry: Entry) -> list[tuple[int, str]]:
    """What an edit was to say, and what its post was to say behind that: parts and bodies."""
    rows = await connection.rows(
        "words_from",
        community=entry.community,
        key=entry.key,
        part=entry.part,
        op_no=entry.op_no,
    )
    return [(row[0], row[1]) for row in rows]
