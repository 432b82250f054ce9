from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.events import MemberDescribed, MemberJoined, MemberLeft
from bot.greetings import (
    GREET,
    KEPT_MS,
    LATE_MS,
    MOST_PER_HOUR,
    RETRACT,
    REWRITE,
    Newcomer,
    drop_window,
    forget_names,
    gather,
    names_said,
    names_to_greet,
    take_back_greeting,
)
from bot.model import AccountId
from db.connection import Connection
from tests.doors import NOON, PLATFORM, WAIT, Door, at_the_door
from tests.stores import fetch, in_store, record_more, recorded


def test_a_hundred_joins_wait_for_one_greeting(store_url: str) -> None:
    async def rush(door: Door) -> tuple[list[tuple[int, str]], list[str]]:
        for number in range(100):
            await door.comes(f"ann{number:02}", NOON + number * 500)
        return await door.alarms(GREET), await door.greets(NOON + WAIT * MINUTE_MS)

    alarms, names = at_the_door(store_url, rush)
    assert [due_at for due_at, _ in alarms] == [NOON + WAIT * MINUTE_MS]
    assert names == [f"Ann{number:02}" for number in range(100)]


def test_who_comes_after_a_greeting_waits_for_another(store_url: str) -> None:
    async def two_windows(door: Door) -> Any:
        await door.comes("ann", NOON)
        first = await door.greets(NOON + WAIT * MINUTE_MS)
        await door.comes("bob", NOON + WAIT * MINUTE_MS)
        return first, await door.alarms(GREET), await door.greets(NOON + 2 * WAIT * MINUTE_MS)

    first, alarms, second = at_the_door(store_url, two_windows)
    assert (first, second) == (["Ann"], ["Bob"])
    assert [due_at - NOON for due_at, _ in alarms] == [WAIT * MINUTE_MS, 2 * WAIT * MINUTE_MS]
    assert len({key for _, key in alarms}) == 2


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(gaps=st.lists(st.integers(0, 40), min_size=1, max_size=40), minutes=st.integers(1, 30))
def test_no_hour_has_more_than_four_greetings_and_nobody_is_greeted_twice(
    tmp_path_factory: pytest.TempPathFactory, gaps: list[int], minutes: int
) -> None:
    async def raid(connection: Connection) -> tuple[list[int], list[str], dict[str, int]]:
        community = await recorded(connection, [])
        said: list[int] = []
        names: list[str] = []
        now, came = NOON, {}
        open_at: tuple[int, str] | None = None

        async def ring(until: int) -> None:
            nonlocal open_at
            if open_at is not None and open_at[0] <= until:
                due_at, key = open_at
                names.extend(await names_to_greet(connection, community.id, key, minutes, due_at))
                said.append(due_at)
                open_at = None

        for number, gap in enumerate(gaps):
            now += gap * MINUTE_MS
            await ring(now)
            name = f"p{number}"
            came[name] = now
            join = MemberJoined(platform=PLATFORM, user=name, at=now)
            await record_more(connection, community, [[join]], settled=False)
            newcomer = Newcomer(AccountId(PLATFORM, name), name, now)
            await gather(connection, community.id, newcomer, minutes, now)
            rows = await fetch(
                connection, "SELECT due_at, post_key FROM greeting WHERE said_at IS NULL LIMIT 1"
            )
            open_at = rows[0][0], rows[0][1]
        await ring(now + DAY_MS)
        return said, names, came

    url = f"sqlite:///{tmp_path_factory.mktemp('raid') / 'foyer.db'}"
    said, names, came = in_store(url, raid)
    assert names == list(came)
    for late, early in zip(said[MOST_PER_HOUR:], said, strict=False):
        assert late - early >= HOUR_MS
    assert said[0] == NOON + gaps[0] * MINUTE_MS + minutes * MINUTE_MS


