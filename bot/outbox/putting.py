"""Into the outbox: a parcel becomes rows, one for each message that its platform needs."""

from collections.abc import Mapping

import structlog

from bot.adapters import Adapter
from bot.clock import Clock
from bot.delivery import Op, Parcel, nonce_of
from bot.model import ChannelId, Community
from bot.post import Post
from db import outbox
from db.closing import is_closed
from db.connection import Connection
from db.outbox import Line, Part

_log = structlog.get_logger(__name__)


class Putting:
    """Puts parcels into the outbox, inside the transaction of whoever has something to say."""

    def __init__(self, adapters: Mapping[str, Adapter], clock: Clock) -> None:
        self._adapters = adapters
        self._clock = clock

    async def put(self, connection: Connection, community: Community, parcel: Parcel) -> bool:
        """Store what is to be said, or changed in what was said; the same post once for each key.

        False where nothing is there to be said or changed: nobody serves the platform, or the
        channel is closed, or nothing was said under the key.

        What an edit has more messages for than the post had is left out, and messages that the
        edit does not need any more are deleted.
        """
        operation = await outbox.next_operation(connection, community.id, parcel.key)
        if parcel.op is Op.SEND:
            return operation > 0 or await self._send(connection, community.id, parcel)
        parts = await outbox.list_parts(connection, community.id, parcel.key)
        if parts and await is_closed(connection, community.id, _place(parts[0])):
            _dropped(parts[0].platform, parcel.key, "closed")
            return False
        bodies = self._new_bodies(parcel, parts)
        for part, body in zip(parts, bodies, strict=False):
            await self._change(connection, community.id, parcel.key, operation, part, body)
        return bool(bodies)

    async def _send(self, connection: Connection, community: int, parcel: Parcel) -> bool:
        to, post = parcel.to, parcel.post
        if to is None or post is None:
            return False
        adapter = self._adapters.get(to.platform)
        if adapter is None or await is_closed(connection, community, to):
            _dropped(to.platform, parcel.key, "closed" if adapter else "not connected")
            return False
        lines = _lines(adapter, community, parcel, to, post)
        await outbox.add_lines(connection, lines, self._clock.now())
        return bool(lines)

    def _new_bodies(self, parcel: Parcel, parts: list[Part]) -> list[str | None]:
        """What each message shall say from now on, None for those that shall go."""
        unneeded: list[str | None] = [None] * len(parts)
        if not parts or parcel.post is None:
            return unneeded
        adapter = self._adapters.get(parts[0].platform)
        if adapter is None:
            _dropped(parts[0].platform, parcel.key, "not connected")
            return []
        return [*adapter.render(parcel.post), *unneeded]

    async def _change(
        self,
        connection: Connection,
        community: int,
        key: str,
        operation: int,
        part: Part,
        body: str | None,
    ) -> None:
        await outbox.overtake_changes(connection, community, key, part.part)
        if body is None:
            op = Op.DELETE
            is_done = await outbox.take_back_unsaid(connection, community, key, part.part)
        else:
            op = Op.EDIT
            is_done = await outbox.rewrite_unsaid(connection, community, key, part.part, body)
        if not is_done:
            to = _place(part)
            line = Line(community, key, part.part, op, operation, to, body, part.nonce, None)
            await outbox.add_lines(connection, [line], self._clock.now())


def _place(part: Part) -> ChannelId:
    return ChannelId(part.platform, part.target)


def _dropped(platform: str, key: str, reason: str) -> None:
    _log.warning("dropped", platform=platform, key=key, reason=reason)


def _lines(
    adapter: Adapter, community: int, parcel: Parcel, to: ChannelId, post: Post
) -> list[Line]:
    return [
        Line(
            community,
            parcel.key,
            part,
            Op.SEND,
            0,
            to,
            body,
            nonce_of(community, parcel.key, part),
            parcel.not_after,
        )
        for part, body in enumerate(adapter.render(post))
    ]
