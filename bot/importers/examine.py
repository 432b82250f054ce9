"""Looks at everything that is to be imported, before anything is written."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import ContentError, UsageError
from bot.importers.discord_export import examine_discord
from bot.importers.files import Source, find_sources
from bot.importers.foyer_events import examine_events, looks_like_events
from bot.importers.json_walk import Mark, Walk, Where
from bot.importers.plan import Plan
from bot.importers.telegram_export import examine_telegram
from bot.timezones import check_timezone

FORMATS = ("telegram", "discord", "events")
_FIRST_RECORDS = frozenset({("messages", None)})
_TELEGRAM_SECTIONS = frozenset(
    ("chats", "left_chats", "personal_information", "profile_pictures", "contacts")
)
_DISCORD_SECTIONS = frozenset(("guild", "channel"))
_TELEGRAM_KEYS = frozenset(("from_id", "actor_id", "date", "date_unixtime"))


def examine(
    paths: Iterable[Path],
    *,
    format: str = "auto",
    chats: Sequence[str] = (),
    all_chats: bool = False,
    timezone: str | None = None,
) -> Plan:
    """The plan of an import of files and folders; what they are is told by their content.

    `timezone` is the zone of local times that stand in a file without one (default UTC).

    Raises:
        UsageError: a path that is not there, an unknown zone, formats that differ, a choice of
            groups that cannot be made.
        ContentError: an empty, broken or foreign file, or no group in it.
    """
    zone = _zone(timezone)
    sources = find_sources(paths)
    if not sources:
        raise UsageError("nothing to import: name a file or a folder")
    found = _format(sources, format)
    if found == "telegram":
        return examine_telegram(sources, chats, all_chats, zone)
    if chats:
        raise UsageError("--chat chooses groups of Telegram exports; leave it out here")
    if found == "discord":
        return examine_discord(sources, zone)
    return examine_events(sources)


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(check_timezone("UTC" if name is None else name))
    except ValueError as error:
        raise UsageError(f"--timezone: {error}") from None


def _format(sources: Sequence[Source], wanted: str) -> str:
    if wanted not in ("auto", *FORMATS):
        raise UsageError(f"unknown format {wanted!r}; there are: auto, {', '.join(FORMATS)}")
    first: tuple[str, Source] | None = None
    for source in sources:
        found = _format_of(source)
        if wanted not in ("auto", found):
            raise UsageError(f"{source.shown}: its format is {found}, not {wanted}")
        if first and found != first[0]:
            raise UsageError(
                f"{first[1].shown} is {first[0]}, {source.shown} is {found}: import one format at "
                "a time"
            )
        first = first or (found, source)
    return first[0] if first else wanted


def _format_of(source: Source) -> str:
    if looks_like_events(source):
        return "events"
    for where, value in Walk(source, _FIRST_RECORDS).steps():
        if found := _told_by(where, value):
            return found
    raise ContentError(
        f"{source.shown}: no export that Foyer knows (Telegram Desktop JSON, DiscordChatExporter "
        "JSON or foyer-events/1)"
    )


def _told_by(where: Where, value: Any) -> str | None:
    """The format that one value of a file tells, if it does."""
    if where == ("messages", None) and isinstance(value, dict):
        if "author" in value:
            return "discord"
        return "telegram" if _TELEGRAM_KEYS & value.keys() else None
    if len(where) != 1 or where[0] is None:
        return None
    if value is Mark.OBJECT and where[0] in _DISCORD_SECTIONS:
        return "discord"
    is_chat = where == ("type",) and isinstance(value, str)
    is_section = isinstance(value, Mark) and where[0] in _TELEGRAM_SECTIONS
    return "telegram" if is_section or is_chat else None
