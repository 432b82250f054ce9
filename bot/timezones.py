"""Tells whether a time zone exists, and which one was probably meant."""

import difflib
import zoneinfo

_NO_PLACES = frozenset({"Factory", "localtime", "posixrules"})
"""Files of the database that follow the machine, or nothing."""
_OTHER_CLOCKS = ("posix/", "right/")
"""Folders of the database with each zone again, in one of them with leap seconds."""


def check_timezone(name: str) -> str:
    """The name of a time zone of the IANA database, unchanged.

    Raises:
        ValueError: there is none of that name; the text proposes the nearest one.
    """
    try:
        if name in _NO_PLACES or name.startswith(_OTHER_CLOCKS):
            raise zoneinfo.ZoneInfoNotFoundError(name)
        zoneinfo.ZoneInfo(name)
    except (OSError, ValueError, zoneinfo.ZoneInfoNotFoundError):
        raise ValueError(f"unknown time zone {name!r}{did_you_mean(name, _known())}") from None
    return name


def find_timezone(words: str) -> str | None:
    """The time zone that is written so, capital letters and underscores aside; None without."""
    by_small_letters = {name.lower(): name for name in _known()}
    return by_small_letters.get(words.strip().lower().replace(" ", "_"))


def nearest_timezone(words: str) -> str | None:
    """The time zone, or the one with a city, that is written most like this; None for none."""
    by_small_letters = {name.rpartition("/")[2].lower(): name for name in _known()}
    by_small_letters |= {name.lower(): name for name in _known()}
    meant = words.strip().lower().replace(" ", "_")
    near = difflib.get_close_matches(meant, by_small_letters, n=1)
    return by_small_letters[near[0]] if near else None


def did_you_mean(word: str, known: list[str]) -> str:
    """`; did you mean 'x'?` for the nearest known word, or nothing."""
    by_small_letters = {one.lower(): one for one in sorted(known)}
    near = difflib.get_close_matches(word.lower(), by_small_letters, n=1)
    return f"; did you mean {by_small_letters[near[0]]!r}?" if near else ""


def _known() -> list[str]:
    return sorted(zoneinfo.available_timezones() - _NO_PLACES)
