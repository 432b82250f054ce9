"""A platform that turns the bot away is asked a few times an hour, however often it starts."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import HOUR_MS, MINUTE_MS, ManualClock
from bot.running.rejections import MOST_PER_HOUR, Rejections
from db.opening import write_memory, write_sqlite

AT = 1_760_000_000_000


async def test_the_fourth_rejection_of_an_hour_earns_a_rest_until_it_is_over() -> None:
    clock = ManualClock(AT)
    async with write_memory() as store:
        rejections = Rejections(store, clock)
        for number in range(MOST_PER_HOUR):
            clock.at = AT + number * MINUTE_MS
            assert await rejections.seconds_to_wait("discord") == 0
            await rejections.note("discord")
        assert await rejections.seconds_to_wait("discord") == 57 * 60
        assert await rejections.seconds_to_wait("telegram") == 0
        clock.at = AT + HOUR_MS
        assert await rejections.seconds_to_wait("discord") == 0


async def test_it_is_remembered_over_restarts(tmp_path: Path) -> None:
    clock = ManualClock(AT)
    for _ in range(MOST_PER_HOUR):
        async with write_sqlite(tmp_path / "foyer.db") as store:
            assert await Rejections(store, clock).seconds_to_wait("discord") == 0
            await Rejections(store, clock).note("discord")
    async with write_sqlite(tmp_path / "foyer.db") as store:
        assert await Rejections(store, clock).seconds_to_wait("discord") == 3600


async def test_a_clock_that_is_put_back_costs_no_endless_rest() -> None:
    clock = ManualClock(AT)
    async with write_memory() as store:
        rejections = Rejections(store, clock)
        for _ in range(MOST_PER_HOUR):
            await rejections.note("discord")
        clock.at = AT - 24 * HOUR_MS
        assert await rejections.seconds_to_wait("discord") == 0


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 30 * MINUTE_MS), max_size=30))
async def test_no_hour_has_more_than_five_attempts(pauses: list[int]) -> None:
    clock, attempts = ManualClock(AT), list[int]()
    async with write_memory() as store:
        rejections = Rejections(store, clock)
        for pause in pauses:
            clock.at += pause + round(1000 * await rejections.seconds_to_wait("discord"))
            attempts.append(clock.at)
            await rejections.note("discord")
    for first in attempts:
        assert len([at for at in attempts if first <= at < first + HOUR_MS]) <= 5
