"""Takes lone halves of surrogate pairs out of JSON, byte for byte.

JSON may escape half of a character (`\\ud83d` without its other half), which no string can hold
and which the parser would silently misread. Every such escape becomes that of `LONE`, which has
the same length, so that offsets stay true. Telegram Desktop writes control characters as
`\\x0B`, which is no JSON; they become backspaces of the same length.
"""

import re

LONE = "\ufdd0"
"""Stands for half a character: a code point that is never used in an exchanged text."""

_HEX = rb"[0-9a-fA-F]"
_HIGH = rb"\\u[dD][89abAB]" + _HEX + rb"{2}"
_LOW = rb"\\u[dD][c-fC-F]" + _HEX + rb"{2}"
_SUSPECT = re.compile(rb"\\(?:u[dD][89a-fA-F]|x[01])")
_ESCAPE = re.compile(
    _HIGH + _LOW + rb"|\\u[dD][89a-fA-F]" + _HEX + rb"{2}|\\x[01]" + _HEX + rb"|\\.", re.DOTALL
)
_UNFINISHED = re.compile(
    rb"(?<!\\)(?:\\\\)*(\\(?:u[0-9a-fA-F]{0,3}|x[01]?)?|"
    + _HIGH
    + rb"(?:\\(?:u(?:[dD](?:[c-fC-F][0-9a-fA-F]?)?)?)?)?)\Z"
)
_LONGEST_UNFINISHED = 11


def mark_lone_halves(block: bytes) -> bytes:
    """The block with every lone half replaced; it must begin and end outside an escape."""
    if b"\\" not in block or _SUSPECT.search(block) is None:
        return block
    return _ESCAPE.sub(_mended, block)


def split_unfinished(block: bytes) -> tuple[bytes, bytes]:
    """The block up to an escape that its end cuts in two, and that beginning of an escape."""
    if b"\\" not in block[-_LONGEST_UNFINISHED:]:
        return block, b""
    cut = _UNFINISHED.search(block)
    return (block[: cut.start(1)], block[cut.start(1) :]) if cut else (block, b"")


def _mended(escape: re.Match[bytes]) -> bytes:
    text = escape[0]
    if len(text) == 6:
        return rb"\ufdd0"
    return rb"\b\b" if len(text) == 4 else text
