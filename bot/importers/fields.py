"""Reads the single values of a record, and refuses those that cannot be true."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from bot.importers.record import Unfit
from bot.importers.surrogates import LONE
from bot.reduction import reduce_emoji

EARLIEST_MS = 631_152_000_000
"""1990-01-01T00:00:00Z."""
LATEST_MS = 7_258_118_400_000
"""2200-01-01T00:00:00Z."""
LARGEST = 2**63 - 1
LONGEST_ID = 255

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_DIGITS = re.compile(r"-?\d{1,19}", re.ASCII)


def identifier(name: str, value: object) -> str:
    """A string that may serve as an id: 1 to 255 characters, no NUL, no half of a character."""
    if not isinstance(value, str):
        raise Unfit(f"{name} is no string")
    if not value:
        raise Unfit(f"{name} is empty")
    if len(value) > LONGEST_ID:
        raise Unfit(f"{name} has more than {LONGEST_ID} characters")
    if not is_clean(value):
        raise Unfit(f"{name} holds a character that no id may hold")
    return value


def emoji_of(name: str, value: object) -> str:
    """An emoji of Unicode, or `custom` for what may be words."""
    return identifier(name, reduce_emoji(value) if isinstance(value, str) and value else value)


def objects(name: str, value: object) -> list[dict[str, Any]]:
    """The objects of a list; none where there is no list."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Unfit(f"{name} is no list of objects")
    return value


def is_clean(value: str) -> bool:
    """Whether a string has neither NUL nor surrogates."""
    if value.isascii():
        return "\0" not in value
    return not any(one == LONE or one == "\0" or "\ud800" <= one <= "\udfff" for one in value)


def integer(name: str, value: object) -> int:
    """A whole number below 2^63, written as a number or as digits."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unfit(f"{name} is no whole number")
    if abs(value) > LARGEST:
        raise Unfit(f"{name} is a number out of range")
    return value


def within(name: str, at: int) -> int:
    """An instant between 1990 and 2200, in UTC milliseconds."""
    if not EARLIEST_MS <= at <= LATEST_MS:
        raise Unfit(f"{name} is not between the years 1990 and 2200")
    return at


def instant(name: str, value: object, zone: tzinfo) -> int:
    """An ISO 8601 time as UTC milliseconds; without an offset it is a local time of the zone.

    A local time that does not exist, or exists twice, is read with `fold=0`.
    """
    if not isinstance(value, str) or not _ISO.fullmatch(value):
        raise Unfit(f"{name} is no time")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Unfit(f"{name} is no possible time") from None
    return milliseconds(name, moment if moment.tzinfo else moment.replace(tzinfo=zone))


def milliseconds(name: str, moment: datetime) -> int:
    """An aware time as UTC milliseconds, rounded down."""
    try:
        return within(name, (moment - _EPOCH) // _MILLISECOND)
    except OverflowError:
        raise Unfit(f"{name} is no possible time") from None
