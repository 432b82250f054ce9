"""A machine whose clock is wrong answers all the same, and says so."""

import asyncio
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.telegram.line.client import connected
from bot.adapters.telegram.line.server_clock import SLIGHT_MS, ServerClock
from bot.clock import HOUR_MS, MINUTE_MS, ManualClock
from tests.fakes.telegram import serving_telegram
from tests.fakes.telegram_faults import page
from tests.telegram_bots import settings_for
from tests.test_logs import lines, logged

NOW = 1_714_564_800_000


def header(at: int) -> str:
    return formatdate(at / 1000, usegmt=True)


def told(ahead: int, date: str | None = None, took: int = 100) -> ServerClock:
    """A clock on a machine that far ahead, after one answer."""
    clock = ManualClock(NOW + ahead)
    server = ServerClock(clock)
    began = server.began()
    clock.at += took
    server.note(header(NOW) if date is None else date, began)
    return server


def test_before_any_answer_this_machines_clock_is_right() -> None:
    assert ServerClock(ManualClock(NOW)).now() == NOW


@pytest.mark.parametrize("ahead", [-24 * HOUR_MS, -HOUR_MS, 61_000, HOUR_MS])
def test_a_wrong_clock_is_put_right(ahead: int) -> None:
    assert abs(told(ahead).now() - NOW) <= 1_000


@given(st.integers(-SLIGHT_MS + 1_000, SLIGHT_MS - 1_000))
def test_a_slight_difference_is_none(ahead: int) -> None:
    assert told(ahead).now() == NOW + ahead + 100


@pytest.mark.parametrize("date", ["", "yesterday", "Fri, 99 Nov 2026 16:53:11 GMT", "0"])
def test_a_date_that_is_none_changes_nothing(date: str) -> None:
    assert told(HOUR_MS, date).now() == NOW + HOUR_MS + 100


@pytest.mark.parametrize("took", [-1, SLIGHT_MS + 1, HOUR_MS])
def test_an_answer_that_lay_about_tells_nothing(took: int) -> None:
    assert told(HOUR_MS, took=took).now() == NOW + HOUR_MS + took


def test_the_log_tells_of_a_wrong_clock_once_and_of_another_change() -> None:
    clock = ManualClock(NOW + HOUR_MS)
    server = ServerClock(clock)
    with logged() as stream:
        for _ in range(3):
            server.note(header(NOW), clock.at)
        clock.at = NOW
        server.note(header(NOW), clock.at)
        clock.at = NOW + 29_000
        server.note(header(NOW), clock.at)
    found = lines(stream)
    assert [line["seconds_ahead"] for line in found] == [3_599, 0]
    assert {line["level"] for line in found} == {"warning"}


@pytest.mark.parametrize("ahead", [2 * MINUTE_MS, -2 * MINUTE_MS])
async def test_opening_the_bot_tells_the_time(ahead: int) -> None:
    with serving_telegram(ManualClock(NOW)) as fake, logged() as stream:
        clock = ServerClock(ManualClock(NOW + ahead))
        async with connected(settings_for(fake), clock):
            assert abs(clock.now() - NOW) <= 1_000
    assert "this machine's clock is not Telegram's" in stream.getvalue()


async def test_what_stands_before_telegram_does_not_tell_its_time() -> None:
    with serving_telegram(ManualClock(NOW)) as fake:
        clock = ServerClock(ManualClock(NOW))
        async with connected(settings_for(fake), clock) as client:
            fake.clock.at += HOUR_MS
            fake.faults.add("getWebhookInfo", page(404))
            await asyncio.gather(client.called_address(), return_exceptions=True)
            assert clock.now() == NOW
            await client.called_address()
            assert abs(clock.now() - NOW - HOUR_MS) <= 1_000
