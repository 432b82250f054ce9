"""What intake writes beside the events, and what it forgets when something was lost."""

import asyncio
import sqlite3
from typing import Any

import aiosqlite
import pytest

from bot.adapters import Cursor, News
from bot.clock import DAY_MS, HOUR_MS, ManualClock
from bot.cog import Cog
from bot.context import Context
from bot.engine import Stage
from bot.errors import StoreError
from bot.events import MessageSent, ReactionChanged
from bot.model import PlaceId
from tests.bot import CLUB, GENERAL, PLATFORM, RememberingPlatform
from tests.stages import staged
from tests.stores import fetch

NOON = 1_791_194_400_000


def message(number: int, author: str = "ana") -> MessageSent:
    return MessageSent(
        platform=PLATFORM,
        channel=GENERAL.external_id,
        id=str(number),
        author=author,
        at=NOON + number,
    )


async def rows(stage: Stage, sql: str) -> list[tuple[Any, ...]]:
    found = await stage.store.write(lambda connection: fetch(connection, sql))
    return [tuple(row) for row in found]


async def authors(stage: Stage) -> list[tuple[Any, ...]]:
    return await rows(
        stage,
        "SELECT m.message_no, a.external_id FROM message m LEFT JOIN account a"
        " ON a.account_no = m.author_no ORDER BY 1",
    )


async def test_a_chat_that_was_never_introduced_is_known_since_its_first_news() -> None:
    """Were it known since ever, routines would owe it all the weeks that there have been."""
    async with staged(ManualClock(NOON), RememberingPlatform()) as stage:
        await stage.take(News(PlaceId(PLATFORM, "-7"), [message(1)]))
        assert await rows(stage, "SELECT created_at FROM community") == [(NOON,)]


async def test_a_cursor_says_when_it_was_set() -> None:
    clock = ManualClock(NOON)
    async with staged(clock, RememberingPlatform()) as stage:
        for value in ("17", "18"):
            clock.at += HOUR_MS
            await stage.take(cursor=Cursor("telegram:updates", value))
            assert await rows(stage, "SELECT value, at FROM cursor") == [(value, clock.at)]


async def test_a_removal_is_noted_with_its_instant() -> None:
    clock = ManualClock(NOON)
    async with staged(clock, RememberingPlatform()) as stage:
        await stage.take(News(CLUB.id, []))
        await stage.store.write(
            lambda c: c.statement(
                "INSERT INTO presence (platform, external_id, since_at, seen_at)"
                f" VALUES ('{PLATFORM}', '{CLUB.id.external_id}', {NOON}, {NOON})"
            )
        )
        clock.at += HOUR_MS
        await stage.depart(CLUB.id)
        assert await rows(stage, "SELECT left_at FROM presence") == [(NOON + HOUR_MS,)]


async def test_what_fails_does_not_lead_its_company_astray() -> None:
    """Both are of one commit: the second must not believe in accounts of the first."""
    cog, fails = Cog("breaker"), [True]

    @cog.on(MessageSent)
    async def be_cancelled(ctx: Context, event: MessageSent) -> None:
        if fails:
            fails.clear()
            raise asyncio.CancelledError

    async with staged(ManualClock(NOON), RememberingPlatform(), cog) as stage:
        await stage.take(News(CLUB.id, []))
        outcomes = await asyncio.gather(
            stage.take(News(CLUB.id, [message(1)])),
            stage.take(News(CLUB.id, [message(2)])),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes] == [asyncio.CancelledError, type(None)]
        assert await authors(stage) == [(2, "ana")]


async def test_a_commit_that_fails_leaves_no_false_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Intake itself saw nothing go wrong: the disk was full only at the very end."""
    execute, is_full = aiosqlite.Connection.execute, [True]

    def fill_up(self: aiosqlite.Connection, sql: str, *args: Any) -> Any:
        if sql == "COMMIT" and is_full:
            is_full.clear()
            raise sqlite3.OperationalError("database or disk is full")
        return execute(self, sql, *args)

    async with staged(ManualClock(NOON), RememberingPlatform()) as stage:
        await stage.take(News(CLUB.id, []))
        monkeypatch.setattr(aiosqlite.Connection, "execute", fill_up)
        with pytest.raises(StoreError, match="disk is full"):
            await stage.take(News(CLUB.id, [message(1)]))
        await stage.take(News(CLUB.id, [message(1)]))
        assert await authors(stage) == [(1, "ana")]


async def test_a_message_that_comes_after_its_reaction_was_settled_is_settled_with_it() -> None:
    clock = ManualClock(NOON + DAY_MS)
    reaction = ReactionChanged(
        platform=PLATFORM,
        channel=GENERAL.external_id,
        message="1",
        user="bob",
        emoji="👍",
        at=NOON + DAY_MS,
    )
    async with staged(clock, RememberingPlatform()) as stage:
        await stage.take(News(CLUB.id, [reaction]))
        clock.at += HOUR_MS
        await stage.tick()
        assert await rows(stage, "SELECT receiver_no, reactions FROM contact_day") == [(0, 1)]
        await stage.take(News(CLUB.id, [message(1)]))
        clock.at += HOUR_MS
        await stage.tick()
        assert await rows(
            stage,
            "SELECT a.external_id, reactions FROM contact_day JOIN account a"
            " ON account_no = receiver_no",
        ) == [("ana", 1)]
