"""Where a text may be cut without tearing apart what is read as one character."""

import unicodedata

_JOINER = "\u200d"
_UNBOUND = range(0x1F1E6, 0x1F200)
"""Regional indicators: two of them make a flag."""
_LEANING = (
    range(0x1160, 0x1200),
    range(0xD7B0, 0xD800),
    range(0x1F3FB, 0x1F400),
    range(0xE0020, 0xE0080),
)
"""Later letters of a Hangul syllable, skin tones, and the tags of some flags."""
_FARTHEST = 64
"""So many code points are looked at; what is longer is no character that anybody reads."""


def last_cut(text: str, start: int, end: int) -> int:
    """The last place up to `end` and behind `start` between two characters as people see them.

    `end` itself where a character goes on for too long.
    """
    for place in range(end, max(start, end - _FARTHEST), -1):
        if is_cut(text, place):
            return place
    return end


def is_cut(text: str, place: int) -> bool:
    """Whether one character ends before the code point of that index and another begins with it."""
    if not 0 < place < len(text):
        return True
    before, after = text[place - 1], text[place]
    if before == "\r" and after == "\n":
        return False
    if after == _JOINER or before == _JOINER or unicodedata.category(after).startswith("M"):
        return False
    if any(ord(after) in leaning for leaning in _LEANING):
        return False
    return ord(after) not in _UNBOUND or _flags_before(text, place) % 2 == 0


def _flags_before(text: str, place: int) -> int:
    first = place
    while first > 0 and ord(text[first - 1]) in _UNBOUND:
        first -= 1
    return place - first
