import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import DAY_MS
from bot.events import Event, MessageSent
from bot.exporter import export_events
from bot.model import AccountId
from bot.privacy.forgetting import forget, opt_out
from db.connection import Connection
from db.directory import find_account, list_communities
from db.erasure import PERSONAL
from db.keys import PassingKey
from db.links import link
from db.suppression import Suppression
from db.tables import TABLES, USER_SETTING, Table, type_of
from tests.canary import (
    GREETING_KEY,
    ME,
    OTHER_ME,
    WORD,
    deeds,
    everything,
    planted,
    traces,
)
from tests.happenings import START, streams
from tests.stores import fetch, in_store, record_more, recorded

LAW = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NOW = START + 9 * DAY_MS


async def numbers_of(connection: Connection, *accounts: AccountId) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for community in await list_communities(connection):
        for account in accounts:
            number = await find_account(connection, community.id, account)
            if number is not None:
                found.setdefault(community.id, set()).add(number)
    return found


def test_the_canary_is_in_every_table_that_can_hold_one(store_url: str) -> None:
    async def found(connection: Connection) -> list[str]:
        await planted(connection)
        return await traces(connection, await numbers_of(connection, ME, OTHER_ME))

    left = in_store(store_url, found)
    for table in TABLES:
        for column in (*table.owner, *table.points):
            assert f"{table.name}.{column} points at it" in left
        if table.personal:
            assert f"{table.name} says it" in left
    assert "outbox says it" in left


def test_nothing_is_left_of_whoever_is_forgotten(store_url: str, tmp_path: Path) -> None:
    async def left(connection: Connection) -> tuple[int, list[str], list[Any], str]:
        suppression = Suppression(PassingKey())
        communities = [await planted(connection) for _ in range(2)]
        numbers = await numbers_of(connection, ME, OTHER_ME)
        known = await forget(connection, suppression, ME, NOW)
        posts = await fetch(connection, "SELECT state, body FROM outbox")
        exported = []
        for community in communities:
            path = tmp_path / f"{community.id}.jsonl"
            await export_events(connection, community, None, path)
            exported.append(path.read_text())
        told = "".join(exported)
        assert "ana" in told
        return known, await traces(connection, numbers), [tuple(row) for row in posts], told

    known, found, posts, exported = in_store(store_url, left)
    assert known == 2
    assert found == []
    assert posts == [("dead", None)] * 2
    assert WORD not in exported


def test_what_happened_before_brings_nothing_back(store_url: str) -> None:
    async def again(connection: Connection) -> tuple[Any, Any]:
        suppression = Suppression(PassingKey())
        community = await planted(connection)
        await forget(connection, suppression, OTHER_ME, NOW)
        before = await everything(connection)
        told = deeds(WORD)
        for events in (told, told[::-1], [event for event in told for _ in "xx"]):
            await record_more(connection, community, [events], suppression=suppression)
        assert await traces(connection, {}) == []
        return before, await everything(connection)

    before, after = in_store(store_url, again)
    # What others said comes back as it was; `awaited` waits for what will not come.
    ignored = {"awaited", "membership", "message", "message_name", "mention", "reaction", "channel"}
    assert {name: rows for name, rows in after.items() if name not in ignored} == {
        name: rows for name, rows in before.items() if name not in ignored
    }


@LAW
@given(events=streams, cut=st.integers(0, 25))
def test_after_being_forgotten_old_and_new_events_leave_no_row(
    store_url: str, events: list[Event], cut: int
) -> None:
    async def left(connection: Connection) -> tuple[str, list[str]]:
        suppression = Suppression(PassingKey())
        community = await recorded(connection, [events[:cut]])
        ana = AccountId("discord", "ana")
        numbers = await numbers_of(connection, ana)
        await forget(connection, suppression, ana, NOW)
        found = await traces(connection, numbers)
        await record_more(connection, community, [events, events], suppression=suppression)
        return repr((await everything(connection))["account"]), found

    accounts, found = in_store(store_url, left)
    assert "'ana'" not in accounts
    assert found == []


def test_whoever_opted_out_before_coming_never_has_a_row(store_url: str) -> None:
    async def left(connection: Connection) -> tuple[list[str], list[str]]:
        suppression = Suppression(PassingKey())
        first = await recorded(connection, [])
        assert await opt_out(connection, suppression, first.id, ME, NOW) == 0
        for events in ([event] for event in deeds(WORD)):
            await record_more(connection, first, [events], suppression=suppression)
        here = await traces(connection, {})
        second = await recorded(connection, [])
        await record_more(connection, second, [deeds(WORD)], suppression=suppression)
        return here, await traces(connection, {})

    here, elsewhere = in_store(store_url, left)
    assert here == []
    assert elsewhere == ["account says it"]


def test_opting_out_takes_one_community_only(store_url: str) -> None:
    async def left(connection: Connection) -> tuple[int, dict[int, set[int]], Any]:
        suppression = Suppression(PassingKey())
        first, second = [await planted(connection) for _ in range(2)]
        assert await opt_out(connection, suppression, first.id, ME, NOW) == 1
        language = await fetch(connection, "SELECT language FROM user_setting")
        return second.id, await numbers_of(connection, ME, OTHER_ME), language[0][0]

    second, numbers, language = in_store(store_url, left)
    assert list(numbers) == [second]
    assert len(numbers[second]) == 2
    assert language == "fr"


