"""Takes away what an export tells of a basic Telegram group and the bot heard itself.

There every account numbers the messages anew, so the same one has two numbers: the bot's, and that
of the account that exported, which is kept below zero. Who did what in which second tells that both
are one. What the bot heard stays.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bot.events import AlbumItemSent, MessageSent, ReactionChanged
from bot.model import Platform
from bot.recorder.batch import Batch
from db.connection import Row

_Items = Sequence[tuple[int, MessageSent | AlbumItemSent]] | Sequence[tuple[int, ReactionChanged]]


class Told(NamedTuple):
    """A message or reaction: the message's channel and number, and the rest, which has none."""

    channel: int
    number: int
    deed: Row


class Doubles(NamedTuple):
    """What was told under two numbers and is stored under one from now on."""

    taken: frozenset[Told]

    def among(self, new: Mapping[int, Told]) -> tuple[set[int], set[int]]:
        """Of what was just stored, by position: what is gone again, and what was known before."""
        before = {double.deed for double in self.taken.difference(new.values())}
        gone = {position for position, told in new.items() if told in self.taken}
        known = {position for position, told in new.items() if told.deed in before}
        return gone, gone | known


async def take_double_messages(batch: Batch, items: _Items) -> Doubles:
    """Keep once the messages near those of a batch; a deed is an instant and an author."""
    doubles = await _find(batch, items, "foreign_messages", "heard_messages")
    gone = [
        {"community": batch.community, "at": at, "channel": channel, "message": number}
        for channel, number, (at, _) in doubles.taken
    ]
    if gone:
        await batch.connection.run_many("drop_message", gone)
        await batch.connection.run_many("drop_mentions_in", gone)
    for channel, _, (at, _) in doubles.taken:
        batch.touch(at, channel)
    return doubles


async def take_double_reactions(batch: Batch, items: _Items) -> Doubles:
    """Keep once the reactions near those of a batch; a deed is as in `REACTION` from the account
    to whether it was added."""
    doubles = await _find(batch, items, "foreign_reactions", "heard_reactions")
    names = ("account", "emoji", "at", "added")
    gone = [
        {"community": batch.community, "channel": channel, "message": number}
        | dict(zip(names, deed, strict=True))
        for channel, number, deed in doubles.taken
    ]
    if gone:
        await batch.connection.run_many("drop_reaction", gone)
    for one in gone:
        batch.touch(one["at"], one["channel"])
    return doubles


async def _find(batch: Batch, items: _Items, foreign: str, heard: str) -> Doubles:
    found: set[Told] = set()
    for channel, instants in _instants(batch, items).items():
        span = {"first": min(instants), "last": max(instants)}
        kin = await _kin(batch, channel)
        near = [Told(row[0], row[1], row[2:]) for row in await _rows(batch, foreign, kin, span)]
        if near:
            deeds = {tuple(row) for row in await _rows(batch, heard, kin, span)}
            found.update(told for told in near if told.deed in deeds)
    return Doubles(frozenset(found))


def _instants(batch: Batch, items: _Items) -> dict[int, set[int]]:
    """The instants that a batch tells of each Telegram chat, where any number is foreign."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for _, event in items:
        if event.platform == Platform.TELEGRAM:
            channel = batch.channel(event.platform, event.channel)
            found[channel].add(event.at)
            told = event.message if isinstance(event, ReactionChanged) else event.id
            if told.startswith("-"):
                batch.foreign.add(channel)
    return found if batch.foreign else {}


async def _kin(batch: Batch, channel: int) -> list[int]:
    """A chat with what it was or became, nothing where none of them has a foreign number."""
    rows = await batch.connection.rows("kin", community=batch.community, channel=channel)
    kin = [row[0] for row in rows]
    return [] if batch.foreign.isdisjoint(kin) else kin


async def _rows(batch: Batch, query: str, kin: Iterable[int], span: dict[str, int]) -> list[Row]:
    """What happened in some channels from a first to a last instant."""
    found: list[Row] = []
    for channel in kin:
        where = {"community": batch.community, "channel": channel}
        found += await batch.connection.rows(query, **where, **span)
    return found
