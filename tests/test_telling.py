import re
from typing import Any

from hypothesis import HealthCheck, given, settings

from bot.events import Event
from db.connection import QUERIES, Connection
from db.tables import TABLES
from db.telling import Teller
from tests.happenings import PLATFORM, streams
from tests.stores import dump, in_store, recorded

LAW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@LAW
@given(events=streams)
def test_what_is_told_and_recorded_again_gives_the_same_store(
    store_url: str, events: list[Event]
) -> None:
    async def both(connection: Connection) -> tuple[Any, Any]:
        community = await recorded(connection, [events])
        teller = Teller(connection, community.id, PLATFORM)
        told = [event async for lot in teller.tell() for event in lot]
        again = await recorded(connection, [told])
        return await dump(connection, community.id), await dump(connection, again.id)

    first, second = in_store(store_url, both)
    assert _known(second) == _known(first)


def _known(content: dict[str, list[tuple[Any, ...]]]) -> dict[str, Any]:
    """Accounts and channels that nothing is left to say of need not be met again."""
    return {name: rows for name, rows in content.items() if name not in {"account", "channel"}}


@LAW
@given(events=streams)
def test_a_member_is_told_only_what_is_theirs(store_url: str, events: list[Event]) -> None:
    async def told(connection: Connection) -> list[Event]:
        community = await recorded(connection, [events])
        accounts = await connection.rows("told_accounts", community=community.id)
        mine = [row[0] for row in accounts if row[2] == "ana"]
        if not mine:
            return []
        teller = Teller(connection, community.id, PLATFORM)
        return [event async for lot in teller.tell(mine[0]) for event in lot]

    for event in in_store(store_url, told):
        assert "ana" in {getattr(event, "author", None), getattr(event, "user", None)}


def test_every_table_that_is_to_be_told_is_asked() -> None:
    asked = set(re.findall(r"FROM (\w+)", (QUERIES / "tell.sql").read_text()))
    asked |= {"mention"}  # asked by `span_mentions`, message by message
    assert {table.name for table in TABLES if table.told} <= asked
    assert asked - {"channel", "message_name"} == {table.name for table in TABLES if table.told}
