"""`foyer import`: exports of real communities into the store."""

import asyncio
import os
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.options import Options, common_options, community_option, json_option
from bot.errors import StoreError

if TYPE_CHECKING:
    from bot.communities import Wanted
    from bot.importers import Plan
    from bot.importing import Report
    from bot.model import Community
    from db.connection import Connection


_LONGEST_NAME = 200
"""Bytes of a file's name, which leave room for its ending; most systems allow 255."""


@click.command("import")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH..."
)
@community_option
@click.option(
    "--format",
    "shape",
    type=click.Choice(("auto", "telegram", "discord", "events")),
    default="auto",
    show_default=True,
    help="What the files are.",
)
@click.option(
    "--timezone",
    metavar="TZ",
    help="Zone of local times in the files, and of a community made by this import.",
)
@click.option("--chat", "chats", multiple=True, metavar="ID", help="A group of a full export.")
@click.option("--all-chats", is_flag=True, help="Every group of a full export.")
@json_option
@common_options
@click.pass_obj
def import_(
    options: Options,
    paths: tuple[Path, ...],
    community: str,
    shape: str,
    timezone: str | None,
    chats: tuple[str, ...],
    all_chats: bool,
    as_json: bool,
) -> None:
    """Bring exports of Telegram, Discord or Foyer into the store."""
    from bot.cli.printing import hand_over, to_json
    from bot.cli.progress import counting
    from bot.communities import Wanted
    from bot.importers import examine

    url = options.store_url(is_light=True)
    plan = examine(paths, format=shape, chats=chats, all_chats=all_chats, timezone=timezone)
    wanted = Wanted(community, timezone or plan.timezone or "UTC", options.language())
    with counting("records", plan.read, is_quiet=options.quiet) as read:
        document = asyncio.run(_import(url, replace(plan, read=read), wanted))
    hand_over(to_json(document) if as_json else _summary(document))


async def _import(url: str, plan: "Plan", wanted: "Wanted") -> dict[str, Any]:
    """Rejects get their name last, so that an import the store cannot take leaves none."""
    from bot.app import beside, writing

    part = f".rejects.{os.getpid()}.part"
    unfinished = beside(url, part, alone=f".foyer{part}")
    try:
        async with writing(url) as store:
            document = await store.write(lambda c: _record(c, url, plan, wanted, unfinished))
        if document["rejects_file"]:
            name_rejects(unfinished, Path(document["rejects_file"]))
    finally:
        unfinished.unlink(missing_ok=True)
    return document


async def _record(
    connection: "Connection", url: str, plan: "Plan", wanted: "Wanted", unfinished: Path
) -> dict[str, Any]:
    from bot.app import recorder_for
    from bot.communities import claim_places, find_or_create
    from bot.importing import import_history
    from db.directory import list_communities

    community, created = await find_or_create(connection, wanted)
    await claim_places(connection, community, plan.places)
    recorder = recorder_for(connection, url, community)
    report = await import_history(recorder, plan, unfinished)
    if report.rejects_file:
        everybody = await list_communities(connection)
        report.rejects_file = rejects_path(url, community, everybody)
    await recorder.settle()
    return _document(community, created, report)


def rejects_path(url: str, community: "Community", everybody: Iterable["Community"]) -> Path:
    """Where rejected records are kept: beside the store, under the community's name.

    Where an older community's name makes the same name of a file, the number is added, after a
    sign that no such name holds.

    Raises:
        StoreError: a folder is in the way.
    """
    from bot.store_url import SqliteUrl, parse_store_url

    where = parse_store_url(url)
    folder = where.path.parent if isinstance(where, SqliteUrl) else Path()
    name = _file_name(community.name)
    older = (_file_name(one.name) for one in everybody if one.id < community.id)
    if name.casefold() in map(str.casefold, older):
        name = f"{name}~{community.id}"
    path = folder / f"{name}.rejects.jsonl"
    if path.is_dir():
        raise StoreError(f"{path}: is a folder; rejected records go there, so move it away")
    return path


def _file_name(community: str) -> str:
    name = re.sub(r"[^\w .-]|^\.", "_", community).encode()[:_LONGEST_NAME]
    return name.decode(errors="ignore")


def name_rejects(unfinished: Path, path: Path) -> None:
    """Gives the list of rejected records its name, when everything else is stored.

    Raises:
        StoreError: it cannot; the line says that the import is stored.
    """
    from bot.files import unwritable

    try:
        unfinished.replace(path)
    except OSError as error:
        why = unwritable(path, error)
        raise StoreError(f"everything is imported but the list of rejects is lost; {why}") from None


def _document(community: "Community", created: bool, report: "Report") -> dict[str, Any]:
    return {
        "schema": 1,
        "community": community.name,
        "community_id": community.id,
        "created": created,
        **report.counts(),
    }


def _summary(document: dict[str, Any]) -> str:
    events = ", ".join(f"{n} {kind}" for kind, n in document["events"].items() if n)
    lines = [
        f"{document['community']}: {document['records']} records in {document['files']} files:"
        f" {document['new']} new, {document['known']} known, {document['ignored']} ignored,"
        f" {document['rejected']} rejected.",
        f"Stored: {events or 'nothing new'}.",
    ]
    if document["rejects_file"]:
        lines.append(
            f"The rejected records are listed, without any text, in {document['rejects_file']}."
        )
    return "\n".join(lines) + "\n"
