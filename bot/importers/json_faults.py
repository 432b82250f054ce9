"""Finds the exact byte at which a JSON file breaks."""

from collections.abc import Iterable
from typing import NamedTuple

import ijson
from ijson.utils import sendable_list

DEEPEST = 64
PARSE_ERRORS = (ijson.JSONError, ValueError, ArithmeticError, SystemError)
"""What the parser raises: broken JSON, an impossible exponent, or (as ValueError or SystemError)
a number of more digits than Python converts."""
TOO_DEEP = f"nested deeper than {DEEPEST} levels"

_BETWEEN_TOKENS = b" \t\r\n,:"
_OPENINGS = ("start_map", "start_array")
_CLOSINGS = ("end_map", "end_array")


class Fault(NamedTuple):
    """The offset of the first byte that cannot stand where it stands, and what is wrong."""

    offset: int
    what: str


def find_fault(blocks: Iterable[bytes], broken_at: int) -> Fault:
    """Where a file breaks whose block at offset `broken_at` could not be parsed.

    A byte that cannot continue its token is the fault itself; a token that may not stand where
    it stands is the fault from its first byte, which may lie in the block before.
    """
    feed, before, offset = _Feed(), b"", 0
    for block in blocks:
        if offset == broken_at:
            return _search(feed, before + block, offset - len(before))
        if before:
            feed.send(before)
        before = block
        offset += len(block)
    return Fault(offset, "no JSON")


class _Feed:
    """A parser that counts how deep it is nested."""

    def __init__(self) -> None:
        self.events = sendable_list()
        self._parser = ijson.basic_parse_coro(self.events)
        self._depth = 0

    def send(self, data: bytes) -> int:
        """Parses bytes and tells the greatest depth reached in them."""
        self.events.clear()
        self._parser.send(data)
        deepest = self._depth
        for kind, _ in self.events:
            if kind in _OPENINGS:
                self._depth += 1
                deepest = max(deepest, self._depth)
            elif kind in _CLOSINGS:
                self._depth -= 1
        return deepest


def _search(feed: _Feed, data: bytes, base: int) -> Fault:
    since = 0
    for index in range(len(data)):
        try:
            deepest = feed.send(data[index : index + 1])
        except PARSE_ERRORS as error:
            return Fault(base + _first_wrong(feed, error, data, since, index), "no JSON")
        if deepest > DEEPEST:
            return Fault(base + index, TOO_DEEP)
        if feed.events:
            # A number ends with the byte after it, which already belongs to what follows.
            since = index if feed.events[-1][0] == "number" else index + 1
    return Fault(base + len(data), "no JSON")


def _first_wrong(feed: _Feed, error: Exception, data: bytes, since: int, index: int) -> int:
    is_within_token = "lexical error" in str(error)[:20]
    is_number = not isinstance(error, ijson.JSONError)
    if is_within_token or (feed.events and not is_number):
        return index
    return next((i for i in range(since, index) if data[i] not in _BETWEEN_TOKENS), index)
