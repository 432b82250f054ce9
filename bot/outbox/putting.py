"""Into the outbox: a parcel becomes rows, one for each message that its platform needs."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

import structlog

from bot.adapters import Adapter
from bot.clock import Clock
from bot.delivery import Op, Parcel, nonce_of
from bot.model import ChannelId, Community
from db import outbox
from db.closing import is_closed
from db.connection import Connection
from db.outbox import Line, Part
from db.standing import next_part, stands

_COMING = {outbox.PENDING, outbox.SENDING, outbox.SENT}

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

        What an edit has more messages for than the post had is said behind them, and messages that
        the edit does not need any more are deleted.
        """
        if parcel.op is not Op.SEND:
            return await self._change(connection, community.id, parcel)
        if await outbox.next_operation(connection, community.id, parcel.key):
            return True
        bodies = await self._bodies(connection, community.id, parcel, parcel.to)
        if parcel.to is None or not bodies:
            return False
        await self._say(connection, community.id, parcel, parcel.to, bodies, self._clock.now())
        return True

    async def _change(self, connection: Connection, community: int, parcel: Parcel) -> bool:
        parts = await outbox.list_parts(connection, community, parcel.key)
        to = parcel.to or (_place(parts[0]) if parts else None)
        bodies = await self._bodies(connection, community, parcel, to)
        if to is None or bodies is None:
            return False
        operation = await outbox.next_operation(connection, community, parcel.key)
        kept = _kept(parcel, parts)[: len(bodies)]
        for part in parts[len(kept) :]:
            await self._delete(connection, community, parcel.key, operation, part)
        for part, body in zip(kept, bodies, strict=False):
            await self._edit(connection, community, parcel, operation, part, body)
        more = bodies[len(kept) :]
        if parcel.to is not None or all(part.state in _COMING for part in parts):
            at = self._clock.now() + bool(kept)  # edits come first: they may find nothing there
            await self._say(connection, community, parcel, to, more, at)
        return bool(bodies or parts)

    async def _bodies(
        self, connection: Connection, community: int, parcel: Parcel, to: ChannelId | None
    ) -> list[str] | None:
        """What each message shall say, None where nothing is said or changed at that place."""
        if to is None:
            return None
        if await is_closed(connection, community, to):
            _dropped(to.platform, parcel.key, "closed")
            return None
        if parcel.post is None:
            return []
        adapter = self._adapters.get(to.platform)
        if adapter is None:
            _dropped(to.platform, parcel.key, "not connected")
            return None
        return adapter.render(parcel.post)

    async def _say(
        self,
        connection: Connection,
        community: int,
        parcel: Parcel,
        to: ChannelId,
        bodies: Sequence[str],
        at: int,
    ) -> None:
        """Say something in messages behind those of the post that were said before."""
        key = parcel.key
        first = await next_part(connection, community, key)
        lines = [
            Line(
                community,
                key,
                part,
                Op.SEND,
                0,
                to,
                body,
                nonce_of(community, key, part),
                parcel.not_after,
            )
            for part, body in enumerate(bodies, first)
        ]
        await outbox.add_lines(connection, lines, at)

    async def _edit(
        self,
        connection: Connection,
        community: int,
        parcel: Parcel,
        operation: int,
        part: Part,
        body: str,
    ) -> None:
        key = parcel.key
        await outbox.overtake_changes(connection, community, key, part.part)
        if not await outbox.rewrite_unsaid(connection, community, key, part.part, body):
            to, until = _place(part), parcel.not_after
            line = Line(community, key, part.part, Op.EDIT, operation, to, body, part.nonce, until)
            await outbox.add_lines(connection, [line], self._clock.now())

    async def _delete(
        self, connection: Connection, community: int, key: str, operation: int, part: Part
    ) -> None:
        await outbox.overtake_changes(connection, community, key, part.part)
        if not await outbox.take_back_unsaid(connection, community, key, part.part):
            to = _place(part)
            line = Line(community, key, part.part, Op.DELETE, operation, to, None, part.nonce, None)
            await outbox.add_lines(connection, [line], self._clock.now())


def _kept(parcel: Parcel, parts: Sequence[Part]) -> Sequence[Part]:
    """The messages that are changed: all, or of a post that is renewed those that stand in order.

    What is said behind one that does not stand is said anew with it.
    """
    if parcel.to is None:
        return parts
    return list(takewhile(lambda part: stands(part) and _place(part) == parcel.to, parts))


def _place(part: Part) -> ChannelId:
    return ChannelId(part.platform, part.target)


def _dropped(platform: str, key: str, reason: str) -> None:
    _log.warning("dropped", platform=platform, key=key, reason=reason)
