"""What a rejected record may show of itself: known keys, types, plain ids and plain times."""

import re
from collections.abc import Mapping

from bot.importers.record import Position, Record, Rejection


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOCABULARY = _words(
    "action actor_id at attachments author by_moderator certainty channel count currency date "
    "date_unixtime embeds emoji end from_id has_link has_media has_question how id inviter "
    "is_bot is_staff kind length media_type members mentions message message_author op platform "
    "poll reactions reason reference reply_to reply_to_author reply_to_message_id "
    "reply_to_peer_id source spend start stickers text thread timestamp type user"
)
_IDS = _words(
    "actor_id author channel from_id id message message_author poll reply_to reply_to_author "
    "reply_to_message_id reply_to_peer_id thread user"
)
_TIMES = frozenset(("at", "date", "date_unixtime", "end", "start", "timestamp"))
_PLAIN_ID = re.compile(r"(?:user|channel|chat)?-?\d{1,20}", re.ASCII)
_PLAIN_TIME = re.compile(
    r"\d{1,12}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_TYPES: Mapping[type, str] = {
    str: "string",
    bool: "boolean",
    type(None): "null",
    list: "list",
    dict: "object",
}


def rejected(position: Position, reason: str, item: object) -> Record:
    """The record that tells why an item was refused, without anything anybody wrote."""
    return Record(position, rejection=Rejection(reason, skeleton(item)))


def skeleton(item: object) -> dict[str, object]:
    """The types of an item's known keys, and its ids and times where they are plain ones."""
    if not isinstance(item, dict):
        return {"type": _type(item)}
    known = {key: value for key, value in item.items() if key in VOCABULARY}
    return {
        "keys": {key: _type(value) for key, value in known.items()},
        "ids": _plain(known, _IDS, _PLAIN_ID),
        "times": _plain(known, _TIMES, _PLAIN_TIME),
    }


def _type(value: object) -> str:
    return _TYPES.get(type(value), "number")


def _plain(
    known: Mapping[str, object], names: frozenset[str], shape: re.Pattern[str]
) -> dict[str, str]:
    return {
        key: str(value)
        for key, value in known.items()
        if key in names and _is_scalar(value) and shape.fullmatch(str(value))
    }


def _is_scalar(value: object) -> bool:
    if isinstance(value, int):
        return not isinstance(value, bool) and abs(value) < 2**64
    return isinstance(value, str)
