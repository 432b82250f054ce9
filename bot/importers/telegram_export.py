"""Reads exports of Telegram Desktop (`result.json`), of one chat or of a whole account."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import NamedTuple

from bot.errors import ContentError, UsageError
from bot.events import ChannelDescribed
from bot.files import shown
from bot.importers.files import Source, unchanged
from bot.importers.json_walk import Mark
from bot.importers.plan import Plan
from bot.importers.record import Position, Record, record_of
from bot.importers.skeleton import TELEGRAM
from bot.importers.telegram_chats import Chat, survey, walk_chats
from bot.importers.telegram_messages import Group
from bot.model import Place, PlaceId, Platform

_TELEGRAM = str(Platform.TELEGRAM)


class _Surveyed(NamedTuple):
    """A file with the group chats in it."""

    source: Source
    groups: Sequence[Chat]


def examine_telegram(
    sources: Sequence[Source], chats: Sequence[str], all_chats: bool, zone: tzinfo
) -> Plan:
    """The plan for Telegram exports; local times without a zone are read in `zone`.

    Raises:
        UsageError: several groups and none chosen, or a chosen one that is not there.
        ContentError: a broken file, or no group chat in it.
    """
    surveyed = [_Surveyed(source, _groups(source)) for source in sources]
    found = {chat.id: chat for _, chats in surveyed for chat in chats}
    if not found:
        raise ContentError(
            f"{sources[0].shown}: no group chat in it; only groups are imported, never private "
            "conversations or channels"
        )
    chosen = _choose(found, chats, all_chats)
    known = {id: (_names(surveyed, id), _topics(surveyed, id)) for id in chosen}
    basic = {id for id in chosen if found[id].kind == "group"}

    def read() -> Iterator[Record]:
        groups = {id: Group(id, *known[id], zone, id in basic) for id in chosen}
        return _records(surveyed, groups)

    return Plan(
        files=len(sources),
        read=read,
        places=tuple(_place(found[id]) for id in chosen),
        descriptions=tuple(_description(found[id]) for id in chosen),
    )


def _groups(source: Source) -> list[Chat]:
    return [chat for chat in survey(source) if chat.is_group]


def _choose(found: Mapping[str, Chat], chats: Sequence[str], all_chats: bool) -> list[str]:
    if all_chats:
        return list(found)
    listed = ", ".join(f"{id} {shown(chat.name or '')}".rstrip() for id, chat in found.items())
    if not chats and len(found) > 1:
        raise UsageError(f"several groups: choose with --chat ID or --all-chats: {listed}")
    for wanted in chats:
        if not any(wanted in chat.spellings for chat in found.values()):
            raise UsageError(f"--chat {shown(wanted)}: no such group; there are: {listed}")
    return [
        id
        for id, chat in found.items()
        if not chats or any(wanted in chat.spellings for wanted in chats)
    ]


def _names(surveyed: Sequence[_Surveyed], id: str) -> dict[str, str | None]:
    names: dict[str, str | None] = {}
    for _, groups in surveyed:
        for chat in (chat for chat in groups if chat.id == id):
            for name, account in chat.names.items():
                names[name] = account if names.get(name, account) == account else None
    return names


def _topics(surveyed: Sequence[_Surveyed], id: str) -> set[int]:
    return {
        topic for _, groups in surveyed for chat in groups if chat.id == id for topic in chat.topics
    }


def _records(surveyed: Sequence[_Surveyed], groups: Mapping[str, Group]) -> Iterator[Record]:
    for file, (source, chats) in enumerate(surveyed, 1):
        readers = {chat.number: groups[chat.id] for chat in chats if chat.id in groups}
        number = 0
        if not readers:
            continue
        for chat, message in walk_chats(unchanged(source), readers):
            if message is Mark.END or chat.number not in readers:
                continue
            number += 1
            yield record_of(Position(file, number), readers[chat.number].events, message, TELEGRAM)


def _place(chat: Chat) -> Place:
    return Place(PlaceId(_TELEGRAM, chat.id), chat.name, chat.kind)


def _description(chat: Chat) -> ChannelDescribed:
    return ChannelDescribed(platform=_TELEGRAM, channel=chat.id, kind=chat.kind)
