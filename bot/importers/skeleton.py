"""What a rejected record may show of itself: known keys, types, plain ids and plain times."""

import re
from collections.abc import Mapping
from typing import NamedTuple


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOCABULARY = _words(
    "action actor_id album at attachments author by_moderator certainty channel count currency "
    "date date_unixtime embeds emoji end from_id has_link has_media has_question how id inviter "
    "is_bot is_staff kind length media_type members mentions message message_author op platform "
    "poll reactions reason reference reply_to reply_to_author reply_to_message_id "
    "reply_to_peer_id source spend start stickers text thread timestamp type user"
)


class Shape(NamedTuple):
    """The keys of a format that hold ids, and those that hold times, and never a free text."""

    ids: frozenset[str]
    times: frozenset[str]


TELEGRAM = Shape(
    _words("id from_id actor_id reply_to_message_id reply_to_peer_id"),
    _words("date date_unixtime"),
)
DISCORD = Shape(_words("id"), _words("timestamp"))
"""A message's author and reference are objects, which are never looked into."""
EVENTS = Shape(
    _words("id channel author user reply_to reply_to_author message_author"),
    _words("at start end"),
)
"""Without `message`, `thread` and `poll`, which hold texts in files that are no foyer-events."""

_UNIX_TIME = "date_unixtime"
_PLAIN_UNIX_TIME = re.compile(r"\d{1,12}", re.ASCII)
_PLAIN_ID = re.compile(r"(?:user|channel|chat)?-?\d{1,20}", re.ASCII)
_PLAIN_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_TYPES: Mapping[type, str] = {
    str: "string",
    bool: "boolean",
    type(None): "null",
    list: "list",
    dict: "object",
}


def skeleton(item: object, shape: Shape) -> dict[str, object]:
    """The types of an item's known keys, and its ids and times where they are plain ones."""
    if not isinstance(item, dict):
        return {"type": _type(item)}
    known = {key: value for key, value in item.items() if key in VOCABULARY}
    return {
        "keys": {key: _type(value) for key, value in known.items()},
        "ids": {key: str(known[key]) for key in known if _is_id(key, known[key], shape)},
        "times": {key: str(known[key]) for key in known if _is_time(key, known[key], shape)},
    }


def _type(value: object) -> str:
    return _TYPES.get(type(value), "number")


def _is_id(key: str, value: object, shape: Shape) -> bool:
    return key in shape.ids and _is_scalar(value) and bool(_PLAIN_ID.fullmatch(str(value)))


def _is_time(key: str, value: object, shape: Shape) -> bool:
    plain = _PLAIN_UNIX_TIME if key == _UNIX_TIME else _PLAIN_TIME
    return key in shape.times and _is_scalar(value) and bool(plain.fullmatch(str(value)))


def _is_scalar(value: object) -> bool:
    if isinstance(value, int):
        return not isinstance(value, bool) and abs(value) < 2**64
    return isinstance(value, str)
