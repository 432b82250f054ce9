"""Reads exports of DiscordChatExporter (JSON): one file a channel, any number of files."""

import heapq
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from operator import itemgetter
from typing import Any, NamedTuple

from bot.errors import ContentError, UsageError
from bot.events import ChannelDescribed
from bot.files import shown
from bot.importers.discord_messages import Channel, snowflake
from bot.importers.fields import instant, is_clean
from bot.importers.files import BLOCK, Source, unchanged
from bot.importers.json_walk import Mark, Walk
from bot.importers.plan import Plan
from bot.importers.record import Position, Record, Unfit, record_of
from bot.importers.skeleton import DISCORD
from bot.model import Place, PlaceId, Platform

_DISCORD = str(Platform.DISCORD)
_RECORDS = frozenset({("messages", None)})
_MOST_OPEN = 200
_SMALL_BLOCK = 8_192
"""Two hundred open files hold a block each."""
_DIRECT = frozenset(("DirectTextChat", "DirectGroupTextChat", "1", "3"))
_THREADS = frozenset(
    ("GuildNewsThread", "10", "GuildPublicThread", "11", "GuildPrivateThread", "12")
)
_HEADER = frozenset(
    {("messages",), ("guild", "id"), ("guild", "name")}
    | {("channel", key) for key in ("id", "type", "categoryId")}
)
_KINDS = {
    "GuildTextChat": "text",
    "0": "text",
    "GuildVoiceChat": "voice",
    "2": "voice",
    "GuildNews": "news",
    "5": "news",
    "GuildStageVoice": "voice",
    "13": "voice",
    "GuildForum": "forum",
    "15": "forum",
}


class _File(NamedTuple):
    """A file that was looked at: its guild and channel, and when its first message was sent."""

    source: Source
    number: int
    guild: str
    guild_name: str | None
    channel: str
    kind: str | None
    parent: str | None
    first: int
    is_private: bool

    @property
    def description(self) -> ChannelDescribed:
        """What is known about its channel."""
        return ChannelDescribed(
            platform=_DISCORD,
            channel=self.channel,
            kind=self.kind,
            parent=self.parent,
        )


def examine_discord(sources: Sequence[Source], zone: tzinfo) -> Plan:
    """The plan for the files of one guild, which will be read merged by time.

    Raises:
        UsageError: files of two guilds.
        ContentError: a broken file, or nothing but private conversations.
    """
    looked_at = [_look(source, number, zone) for number, source in enumerate(sources, 1)]
    files = [file for file in looked_at if not file.is_private]
    if not files:
        raise ContentError(
            f"{sources[0].shown}: no channel of a server in it; direct messages are never imported"
        )
    guilds = {file.guild: file.guild_name for file in files}
    if len(guilds) > 1:
        named = " and ".join(f"{id} {shown(name or '')}".rstrip() for id, name in guilds.items())
        raise UsageError(f"files of several servers: {named}; import one server at a time")
    return Plan(
        files=len(sources),
        read=lambda: _records(files, zone),
        places=tuple(Place(PlaceId(_DISCORD, id), name, "guild") for id, name in guilds.items()),
        descriptions=tuple({file.channel: file.description for file in files}.values()),
    )


def _look(source: Source, number: int, zone: tzinfo) -> _File:
    """Goes through all of a file, so that a broken one is known before anything is written."""
    values: dict[tuple[str | None, ...], Any] = {}
    first = None
    walk = Walk(source, _RECORDS)
    for where, value in walk.steps():
        if where in _RECORDS:
            if first is None:
                first = _time(value, zone)
            walk.is_skipping = first is not None
        elif where in _HEADER and value is not Mark.END:
            values[where] = value
    return _file(source, number, values, first or 0)


def _file(source: Source, number: int, values: dict[Any, Any], first: int) -> _File:
    try:
        guild = snowflake("guild.id", values.get(("guild", "id")))
        channel = snowflake("channel.id", values.get(("channel", "id")))
        if values.get(("messages",)) is not Mark.LIST:
            raise Unfit("messages is no list")
    except Unfit as unfit:
        raise ContentError(f"{source.shown}: no Discord export that can be read: {unfit}") from None
    type_ = str(values.get(("channel", "type")))
    parent = str(values.get(("channel", "categoryId"))) if type_ in _THREADS else None
    return _File(
        source=source,
        number=number,
        guild=guild,
        guild_name=_name(values.get(("guild", "name"))),
        channel=channel,
        kind="thread" if type_ in _THREADS else _KINDS.get(type_),
        parent=parent if parent and parent.isascii() and parent.isdecimal() else None,
        first=first,
        is_private=guild == "0" or type_ in _DIRECT,
    )


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and value and is_clean(value) else None


def _time(message: object, zone: tzinfo) -> int | None:
    if not isinstance(message, dict):
        return None
    try:
        return instant("timestamp", message.get("timestamp"), zone)
    except Unfit:
        return None


def _records(files: Sequence[_File], zone: tzinfo) -> Iterator[Record]:
    """The records of all files by time; a record without a time follows the one before it."""
    described: set[str] = set()
    ordered = sorted(files, key=lambda file: file.first)
    for start in range(0, len(ordered), _MOST_OPEN):
        group = ordered[start : start + _MOST_OPEN]
        block = BLOCK if len(group) < 10 else _SMALL_BLOCK
        streams = [_stream(file, zone, described, block) for file in group]
        for _, record in heapq.merge(*streams, key=itemgetter(0)):
            yield record


def _stream(
    file: _File, zone: tzinfo, described: set[str], block: int
) -> Iterator[tuple[int, Record]]:
    channel = Channel(file.channel, zone, described)
    at, number = file.first, 0
    for where, value in Walk(unchanged(file.source), _RECORDS, block).steps():
        if where not in _RECORDS:
            continue
        number += 1
        known = _time(value, zone)
        at = at if known is None else known
        yield at, record_of(Position(file.number, number), channel.events, value, DISCORD)
