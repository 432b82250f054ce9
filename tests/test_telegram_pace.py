"""Telegram's limits hold in every window, and a chat that must wait keeps no other waiting."""

import asyncio
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.telegram.line.pace import GROUP, OVERALL, PATIENCE, PRIVATE, STORM, Limit, Pace
from bot.delivery import NotDeliveredError

GROUPS = ["-1001", "-1002", "-1003"]
PEOPLE = ["7", "8"]


class Timeline:
    """Seconds that pass only while somebody rests; many may rest side by side."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.rests: list[float] = []

    def now(self) -> float:
        return self.at

    async def rest(self, seconds: float) -> None:
        self.rests.append(seconds)
        self.at += seconds


class Calling:
    """Calls chats through a pace, coming back when it says so, and notes when each was made."""

    def __init__(self) -> None:
        self.time = Timeline()
        self.pace = Pace(self.time.now, self.time.rest)
        self.made: list[tuple[float, str]] = []
        self.sent_away: list[int] = []

    async def call(self, chat: str) -> None:
        while True:
            try:
                await self.pace.wait(chat)
            except NotDeliveredError as error:
                self.sent_away.append(error.retry_after)
                self.time.at += error.retry_after / 1000
            else:
                self.made.append((self.time.at, chat))
                return

    def check(self, chat: str | None, limit: Limit) -> None:
        """No window of the limit's length holds more calls than it may."""
        instants = [at for at, one in self.made if chat in (None, one)]
        for first, last in zip(instants, instants[limit.most :], strict=False):
            assert last - first >= limit.seconds - 1e-6, (chat, instants)


BURSTS = st.lists(
    st.tuples(st.sampled_from(GROUPS + PEOPLE), st.floats(0, 8), st.integers(1, 12)), max_size=25
)
"""Whom somebody calls, after how many seconds of silence, and how often."""


@settings(max_examples=60, deadline=None)
@given(BURSTS)
def test_no_window_ever_holds_too_many(bursts: list[tuple[str, float, int]]) -> None:
    async def calls() -> Calling:
        calling = Calling()
        for chat, silence, count in bursts:
            calling.time.at += silence
            for _ in range(count):
                await calling.call(chat)
        return calling

    calling = asyncio.run(calls())
    for chat in GROUPS:
        calling.check(chat, GROUP)
    for chat in PEOPLE:
        calling.check(chat, PRIVATE)
    calling.check(None, OVERALL)
    assert all(wait > PATIENCE * 1000 for wait in calling.sent_away)


async def test_the_limits_are_below_telegrams_own() -> None:
    assert GROUP.most < 20
    assert OVERALL.most < 30
    calling = Calling()
    for _ in range(200):
        await calling.call("-1001")
    spans = zip(calling.made, calling.made[20:], strict=False)
    assert min(later[0] - earlier[0] for earlier, later in spans) >= 60
    minutes = (calling.made[-1][0] - calling.made[0][0]) / 60
    assert 200 / minutes == pytest.approx(GROUP.most, rel=0.1)  # and not much slower than it may


async def test_a_few_messages_go_out_at_once() -> None:
    calling = Calling()
    for _ in range(GROUP.most):
        await calling.call("-1001")
    assert calling.time.rests == []


async def test_whoever_would_wait_long_is_told_how_long() -> None:
    calling = Calling()
    for _ in range(GROUP.most):
        await calling.pace.wait("-1001")
    calling.time.at += 30
    with pytest.raises(NotDeliveredError) as caught:
        await calling.pace.wait("-1001")
    assert 30_000 <= caught.value.retry_after <= 30_002
    assert not caught.value.is_global
    assert calling.time.rests == []
    calling.time.at += 25
    await calling.pace.wait("-1001")
    assert calling.time.rests == [pytest.approx(5)]


async def test_being_sent_away_costs_nothing() -> None:
    calling = Calling()
    for _ in range(GROUP.most):
        await calling.pace.wait("-1001")
    for _ in range(100):
        with pytest.raises(NotDeliveredError):
            await calling.pace.wait("-1001")
    calling.time.at += 60
    for _ in range(GROUP.most):
        await calling.pace.wait("-1001")


