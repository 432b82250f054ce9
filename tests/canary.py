"""Somebody who left a trace in every table that can hold one, to be looked for afterwards."""

from typing import Any

from bot.clock import DAY_MS, MINUTE_MS
from bot.events import (
    AlbumItemSent,
    Event,
    JoinRequested,
    MemberDescribed,
    MemberJoined,
    MemberLeft,
    MessageSent,
    ModeratorActed,
    PollVoted,
    ReactionChanged,
    ThreadCreated,
    VoiceSpent,
)
from bot.model import AccountId, Community
from db.connection import Connection
from db.directory import find_account
from db.links import link
from db.suppression import Suppression
from db.tables import CORRECTION, GREETING, OUTBOX, TABLES, USER_SETTING, Table
from tests.happenings import START
from tests.stores import fetch, record_more, recorded

PLATFORM = "discord"
WORD = "canarybird"
"""Stands in the id of each of their accounts."""
NAME = "Kanarienvogel"
ME = AccountId(PLATFORM, WORD)
OTHER_ME = AccountId("telegram", f"{WORD}2")
GREETING_KEY = "greeting:1"


def of(kind: type[Event], **fields: Any) -> Event:
    return kind(platform=PLATFORM, **fields)


def message(id: str, author: str, at: int, **more: Any) -> Event:
    return of(MessageSent, channel="c1", id=id, author=author, at=at, **more)


def deeds(who: str, start: int = START) -> list[Event]:
    """Everything that an account can do or have done to it."""
    at = start
    reaction = {"channel": "c1", "emoji": "👍"}
    return [
        of(MemberDescribed, user=who, is_staff=True),
        of(MemberJoined, user=who, at=at, inviter="ana", has_avatar=True, account_created_at=at),
        of(MemberJoined, user="bob", at=at, inviter=who),
        message("m1", who, at + MINUTE_MS, mentions=("ana", "bob"), length=9, has_question=True),
        message("m2", "ana", at + 2 * MINUTE_MS, reply_to="m1", reply_to_author=who),
        message("m3", "bob", at + 3 * MINUTE_MS, mentions=(who, "ana")),
        of(ReactionChanged, message="m2", user=who, at=at + 4 * MINUTE_MS, **reaction),
        of(
            ReactionChanged,
            message="m1",
            user="bob",
            at=at + 5 * MINUTE_MS,
            message_author=who,
            **reaction,
        ),
        of(VoiceSpent, user=who, channel="v", start=at, end=at + 20 * MINUTE_MS),
        of(VoiceSpent, user="bob", channel="v", start=at, end=at + 20 * MINUTE_MS),
        of(PollVoted, user=who, poll="p", at=at + DAY_MS),
        of(ThreadCreated, user=who, channel="c1", thread="t", at=at + DAY_MS),
        of(ModeratorActed, user=who, action="kick", at=at + DAY_MS),
        of(MemberLeft, user=who, at=at + 2 * DAY_MS),
        of(JoinRequested, user=who, at=at - MINUTE_MS, source="promo"),
        message("m4", who, at + 6 * MINUTE_MS, album="a"),
        of(AlbumItemSent, channel="c1", id="m5", author=who, album="a", at=at + 6 * MINUTE_MS),
    ]


def row_of(table: Table, **values: Any) -> tuple[Any, ...]:
    """A row with the values, and nothing in the other columns."""
    return tuple(values.get(column) for column in table.all_columns)


async def planted(connection: Connection, suppression: Suppression | None = None) -> Community:
    """A new community in which the canary left all the traces there are, under two accounts."""
    community = await recorded(connection, [])
    told = [
        *deeds(WORD),
        MessageSent(
            platform="telegram", channel="t1", id="1", author=OTHER_ME.external_id, at=START
        ),
    ]
    await record_more(connection, community, [told], suppression=suppression)
    mine = await find_account(connection, community.id, ME)
    other = await find_account(connection, community.id, OTHER_ME)
    if mine is None or other is None:
        return community
    await link(connection, community.id, mine, other, START)
    await leave_more(connection, community.id, mine)
    return community


async def leave_more(connection: Connection, community: int, account: int) -> None:
    """What no event leaves: a correction, a greeting on its way, a choice of language."""
    who = {"community_id": community, "account_no": account}
    await connection.insert(CORRECTION, [row_of(CORRECTION, **who, is_bot=0, at=START)])
    greeting = {"name": NAME, "post_key": GREETING_KEY, "at": START, "due_at": START}
    await connection.insert(GREETING, [row_of(GREETING, **who, **greeting, said_at=START)])
    await connection.insert(USER_SETTING, [(*ME, "fr")])
    post = {
        "community_id": community,
        "post_key": GREETING_KEY,
        "op": "send",
        "platform": PLATFORM,
        "target": "c1",
        "body": f"Welcome, {NAME} and Bob!",
        "nonce": "n",
        "state": "pending",
    }
    numbers = dict.fromkeys(("part", "op_no", "fence", "attempts", "not_before", "at"), 0)
    await connection.insert(OUTBOX, [row_of(OUTBOX, **post, **numbers)])


async def everything(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the registry, as it stands."""
    return {
        table.name: sorted(
            (
                tuple(row)
                for row in await fetch(
                    connection, f"SELECT {', '.join(table.all_columns)} FROM {table.name}"
                )
            ),
            key=repr,
        )
        for table in TABLES
    }


async def traces(connection: Connection, numbers: dict[int, set[int]]) -> list[str]:
    """Where the canary is left: by id, by name, or by the number it had in a community."""
    found = []
    content = await everything(connection)
    for table in TABLES:
        rows = content[table.name]
        if WORD in repr(rows) or NAME in repr(rows):
            found.append(f"{table.name} says it")
        for column in (*table.owner, *table.points):
            at = table.all_columns.index(column)
            if any(row[at] in numbers.get(row[0], set()) for row in rows):
                found.append(f"{table.name}.{column} points at it")
    return found
