from typing import Any

from hypothesis import HealthCheck, example, given, settings

from bot.clock import LocalDays
from bot.events import Event, MessageDeleted, MessageSent, ReactionChanged
from db.connection import Connection
from db.erasure import erase
from db.links import link
from tests.happenings import START, streams
from tests.stores import PARIS, dump, fetch, in_store, recorded

DAYS = LocalDays(PARIS)
CANARY = "zoe-canary"


async def erased(connection: Connection, community: int, name: str) -> None:
    account = await number(connection, community, name)
    if account is not None:
        await erase(connection, community, account, DAYS)


async def number(connection: Connection, community: int, name: str) -> Any:
    rows = await fetch(
        connection,
        f"SELECT account_no FROM account WHERE community_id = {community}"
        f" AND external_id = '{name}'",
    )
    return rows[0][0] if rows else None


TAKEN_BACK: list[Event] = [
    MessageSent(platform="discord", channel="c1", id="9", author="ana", at=START),
    ReactionChanged(
        platform="discord", channel="c1", message="1", user="ana", emoji="👍", at=START
    ),
    ReactionChanged(
        platform="discord", channel="c1", message="1", user="ana", emoji="👍", at=START, op="remove"
    ),
    MessageDeleted(
        platform="discord", channel="c1", id="9", at=START + 86_400_000, by_moderator=True
    ),
]
"""Nothing of hers is left in a roll-up, but a revision of it is."""


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=streams)
@example(events=TAKEN_BACK)
def test_after_erasing_an_account_rollups_are_what_is_left_says(
    store_url: str, events: list[Event]
) -> None:
    async def both(connection: Connection) -> tuple[Any, Any, Any]:
        community = await recorded(connection, [events])
        await erased(connection, community.id, "ana")
        left = await dump(connection, community.id)
        for table in ("activity_day", "contact_day", "revision", "awaited"):
            await connection.statement(f"DELETE FROM {table}")
        days = range(DAYS.day(START) - 1, DAYS.day(START) + 14)
        from db.rollups import settle
        from db.tables import DIRTY_DAY

        await connection.insert(
            DIRTY_DAY, [(community.id, day, no) for day in days for no in range(9)]
        )
        await settle(connection, community.id, DAYS)
        return (
            left,
            await dump(connection, community.id),
            await number(connection, community.id, "ana"),
        )

    left, anew, account = in_store(store_url, both)
    # What was erased is not awaited: it will not come back.
    assert {**left, "awaited": None} == {**anew, "awaited": None}
    assert account is None
    assert "discord:ana" not in repr(left)


def test_no_row_of_any_table_names_an_erased_account(store_url: str) -> None:
    told = [
        MessageSent(
            platform="discord",
            channel="c1",
            id=f"{CANARY}-1",
            author=CANARY,
            at=START,
            mentions=("bob",),
        ),
        MessageSent(
            platform="discord",
            channel="c1",
            id="2",
            author="bob",
            at=START + 1,
            reply_to=f"{CANARY}-0",
            reply_to_author=CANARY,
            mentions=(CANARY, "cyd"),
        ),
    ]

    async def left(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
        community = await recorded(connection, [told])
        account = await number(connection, community.id, CANARY)
        await link(connection, community.id, account, account % 3 + 1, START)
        await erased(connection, community.id, CANARY)
        return await dump(connection, community.id)

    content = in_store(store_url, left)
    assert [row[0] for row in content["message"]] == [START + 1]
    assert content["message_name"] == [("discord:c1", content["message"][0][4], f"{CANARY}-0")]
    assert [row[-1] for row in content["mention"]] == ["discord:cyd"]
    assert content["person_link"] == []
    assert {row[2] for row in content["activity_day"]} == {"discord:bob"}
    assert CANARY not in repr({**content, "message_name": []})