def test_links_are_followed_from_community_to_community(store_url: str) -> None:
    a, b, c, stranger = (AccountId("discord", name) for name in "abcd")

    async def left(connection: Connection) -> list[list[AccountId]]:
        suppression = Suppression(PassingKey())
        communities = []
        for one, other in ((a, b), (b, c), (c, stranger)):
            told = [
                MessageSent(platform="discord", channel="c", id=who[1], author=who[1], at=START)
                for who in (one, other)
            ]
            community = await recorded(connection, [told])
            numbers = [await find_account(connection, community.id, who) for who in (one, other)]
            if stranger not in (one, other):
                await link(connection, community.id, numbers[0] or 0, numbers[1] or 0, START)
            communities.append(community)
        await forget(connection, suppression, a, NOW)
        return [
            [who for who in (a, b, c, stranger) if await find_account(connection, one.id, who)]
            for one in communities
        ]

    assert in_store(store_url, left) == [[], [], [stranger]]


def test_a_greeting_is_told_anew_without_the_forgotten(store_url: str) -> None:
    async def alarms(connection: Connection) -> tuple[list[Any], list[Any]]:
        suppression = Suppression(PassingKey())
        community = await planted(connection)
        bob = await find_account(connection, community.id, AccountId("discord", "bob"))
        await connection.statement(
            "INSERT INTO greeting (community_id, account_no, name, post_key, at, due_at, said_at)"
            f" VALUES ({community.id}, {bob}, 'Bob', '{GREETING_KEY}', 1, 1, 1)"
        )
        await forget(connection, suppression, ME, NOW)
        names = await fetch(connection, "SELECT name FROM greeting")
        rows = await fetch(connection, "SELECT alarm_name, alarm_key FROM alarm")
        return [tuple(row) for row in rows], [row[0] for row in names]

    assert in_store(store_url, alarms) == ([("rewrite_greeting", GREETING_KEY)], ["Bob"])


@pytest.mark.parametrize("times", [1, 3])
def test_forgetting_again_changes_nothing(store_url: str, times: int) -> None:
    async def again(connection: Connection) -> tuple[list[int], Any]:
        suppression = Suppression(PassingKey())
        await planted(connection)
        known = [await forget(connection, suppression, ME, NOW) for _ in range(times)]
        content = await everything(connection)
        return known, len(content["suppression"])

    assert in_store(store_url, again) == ([1] + [0] * (times - 1), 2)


# The registry

NAMES_NOBODY = {
    ("community", "name"): "what the community is called",
    ("place", "external_id"): "a guild or chat",
    ("place", "name"): "what the guild or chat is called",
    ("place", "moved_to"): "a chat",
    ("suppression", "hmac"): "tells nobody who it is without the key",
    ("channel", "external_id"): "a channel or thread",
    ("source", "name"): "where members come from, not who brought them",
    ("message_name", "external_id"): "a message",
    ("vote", "poll"): "a poll",
    ("poll_closing", "poll"): "a poll",
    ("presence", "external_id"): "a guild or chat",
    ("setting", "name"): "a setting, or a notice and its place",
    ("setting", "value"): "a choice of the moderators, or a channel",
    ("note", "words"): "the moderators' own words about a day; not for people, as /note says",
    ("cursor", "stream"): "a stream of updates",
    ("cursor", "value"): "how far it was read",
    ("slot", "slot_key"): "a date or a week",
    ("alarm", "alarm_name"): "which of the bot's own",
    ("alarm", "alarm_key"): "a window or a post",
    ("outbox", "post_key"): "a window, a slot or a place",
    ("outbox", "target"): "a channel",
    ("outbox", "body"): "blanked through `greeting.post_key` (bot/privacy/forgetting.py)",
    ("outbox", "nonce"): "a hash of the post's key",
    ("outbox", "lessee"): "a process",
    ("outbox", "sent_id"): "a message of Foyer's",
    ("outbox", "error"): "the class of a failure",
    ("closed_channel", "target"): "a channel",
    ("outbox_rest", "chat"): "a chat",
    ("member_count", "chat"): "a chat",
    ("quarantine", "stream"): "a stream of updates",
    ("quarantine", "mark"): "a hash of the skeleton",
    ("quarantine", "skeleton"): "keys, types, plain ids and times, for a week",
    ("poll", "external_id"): "a poll",
    ("poll", "chat"): "a chat",
    ("attach_code", "hmac"): "of a code that names a community",
    ("source_link", "chat"): "a chat",
    ("source_link", "url"): "an invite link of Foyer's own",
    ("blind_span", "chat"): "a chat",
    ("blind_span", "sight"): "one of a short list",
}
ENUMERATED = re.compile(
    r"(timezone|language|platform|kind|how|certainty|emoji|action|reason|currency|state|op|routine)$"
)
"""Columns whose values come from a short list, or from the platform's own."""


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_text_that_could_name_somebody_is_erased_or_accounted_for(table: Table) -> None:
    texts = {column for column in table.all_columns if type_of(column) == "text"}
    accounted = {column for name, column in NAMES_NOBODY if name == table.name}
    assert accounted <= texts
    if not table.owner and not table.personal:
        assert {column for column in texts - accounted if not ENUMERATED.match(column)} == set()


def test_every_table_about_people_has_a_query_that_erases_them() -> None:
    assert set(PERSONAL) == {table for table in TABLES if table.personal}


def test_a_persons_own_choices_go_from_every_such_table(store_url: str) -> None:
    async def left(connection: Connection) -> list[str]:
        rows = [(*ME, "fr"), (*OTHER_ME, "en"), ("discord", "ana", "fr")]
        await connection.insert(USER_SETTING, rows)
        await planted(connection)
        await forget(connection, Suppression(PassingKey()), ME, NOW)
        kept = await fetch(connection, "SELECT external_id FROM user_setting")
        return [row[0] for row in kept]

    assert in_store(store_url, left) == ["ana"]
