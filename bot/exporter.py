"""Writes events as foyer-events/1 (CONTRACT.md §3), the inverse of its reader."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from bot.events import Event
from bot.files import NewFile
from bot.importers.foyer_lines import FORMAT, Header, line_of
from bot.model import Community, Platform
from db.connection import Connection
from db.directory import list_places, list_platforms
from db.telling import Teller


def header_line(platform: str, community: str | None = None, timezone: str | None = None) -> bytes:
    """The first line of a file."""
    header = Header(format=FORMAT, platform=platform, community=community, timezone=timezone)
    return msgspec.json.encode(header) + b"\n"


def event_lines(events: Iterable[Event], platform: str) -> bytes:
    """A line for each event in a file of `platform`, none for what the format has no kind for
    (`ChannelDescribed`)."""
    lines = (line_of(event, platform) for event in events)
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines if line is not None)


async def platform_of(connection: Connection, community: Community) -> str:
    """The platform that a community's file is headed with."""
    places = await list_places(connection, community.id)
    platforms = [place.platform for place in places] or await list_platforms(
        connection, community.id
    )
    return platforms[0] if platforms else Platform.DISCORD


async def export_events(
    connection: Connection, community: Community, account: int | None, path: Path
) -> int:
    """Writes what the store knows of a community, or of one account; the number of events.

    Raises:
        StoreError: the file cannot be written.
    """
    platform = await platform_of(connection, community)
    count = 0
    with NewFile(path) as file:
        file.write(header_line(platform, community.name, community.timezone))
        async for events in Teller(connection, community.id, platform).tell(account):
            file.write(event_lines(events, platform))
            count += len(events)
    return count
