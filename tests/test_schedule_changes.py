"""Clocks that are moved, and moderators who change their mind."""

from functools import partial

import pytest

from bot.clock import zone_of
from bot.model import ChannelId
from bot.recurrence import Daily
from bot.settings import CommunitySettings, load_all_settings, load_settings
from tests.schedules import Said, at, routine, standing

MONDAY_NINE = "2026-10-05T07:00"
"""The first Monday at nine in Paris."""


async def test_a_clock_that_is_put_back_says_nothing_twice(store_url: str) -> None:
    async with standing(store_url) as stand:
        for now in ("08:00", "09:00", "07:30", "06:00", "07:00", "08:00", "09:30"):
            await stand.tick(f"2026-10-05T{now}")
        assert stand.said == [Said(1, "digest:2026-W41", at("2026-10-05T08:00"))]


async def test_a_clock_that_ran_ahead_says_nothing_twice() -> None:
    async with standing() as stand:
        await stand.tick("2026-10-05T05:30")
        await stand.tick("2026-10-05T07:30")
        await stand.tick("2026-10-05T05:31")
        await stand.tick("2026-10-05T07:00")
        await stand.tick("2026-10-12T07:00")
        assert stand.said_keys() == ["digest:2026-W41", "digest:2026-W42"]


async def test_a_change_of_day_or_hour_does_not_open_a_week_again() -> None:
    async with standing() as stand:
        await stand.tick(MONDAY_NINE)
        await stand.settle(digest_weekday=4, digest_hour=18)
        await stand.tick("2026-10-09T16:00")
        await stand.tick("2026-10-09T16:01")
        assert stand.said_keys() == ["digest:2026-W41"]
        await stand.tick("2026-10-16T15:59")
        assert stand.said_keys() == ["digest:2026-W41"]
        await stand.tick("2026-10-16T16:00")
        assert stand.said_keys() == ["digest:2026-W41", "digest:2026-W42"]


async def test_settings_are_each_communitys_own(store_url: str) -> None:
    async with standing(store_url) as stand:
        await stand.found(2, at("2026-10-01T12:00"))
        await stand.settle(2, digest_hour=10, main=ChannelId("console", "hall"))
        await stand.settle(2, digest_weekday=1)
        everybodys = await stand.store.write(load_all_settings)
        for number in (1, 2, 3):
            own = await stand.store.write(partial(load_settings, community=number))
            assert everybodys[number] == own
        assert everybodys[2].digest_hour == 10
        assert everybodys[1] == everybodys[3] == CommunitySettings()


async def test_a_change_takes_effect_at_the_next_tick() -> None:
    async with standing() as stand:
        await stand.tick("2026-10-04T12:00")
        await stand.settle(digest_weekday=6, digest_hour=16)
        await stand.tick("2026-10-04T14:00")
        assert stand.said_keys() == ["digest:2026-W40"]


async def test_a_change_of_zone_does_not_open_a_week_again(store_url: str) -> None:
    async with standing(store_url, timezone="Pacific/Kiritimati") as stand:
        await stand.tick("2026-10-04T19:00")
        for zone in ("Europe/Paris", "Pacific/Pago_Pago", "Pacific/Kiritimati"):
            await stand.move(zone)
            await stand.tick("2026-10-05T20:00")
        assert stand.said_keys() == ["digest:2026-W41"]
        await stand.move("Pacific/Pago_Pago")
        await stand.tick("2026-10-12T20:00")
        assert stand.said_keys() == ["digest:2026-W41", "digest:2026-W42"]


async def test_a_day_is_not_missed_where_the_zone_moves_by_a_day() -> None:
    late = [routine(lambda _: Daily(23, 30), "daily")]
    async with standing(timezone="Pacific/Honolulu", routines=late) as stand:
        await stand.tick("2026-10-06T09:30")
        await stand.move("Pacific/Kiritimati")
        await stand.tick("2026-10-06T09:31")
        assert stand.said_keys() == ["daily:2026-10-05", "daily:2026-10-06"]


@pytest.mark.parametrize("zone", ["US/Pacific-New", "America", "", "/etc/passwd", "a" * 300])
async def test_where_a_zone_is_unknown_utc_holds_and_nobody_is_stopped(
    zone: str, caplog: pytest.LogCaptureFixture
) -> None:
    zone_of.cache_clear()
    async with standing(timezone=zone) as stand:
        await stand.found(2, at("2026-10-01T12:00"))
        await stand.tick(MONDAY_NINE)
        assert [said.community for said in stand.said] == [2]
        await stand.tick("2026-10-05T09:01")
        assert [said.community for said in stand.said] == [2, 1]
    assert caplog.text.count("unknown time zone") == 1