def test_two_windows_never_share_a_key_even_in_one_millisecond(store_url: str) -> None:
    async def backlog(door: Door) -> list[tuple[int, str]]:
        now = NOON + HOUR_MS
        await door.comes("ann", NOON, now)
        await door.greets(now)
        await door.comes("bob", NOON + 1, now)
        return await door.alarms(GREET)

    (first, first_key), (second, second_key) = at_the_door(store_url, backlog)
    assert first_key != second_key
    assert (first, second) == (NOON + HOUR_MS, NOON + HOUR_MS + 1)


def test_who_leaves_before_the_greeting_is_not_greeted(store_url: str) -> None:
    async def one_goes(door: Door) -> tuple[list[str], Any]:
        await door.comes("ann", NOON)
        await door.comes("bob", NOON + 1000)
        await door.goes("ann", NOON + 2000)
        return await door.greets(NOON + WAIT * MINUTE_MS), await door.alarms(REWRITE)

    assert at_the_door(store_url, one_goes) == (["Bob"], [])


def test_a_leave_that_no_handler_heard_of_counts_too(store_url: str) -> None:
    async def unheard(door: Door) -> list[str]:
        await door.comes("ann", NOON)
        await door.comes("bob", NOON)
        await door.happens(MemberLeft(platform=PLATFORM, user="ann", at=NOON + 5))
        return await door.greets(NOON + WAIT * MINUTE_MS)

    assert at_the_door(store_url, unheard) == ["Bob"]


def test_nobody_is_left_of_a_window_whose_people_all_went(store_url: str) -> None:
    async def all_go(door: Door) -> tuple[list[str], int]:
        await door.comes("ann", NOON)
        await door.goes("ann", NOON + 1)
        names = await door.greets(NOON + WAIT * MINUTE_MS)
        return names, await door.rows()

    assert at_the_door(store_url, all_go) == ([], 0)


@pytest.mark.parametrize("says_so_at", ["before", "after"])
def test_bots_are_not_greeted(store_url: str, says_so_at: str) -> None:
    described = MemberDescribed(platform=PLATFORM, user="helper", is_bot=True)

    async def with_a_bot(door: Door) -> list[str]:
        if says_so_at == "before":
            await door.happens(described)
        await door.comes("helper", NOON)
        await door.comes("ann", NOON)
        if says_so_at == "after":
            await door.happens(described)
        return await door.greets(NOON + WAIT * MINUTE_MS)

    assert at_the_door(store_url, with_a_bot) == ["Ann"]


@pytest.mark.parametrize(("platform_says", "moderators_say"), [(0, 1), (1, 0)])
def test_moderators_know_better_who_is_a_bot(
    store_url: str, platform_says: int, moderators_say: int
) -> None:
    async def corrected(door: Door) -> list[str]:
        if platform_says:
            await door.happens(MemberDescribed(platform=PLATFORM, user="ann", is_bot=True))
        await door.comes("ann", NOON)
        await door.connection.statement(
            "INSERT INTO correction (community_id, account_no, is_bot, at)"
            f" VALUES ({door.community.id}, {await door.number('ann')}, {moderators_say}, 1)"
        )
        return await door.greets(NOON + WAIT * MINUTE_MS)

    assert at_the_door(store_url, corrected) == ([] if moderators_say else ["Ann"])


def test_somebody_the_store_does_not_know_is_not_gathered(store_url: str) -> None:
    async def unknown(door: Door) -> int:
        newcomer = Newcomer(AccountId(PLATFORM, "opted-out"), "Ann", NOON)
        await gather(door.connection, door.community.id, newcomer, WAIT, NOON)
        return await door.rows()

    assert at_the_door(store_url, unknown) == 0


@pytest.mark.parametrize(("late", "greeted"), [(LATE_MS, ["Ann"]), (LATE_MS + 1, [])])
def test_who_was_overlooked_for_more_than_six_hours_is_not_greeted(
    store_url: str, late: int, greeted: list[str]
) -> None:
    async def down_before_gathering(door: Door) -> list[str]:
        now = NOON + WAIT * MINUTE_MS + late
        await door.comes("ann", NOON, now)
        return await door.greets(now) if await door.rows() else []

    async def down_before_greeting(door: Door) -> list[str]:
        await door.comes("ann", NOON)
        return await door.greets(NOON + WAIT * MINUTE_MS + late)

    assert at_the_door(store_url, down_before_gathering) == greeted
    assert at_the_door(store_url, down_before_greeting) == greeted


