"""What was missed is noted before Telegram counts as heard, whatever kept it from being heard."""

from itertools import islice

import pytest

from bot.adapters.telegram.listening.hearing import (
    KEPT_MS,
    LONGEST_REST,
    STALE_MS,
    Hearing,
    backing_off,
)
from bot.clock import HOUR_MS, ManualClock
from bot.errors import StoreError
from tests.telegram_bots import Listener
from tests.test_logs import lines, logged


def listening() -> tuple[Hearing, Listener, ManualClock]:
    clock = ManualClock(1_714_564_800_000)
    host = Listener(clock)
    return Hearing(host), host, clock


def is_on(hearing: Hearing) -> bool:
    return hearing.is_on


async def test_at_the_start_nothing_is_heard_until_what_was_missed_is_noted() -> None:
    hearing, host, _ = listening()
    assert not is_on(hearing)
    host.failures = 1
    with pytest.raises(StoreError):
        await hearing.heard()
    assert not is_on(hearing)
    await hearing.heard()
    assert is_on(hearing)
    assert host.told == [("resume", "telegram", KEPT_MS)]
    assert KEPT_MS == 24 * HOUR_MS


async def test_while_it_is_heard_nothing_is_noted() -> None:
    hearing, host, clock = listening()
    for _ in range(10):
        await hearing.heard()
        clock.at += STALE_MS
    assert len(host.told) == 1


async def test_after_a_loss_it_is_noted_again() -> None:
    hearing, host, _ = listening()
    await hearing.heard()
    hearing.lost("no connection")
    assert not is_on(hearing)
    await hearing.heard()
    assert len(host.told) == 2


async def test_whoever_slept_does_not_count_as_listening() -> None:
    hearing, host, clock = listening()
    await hearing.heard()
    clock.at += STALE_MS + 1
    assert not is_on(hearing)
    await hearing.heard()
    assert is_on(hearing)
    assert len(host.told) == 2


async def test_a_clock_that_was_set_back_changes_nothing() -> None:
    hearing, host, clock = listening()
    await hearing.heard()
    clock.at -= 2 * HOUR_MS
    assert is_on(hearing)
    await hearing.heard()
    assert len(host.told) == 1


async def test_a_loss_is_told_once_for_each_reason() -> None:
    hearing, _, _ = listening()
    with logged() as stream:
        for reason in ("no connection", "no connection", "server failed", "server failed"):
            hearing.lost(reason)
        await hearing.heard()
        hearing.lost("server failed")
    told = [line.get("reason", line["event"]) for line in lines(stream)]
    assert told == ["no connection", "server failed", "listening", "server failed"]


def test_rests_grow_to_half_a_minute_and_differ() -> None:
    one, other = (list(islice(backing_off(), 12)) for _ in range(2))
    assert one != other
    assert one[0] < 1
    assert all(0.8 * LONGEST_REST <= rest <= 1.2 * LONGEST_REST for rest in one[7:])
