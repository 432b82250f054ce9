"""Whose turn it is: one message at a time in each chat, in the order of the outbox; pure."""

from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

from db.outbox import PENDING, SEND, SENDING, UNKNOWN, Entry

EVERYWHERE = ""
"""In place of a chat: all chats of a platform."""

_UNDECIDED = {PENDING, SENDING, UNKNOWN}


class Lane(NamedTuple):
    """A chat with all its threads, which share the patience of the platform."""

    platform: str
    chat: str


class Turns(NamedTuple):
    """What is due now, at most one entry for each chat, and the instant (epoch ms) of the next."""

    due: list[Entry]
    next_at: int | None


def lane_of(entry: Entry) -> Lane:
    """The chat that an entry is for."""
    return Lane(entry.platform, entry.target.partition("/")[0])


def turns(
    entries: Iterable[Entry],
    now: int,
    rests: Mapping[Lane, int],
    busy: Container[Lane],
    served: Container[str],
) -> Turns:
    """The first entry of each chat whose instant has come.

    `rests` are the instants until which chats, or all of a platform, rest, `busy` chats are being
    spoken to, and only platforms that are `served` count.
    """
    turn = Turns([], None)
    for lane, candidates in _candidates(entries, busy, served).items():
        rest = max(rests.get(lane, 0), rests.get(Lane(lane.platform, EVERYWHERE), 0))
        instants = [_ready_at(entry, rest) for entry in candidates]
        ready = [one for one, at in zip(candidates, instants, strict=True) if at <= now]
        if ready:
            turn.due.append(ready[0])
        else:
            at = min(instants)
            turn = turn._replace(next_at=at if turn.next_at is None else min(at, turn.next_at))
    return turn


def _candidates(
    entries: Iterable[Entry], busy: Container[Lane], served: Container[str]
) -> dict[Lane, list[Entry]]:
    """What may come next in each chat: all up to the first that holds the others up."""
    candidates: dict[Lane, list[Entry]] = {}
    full: set[Lane] = set()
    for entry in entries:
        lane = lane_of(entry)
        if entry.platform not in served or lane in busy or lane in full:
            continue
        if _waits_for_its_post(entry):
            continue
        candidates.setdefault(lane, []).append(entry)
        if not _lets_pass(entry):
            full.add(lane)
    return candidates


def _waits_for_its_post(entry: Entry) -> bool:
    """Whether it changes a message of which nobody knows yet what became of it."""
    return entry.op != SEND and entry.original in _UNDECIDED


def _lets_pass(entry: Entry) -> bool:
    """Whether it is a change that failed before: others need not wait until it is made.

    A change that is to be made by an instant may yet become a post, which others wait for.
    """
    is_late_change = entry.op != SEND and entry.state == PENDING and entry.attempts > 0
    return is_late_change and entry.not_after is None


def _ready_at(entry: Entry, rest: int) -> int:
    if entry.state == SENDING:  # whoever had it did not come back
        return max(entry.lease_until or 0, rest)
    at = max(entry.not_before, rest)
    is_doubtful = entry.op == SEND and entry.tried_at is not None
    if entry.not_after is None or is_doubtful:
        return at
    return min(at, entry.not_after)  # expiring needs no call
