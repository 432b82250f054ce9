import json
from pathlib import Path
from typing import Any

import pytest

from bot.events import MemberJoined, MessageSent, ReactionChanged, VoiceSpent
from bot.importers import examine
from bot.model import AccountId
from bot.privacy.mydata import OwnData, own_data, record_file
from db.connection import Connection
from db.directory import find_account
from db.tables import TABLES, Table
from tests.canary import ME, NAME, OTHER_ME, WORD, planted
from tests.exports import happened
from tests.happenings import START
from tests.stores import fetch, in_store, recorded

UNTOLD = {
    "account": "the number that the other rows go by; its marks are a `member` event",
    "mention": "what others wrote; told as counts of each day, `received`",
}
"""Tables about people whose rows a member's files do not hold as they are."""
OWNED = [table for table in TABLES if table.owner or table.personal]


def files(data: OwnData) -> bytes:
    return data.events + record_file(data.record)


def where(table: Table, community: int, account: int) -> str:
    if table.personal:
        return f"external_id = '{WORD}'"
    mine = " OR ".join(f"{column} = {account}" for column in table.owner)
    return f"community_id = {community} AND ({mine})"


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.name)
def test_every_row_about_a_member_shows_in_their_files(store_url: str, table: Table) -> None:
    async def both(connection: Connection) -> tuple[int, bytes, bytes]:
        community = await planted(connection)
        account = await find_account(connection, community.id, ME) or 0
        rows = f"FROM {table.name} WHERE {where(table, community.id, account)}"
        [[count]] = await fetch(connection, f"SELECT COUNT(*) {rows}")
        [before] = await own_data(connection, ME)
        if table.name in UNTOLD:
            return count, files(before), b""
        await connection.statement(f"DELETE {rows}")
        [after] = await own_data(connection, ME)
        return count, files(before), files(after)

    count, before, after = in_store(store_url, both)
    assert count > 0, "the canary left nothing there"
    assert before != after


def test_the_events_are_a_file_that_can_be_imported(store_url: str, tmp_path: Path) -> None:
    async def told(connection: Connection) -> OwnData:
        await planted(connection)
        [data] = await own_data(connection, ME)
        return data

    data = in_store(store_url, told)
    path = tmp_path / "mydata.jsonl"
    path.write_bytes(data.events)
    events = happened(examine([path]))
    assert {getattr(e, "author", getattr(e, "user", None)) for e in events} == {WORD}
    kinds = [type(event) for event in events]
    assert (data.messages, data.reactions, data.joins) == (
        kinds.count(MessageSent),
        kinds.count(ReactionChanged),
        kinds.count(MemberJoined),
    )
    assert data.voice_ms == sum(e.end - e.start for e in events if isinstance(e, VoiceSpent))


def test_the_record_tells_the_rest_and_names_nobody_else(store_url: str) -> None:
    async def told(connection: Connection) -> dict[str, Any]:
        await planted(connection)
        [data] = await own_data(connection, ME)
        record: dict[str, Any] = json.loads(record_file(data.record))
        return record

    record = in_store(store_url, told)
    days = record.pop("days")
    assert record == {
        "format": "foyer-member/1",
        "account": str(ME),
        "community": "club",
        "language": "fr",
        "linked": [str(OTHER_ME)],
        "correction": {"is_bot": False, "is_staff": None, "at": "2025-03-25T00:00:00Z"},
        "greeting": {"name": NAME, "at": "2025-03-25T00:00:00Z"},
    }
    assert "ana" not in repr(days)
    assert "bob" not in repr(days)
    first = next(day for day in days if day["channel"] == "c1")
    assert (first["day"], first["messages"], first["hours"]) == ("2025-03-25", 1, [1])
    assert (first["given"]["mentions"], first["given"]["reactions"]) == (2, 1)
    assert (first["received"]["replies"], first["received"]["mentions"]) == (1, 1)
    assert next(day for day in days if day["channel"] == "v")["voice_ms"] == 20 * 60_000


def test_days_whose_events_are_gone_are_still_told(store_url: str) -> None:
    async def told(connection: Connection) -> OwnData:
        await planted(connection)
        for table in TABLES:
            if table.time is not None:
                await connection.statement(f"DELETE FROM {table.name}")
        await connection.statement("DELETE FROM membership")
        [data] = await own_data(connection, ME)
        return data

    data = in_store(store_url, told)
    assert data.messages == 0
    assert min(data.days) == START // 86_400_000
    assert data.record["days"]


def test_each_community_is_told_by_itself_and_strangers_have_nothing(store_url: str) -> None:
    async def told(connection: Connection) -> list[list[int]]:
        first, second = [await planted(connection) for _ in range(2)]
        third = await recorded(connection, [])
        stranger = AccountId("discord", "nobody")
        asked = [(ME, None), (ME, second.id), (ME, third.id), (stranger, None)]
        found = [await own_data(connection, who, only) for who, only in asked]
        assert first.id + 1 == second.id
        return [[data.community.id - first.id for data in one] for one in found]

    assert in_store(store_url, told) == [[0, 1], [1], [], []]