def test_who_came_too_long_ago_is_not_even_written_down(store_url: str) -> None:
    async def old_news(door: Door) -> tuple[int, list[tuple[int, str]]]:
        await door.comes("ann", NOON, NOON + WAIT * MINUTE_MS + LATE_MS + 1)
        return await door.rows(), await door.alarms(GREET)

    assert at_the_door(store_url, old_news) == (0, [])


def test_who_leaves_after_the_greeting_is_taken_out_at_the_next_tick(store_url: str) -> None:
    async def one_goes(door: Door) -> Any:
        await door.comes("ann", NOON)
        await door.comes("bob", NOON)
        await door.greets(NOON + WAIT * MINUTE_MS)
        left_at = NOON + HOUR_MS + 1
        await door.goes("ann", left_at)
        [(due_at, key)] = await door.alarms(REWRITE)
        names = await names_said(door.connection, door.community.id, key)
        return due_at - left_at, names, await door.alarms(RETRACT)

    wait, names, retracts = at_the_door(store_url, one_goes)
    assert (wait, names, retracts) == (0, ["Bob"], [])


def test_a_greeting_without_anybody_left_is_taken_back(store_url: str) -> None:
    async def both_go(door: Door) -> Any:
        await door.comes("ann", NOON)
        await door.comes("bob", NOON)
        await door.greets(NOON + WAIT * MINUTE_MS)
        await door.goes("ann", NOON + HOUR_MS)
        await door.goes("bob", NOON + HOUR_MS + 2)
        await door.goes("bob", NOON + HOUR_MS + 3)
        return await door.alarms(REWRITE), await door.alarms(RETRACT)

    rewrites, retracts = at_the_door(store_url, both_go)
    assert [due_at for due_at, _ in rewrites] == [NOON + HOUR_MS]
    assert [due_at for due_at, _ in retracts] == [NOON + HOUR_MS + 2]


def test_a_crowd_that_goes_costs_one_edit_a_tick(store_url: str) -> None:
    async def crowd(door: Door) -> list[tuple[int, str]]:
        for number in range(60):
            await door.comes(f"p{number}", NOON)
        await door.greets(NOON + WAIT * MINUTE_MS)
        for number in range(50):
            await door.goes(f"p{number}", NOON + HOUR_MS + number * 1000)
        return await door.alarms(REWRITE)

    assert len(at_the_door(store_url, crowd)) == 1


def test_a_leave_before_the_join_takes_nobody_out(store_url: str) -> None:
    async def reordered(door: Door) -> list[str]:
        await door.comes("ann", NOON)
        await door.goes("ann", NOON - 1)
        return await door.greets(NOON + WAIT * MINUTE_MS)

    assert at_the_door(store_url, reordered) == ["Ann"]


@pytest.mark.parametrize(("later", "greeted"), [(KEPT_MS - 1, 0), (KEPT_MS, 1)])
def test_who_comes_back_is_greeted_again_only_after_a_day(
    store_url: str, later: int, greeted: int
) -> None:
    async def comes_back(door: Door) -> int:
        await door.comes("ann", NOON)
        await door.greets(NOON + WAIT * MINUTE_MS)
        await door.goes("ann", NOON + HOUR_MS)
        await door.comes("ann", NOON + WAIT * MINUTE_MS + later)
        return len(await door.alarms(GREET)) - 1

    assert at_the_door(store_url, comes_back) == greeted


def test_names_go_a_day_after_the_greeting(store_url: str) -> None:
    async def a_day_passes(door: Door) -> Any:
        await door.comes("ann", NOON)
        said_at = NOON + WAIT * MINUTE_MS
        await door.greets(said_at)
        await forget_names(door.connection, door.community.id, said_at + DAY_MS - 1)
        kept = await door.rows()
        await forget_names(door.connection, door.community.id, said_at + DAY_MS)
        return kept, await door.rows()

    assert at_the_door(store_url, a_day_passes) == (1, 0)


