"""Walks through a JSON file of any size: small values one by one, records as whole objects."""

from collections.abc import Collection, Iterator
from enum import Enum
from typing import Any, TypeAlias

import ijson
from ijson.utils import sendable_list

from bot.errors import ContentError
from bot.importers.files import BLOCK, NotUtf8, Source, blocks
from bot.importers.json_faults import DEEPEST, PARSE_ERRORS, find_fault

Where: TypeAlias = tuple[str | None, ...]
"""Keys from the outermost object inwards; None stands for any place in a list."""

LARGEST_VALUE = 512 * 1024
"""The most bytes without a single value in them; more is no export and would fill the memory."""
MOST_VALUES = 500_000
"""The most values in one record."""


class Mark(Enum):
    """Where an object or list begins or ends that is no record."""

    OBJECT = "object"
    LIST = "list"
    END = "end"


class _TooDeep(Exception):  # noqa: N818  it never leaves this module
    pass


class Walk:
    """A walk through one file from its first byte to its last.

    `records` are the paths whose values are built whole. While `is_skipping` is set, records are
    checked and yielded as None; it may be changed between two steps.
    """

    def __init__(self, source: Source, records: Collection[Where], block: int = BLOCK) -> None:
        self._source = source
        self._records = frozenset(records)
        self._block = block
        self._offset = 0
        self._last_event = 0
        self.is_skipping = False

    def steps(self) -> Iterator[tuple[Where, Any]]:
        """Each value with its path: a `Mark`, a single value, or a record.

        Raises:
            ContentError: the file is broken; the message names the byte.
        """
        try:
            yield from self._steps()
        except NotUtf8 as error:
            raise self._broken(error.offset, "no UTF-8") from None
        except _TooDeep:
            raise self._fault() from None

    def _steps(self) -> Iterator[tuple[Where, Any]]:
        path: list[str | None] = []
        events = self._events()
        for kind, value in events:
            if kind == "map_key":
                path[-1] = value
            elif kind == "end_map" or kind == "end_array":
                path.pop()
                yield tuple(path), Mark.END
            elif (here := tuple(path)) in self._records:
                yield here, self._record(kind, value, events, len(path))
            elif kind == "start_map" or kind == "start_array":
                yield here, Mark.OBJECT if kind == "start_map" else Mark.LIST
                path.append("" if kind == "start_map" else None)
                if len(path) > DEEPEST:
                    raise _TooDeep
            else:
                yield here, value

    def _record(
        self, kind: str, value: Any, events: Iterator[tuple[str, Any]], outside: int
    ) -> Any:
        if kind != "start_map" and kind != "start_array":
            return value
        if self.is_skipping:
            self._skip(events, outside)
            return None
        return self._build(kind, events, outside)

    def _skip(self, events: Iterator[tuple[str, Any]], outside: int) -> None:
        depth, deepest = 1, DEEPEST - outside
        for kind, _ in events:
            if kind == "start_map" or kind == "start_array":
                depth += 1
                if depth > deepest:
                    raise _TooDeep
            elif kind == "end_map" or kind == "end_array":
                depth -= 1
                if not depth:
                    return

    def _build(self, kind: str, events: Iterator[tuple[str, Any]], outside: int) -> Any:
        top: Any = {} if kind == "start_map" else []
        key, stack, deepest, values = "", [top], DEEPEST - outside, 0
        for kind, value in events:
            if kind == "map_key":
                key = value
                continue
            if kind == "end_map" or kind == "end_array":
                done = stack.pop()
                if not stack:
                    return done
                top = stack[-1]
                continue
            if kind == "start_map" or kind == "start_array":
                value = {} if kind == "start_map" else []
                stack.append(value)
                if len(stack) > deepest:
                    raise _TooDeep
            if type(top) is dict:
                top[key] = value
            else:
                top.append(value)
            top = stack[-1]
            values += 1
            if values > MOST_VALUES:
                raise self._broken(self._offset, f"a record of more than {MOST_VALUES} values")
        return None

    def _events(self) -> Iterator[tuple[str, Any]]:
        events = sendable_list()
        parser = ijson.basic_parse_coro(events)
        for block in blocks(self._source, self._block):
            try:
                parser.send(block)
            except PARSE_ERRORS:
                raise self._fault() from None
            if events:
                yield from events
                events.clear()
                self._last_event = self._offset
            self._offset += len(block)
            if self._offset - self._last_event > LARGEST_VALUE:
                raise self._broken(self._last_event, f"a value of more than {LARGEST_VALUE} bytes")
        self._finish(parser)
        yield from events

    def _finish(self, parser: Any) -> None:
        try:
            parser.close()
        except PARSE_ERRORS:
            what = "the file ends too early"
            raise ContentError(
                f"{self._source.shown}: {what}, at byte {self._offset}; export it again"
            ) from None

    def _fault(self) -> ContentError:
        try:
            fault = find_fault(lambda: blocks(self._source, self._block), self._last_event)
        except NotUtf8 as error:
            return self._broken(error.offset, "no UTF-8")
        return self._broken(fault.offset, fault.what)

    def _broken(self, offset: int, what: str) -> ContentError:
        return ContentError(f"{self._source.shown}: {what} at byte {offset}; export it again")
