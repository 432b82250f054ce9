"""Finds the exact byte at which a JSON file breaks."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

import ijson
from ijson.utils import sendable_list

DEEPEST = 64
PARSE_ERRORS = (ijson.JSONError, ValueError, ArithmeticError, SystemError)
"""What the parser raises: broken JSON, an impossible exponent, or (as ValueError or SystemError)
a number of more digits than Python converts."""
TOO_DEEP = f"nested deeper than {DEEPEST} levels"

_STEP = 512
_BETWEEN_TOKENS = b" \t\r\n,:"
_OPENINGS = ("start_map", "start_array")
_CLOSINGS = ("end_map", "end_array")


class Fault(NamedTuple):
    """The offset of the first byte that cannot stand where it stands, and what is wrong."""

    offset: int
    what: str


class _Failure(NamedTuple):
    """A piece that broke, the last piece before it that had an event, and the exact fault."""

    offset: int
    last_event: int
    fault: Fault


def find_fault(blocks: Callable[[], Iterable[bytes]], since: int) -> Fault:
    """Where a file breaks that was parsed without fault up to the block at offset `since`.

    A byte that cannot continue its token is the fault itself; a token that may not stand where
    it stands is the fault from its first byte. The file is parsed twice, in small steps and then
    byte by byte where it matters, for the parser reads an unfinished token anew at every step.
    """
    coarse = _first_failure(_pieces(blocks(), since, ()))
    exact = _first_failure(_pieces(blocks(), since, (coarse.offset, coarse.last_event)))
    return exact.fault


def _pieces(
    blocks: Iterable[bytes], since: int, bytewise: Collection[int]
) -> Iterator[tuple[int, bytes]]:
    offset = 0
    for block in blocks:
        step = len(block) if offset < since else _STEP
        for start in range(0, len(block), step):
            piece = block[start : start + step]
            size = 1 if offset + start in bytewise and step == _STEP else len(piece)
            for index in range(0, len(piece), size):
                yield offset + start + index, piece[index : index + size]
        offset += len(block)


def _first_failure(pieces: Iterable[tuple[int, bytes]]) -> _Failure:
    feed, last, unread, offset = _Feed(), 0, b"", 0
    for offset, piece in pieces:
        unread += piece
        try:
            deepest = feed.send(piece)
        except PARSE_ERRORS as error:
            where = _first_wrong(error, unread, bool(feed.events))
            return _Failure(offset, last, Fault(offset + len(piece) - where, "no JSON"))
        if deepest > DEEPEST:
            return _Failure(offset, last, Fault(offset, TOO_DEEP))
        if feed.events:
            # A number ends with the byte after it, which already belongs to what follows.
            last, unread = offset, piece if feed.events[-1][0] == "number" else b""
    return _Failure(offset, last, Fault(offset, "no JSON"))


def _first_wrong(error: Exception, unread: bytes, has_events: bool) -> int:
    """How many bytes before the end of what is unread the fault stands."""
    is_number = not isinstance(error, ijson.JSONError)
    is_within_token = "lexical error" in str(error)[:20]
    if is_within_token or (has_events and not is_number):
        return 1
    return len(unread.lstrip(_BETWEEN_TOKENS)) or 1


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