def test_what_would_still_say_names_goes_with_them(store_url: str) -> None:
    async def a_day_passes(door: Door) -> list[Any]:
        await door.comes("ann", NOON)
        await door.comes("bob", NOON)
        await door.greets(NOON + WAIT * MINUTE_MS)
        [(_, key)] = await door.alarms(GREET)
        for part, state in enumerate(("unknown", "pending", "sending")):
            await door.posts(key, part, state)
        await door.posts("greeting:of-today", 0, "unknown")
        found = []
        for late in (-1, 0):
            now = NOON + WAIT * MINUTE_MS + DAY_MS + late
            await forget_names(door.connection, door.community.id, now)
            rows = await fetch(
                door.connection,
                "SELECT body, state FROM outbox ORDER BY post_key = 'greeting:of-today', part",
            )
            found.append([tuple(row) for row in rows])
        return found

    before, after = at_the_door(store_url, a_day_passes)
    assert [body for body, _ in before] == ["Welcome!"] * 4
    assert after == [(None, "dead"), (None, "dead"), (None, "sending"), ("Welcome!", "unknown")]


def test_the_name_of_who_leaves_is_gone_at_once(store_url: str) -> None:
    async def leaves(door: Door) -> list[Any]:
        await door.comes("ann", NOON)
        await door.greets(NOON + WAIT * MINUTE_MS)
        await door.goes("ann", NOON + HOUR_MS)
        return [row[0] for row in await fetch(door.connection, "SELECT name FROM greeting")]

    assert at_the_door(store_url, leaves) == [""]


@pytest.mark.parametrize("company", [["bob"], []])
def test_who_is_erased_is_taken_out_of_what_was_said(store_url: str, company: list[str]) -> None:
    async def erased(door: Door) -> Any:
        for name in ["ann", *company]:
            await door.comes(name, NOON)
        await door.greets(NOON + WAIT * MINUTE_MS)
        ann = await door.number("ann")
        await take_back_greeting(door.connection, door.community.id, ann, NOON + HOUR_MS)
        return len(await door.alarms(REWRITE)), len(await door.alarms(RETRACT))

    assert at_the_door(store_url, erased) == ((1, 0) if company else (0, 1))


def test_who_is_erased_while_waiting_leaves_no_trace(store_url: str) -> None:
    async def erased(door: Door) -> Any:
        await door.comes("ann", NOON)
        ann = await door.number("ann")
        await take_back_greeting(door.connection, door.community.id, ann, NOON + 1)
        await take_back_greeting(door.connection, door.community.id, ann, NOON + 1)
        return await door.rows(), await door.alarms(RETRACT)

    assert at_the_door(store_url, erased) == (0, [])


def test_a_window_that_is_dropped_takes_nobody_who_was_greeted_along(store_url: str) -> None:
    async def dropped(door: Door) -> Any:
        await door.comes("ann", NOON)
        await door.greets(NOON + WAIT * MINUTE_MS)
        await door.comes("bob", NOON + HOUR_MS)
        for _, key in await door.alarms(GREET):
            await drop_window(door.connection, door.community.id, key)
        return [row[0] for row in await fetch(door.connection, "SELECT name FROM greeting")]

    assert at_the_door(store_url, dropped) == ["Ann"]


def test_communities_have_doors_of_their_own(store_url: str) -> None:
    async def two(connection: Connection) -> Any:
        here, there = [Door(connection, await recorded(connection, [])) for _ in range(2)]
        await here.comes("ann", NOON)
        await there.comes("ann", NOON)
        await there.comes("bob", NOON)
        key = (await here.alarms(GREET))[0][1]
        names = await names_to_greet(connection, here.community.id, key, WAIT, NOON + HOUR_MS)
        await here.goes("ann", NOON + 2 * HOUR_MS)
        return names, await names_said(connection, there.community.id, key)

    assert in_store(store_url, two) == (["Ann"], ["Ann", "Bob"])
