"""Writes who came and went, what is known of accounts, and what sources cost."""

from collections.abc import Sequence
from typing import Any

from bot.events import (
    JoinRequested,
    MemberDescribed,
    MemberJoined,
    MemberLeft,
    MembersCounted,
    SourceDescribed,
)
from bot.recorder.batch import Batch
from db.tables import JOIN_REQUEST, MEMBER_COUNT, MEMBERSHIP

_MARKS = ("is_bot", "is_staff", "is_listed", "made_at", "has_avatar", "has_username")


async def write_joins(batch: Batch, items: Sequence[tuple[int, MemberJoined]]) -> None:
    """Store joins with their source."""
    rows = [
        (
            batch.community,
            join.at,
            batch.account(join.platform, join.user),
            1,
            None,
            None if join.source is None else batch.numbers.sources[join.source],
            join.certainty,
            batch.account_or_none(join.platform, join.inviter),
        )
        for _, join in items
    ]
    await batch.insert(MEMBERSHIP, rows, [index for index, _ in items])
    for index, join in items:
        facts = {
            "made_at": join.account_created_at,
            "has_avatar": join.has_avatar,
            "has_username": join.has_username,
        }
        if any(fact is not None for fact in facts.values()):
            account = batch.account(join.platform, join.user)
            batch.fresh[index] |= await _mark(batch, account, facts)


async def write_requests(batch: Batch, items: Sequence[tuple[int, JoinRequested]]) -> None:
    """Store who asked to be let in; source 0 is an unknown one."""
    rows = [
        (
            batch.community,
            asked.at,
            batch.account(asked.platform, asked.user),
            0 if asked.source is None else batch.numbers.sources[asked.source],
        )
        for _, asked in items
    ]
    await batch.insert(JOIN_REQUEST, rows, [index for index, _ in items])


async def write_leaves(batch: Batch, items: Sequence[tuple[int, MemberLeft]]) -> None:
    """Store leaves."""
    rows = [
        (
            batch.community,
            leave.at,
            batch.account(leave.platform, leave.user),
            0,
            leave.how,
            None,
            None,
            None,
        )
        for _, leave in items
    ]
    await batch.insert(MEMBERSHIP, rows, [index for index, _ in items])


async def write_descriptions(batch: Batch, items: Sequence[tuple[int, MemberDescribed]]) -> None:
    """Store what is true of accounts for all time (METRICS-READINGS M8)."""
    for index, member in items:
        facts = {"is_bot": member.is_bot, "is_staff": member.is_staff, "is_listed": True}
        account = batch.account(member.platform, member.user)
        batch.fresh[index] = await _mark(batch, account, facts)


async def _mark(batch: Batch, account: int, told: dict[str, Any]) -> bool:
    """Add facts to an account, in any order: yes outweighs no, the earlier date the later one."""
    where = {"community": batch.community, "account": account}
    row = await batch.connection.row("account_marks", **where)
    assert row is not None  # noqa: S101  every account was numbered before
    known = dict(zip(_MARKS, row, strict=True))
    marks = dict(known)
    for fact, value in told.items():
        if value is None:
            continue
        weigh = min if fact == "made_at" else max
        marks[fact] = int(value) if known[fact] is None else weigh(known[fact], int(value))
    if marks != known:
        await batch.connection.run("mark_account", **where, **marks)
    return marks != known


async def write_counts(batch: Batch, items: Sequence[tuple[int, MembersCounted]]) -> None:
    """Store the platforms' own head counts."""
    rows = [
        (batch.community, told.at, told.platform, told.place or "", told.count) for _, told in items
    ]
    await batch.insert(MEMBER_COUNT, rows, [index for index, _ in items])


async def write_sources(batch: Batch, items: Sequence[tuple[int, SourceDescribed]]) -> None:
    """Store what sources cost; of two tellings the greater one counts."""
    for index, told in items:
        where = {"community": batch.community, "source": batch.numbers.sources[told.name]}
        row = await batch.connection.row("source_cost", **where)
        assert row is not None  # noqa: S101  every source was numbered before
        known = (row[0], row[1])
        cost = max(known, (told.spend, told.currency), key=_weight)
        if cost != known:
            await batch.connection.run("set_source_cost", **where, spend=cost[0], currency=cost[1])
        batch.fresh[index] = cost != known


def _weight(cost: tuple[float | None, str | None]) -> tuple[float, str]:
    return (-1.0 if cost[0] is None else cost[0], cost[1] or "")
