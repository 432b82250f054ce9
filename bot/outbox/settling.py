"""What became of an attempt is written down, together with all that follows from it."""

import hashlib

from bot.clock import HOUR_MS, MINUTE_MS, Clock
from bot.model import ChannelId
from bot.outbox.outcomes import (
    Again,
    Dead,
    Expired,
    Gone,
    Moved,
    Outcome,
    Refused,
    Sent,
    Unknown,
    Vanished,
)
from bot.outbox.renewal import say_anew
from bot.outbox.reports import Reports
from bot.outbox.rests import rest_after
from db import outbox
from db.closing import close_channel, move
from db.connection import Connection
from db.outbox import Claim, Verdict
from db.standing import words_from

FIRST_DELAY_MS = 2_000
LONGEST_DELAY_MS = 15 * MINUTE_MS
LONGEST_TRYING_MS = {
    outbox.SEND: 48 * HOUR_MS,
    outbox.EDIT: HOUR_MS,
    outbox.DELETE: 48 * HOUR_MS,  # it may be a forgotten person's name that is to go
}
"""So long something is tried: a post since it was made, a change since it was first tried.

A change that is to be made by an instant is tried until then.
"""

_SPREAD = 256
"""Steps of the spread that keeps many posts from coming back in one moment."""


class Settling:
    """Writes down what became of claims."""

    def __init__(self, reports: Reports, clock: Clock) -> None:
        self._reports = reports
        self._clock = clock

    async def settle(
        self, claim: Claim, outcome: Outcome, connection: Connection
    ) -> Verdict | None:
        """What was written down, None where another took the entry over in the meantime."""
        now = self._clock.now()
        if (rest := rest_after(claim.entry, outcome, now)) is not None:
            await outbox.rest(connection, rest)
        outcome = _given_up(claim, outcome, now)
        verdict = _verdict(claim, outcome, now)
        words = await words_from(connection, claim.entry) if _is_lost(claim, outcome) else []
        if not await outbox.settle(connection, claim, verdict):
            return verdict if await self.settle_late(claim, outcome, connection) else None
        await self._follow_up(connection, claim, outcome)
        if words:
            await say_anew(connection, claim.entry, _place(claim, outcome), words, now)
        return verdict

    async def settle_late(self, claim: Claim, outcome: Outcome, connection: Connection) -> bool:
        """Whether an answer that came too late resolved a doubt: the post arrived after all."""
        if claim.entry.op != outbox.SEND or not isinstance(outcome, Sent):
            return False
        return await outbox.settle_late(connection, claim, outcome.sent_id)

    async def _follow_up(self, connection: Connection, claim: Claim, outcome: Outcome) -> None:
        entry, now = claim.entry, self._clock.now()
        target = ChannelId(entry.platform, entry.target)
        match outcome:
            case Again():
                await outbox.overtake_change(connection, entry)
            case Unknown():
                await self._reports.unknown(connection, entry, claim.fence)
            case Gone(reason):
                if await close_channel(connection, entry.community, target, reason, now):
                    await self._reports.closed(connection, entry, now)
            case Moved():
                await move(connection, entry.community, target, _place(claim, outcome))


def _given_up(claim: Claim, outcome: Outcome, now: int) -> Outcome:
    """What comes of an attempt that failed, where it was tried for long enough."""
    entry = claim.entry
    is_post = entry.op == outbox.SEND
    since = entry.at if is_post else entry.tried_at
    is_over = since is not None and now - since >= LONGEST_TRYING_MS[entry.op]
    is_over &= is_post or entry.not_after is None
    if not is_over or not isinstance(outcome, Again):
        return outcome
    if not is_post:
        return Dead(outcome.reason)
    in_doubt = outcome.is_doubtful or entry.tried_at is not None
    return Unknown(outcome.reason) if in_doubt else Expired()


def _is_lost(claim: Claim, outcome: Outcome) -> bool:
    """Whether what was to stand in place of a message has to be said anew."""
    is_renewal = claim.entry.op == outbox.EDIT and claim.entry.not_after is not None
    return is_renewal and isinstance(outcome, (Vanished, Moved))


def _place(claim: Claim, outcome: Outcome) -> ChannelId:
    """Where a message belongs, from what was heard of its chat."""
    target = outcome.new_target if isinstance(outcome, Moved) else claim.entry.target
    return ChannelId(claim.entry.platform, target)


def _verdict(claim: Claim, outcome: Outcome, now: int) -> Verdict:
    before = claim.entry.tried_at
    since = claim.at if before is None else before
    match outcome:
        case Sent(sent_id):
            return Verdict(outbox.SENT, now, since, sent_id)
        case Again(reason, delay, is_doubtful):
            wait = _delay(claim) if delay is None else delay
            tried_at = since if is_doubtful or claim.entry.op != outbox.SEND else before
            return Verdict(outbox.PENDING, now + wait, tried_at, error=reason)
        case Moved() if claim.entry.op == outbox.SEND:
            wait = 0 if claim.attempts == 1 else _delay(claim)
            return Verdict(outbox.PENDING, now + wait, before, error="moved")
        case Refused(reason):
            return Verdict(outbox.PENDING, now, before, error=reason)
        case Unknown(reason):
            return Verdict(outbox.UNKNOWN, now, since, error=reason)
        case Moved() | Vanished():
            return Verdict(outbox.DEAD, now, since, error=outbox.WITHDRAWN)
        case Dead(reason) | Gone(reason):
            return Verdict(outbox.DEAD, now, since, error=reason)
        case Expired():
            return Verdict(outbox.EXPIRED, now, since)


def _delay(claim: Claim) -> int:
    """Twice as long each time, and a little more by chance that is the same for the same try."""
    doubled = FIRST_DELAY_MS << min(claim.attempts - 1, 16)
    digest = hashlib.sha256(f"{claim.nonce}/{claim.attempts}".encode()).digest()
    return min(doubled + doubled * digest[0] // (4 * _SPREAD), LONGEST_DELAY_MS)
