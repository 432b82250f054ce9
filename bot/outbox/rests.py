"""Chats that are left alone for a while, as their platform asked or as they were just spoken to."""

from collections.abc import Mapping

from bot.outbox.outcomes import Again, Outcome
from bot.outbox.turns import EVERYWHERE, Lane, lane_of
from db.connection import Connection
from db.outbox import Entry, Rest, list_rests


class Rests:
    """Until when (epoch ms) which chats rest: what this process knows, and what the store does.

    A pace is kept here alone; what a platform asked for is known here before it is stored.
    """

    def __init__(self) -> None:
        self._known: dict[Lane, int] = {}

    def note(self, entry: Entry, outcome: Outcome, now: int, pace_ms: int) -> None:
        """Remember what follows from an attempt that just ended."""
        if pace_ms:
            self._extend(lane_of(entry), now + pace_ms)
        if (rest := rest_after(entry, outcome, now)) is not None:
            self._extend(Lane(rest.platform, rest.chat), rest.until)

    async def read(self, connection: Connection, now: int) -> Mapping[Lane, int]:
        """All rests, but for those of this process alone that are over."""
        self._known = {lane: until for lane, until in self._known.items() if until > now}
        rests = dict(self._known)
        for platform, chat, until in await list_rests(connection):
            lane = Lane(platform, chat)
            rests[lane] = max(until, rests.get(lane, 0))
        return rests

    def _extend(self, lane: Lane, until: int) -> None:
        self._known[lane] = max(until, self._known.get(lane, 0))


def rest_after(entry: Entry, outcome: Outcome, now: int) -> Rest | None:
    """The rest that the platform asked for in its answer, if it did."""
    if not isinstance(outcome, Again) or not outcome.rest:
        return None
    platform, chat = lane_of(entry)
    return Rest(platform, EVERYWHERE if outcome.is_global else chat, now + outcome.rest)
