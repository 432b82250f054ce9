"""One attempt at an entry: the right call to the platform, and what its answer means."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.adapters import Adapter
from bot.clock import HOUR_MS
from bot.delivery import (
    AmbiguousError,
    AuthError,
    ContentError,
    MessageGoneError,
    NotDeliveredError,
    TargetGoneError,
    TargetMovedError,
)
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
from db.outbox import EDIT, SEND, SENT, WITHDRAWN, Claim

T = TypeVar("T")

LONGEST_MS = 45_000
"""An attempt that takes longer is given up, though what it sent may still arrive."""

MARGIN_MS = 5_000
"""The platform's clock may be behind ours by so much."""

FAULTS_MS = HOUR_MS
"""So long may an adapter fail in a way that no platform's answer explains."""


async def attempt(adapter: Adapter, claim: Claim, now: int) -> Outcome:
    """Try to do what an entry asks for; failures that are no `DeliveryError` are let through."""
    try:
        return await (_send if claim.entry.op == SEND else _change)(adapter, claim, now)
    except NotDeliveredError as error:
        wait = error.retry_after
        return Again(str(error), wait or None, rest=wait, is_global=error.is_global)
    except AmbiguousError as error:
        return ambiguous(adapter, claim, str(error))
    except TargetGoneError as error:
        return Gone(str(error))
    except TargetMovedError as error:
        return Moved(error.new_target)
    except MessageGoneError:
        return Vanished()
    except ContentError as error:
        return Dead(f"{type(error).__name__}: {error}")
    except AuthError as error:
        return Refused(str(error))


def ambiguous(adapter: Adapter, claim: Claim, reason: str) -> Outcome:
    """What follows from not knowing whether it arrived."""
    if claim.entry.op == SEND and not adapter.capabilities.nonce_ms:
        return Unknown(reason)
    return Again(reason, is_doubtful=True)


def failed(adapter: Adapter, claim: Claim, error: BaseException) -> Outcome:
    """What follows from a failure of the adapter's own; its text may hold anything."""
    reason = type(error).__name__
    since = claim.entry.tried_at
    if since is None or claim.at - since < FAULTS_MS:
        return ambiguous(adapter, claim, reason)
    return Unknown(reason) if claim.entry.op == SEND else Dead(reason)


async def _send(adapter: Adapter, claim: Claim, now: int) -> Outcome:
    entry = claim.entry
    if claim.body is None:
        return Dead(WITHDRAWN)
    is_late = entry.not_after is not None and now >= entry.not_after
    if entry.tried_at is None:
        return Expired() if is_late else await _say(adapter, claim, claim.body)
    if not adapter.capabilities.nonce_ms:
        return Unknown("the process ended while it was being sent")
    if now + LONGEST_MS - entry.tried_at < adapter.capabilities.nonce_ms and not is_late:
        return await _say(adapter, claim, claim.body)
    sighting = await adapter.find(entry.target, claim.nonce, entry.tried_at - MARGIN_MS)
    if sighting.sent_id is not None:
        return Sent(sighting.sent_id)
    if not sighting.is_certain:
        return Unknown("the channel's history does not tell whether it arrived")
    return Expired() if is_late else await _say(adapter, claim, claim.body)


async def _say(adapter: Adapter, claim: Claim, body: str) -> Outcome:
    async def said(payload: str) -> str:
        return await adapter.send(claim.entry.target, payload, claim.nonce)

    return Sent(await _plainly(adapter, said, body))


async def _change(adapter: Adapter, claim: Claim, now: int) -> Outcome:
    entry, sent_id = claim.entry, claim.entry.sent_id
    if entry.op == EDIT and claim.body is None:
        return Dead(WITHDRAWN)
    if entry.not_after is not None and now >= entry.not_after:
        return Expired()
    if entry.original != SENT or sent_id is None:
        return Vanished()
    if claim.body is not None:  # a deletion has none
        await _plainly(
            adapter, lambda payload: adapter.edit(entry.target, sent_id, payload), claim.body
        )
    else:
        await adapter.delete(entry.target, sent_id)
    return Sent(sent_id)


async def _plainly(adapter: Adapter, call: Callable[[str], Awaitable[T]], body: str) -> T:
    """Say it as it is, or once more without its dress where the platform does not like that."""
    try:
        return await call(body)
    except MessageGoneError:
        raise
    except ContentError:
        plain = adapter.plain(body)
        if plain is None:
            raise
        return await call(plain)
