"""`foyer export`: a community, or one member's data, as foyer-events/1."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import Account, Options, common_options, community_option
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.model import AccountId, Community
    from db.connection import Connection


@click.command()
@community_option
@click.option(
    "--member", type=Account(), metavar="PLATFORM:ID", help="Only this member's own data."
)
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder to write into: events.jsonl, and for a member the rest as member.json.",
)
@common_options
@click.pass_obj
def export(options: Options, community: str, member: "AccountId | None", out: Path) -> None:
    """Write a community, or one member's data, as foyer-events/1."""
    from bot.cli.printing import hand_over

    count = asyncio.run(_export(options.store_url(), community, member, out))
    rest = f" The rest is in {out / 'member.json'}." if member is not None else ""
    events = "1 event" if count == 1 else f"{count} events"
    hand_over(f"{events} written to {out / 'events.jsonl'}.{rest}\n")


async def _export(url: str, meant: str, member: "AccountId | None", out: Path) -> int:
    from bot.app import reading
    from bot.communities import get_community
    from bot.exporter import export_events
    from bot.files import NewFile
    from bot.privacy.mydata import member_record, record_file

    async with reading(url) as reader:
        community = await get_community(reader.connection, meant)
        account = None if member is None else await _account(reader.connection, community, member)
        out.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  a moment on a local disk
        if member is not None and account is not None:
            record = await member_record(reader.connection, community, member, account)
            with NewFile(out / "member.json", is_private=True) as file:
                file.write(record_file(record))
        return await export_events(reader.connection, community, account, out / "events.jsonl")


async def _account(connection: "Connection", community: "Community", member: "AccountId") -> int:
    from db.directory import find_account

    found = await find_account(connection, community.id, member)
    if found is None:
        raise UsageError("--member: this community knows no such account")
    return found
