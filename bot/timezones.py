"""Tells whether a time zone exists, and which one was probably meant."""

import difflib
import zoneinfo


def check_timezone(name: str) -> str:
    """The name of a time zone of the IANA database, unchanged.

    Raises:
        ValueError: there is none of that name; the text proposes the nearest one.
    """
    try:
        zoneinfo.ZoneInfo(name)
    except (OSError, ValueError, zoneinfo.ZoneInfoNotFoundError):
        raise ValueError(f"unknown time zone {name!r}{did_you_mean(name, _known())}") from None
    return name


def did_you_mean(word: str, known: list[str]) -> str:
    """`; did you mean 'x'?` for the nearest known word, or nothing."""
    by_small_letters = {one.lower(): one for one in sorted(known)}
    near = difflib.get_close_matches(word.lower(), by_small_letters, n=1)
    return f"; did you mean {by_small_letters[near[0]]!r}?" if near else ""


def _known() -> list[str]:
    return sorted(zoneinfo.available_timezones())