async def test_a_busy_chat_keeps_no_other_waiting() -> None:
    calling = Calling()
    for _ in range(GROUP.most):
        await calling.pace.wait("-1001")
    calling.time.at += 1
    began = calling.time.at
    await calling.pace.wait("-1002")
    await calling.pace.wait("7")
    assert calling.time.at == began


async def test_people_get_one_a_second() -> None:
    calling = Calling()
    for _ in range(4):
        await calling.call("7")
    assert [round(at - 1000) for at, _ in calling.made] == [0, 1, 2, 3]


async def test_all_chats_together_keep_to_the_overall_limit() -> None:
    calling = Calling()
    for number in range(OVERALL.most + 1):
        await calling.call(str(number + 1))
    assert calling.made[OVERALL.most - 1][0] == 1000
    assert calling.made[OVERALL.most][0] == pytest.approx(1001)


@pytest.mark.parametrize("seconds", [1, 9, 30, 3600])
async def test_a_flood_wait_is_kept_and_disturbs_nobody_else(seconds: int) -> None:
    calling = Calling()
    assert not calling.pace.hold("-1001", seconds * 1000)
    began = calling.time.at
    await calling.call("-1002")
    await calling.call("7")
    assert calling.time.at == began
    await calling.call("-1001")
    assert calling.made[-1][0] >= began + seconds


async def test_a_shorter_wait_does_not_shorten_a_longer_one() -> None:
    calling = Calling()
    calling.pace.hold("-1001", 8_000)
    calling.pace.hold("-1001", 1_000)
    await calling.call("-1001")
    assert calling.made[0][0] == pytest.approx(1008)


async def test_the_whole_bot_rests_where_telegram_means_it() -> None:
    calling = Calling()
    assert calling.pace.hold(None, 60_000)
    with pytest.raises(NotDeliveredError) as caught:
        await calling.pace.wait("7")
    assert caught.value.is_global
    assert caught.value.retry_after == 60_000


async def test_many_chats_at_once_mean_the_bot_and_one_after_another_do_not() -> None:
    calling = Calling()
    told = [calling.pace.hold(f"-{number}", 40_000 + number) for number in range(1, STORM + 1)]
    assert told == [False] * (STORM - 1) + [True]
    with pytest.raises(NotDeliveredError) as caught:
        await calling.pace.wait("7")
    assert caught.value.is_global
    assert caught.value.retry_after == pytest.approx(40_001, abs=1)
    slowly = Calling()
    for number in range(1, 20):
        assert not slowly.pace.hold(f"-{number}", 1_000)
        slowly.time.at += 1
    began = slowly.time.at
    await slowly.call("7")
    assert slowly.time.at == began


async def test_one_chat_alone_is_never_a_storm() -> None:
    calling = Calling()
    assert not any(calling.pace.hold("-1001", 1_000) for _ in range(50))


async def test_it_remembers_no_chat_for_long() -> None:
    calling = Calling()
    for number in range(500):
        await calling.call(f"-{number + 1}")
        calling.pace.hold(f"-{number + 1}", 100)
    calling.time.at += 120
    await calling.call("7")
    sizes = {
        name: len(known) for name, known in vars(calling.pace).items() if hasattr(known, "get")
    }
    assert max(sizes.values()) < 10, sizes


async def test_callers_side_by_side_share_the_windows() -> None:
    made: defaultdict[str, list[float]] = defaultdict(list)
    loop = asyncio.get_running_loop()
    pace = Pace()

    async def call(chat: str) -> None:
        await pace.wait(chat)
        made[chat].append(loop.time())

    async with asyncio.timeout(5):
        await asyncio.gather(*[call("7") for _ in range(3)], *[call("-1001") for _ in range(5)])
    first, second, third = made["7"]
    assert second - first >= 0.99
    assert third - second >= 0.99
    assert made["-1001"][-1] - made["-1001"][0] < 0.5
