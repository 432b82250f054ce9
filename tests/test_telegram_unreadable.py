"""Updates and answers that nobody can read are put aside, and stop nothing."""

import asyncio
from collections.abc import Iterator

import pytest

from bot.adapters.telegram.listening.poller import MOST_DOUBTS
from bot.clock import ManualClock
from tests import telegram_updates as raw
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import (
    TRUNCATED,
    page,
)
from tests.telegram_ears import NOW, chatter, club, emptied, listening
from tests.telegram_poison import poisons
from tests.test_logs import logged


@pytest.fixture(scope="module")
def serving() -> Iterator[FakeTelegram]:
    with serving_telegram(ManualClock(NOW)) as fake:
        yield fake


@pytest.fixture
def fake(serving: FakeTelegram) -> FakeTelegram:
    return emptied(serving)


async def test_poison_in_five_thousand_updates_costs_no_good_one(fake: FakeTelegram) -> None:
    chat, _ = club(fake)
    template = raw.update(
        "message", raw.said("hello", chat=fake.rooms[chat].chat, date=NOW // 1000)
    )
    kinds = sorted(poisons())
    assert len(kinds) >= 40
    for number in range(1, 5_001):
        if number % 50 == 0:
            kind = kinds[number // 50 % len(kinds)]
            fake.push(poisons(fake.updates.next_id)[kind], poison=True)
        else:
            fake.push({**template, "message": {**template["message"], "message_id": number}})
    async with listening(fake) as ears:
        await fake.until(lambda: not len(fake.updates), 30)
    good = [str(number) for number in range(1, 5_001) if number % 50]
    assert ears.host.messages == good
    assert len({one.skeleton for one in ears.host.misfits}) >= 40
    assert "secret" not in str(ears.host.misfits)
    assert len(fake.called("getUpdates")) < 250


async def test_poison_alone_stops_nothing(fake: FakeTelegram) -> None:
    chat, ana = club(fake)
    said = chatter(fake, chat, ana, 1)
    kinds = sorted(poisons())
    async with listening(fake) as ears:
        for number, kind in enumerate(kinds, 2):
            fake.push(poisons(fake.updates.next_id)[kind], poison=True)
            await fake.until(lambda: not len(fake.updates))
            said += chatter(fake, chat, ana, 1)
            await fake.until(lambda: len(ears.host.messages) >= number)  # noqa: B023  waited for at once
    assert ears.host.messages == said
    assert len(ears.host.misfits) >= len(kinds)


async def test_it_asks_twice_a_second_at_most_while_all_is_poison(fake: FakeTelegram) -> None:
    for _ in range(600):
        fake.push(poisons(fake.updates.next_id)["a message has no date"], poison=True)
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with listening(fake) as ears:
        await fake.until(lambda: not len(fake.updates))
        questions = len(fake.called("getUpdates"))
        passed = loop.time() - began + sum(ears.rest.seconds)
    assert len(ears.host.misfits) == 600
    assert questions >= 6
    assert passed >= 0.5 * (questions - 3)


@pytest.mark.parametrize("times", [1, 5, 3 * MOST_DOUBTS])
async def test_answers_that_are_cut_are_asked_for_again_and_cost_nothing(
    fake: FakeTelegram, times: int
) -> None:
    said = chatter(fake, *club(fake), 5)
    fake.faults.add("getUpdates", TRUNCATED, times=times)
    async with listening(fake) as ears:
        await fake.until(lambda: len(ears.host.messages) >= 5)
    assert ears.host.messages == said
    assert ears.host.misfits == []


async def test_an_answer_that_nobody_can_split_is_taken_one_by_one(fake: FakeTelegram) -> None:
    chat, ana = club(fake)
    said = chatter(fake, chat, ana, 3)
    fake.push(b'{"update_id":UPDATE_ID,"message":{"text":"the heron', poison=True)
    said += chatter(fake, chat, ana, 3)
    async with listening(fake) as ears:
        await fake.until(lambda: len(ears.host.messages) >= 6)
    assert ears.host.messages == said
    [misfit] = ears.host.misfits
    assert "heron" not in str(misfit)
    limits = [call.params["limit"] for call in fake.called("getUpdates")]
    assert limits[:3] == [100, 100, 1]


async def test_what_answers_in_telegrams_place_is_no_telegram(fake: FakeTelegram) -> None:
    said = chatter(fake, *club(fake), 1)
    fake.faults.add("getUpdates", page(200), times=8)
    with logged() as stream:
        async with listening(fake) as ears:
            await fake.until(lambda: len(ears.host.messages) >= 1)
    assert ears.host.messages == said
    assert "what answers is not Telegram" in stream.getvalue()
    assert "nginx" not in stream.getvalue()
