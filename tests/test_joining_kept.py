"""What the bot keeps of two communities, when they become one: beside their events."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from bot.events import MessageSent
from bot.joining import absorb
from bot.model import AccountId, ChannelId, Community, PlaceId
from bot.settings import load_settings, save_settings
from bot.settings.corrections import correct_account, exclude_channel
from bot.settings.notes import add_note, list_notes
from db.alarms import AlarmRow, due_alarms, next_alarms, set_alarm
from db.connection import Connection
from db.directory import add_place, create_community, find_owner, list_communities
from db.keys import PassingKey
from db.links import link
from db.presence import arrive
from db.slots import SlotRow
from db.suppression import Suppression
from db.tables import ALARM, GREETING, OUTBOX, SLOT
from tests.canary import row_of
from tests.happenings import PLATFORM, START
from tests.stores import PARIS, dump, fetch, in_store, recorded

NOW = START + 30 * 86_400_000
ANA, BOB, CYD = (AccountId(PLATFORM, name) for name in ("ana", "bob", "cyd"))
EVERYBODY = [
    MessageSent(platform=PLATFORM, channel="c1", id=f"{n}", author=one.external_id, at=START + n)
    for n, one in enumerate((ANA, BOB, CYD))
]
MAIN, HALL, STAFF = (ChannelId("telegram", chat) for chat in ("-1001", "-1002", "-1003"))

Prepare = Callable[[Connection, Community, Community], Awaitable[None]]


def joined(store_url: str, prepare: Prepare, look: Callable[[Connection, Community], Any]) -> Any:
    """What is found in a community once another has become part of it."""

    async def around(connection: Connection) -> Any:
        keeper = await recorded(connection, [EVERYBODY])
        absorbed = await recorded(connection, [list(reversed(EVERYBODY))])
        await prepare(connection, keeper, absorbed)
        keeper, absorbed = await list_communities(connection)
        await absorb(connection, keeper, absorbed, Suppression(PassingKey()), NOW)
        return await look(connection, keeper)

    return in_store(store_url, around)


async def content(connection: Connection, community: Community) -> dict[str, list[tuple[Any, ...]]]:
    return await dump(connection, community.id)


def test_what_is_set_in_the_keeper_stays_and_the_rest_is_taken_over(store_url: str) -> None:
    async def prepare(connection: Connection, keeper: Community, absorbed: Community) -> None:
        await save_settings(connection, keeper.id, digest_hour=7, main=MAIN)
        await save_settings(
            connection, absorbed.id, digest_hour=20, welcome=False, moderators=STAFF
        )

    async def look(connection: Connection, community: Community) -> Any:
        return await load_settings(connection, community.id)

    found = joined(store_url, prepare, look)
    assert (found.digest_hour, found.welcome) == (7, False)
    assert (found.main, found.moderators) == (MAIN, STAFF)


READERS: list[tuple[dict[str, ChannelId], dict[str, ChannelId], Any]] = [
    ({"main": MAIN}, {"moderators": MAIN}, (MAIN, None)),
    ({"main": MAIN}, {"moderators": ChannelId("telegram", "-1001/7")}, (MAIN, None)),
    ({"moderators": MAIN}, {"main": MAIN, "moderators": STAFF}, (None, MAIN)),
    ({}, {"main": HALL, "moderators": STAFF}, (HALL, STAFF)),
    ({"main": MAIN}, {"main": HALL, "moderators": STAFF}, (MAIN, STAFF)),
]
"""What is set in the keeper, in the other, and afterwards."""


def test_moderators_never_come_to_read_with_everybody(store_url: str) -> None:
    async def each(connection: Connection) -> list[Any]:
        found = []
        for ours, theirs, _ in READERS:
            keeper, absorbed = await recorded(connection, []), await recorded(connection, [])
            await save_settings(connection, keeper.id, **ours)
            await save_settings(connection, absorbed.id, **theirs)
            await absorb(connection, keeper, absorbed, Suppression(PassingKey()), NOW)
            after = await load_settings(connection, keeper.id)
            found.append((after.main, after.moderators))
        return found

    assert in_store(store_url, each) == [kept for _, _, kept in READERS]


DONE, FAILED, SKIPPED = "done", "failed", "skipped"


STATES = [
    (None, DONE, DONE),
    (DONE, None, DONE),
    (SKIPPED, DONE, DONE),
    (DONE, SKIPPED, DONE),
    (DONE, FAILED, DONE),
    (FAILED, DONE, DONE),
    (SKIPPED, FAILED, FAILED),
    (FAILED, SKIPPED, FAILED),
    (SKIPPED, "expired", SKIPPED),
]
"""How a slot stands in the keeper, in the other, and afterwards."""


def test_a_slot_that_was_done_in_either_is_done(store_url: str) -> None:
    async def prepare(connection: Connection, keeper: Community, absorbed: Community) -> None:
        for key, states in enumerate(STATES):
            for one, state in zip((keeper, absorbed), states, strict=False):
                if state is not None:
                    row = SlotRow(one.id, "digest", f"{key}", START, state, None, one.id, NOW)
                    await connection.insert(SLOT, [row])

    found = joined(store_url, prepare, content)["slot"]
    assert [(row[1], row[3]) for row in found] == [
        (f"{key}", stands) for key, (_, _, stands) in enumerate(STATES)
    ]


def _said(community: Community, key: str, target: ChannelId, state: str) -> tuple[Any, ...]:
    return row_of(
        OUTBOX, community_id=community.id, post_key=key, part=0, op_no=0, op="send",
        platform=target.platform, target=target.external_id, body=f"{community.id}", nonce="n",
        state=state, fence=0, attempts=0, not_before=NOW, at=NOW,
    )  # fmt: skip


def test_posts_of_one_key_stay_two_posts(store_url: str) -> None:
    async def prepare(connection: Connection, keeper: Community, absorbed: Community) -> None:
        for one, target in ((keeper, MAIN), (absorbed, HALL)):
            await connection.insert(OUTBOX, [_said(one, "digest:members:2025-W14", target, "sent")])
        await connection.insert(OUTBOX, [_said(absorbed, "notice:-1002", HALL, "pending")])

    found = joined(store_url, prepare, content)["outbox"]
    keys = {(row[0], row[5], row[8]) for row in found}
    assert keys == {
        ("digest:members:2025-W14", MAIN.external_id, "sent"),
        ("digest:members:2025-W14:2", HALL.external_id, "sent"),
        ("notice:-1002", HALL.external_id, "pending"),
    }


def _greeted(community: Community, account: int, key: str, said_at: int | None) -> tuple[Any, ...]:
    return community.id, account, f"of {community.id}", key, START, START, said_at


def test_a_greeting_its_alarm_and_its_post_go_on_under_one_key(store_url: str) -> None:
    async def prepare(connection: Connection, keeper: Community, absorbed: Community) -> None:
        for one, state in ((keeper, "sent"), (absorbed, "pending")):
            await connection.insert(OUTBOX, [_said(one, "greeting:1", MAIN, state)])
            await set_alarm(connection, one.id, "rewrite_greeting", NOW, "greeting:1")
        await connection.insert(GREETING, [_greeted(absorbed, 1, "greeting:1", NOW)])
        await set_alarm(connection, absorbed.id, "greet", NOW, "greeting:2")

    found = joined(store_url, prepare, content)
    assert [row[2] for row in found["greeting"]] == ["greeting:1:2"]
    assert sorted(row[0] for row in found["outbox"]) == ["greeting:1", "greeting:1:2"]
    assert [row[:2] for row in found["alarm"]] == [
        ("greet", "greeting:2"),
        ("rewrite_greeting", "greeting:1"),
        ("rewrite_greeting", "greeting:1:2"),
    ]


def test_newcomers_who_wait_in_both_are_greeted_once_each(store_url: str) -> None:
    """Two windows of one key are two greetings, or the second of them would never be said."""

    async def prepare(connection: Connection, keeper: Community, absorbed: Community) -> None:
        waiting = [(keeper, 1, None), (keeper, 2, NOW), (absorbed, 2, None), (absorbed, 3, None)]
        for one, account, said_at in waiting:
            await connection.insert(GREETING, [_greeted(one, account, "greeting:1", said_at)])

    found = joined(store_url, prepare, content)["greeting"]
    assert [row[:3] for row in found] == [
        ("discord:ana", "of 1", "greeting:1"),
        ("discord:bob", "of 1", "greeting:1"),
        ("discord:cyd", "of 2", "greeting:1:2"),
    ]


def test_whoever_was_greeted_in_either_is_not_greeted_again(store_url: str) -> None:
    async def prepare(connection: Connection, keeper: Community, absorbed: Community) -> None:
        await connection.insert(GREETING, [_greeted(keeper, 1, "greeting:9", None)])
        await connection.insert(GREETING, [_greeted(absorbed, 1, "greeting:1", NOW)])

    [row] = joined(store_url, prepare, content)["greeting"]
    assert (row[1], row[-1]) == ("of 2", NOW)


def test_corrections_exclusions_and_notes_of_both_hold(store_url: str) -> None:
    on = date(2025, 4, 1)

    async def prepare(connection: Connection, keeper: Community, absorbed: Community) -> None:
        await correct_account(connection, keeper.id, ANA, NOW, is_bot=True)
        await correct_account(connection, absorbed.id, ANA, NOW, is_bot=False, is_staff=True)
        await correct_account(connection, absorbed.id, CYD, NOW, is_staff=True)
        await exclude_channel(connection, absorbed.id, ChannelId(PLATFORM, "c1"), True)
        for words in ("giveaway", "storm"):
            await add_note(connection, keeper.id, on, words, NOW)
        for words in ("storm", "strike"):
            await add_note(connection, absorbed.id, on, words, NOW)

    async def look(connection: Connection, community: Community) -> Any:
        notes = [note.words for note in await list_notes(connection, community.id)]
        return await dump(connection, community.id), notes

    found, notes = joined(store_url, prepare, look)
    assert [row[:3] for row in found["correction"]] == [
        ("discord:ana", 1, 1),
        ("discord:cyd", None, 1),
    ]
    assert [row[-1] for row in found["channel"]] == [1]
    assert notes == ["giveaway", "storm", "strike"]


def test_accounts_that_were_one_persons_in_either_are_one_persons(store_url: str) -> None:
    async def prepare(connection: Connection, keeper: Community, absorbed: Community) -> None:
        await link(connection, keeper.id, 1, 2, START)
        await link(connection, absorbed.id, 2, 3, START)

    found = joined(store_url, prepare, content)["person_link"]
    assert {row[1] for row in found} == {"discord:ana"}
    assert [row[0] for row in found] == ["discord:ana", "discord:bob", "discord:cyd"]


@pytest.mark.parametrize("is_met", [True, False])
def test_a_keeper_that_nobody_ever_met_takes_the_others_language(
    store_url: str, is_met: bool
) -> None:
    place = PlaceId(PLATFORM, "81384788765712384")

    async def prepare(connection: Connection, keeper: Community, absorbed: Community) -> None:
        await connection.run("set_language", community=absorbed.id, language="fr")
        await add_place(connection, keeper.id, place, "guild", "Club")
        if is_met:
            await arrive(connection, place, START)

    async def look(connection: Connection, _: Community) -> Any:
        return await list_communities(connection)

    [one] = joined(store_url, prepare, look)
    assert one == Community(1, "club", PARIS, "en" if is_met else "fr")


def test_places_change_hands_and_the_earlier_beginning_holds(store_url: str) -> None:
    place = PlaceId("telegram", "-1002")

    async def around(connection: Connection) -> Any:
        keeper = await create_community(connection, "archive", "UTC", "en", NOW)
        absorbed = await create_community(connection, "live", "UTC", "en", START)
        await add_place(connection, absorbed.id, place, "supergroup", "Live")
        await absorb(connection, keeper, absorbed, Suppression(PassingKey()), NOW)
        rows = await fetch(connection, "SELECT community_id, created_at FROM community")
        return [tuple(row) for row in rows], await find_owner(connection, place)

    assert in_store(store_url, around) == ([(1, START)], 1)


def test_the_number_of_what_is_gone_is_never_given_again(store_url: str) -> None:
    async def around(connection: Connection) -> list[int]:
        numbers = []
        nobody = Suppression(PassingKey())
        first = await create_community(connection, "first", "UTC", "en")
        for name in ("second", "third"):
            other = await create_community(connection, name, "UTC", "en")
            numbers.append(other.id)
            await absorb(connection, first, other, nobody, NOW)
        last = await create_community(connection, "last", "UTC", "en")
        await absorb(connection, last, first, nobody, NOW)
        again = await create_community(connection, "again", "UTC", "en")
        rows = await fetch(connection, "SELECT DISTINCT heir_id FROM heir")
        return [*numbers, last.id, again.id, *(row[0] for row in rows)]

    assert in_store(store_url, around) == [2, 3, 4, 5, 4]


def test_no_alarm_rings_for_a_community_that_is_gone(store_url: str) -> None:
    """A command may have set it while its community became part of another."""

    async def around(connection: Connection) -> Any:
        await connection.insert(ALARM, [AlarmRow(7, "greet", "greeting:1", START, 0)])
        return await due_alarms(connection, NOW), await next_alarms(connection)

    assert in_store(store_url, around) == ([], {})
