"""Nothing is asked to be forgotten before it is on the disk, and nothing ends the listening."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from pydantic import SecretStr

from bot.adapters.telegram.line import transport
from bot.adapters.telegram.line.client import Client, connected
from bot.adapters.telegram.listening import poller as module
from bot.adapters.telegram.listening.hearing import STALE_MS
from bot.adapters.telegram.listening.poller import STREAM
from bot.clock import ManualClock
from bot.delivery import AuthError, ConflictError
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import (
    CONFLICT,
    CUT,
    HANG,
    RESET,
    UNAUTHORIZED,
    Fault,
    flooded,
    page,
)
from tests.telegram_bots import Listener, Rests, settings_for
from tests.telegram_ears import NOW, Ears, asked_for, chatter, club, emptied, listening, once
from tests.test_logs import lines, logged


@pytest.fixture(scope="module")
def serving() -> Iterator[FakeTelegram]:
    with serving_telegram(ManualClock(NOW)) as fake:
        yield fake


@pytest.fixture
def fake(serving: FakeTelegram) -> FakeTelegram:
    return emptied(serving)


async def test_everything_is_taken_once_in_its_order(fake: FakeTelegram) -> None:
    said = chatter(fake, *club(fake), 250)
    async with listening(fake) as ears:
        await fake.until(lambda: len(ears.host.messages) >= 250)
        await fake.until(lambda: not len(fake.updates))
    assert ears.host.messages == said


async def test_only_what_is_on_the_disk_is_asked_to_be_forgotten(fake: FakeTelegram) -> None:
    chat, ana = club(fake)
    said = chatter(fake, chat, ana, 120)
    first = fake.updates.next_id - 120
    host = Listener(fake.clock)
    async with listening(fake, host) as ears:
        await fake.until(lambda: ears.poller.is_connected)
        host.failures = 7
        await fake.until(lambda: len(host.messages) >= 120)
        said += chatter(fake, chat, ana, 5)
        host.failures = 3
        await fake.until(lambda: len(host.messages) >= 125)
    assert host.messages == said
    committed = [int(cursor.value) for _, cursor, _ in host.taken if cursor]
    assert committed == sorted(committed)
    reached = {0, *committed}
    assert set(asked_for(fake)) <= reached
    assert committed[0] > first


async def test_an_offset_is_never_ahead_of_the_store(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    chatter(fake, *club(fake), 30)
    host = Listener(fake.clock)
    stored: list[int] = []
    ask = Client.poll

    async def poll(client: Client, offset: int | None, **how: Any) -> bytes:
        assert offset in (None, int(host.cursors.get(STREAM, 0)))
        stored.append(offset or 0)
        return await ask(client, offset, **{**how, "limit": 7})

    monkeypatch.setattr(Client, "poll", poll)
    host.failures = 2
    async with listening(fake, host):
        await fake.until(lambda: len(host.messages) >= 30)
    assert len(set(stored)) >= 5


async def test_it_goes_on_where_the_store_says(fake: FakeTelegram) -> None:
    said = chatter(fake, *club(fake), 10)
    host = Listener(fake.clock)
    host.cursors[STREAM] = str(fake.updates.next_id - 4)
    async with listening(fake, host):
        await fake.until(lambda: len(host.messages) >= 4)
    assert host.messages == said[6:]
    assert asked_for(fake)[0] == int(fake.updates.next_id) - 4


async def test_after_a_failed_commit_the_same_is_told_again(fake: FakeTelegram) -> None:
    said = chatter(fake, *club(fake), 3)
    host = Listener(fake.clock)
    host.failures = 5
    with logged() as stream:
        async with listening(fake, host) as ears:
            await fake.until(lambda: len(host.messages) >= 3)
    assert host.messages == said
    failures = [line for line in lines(stream) if line["event"] == "store failed"]
    assert len(failures) == 5
    assert ears.rest.seconds[:5] == sorted(ears.rest.seconds[:5])
    assert "heron" not in stream.getvalue()


@pytest.mark.parametrize("below", [True, False])
async def test_numbers_that_begin_anew_drop_nothing(fake: FakeTelegram, *, below: bool) -> None:
    chat, ana = club(fake)
    said = chatter(fake, chat, ana, 20)
    async with listening(fake) as ears:
        await fake.until(lambda: len(ears.host.messages) >= 20)
        for _ in range(3):
            fake.restart_ids(below=below)
            said += chatter(fake, chat, ana, 20)
            await fake.until(lambda: said[-1] in ears.host.messages)  # noqa: B023  waited for at once
            await fake.until(lambda: not len(fake.updates))
    assert once(ears.host.messages) == said


async def test_numbers_that_begin_anew_while_nobody_listens_drop_nothing(
    fake: FakeTelegram,
) -> None:
    chat, ana = club(fake)
    said = chatter(fake, chat, ana, 20)
    host = Listener(fake.clock)
    async with listening(fake, host):
        await fake.until(lambda: len(host.messages) >= 20)
    fake.restart_ids(below=True)
    said += chatter(fake, chat, ana, 20)
    async with listening(fake, host):
        await fake.until(lambda: said[-1] in host.messages)
    assert once(host.messages) == said


# A network that fails


@pytest.mark.parametrize("fault", [page(502), page(500), CUT, RESET, HANG], ids=str)
async def test_a_failing_network_is_waited_for(
    fake: FakeTelegram, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_READ", 0.2)
    monkeypatch.setattr(transport, "LONG_POLL", 0)
    monkeypatch.setattr(module, "LONG_POLL", 0)
    said = chatter(fake, *club(fake), 2)
    fake.faults.add("getUpdates", fault, times=4)
    async with listening(fake) as ears:
        await fake.until(lambda: len(ears.host.messages) >= 2)
    assert ears.host.messages == said
    assert [words[0] for words in ears.host.told if words[0] == "resume"] == ["resume"]
    rests = ears.rest.seconds[:3]
    assert rests[0] < rests[1] < rests[2]


async def test_it_is_connected_only_once_what_was_missed_is_noted(fake: FakeTelegram) -> None:
    host = Listener(fake.clock)
    noted: list[bool] = []
    async with connected(settings_for(fake)) as client:
        ears = Ears(client, host, Rests())
        resume = host.resume

        async def resumed(platform: str, kept_ms: int) -> None:
            noted.append(ears.poller.is_connected)
            await resume(platform, kept_ms)

        host.resume = resumed  # type: ignore[method-assign]
        assert not ears.poller.is_connected
        await fake.until(lambda: ears.poller.is_connected)
        with fake.unreachable():
            fake.notify()
            await fake.until(lambda: not ears.poller.is_connected)
        await fake.until(lambda: ears.poller.is_connected)
        ears.task.cancel()
        with suppress(asyncio.CancelledError):
            await ears.task
    assert noted == [False, False]
    assert [words for words in host.told if words[0] == "resume"] == [
        ("resume", "telegram", 24 * 3_600_000)
    ] * 2


async def test_whoever_was_suspended_notes_it(fake: FakeTelegram) -> None:
    host = Listener(fake.clock)
    chat, ana = club(fake)
    async with listening(fake, host) as ears:
        await fake.until(lambda: ears.poller.is_connected)
        fake.clock.at += STALE_MS + 1
        assert not ears.poller.is_connected
        fake.says(chat, ana, "hello")
        await fake.until(lambda: host.messages)
        assert [words[0] for words in host.told].count("resume") == 2


async def test_a_flood_wait_is_kept(fake: FakeTelegram) -> None:
    chatter(fake, *club(fake), 1)
    fake.faults.add("getUpdates", flooded(40))
    async with listening(fake) as ears:
        await fake.until(lambda: ears.host.messages)
    assert 40 <= ears.rest.seconds[0] < 42


async def test_while_nothing_happens_it_holds_one_question_open(fake: FakeTelegram) -> None:
    async with listening(fake) as ears:
        await fake.until(lambda: len(fake.called("getUpdates")) >= 2)
        await asyncio.sleep(0.2)
        assert len(fake.called("getUpdates")) == 2
        assert ears.poller.is_connected
    waits = [call.params["timeout"] for call in fake.called("getUpdates")]
    assert waits == [0, transport.LONG_POLL]


async def test_a_webhook_that_stood_is_taken_back_and_nothing_is_lost(fake: FakeTelegram) -> None:
    fake.webhook = {"url": "https://elsewhere.example/"}
    said = chatter(fake, *club(fake), 2)
    fake.faults.add("deleteWebhook", page(502), times=2)
    async with listening(fake) as ears:
        await fake.until(lambda: len(ears.host.messages) >= 2)
    assert ears.host.messages == said
    assert len(fake.called("deleteWebhook")) == 3


# Whom Telegram does not want


async def ended(ears: Ears) -> BaseException:
    async with asyncio.timeout(5):
        await asyncio.wait({ears.task})
    error = ears.task.exception()
    assert error is not None
    return error


async def test_a_second_listener_ends_with_one_clear_line(fake: FakeTelegram) -> None:
    async with listening(fake) as first, listening(fake) as second:
        async with asyncio.timeout(5):
            await asyncio.wait({first.task, second.task}, return_when=asyncio.FIRST_COMPLETED)
        loser = first if first.task.done() else second
        error = await ended(loser)
    assert type(error) is ConflictError
    assert str(error) == "another process reads this bot's updates; stop one of them"


async def test_whoever_has_listened_for_long_stays_and_the_newcomer_ends(
    fake: FakeTelegram,
) -> None:
    async with listening(fake) as first:
        await fake.until(lambda: first.poller.is_connected)
        first.poller._heard_since = asyncio.get_running_loop().time() - 60.0
        async with listening(fake) as second:
            error = await ended(second)
        assert type(error) is ConflictError
        fake.says(*club(fake), "hello")
        await fake.until(lambda: not len(fake.updates))
        assert not first.task.done()


async def test_of_two_that_have_listened_for_long_one_gives_way(fake: FakeTelegram) -> None:
    async with listening(fake) as first, listening(fake) as second:
        for one in (first, second):
            one.poller._heard_since = asyncio.get_running_loop().time() - 60.0
        async with asyncio.timeout(20):
            await asyncio.wait({first.task, second.task}, return_when=asyncio.FIRST_COMPLETED)
        assert sum(one.task.done() for one in (first, second)) == 1


async def test_a_webhook_set_by_somebody_else_ends_it_with_the_cure(fake: FakeTelegram) -> None:
    async with listening(fake) as ears:
        await fake.until(lambda: ears.poller.is_connected)
        fake.webhook = {"url": "https://elsewhere.example/"}
        fake.faults.add("getUpdates", CONFLICT)
        fake.says(*club(fake), "hello")
        error = await ended(ears)
    assert type(error) is ConflictError


async def test_a_token_that_is_withdrawn_ends_it(fake: FakeTelegram) -> None:
    fake.faults.add("getUpdates", UNAUTHORIZED)
    async with listening(fake) as ears:
        error = await ended(ears)
    assert type(error) is AuthError
    assert fake.token not in str(error)


async def test_a_refused_token_asks_for_nothing(fake: FakeTelegram) -> None:
    wrong = SecretStr("5000000001:AAnobodys_token_of_the_right_shape_0")
    with pytest.raises(AuthError):
        async with connected(settings_for(fake, token=wrong)):
            pass
    assert fake.called("getUpdates") == []


# Who asks


async def test_commands_are_answered_once_though_they_are_told_again(fake: FakeTelegram) -> None:
    chat, ana = club(fake)
    entity = {"type": "bot_command", "offset": 0, "length": 5}
    fake.says(chat, ana, "/help", entities=[entity], at=NOW - 61_000)
    fake.says(chat, ana, "/help", entities=[entity])
    host = Listener(fake.clock)
    async with listening(fake, host) as ears:
        await fake.until(lambda: len(host.messages) >= 2)
        fake.push({"message": fake.rooms[chat].messages[int(host.messages[1])]}, poison=True)
        await fake.until(lambda: len(host.messages) >= 3)
        await asyncio.sleep(0)
    assert [call.message for call in ears.calls] == [int(host.messages[1])]
