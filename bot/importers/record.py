"""One record of an export: the events it became, or why it became none."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from bot.events import Event, MemberDescribed
from bot.importers.skeleton import Shape, skeleton


class Position(NamedTuple):
    """Where a record stands: the number of the file (from 1, in the order they are read) and of
    the message or line in it (from 1)."""

    file: int
    number: int


class Rejection(NamedTuple):
    """Why a record was refused, in plain words, and its skeleton: never a text of it."""

    reason: str
    skeleton: Mapping[str, object]


class Record(NamedTuple):
    """A message or line of an export; without events and rejection it is ignored."""

    position: Position
    events: tuple[Event, ...] = ()
    rejection: Rejection | None = None


class Unfit(Exception):  # noqa: N818  it refuses one record, it is no error of the program
    """A record that cannot be read; its text is the reason and holds no value of the record."""


def rejected(position: Position, reason: str, item: object, shape: Shape) -> Record:
    """The record that tells why an item was refused, without anything anybody wrote."""
    return Record(position, rejection=Rejection(reason, skeleton(item, shape)))


def record_of(
    position: Position, read: Callable[[object], tuple[Event, ...]], item: object, shape: Shape
) -> Record:
    """The record of an item: the events that `read` finds in it, or why it is refused."""
    try:
        return Record(position, read(item))
    except Unfit as unfit:
        return rejected(position, str(unfit), item, shape)


def told_once(events: Iterable[Event], described: set[str]) -> tuple[Event, ...]:
    """The events without descriptions of accounts that an earlier record described."""
    kept: list[Event] = []
    for event in events:
        if isinstance(event, MemberDescribed):
            if event.user in described:
                continue
            described.add(event.user)
        kept.append(event)
    return tuple(kept)
