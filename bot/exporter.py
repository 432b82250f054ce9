"""Writes events as foyer-events/1 (CONTRACT.md §3), the inverse of its reader."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from bot.errors import StoreError
from bot.events import Event
from bot.importers.files import shown
from bot.importers.foyer_lines import Header, line_of
from bot.model import Community, Platform
from db.connection import Connection
from db.directory import list_places
from db.telling import Teller

FORMAT = "foyer-events/1"


def header_line(platform: str, community: str | None = None, timezone: str | None = None) -> bytes:
    """The first line of a file."""
    header = Header(format=FORMAT, platform=platform, community=community, timezone=timezone)
    return msgspec.json.encode(header) + b"\n"


def event_line(event: Event, platform: str) -> bytes:
    """The line of an event in a file of `platform`; nothing for what the format has no kind for
    (`ChannelDescribed`)."""
    line = line_of(event, platform)
    return b"" if line is None else msgspec.json.encode(line) + b"\n"


class EventFile:
    """A foyer-events/1 file that appears under its name only when it is complete.

    Raises:
        StoreError: it cannot be written.
    """

    def __init__(
        self, path: Path, platform: str, community: str | None = None, timezone: str | None = None
    ) -> None:
        self._path = path
        self._platform = platform
        self._unfinished = path.with_name(f".{path.name}.part")
        try:
            self._file = self._unfinished.open("wb")
        except OSError as error:
            raise self._failed(error) from None
        self._write(header_line(platform, community, timezone))

    def write(self, events: Iterable[Event]) -> None:
        """Adds a line for each event."""
        self._write(b"".join(event_line(event, self._platform) for event in events))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._file.close()
            if kind is None:
                self._unfinished.replace(self._path)
        except OSError as failure:
            raise self._failed(failure) from None
        finally:
            self._unfinished.unlink(missing_ok=True)

    def _write(self, lines: bytes) -> None:
        try:
            self._file.write(lines)
        except OSError as error:
            raise self._failed(error) from None

    def _failed(self, error: OSError) -> StoreError:
        why = (error.strerror or "unknown error").lower()
        return StoreError(f"{shown(self._path)}: cannot be written ({why})")


async def export_events(
    connection: Connection, community: Community, account: int | None, path: Path
) -> int:
    """Writes what the store knows of a community, or of one account; the number of events.

    Raises:
        StoreError: the file cannot be written.
    """
    places = await list_places(connection, community.id)
    platform = places[0].platform if places else Platform.DISCORD
    count = 0
    with EventFile(path, platform, community.name, community.timezone) as file:
        async for events in Teller(connection, community.id, platform).tell(account):
            file.write(events)
            count += len(events)
    return count
