import asyncio

import pytest

from bot.clock import DAY_MS, MINUTE_MS
from bot.recurrence import Daily, Weekly
from bot.schedule import Outcome
from db.slots import SlotRow, claim
from tests.schedules import FAILED, Said, at, hours, routine, standing

MONDAY_NINE = "2026-10-05T07:00"
"""The first Monday at nine in Paris."""


async def test_a_turn_is_said_once_however_often_the_clock_ticks(store_url: str) -> None:
    async with standing(store_url) as stand:
        await stand.tick("2026-10-05T06:59:59")
        assert stand.said == []
        await stand.tick(MONDAY_NINE)
        for minute in range(1, 30):
            await stand.tick(at(MONDAY_NINE) + minute * MINUTE_MS // 2)
        assert stand.said == [Said(1, "digest:2026-W41", at(MONDAY_NINE))]
        assert await stand.rows("routine, slot_key, due_at, state, reason, attempts, at") == [
            ("digest", "2026-W41", at(MONDAY_NINE), "done", None, 1, at(MONDAY_NINE))
        ]
        assert stand.counted() == {"done": 1}


async def test_a_turn_is_said_once_however_often_the_process_starts(store_url: str) -> None:
    async with standing(store_url) as stand:
        for minute in range(30):
            stand.restart()
            await stand.tick(at(MONDAY_NINE) + minute * MINUTE_MS)
        assert stand.said_keys() == ["digest:2026-W41"]
        assert len(stand.notes.performed) == 1


async def test_a_turn_knows_its_slot_and_the_present_instant() -> None:
    async with standing() as stand:
        await stand.tick("2026-10-05T10:30")
        [due] = stand.notes.performed
        assert due == ("2026-W41", at(MONDAY_NINE), at("2026-10-05T10:30"))


async def test_nothing_is_owed_from_before_the_community_began(store_url: str) -> None:
    async with standing(store_url, since="2026-10-05T07:00") as stand:
        await stand.tick("2026-10-05T08:00")
        await stand.tick("2026-10-12T06:59")
        assert await stand.rows() == []
        await stand.tick("2026-10-12T07:00")
        assert await stand.rows() == [("2026-W42", "done")]


async def test_two_communities_have_their_turns_each_in_its_zone() -> None:
    async with standing() as stand:
        await stand.found(2, at("2026-10-01T12:00"), "America/New_York")
        await stand.tick(MONDAY_NINE)
        assert [said.community for said in stand.said] == [1]
        await stand.tick("2026-10-05T13:00")
        assert [said.community for said in stand.said] == [1, 2]


async def test_two_routines_have_turns_of_their_own() -> None:
    both = [routine(name="moderators"), routine(name="members")]
    async with standing(routines=both) as stand:
        stand.notes.outcomes.append(FAILED)
        await stand.tick(MONDAY_NINE)
        assert await stand.rows("routine, state") == [("members", "done"), ("moderators", "failed")]


async def test_a_routine_that_is_off_has_no_turns() -> None:
    switched = routine(lambda settings: Weekly(0, 9) if settings.digest else None)
    async with standing(routines=[switched]) as stand:
        await stand.settle(digest=False)
        await stand.tick("2026-10-12T07:00")
        assert await stand.rows() == []
        assert await stand.next_at("2026-10-12T07:00") is None
        await stand.settle(digest=True)
        assert await stand.next_at("2026-10-14T19:01") == at("2026-10-14T19:01")


# After a time without anybody there


async def test_after_nine_days_only_the_newest_is_said(store_url: str) -> None:
    async with standing(store_url, routines=[routine(lambda _: Daily(9), "daily")]) as stand:
        await stand.tick("2026-10-02T07:00")
        await stand.tick(at("2026-10-02T07:00") + 9 * DAY_MS)
        assert stand.said_keys() == ["daily:2026-10-02", "daily:2026-10-11"]
        expired = [(f"2026-10-{day:02d}", "expired") for day in range(3, 11)]
        assert await stand.rows() == [
            ("2026-10-02", "done"),
            *expired,
            ("2026-10-11", "done"),
        ]
        assert stand.counted() == {"done": 2, "expired": 8}


async def test_after_weeks_a_weekly_turn_is_said_if_its_window_is_open() -> None:
    async with standing() as stand:
        await stand.tick(at("2026-10-26T08:00") + hours(36))
        assert await stand.rows() == [
            ("2026-W41", "expired"),
            ("2026-W42", "expired"),
            ("2026-W43", "expired"),
            ("2026-W44", "done"),
        ]


async def test_what_is_later_than_its_window_is_not_said(store_url: str) -> None:
    async with standing(store_url) as stand:
        await stand.tick(at(MONDAY_NINE) + hours(36) + 1)
        assert stand.notes.performed == []
        assert await stand.rows("slot_key, state, reason, attempts") == [
            ("2026-W41", "expired", None, 0)
        ]
        await stand.tick("2026-10-12T07:00")
        assert stand.said_keys() == ["digest:2026-W42"]


async def test_a_short_outage_is_made_up_for() -> None:
    async with standing() as stand:
        await stand.tick("2026-10-05T06:55")
        await stand.tick("2026-10-05T07:05")
        assert stand.said == [Said(1, "digest:2026-W41", at("2026-10-05T07:05"))]


# Skipped


async def test_a_paused_community_is_left_in_peace(store_url: str) -> None:
    async with standing(store_url) as stand:
        await stand.settle(paused_until=at("2026-10-05T12:00"))
        await stand.tick(MONDAY_NINE)
        await stand.tick("2026-10-05T12:00")
        assert stand.notes.performed == []
        assert await stand.rows("slot_key, state, reason") == [("2026-W41", "skipped", "paused")]


async def test_what_was_skipped_keeps_its_reason_and_is_not_tried_again() -> None:
    async with standing() as stand:
        stand.notes.outcomes.append(Outcome("skipped", "too_little", ()))
        await stand.tick(MONDAY_NINE)
        await stand.tick("2026-10-05T07:30")
        assert await stand.rows("slot_key, state, reason") == [
            ("2026-W41", "skipped", "too_little")
        ]
        assert len(stand.notes.performed) == 1


# Failed


async def test_a_failed_turn_is_tried_again_after_ten_minutes(store_url: str) -> None:
    async with standing(store_url) as stand:
        stand.notes.outcomes.append(FAILED)
        await stand.tick("2026-10-05T07:00")
        assert await stand.rows("state, reason, attempts") == [("failed", "ValueError", 1)]
        stand.restart()
        await stand.tick("2026-10-05T07:09:59")
        assert len(stand.notes.performed) == 1
        await stand.tick("2026-10-05T07:10")
        assert await stand.rows("state, reason, attempts") == [("done", None, 2)]
        assert stand.said_keys() == ["digest:2026-W41"]


async def test_after_three_failures_a_turn_is_given_up(store_url: str) -> None:
    async with standing(store_url) as stand:
        stand.notes.outcomes.extend([FAILED] * 9)
        for minute in range(120):
            await stand.tick(at(MONDAY_NINE) + minute * MINUTE_MS)
        assert [due.now - due.at for due in stand.notes.performed] == [
            0,
            10 * MINUTE_MS,
            20 * MINUTE_MS,
        ]
        assert await stand.rows("state, reason, attempts") == [("given_up", "ValueError", 3)]
        assert stand.counted() == {"failed": 2, "given_up": 1}


async def test_a_failed_turn_is_not_tried_after_its_window() -> None:
    async with standing(routines=[routine(window=300)]) as stand:
        stand.notes.outcomes.append(FAILED)
        await stand.tick(MONDAY_NINE)
        await stand.tick("2026-10-05T07:10")
        assert len(stand.notes.performed) == 1
        assert await stand.rows("state, reason, attempts") == [("given_up", "late", 1)]


async def test_a_failed_turn_is_given_up_when_the_next_one_comes() -> None:
    async with standing(routines=[routine(lambda _: Daily(9), "daily")]) as stand:
        stand.notes.outcomes.append(FAILED)
        await stand.tick("2026-10-02T07:00")
        await stand.tick("2026-10-03T07:00")
        assert await stand.rows() == [("2026-10-02", "given_up"), ("2026-10-03", "done")]


async def test_a_failed_turn_is_not_tried_in_a_paused_community() -> None:
    async with standing() as stand:
        stand.notes.outcomes.append(FAILED)
        await stand.tick(MONDAY_NINE)
        await stand.settle(paused_until=at("2026-11-01T00:00"))
        await stand.tick("2026-10-05T07:10")
        assert await stand.rows("state, reason, attempts") == [("skipped", "paused", 1)]


# One transaction, one winner


async def test_a_turn_without_its_posts_is_not_recorded(store_url: str) -> None:
    async with standing(store_url) as stand:
        await stand.found(2, at("2026-10-01T12:00"))
        stand.unsayable = {1}
        with pytest.raises(ExceptionGroup) as caught:
            await stand.tick(MONDAY_NINE)
        assert [type(one) for one in caught.value.exceptions] == [ValueError]
        assert await stand.rows("community_id, state") == [(2, "done")]
        stand.unsayable = set()
        await stand.tick("2026-10-05T07:01")
        assert await stand.rows("community_id, state") == [(1, "done"), (2, "done")]
        assert sorted(said.community for said in stand.said) == [1, 2]


async def test_who_comes_second_says_nothing(store_url: str) -> None:
    async with standing(store_url) as stand:
        other = stand.another()
        stand.notes.meanwhile = other.tick
        await stand.tick(MONDAY_NINE)
        assert len(stand.notes.performed) == 2
        assert stand.said_keys() == ["digest:2026-W41"]
        assert stand.counted() == {"done": 1}


async def test_who_tries_again_second_says_nothing(store_url: str) -> None:
    async with standing(store_url) as stand:
        stand.notes.outcomes.append(FAILED)
        await stand.tick(MONDAY_NINE)
        stand.notes.meanwhile = stand.another().tick
        await stand.tick("2026-10-05T07:10")
        assert len(stand.notes.performed) == 3
        assert stand.said_keys() == ["digest:2026-W41"]
        assert await stand.rows("state, attempts") == [("done", 2)]


async def test_who_fails_second_does_not_undo_what_was_done(store_url: str) -> None:
    async with standing(store_url) as stand:
        other = stand.another()

        async def succeed() -> None:
            await other.tick()
            stand.notes.outcomes.append(FAILED)

        stand.notes.meanwhile = succeed
        await stand.tick(MONDAY_NINE)
        await stand.tick("2026-10-05T07:30")
        assert await stand.rows() == [("2026-W41", "done")]
        assert stand.said_keys() == ["digest:2026-W41"]


async def test_ticks_that_overlap_say_it_once() -> None:
    async with standing() as stand:
        stand.clock.at = at(MONDAY_NINE)
        others = [stand.another() for _ in range(5)]
        await asyncio.gather(*(one.tick() for one in others))
        assert stand.said_keys() == ["digest:2026-W41"]


async def test_a_slot_is_claimed_once(store_url: str) -> None:
    async with standing(store_url) as stand:
        row = SlotRow(1, "digest", "2026-W42", at("2026-10-12T07:00"), "failed", None, 1, 0)

        async def take(state: str, failures: int) -> bool:
            mine = row._replace(state=state, attempts=failures + 1)
            return await stand.store.write(lambda connection: claim(connection, mine, failures))

        assert await take("failed", failures=0)
        assert not await take("done", failures=0)
        assert await take("failed", failures=1)
        assert not await take("done", failures=1)
        assert await take("done", failures=2)
        assert not await take("done", failures=3)
        assert await stand.rows("state, attempts") == [("done", 3)]


# What comes next


async def test_next_is_the_upcoming_turn() -> None:
    async with standing() as stand:
        assert await stand.next_at("2026-10-02T00:00") == at(MONDAY_NINE)
        assert await stand.next_at(MONDAY_NINE) == at(MONDAY_NINE)
        await stand.tick()
        assert await stand.next_at(MONDAY_NINE) == at("2026-10-12T07:00")


async def test_next_is_the_next_attempt() -> None:
    async with standing() as stand:
        stand.notes.outcomes.append(FAILED)
        await stand.tick(MONDAY_NINE)
        assert await stand.next_at("2026-10-05T07:05") == at("2026-10-05T07:10")


async def test_next_is_nothing_where_nobody_is() -> None:
    async with standing(routines=[]) as stand:
        assert await stand.next_at(MONDAY_NINE) is None


async def test_going_from_next_to_next_meets_every_turn_at_its_instant() -> None:
    async with standing() as stand:
        stand.notes.outcomes.extend([FAILED, FAILED])
        visited: list[int] = []
        while (instant := await stand.schedule.next_at()) is not None and len(visited) < 6:
            visited.append(instant)
            await stand.tick(instant)
        assert visited == [
            at("2026-10-05T07:00"),
            at("2026-10-05T07:10"),
            at("2026-10-05T07:20"),
            at("2026-10-12T07:00"),
            at("2026-10-19T07:00"),
            at("2026-10-26T08:00"),
        ]
        assert [said.now for said in stand.said] == visited[2:]
