"""`foyer communities`: what the store holds."""

import asyncio
from typing import TYPE_CHECKING, Any

import click

from bot.cli.options import Options, common_options, json_option

if TYPE_CHECKING:
    from bot.model import Community
    from db.reading import Reader


@click.command()
@json_option
@common_options
@click.pass_obj
def communities(options: Options, as_json: bool) -> None:
    """List the communities in the store."""
    from bot.cli.printing import hand_over, to_json

    found = asyncio.run(_overviews(options.store_url()))
    if as_json:
        hand_over(to_json({"schema": 1, "communities": found}))
        return
    lines = [
        f"{one['id']}  {one['name']}  ({', '.join(one['platforms']) or 'no place yet'})"
        f"  {one['members']} members, {one['channels']} channels,"
        f" {one['first_event'] or 'no event'} to {one['last_event'] or 'now'}"
        for one in found
    ]
    hand_over("\n".join(lines or ["The store holds no community yet."]) + "\n")


async def _overviews(url: str) -> list[dict[str, Any]]:
    from bot.app import reading
    from db.directory import list_communities

    async with reading(url) as reader:
        known = await list_communities(reader.connection)
        return [await _overview(reader, community) for community in known]


async def _overview(reader: "Reader", community: "Community") -> dict[str, Any]:
    from bot.clock import LocalDays, iso_instant
    from bot.people import read_people
    from db.directory import count_channels, list_places, list_platforms

    span = await reader.event_span(community.id)
    places = await list_places(reader.connection, community.id)
    today = LocalDays(community.timezone).day(span[1]) + 1 if span else 0
    people = read_people(await reader.ledger(community.id, community.timezone, today, today))
    return {
        "id": community.id,
        "name": community.name,
        "platforms": await list_platforms(reader.connection, community.id),
        "chats": [{"platform": place.platform, "id": place.external_id} for place in places],
        "channels": await count_channels(reader.connection, community.id),
        "members": sum(person.is_present for person in people.humans.values()),
        "timezone": community.timezone,
        "language": community.language,
        "first_event": iso_instant(span[0]) if span else None,
        "last_event": iso_instant(span[1]) if span else None,
    }
