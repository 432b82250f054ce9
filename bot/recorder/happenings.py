"""Writes voice, polls, threads, moderation, gaps and what is known of channels."""

from collections.abc import Iterator, Sequence

from bot.clock import DAY_MS
from bot.events import (
    ChannelDescribed,
    GapNoted,
    ModeratorActed,
    PollClosed,
    PollVoted,
    ThreadCreated,
    VoiceSpent,
)
from bot.recorder.batch import Batch
from bot.recorder.names import thread_name
from db.connection import Row
from db.tables import GAP, MOD_ACTION, POLL_CLOSING, THREAD, VOICE, VOTE


async def write_voice(batch: Batch, items: Sequence[tuple[int, VoiceSpent]]) -> None:
    """Store stays in voice, cut at UTC midnights so that none is longer than a day."""
    rows: list[Row] = []
    indexes: list[int] = []
    for index, stay in items:
        account = batch.account(stay.platform, stay.user)
        channel = batch.channel(stay.platform, stay.channel)
        for start, end in _pieces(stay.start, stay.end):
            rows.append((batch.community, start, account, channel, end))
            indexes.append(index)
    for position in await batch.insert(VOICE, rows, indexes):
        _, start, account, channel, end = rows[position]
        batch.act(account, start)
        batch.touch_span(start, end, channel)


def _pieces(start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        cut = min(end, (start // DAY_MS + 1) * DAY_MS)
        yield start, cut
        start = cut


async def write_votes(batch: Batch, items: Sequence[tuple[int, PollVoted]]) -> None:
    """Store votes."""
    rows = [
        (batch.community, vote.at, batch.account(vote.platform, vote.user), vote.poll)
        for _, vote in items
    ]
    for position in await batch.insert(VOTE, rows, [index for index, _ in items]):
        _, at, account, _ = rows[position]
        batch.act(account, at)
        batch.touch(at, 0)


async def write_poll_closings(batch: Batch, items: Sequence[tuple[int, PollClosed]]) -> None:
    """Store the ends of polls."""
    rows = [(batch.community, closing.at, closing.poll) for _, closing in items]
    await batch.insert(POLL_CLOSING, rows, [index for index, _ in items])


async def write_threads(batch: Batch, items: Sequence[tuple[int, ThreadCreated]]) -> None:
    """Store threads that were opened."""
    rows = [
        (
            batch.community,
            opened.at,
            batch.channel(opened.platform, opened.channel),
            batch.channel(*thread_name(opened.platform, opened.channel, opened.thread)),
            batch.account(opened.platform, opened.user),
        )
        for _, opened in items
    ]
    for position in await batch.insert(THREAD, rows, [index for index, _ in items]):
        _, at, channel, _, account = rows[position]
        batch.act(account, at)
        batch.touch(at, channel)


async def write_mod_actions(batch: Batch, items: Sequence[tuple[int, ModeratorActed]]) -> None:
    """Store what moderators did."""
    rows = [
        (
            batch.community,
            action.at,
            batch.account(action.platform, action.user),
            action.action,
            0 if action.channel is None else batch.channel(action.platform, action.channel),
        )
        for _, action in items
    ]
    await batch.insert(MOD_ACTION, rows, [index for index, _ in items])


async def write_gaps(batch: Batch, items: Sequence[tuple[int, GapNoted]]) -> None:
    """Store spans that nobody saw."""
    rows = [
        (
            batch.community,
            gap.start,
            0 if gap.channel is None else batch.channel(gap.platform, gap.channel),
            gap.end,
            gap.reason,
        )
        for _, gap in items
    ]
    await batch.insert(GAP, rows, [index for index, _ in items])


async def write_channels(batch: Batch, items: Sequence[tuple[int, ChannelDescribed]]) -> None:
    """Store what kind channels are of, and what they hang under."""
    for _, told in items:
        await batch.connection.run(
            "describe_channel",
            community=batch.community,
            channel=batch.channel(told.platform, told.channel),
            kind=told.kind,
            parent=None if told.parent is None else batch.channel(told.platform, told.parent),
        )
