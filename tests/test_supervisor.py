"""Adapters that fail rest and go on, those that are turned away stop, and none disturbs another."""

import asyncio
from collections.abc import Iterator
from itertools import islice
from typing import Any, cast

import pytest

from bot.adapters import Adapter, Host
from bot.adapters import supervisor as module
from bot.adapters.supervisor import LONGEST_REST, NobodyLeftError, Supervisor, backing_off
from bot.delivery import AuthError, ConflictError
from bot.errors import StoreError
from tests.test_logs import lines, logged

HOST = cast("Host", None)


class BrokenError(Exception):
    """What nobody expects of a platform."""


class Scripted:
    """An adapter that does one thing after another, and then listens for ever."""

    def __init__(self, platform: str, *acts: BaseException | None) -> None:
        self.platform = platform
        self.acts = list(acts)
        self.runs = 0
        self.listening = asyncio.Event()
        self.was_cancelled = False

    async def run(self, host: Host) -> None:
        self.runs += 1
        if self.acts:
            act = self.acts.pop(0)
            if act is None:
                return
            raise act
        self.listening.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise


class Rests:
    """Notes how long somebody wanted to rest, and lets them go on at once."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with logged():
        yield


class Remembering:
    """Remembers rejections, and wants a platform left in peace."""

    def __init__(self, **waits: float) -> None:
        self.waits = waits
        self.noted: list[str] = []

    async def note(self, platform: str) -> None:
        self.noted.append(platform)

    async def seconds_to_wait(self, platform: str) -> float:
        return self.waits.get(platform, 0.0)


def supervised(
    *adapters: Scripted, rest: Any = None, rejections: Remembering | None = None
) -> Supervisor:
    named = {adapter.platform: cast("Adapter", adapter) for adapter in adapters}
    return Supervisor(named, HOST, rejections or Remembering(), rest or Rests())


async def cancelled(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("act", [BrokenError("a payload of Ana's"), OSError(104, "reset"), None])
async def test_an_adapter_that_ends_is_started_again(act: BaseException | None) -> None:
    adapter = Scripted("discord", act, act)
    rests = Rests()
    with logged() as stream:
        task = asyncio.create_task(supervised(adapter, rest=rests).run())
        await adapter.listening.wait()
    assert adapter.runs == 3
    assert len(rests.seconds) == 2
    assert [line["platform"] for line in lines(stream)] == ["discord", "discord"]
    assert "Ana" not in stream.getvalue()
    await cancelled(task)


async def test_an_adapter_that_is_turned_away_is_never_started_again() -> None:
    rejected, steady = Scripted("discord", AuthError("4004")), Scripted("telegram")
    rests = Rests()
    task = asyncio.create_task(supervised(rejected, steady, rest=rests).run())
    await steady.listening.wait()
    for _ in range(100):
        await asyncio.sleep(0)
    assert (rejected.runs, steady.runs, rests.seconds) == (1, 1, [])
    assert not task.done()
    await cancelled(task)


async def test_only_being_turned_away_is_remembered() -> None:
    rejections = Remembering()
    adapters = (
        Scripted("discord", BrokenError(), AuthError("4004")),
        Scripted("telegram", BrokenError()),
    )
    task = asyncio.create_task(supervised(*adapters, rejections=rejections).run())
    await adapters[1].listening.wait()
    await asyncio.sleep(0)
    assert rejections.noted == ["discord"]
    await cancelled(task)


async def test_a_platform_that_was_asked_too_often_is_left_in_peace_first() -> None:
    rests = Rests()
    adapters = Scripted("discord"), Scripted("telegram")
    supervisor = supervised(*adapters, rest=rests, rejections=Remembering(discord=1234.5))
    task = asyncio.create_task(supervisor.run())
    await adapters[0].listening.wait()
    assert rests.seconds == [1234.5]
    await cancelled(task)


async def test_a_store_that_fails_ends_everything_at_once() -> None:
    class Forgetful(Remembering):
        async def note(self, platform: str) -> None:
            raise StoreError("the disk is full")

    rejected, steady = Scripted("discord", AuthError("4004")), Scripted("telegram")
    with pytest.raises(StoreError):
        await supervised(rejected, steady, rejections=Forgetful()).run()
    assert steady.was_cancelled


async def test_a_platform_that_fails_does_not_disturb_the_others() -> None:
    failing = Scripted("discord", *[BrokenError() for _ in range(50)])
    steady = Scripted("telegram")
    task = asyncio.create_task(supervised(failing, steady).run())
    await failing.listening.wait()
    assert (failing.runs, steady.runs) == (51, 1)
    assert not steady.was_cancelled
    await cancelled(task)
    assert steady.was_cancelled


async def test_when_no_platform_is_left_it_ends_and_says_why() -> None:
    adapters = (
        Scripted("discord", BrokenError(), AuthError("the intents are not allowed")),
        Scripted("telegram", AuthError("the token was not accepted")),
    )
    with pytest.raises(NobodyLeftError) as caught:
        await supervised(*adapters).run()
    assert str(caught.value) == (
        "no platform accepts the bot (telegram: the token was not accepted;"
        " discord: the intents are not allowed); check the tokens"
    )
    assert caught.value.exit_code == 1


async def test_a_platform_that_serves_another_process_is_left_to_it_in_one_line() -> None:
    rejections = Remembering()
    conflict = Scripted("telegram", ConflictError("another process reads; stop one of them"))
    with logged() as stream, pytest.raises(NobodyLeftError) as caught:
        await supervised(conflict, rejections=rejections).run()
    assert str(caught.value) == (
        "no platform is left (telegram: another process reads; stop one of them)"
    )
    assert rejections.noted == []
    (line,) = lines(stream)
    assert line["reason"] == "another process reads; stop one of them"
    assert "exception" not in line


async def test_tokens_are_to_be_checked_where_any_was_refused() -> None:
    adapters = (
        Scripted("telegram", ConflictError("not alone")),
        Scripted("discord", AuthError("no")),
    )
    with pytest.raises(NobodyLeftError) as caught:
        await supervised(*adapters).run()
    assert str(caught.value).endswith("check the tokens")


async def test_being_turned_away_after_failures_costs_one_attempt_only() -> None:
    adapter = Scripted("discord", BrokenError(), BrokenError(), AuthError("4014"))
    with pytest.raises(NobodyLeftError):
        await supervised(adapter).run()
    assert adapter.runs == 3


async def test_cancelling_ends_every_adapter_first() -> None:
    adapters = Scripted("discord"), Scripted("telegram")
    task = asyncio.create_task(supervised(*adapters).run())
    await asyncio.gather(*(adapter.listening.wait() for adapter in adapters))
    await cancelled(task)
    assert all(adapter.was_cancelled for adapter in adapters)


async def test_cancelling_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOPPING", 0.01)
    released = asyncio.Event()

    class Stubborn(Scripted):
        async def run(self, host: Host) -> None:
            self.listening.set()
            while not released.is_set():
                try:
                    await released.wait()
                except asyncio.CancelledError:
                    self.was_cancelled = True

    adapter = Stubborn("discord")
    task = asyncio.create_task(supervised(adapter).run())
    await adapter.listening.wait()
    asyncio.get_running_loop().call_later(5, released.set)
    await cancelled(task)
    assert adapter.was_cancelled
    assert not released.is_set()
    released.set()


async def test_after_a_long_healthy_time_the_next_failure_counts_as_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    now = [loop.time()]
    monkeypatch.setattr(loop, "time", lambda: now[0])

    class Ageing(Scripted):
        async def run(self, host: Host) -> None:
            now[0] += 700 if self.runs == 5 else 500
            await super().run(host)

    adapter = Ageing("discord", *[BrokenError() for _ in range(8)])
    rests = Rests()
    task = asyncio.create_task(supervised(adapter, rest=rests).run())
    await adapter.listening.wait()
    steps = [round(seconds / 2**step, 1) for step, seconds in enumerate(rests.seconds[:5])]
    assert all(0.8 <= step <= 1.2 for step in steps)
    assert 0.8 <= rests.seconds[5] <= 1.2
    assert rests.seconds[6] >= 1.6
    await cancelled(task)


def test_rests_grow_to_about_ten_minutes_and_no_two_bots_rest_alike() -> None:
    one, other = (list(islice(backing_off(), 15)) for _ in range(2))
    assert one != other
    assert all(0.8 * 2**n <= rest <= 1.2 * 2**n for n, rest in enumerate(one[:9]))
    assert all(0.8 * LONGEST_REST <= rest <= 1.2 * LONGEST_REST for rest in one[10:])


def test_a_crash_loop_of_a_day_connects_less_than_200_times() -> None:
    for _ in range(200):
        passed, connections = 0.0, 0
        rests = backing_off()
        while passed < 86_400:
            connections += 1
            passed += next(rests)
        assert connections < 200
