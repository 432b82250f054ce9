"""Short makers of foyer-events/1 lines."""

from typing import Any

Line = dict[str, Any]


def stamp(at: str) -> str:
    """`02-03 12:00` as an instant of 2025; anything longer stays as it is."""
    return f"2025-{at[:5]}T{at[6:]}:00Z" if len(at) == 11 else at


def said(
    number: str, author: str, at: str, *mentions: str, channel: str = "c1", **more: object
) -> Line:
    """A message; `re` is short for `reply_to`, `ask` for `has_question`."""
    names = {"re": "reply_to", "re_author": "reply_to_author", "ask": "has_question"}
    line: Line = {"kind": "message", "id": number, "channel": channel, "author": author}
    line |= {"at": stamp(at), "mentions": list(mentions), "length": 5}
    return line | {names.get(key, key): value for key, value in more.items()}


def deleted(number: str, at: str, *, by_moderator: bool, channel: str = "c1") -> Line:
    """A message was taken away."""
    line = {"kind": "message_deleted", "id": number, "channel": channel, "at": stamp(at)}
    return line | {"by_moderator": by_moderator}


def reacted(
    user: str, message: str, at: str, *, op: str = "add", channel: str = "c1", **more: object
) -> Line:
    """A reaction was given, or taken back with `op="remove"`."""
    line = {"kind": "reaction", "op": op, "message": message, "channel": channel}
    return line | {"user": user, "emoji": "👍", "at": stamp(at)} | more


def joined(user: str, at: str, **more: object) -> Line:
    """Somebody came in."""
    return {"kind": "member_joined", "user": user, "at": stamp(at)} | more


def left(user: str, at: str, **more: object) -> Line:
    """Somebody went, by themselves unless `how` says otherwise."""
    return {"kind": "member_left", "user": user, "at": stamp(at)} | more


def member(user: str, **flags: bool) -> Line:
    """What is true of an account for all time."""
    return {"kind": "member", "user": user} | flags


def talked(user: str, start: str, end: str, channel: str = "v1") -> Line:
    """A stay in a voice channel."""
    span = {"start": stamp(start), "end": stamp(end)}
    return {"kind": "voice", "user": user, "channel": channel} | span


def voted(user: str, at: str, poll: str = "p1") -> Line:
    """A vote in a poll."""
    return {"kind": "poll_vote", "user": user, "poll": poll, "at": stamp(at)}


def opened(user: str, at: str, thread: str = "t1", channel: str = "c1") -> Line:
    """A thread was opened."""
    line = {"kind": "thread_created", "user": user, "channel": channel, "thread": thread}
    return line | {"at": stamp(at)}


def gap(start: str, end: str, channel: str | None = None) -> Line:
    """Nothing could be seen."""
    span = {"start": stamp(start), "end": stamp(end), "reason": "down"}
    return {"kind": "gap", "channel": channel} | span
