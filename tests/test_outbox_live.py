import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from bot.clock import HOUR_MS
from bot.delivery import AmbiguousError, NotDeliveredError
from bot.errors import StoreError
from bot.model import ChannelId
from bot.outbox import Outbox, insisting, mark_sent, resend
from db.connection import Connection
from tests.outboxes import CHAT, MODERATORS, OTHER, Desk, desk
from tests.platforms import HANGS, HANGS_AFTER, Fault, lost

SECOND = 1000


@asynccontextmanager
async def running(outbox: Outbox) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(outbox.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(it: Desk, key: str, state: str, fence: int = 1) -> None:
    """Wait in real time for a post to come into a state when taken up so often."""
    async with asyncio.timeout(10):
        while ((row := await it.row(key)).state, row.fence) != (state, fence):  # noqa: ASYNC110  a look is all there is
            await asyncio.sleep(0.005)


async def test_a_running_outbox_says_what_is_put_and_wakes_for_what_falls_due(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it, running(it.outbox):
        await it.say("a")
        await until(it, "a", "sent")
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", 50)))
        await it.say("b")
        await until(it, "b", "pending")
        it.clock.at += 50
        await until(it, "b", "sent", fence=2)
    assert it.chat.texts == ["a", "b"]


async def test_messages_to_one_chat_are_paced_and_other_chats_do_not_wait(tmp_path: Path) -> None:
    async with desk(tmp_path, pace_ms=3 * SECOND) as it:
        await it.say("a", "1", "2", "3")
        await it.say("b", "4", "5", to=OTHER)
        await it.live(20 * SECOND)
        start = it.chat.calls[0].at
        calls = [(call.target, call.at - start) for call in it.chat.calls]
    assert sorted(calls) == [
        ("-1", 0),
        ("-1", 3 * SECOND),
        ("-1", 6 * SECOND),
        ("-2", 0),
        ("-2", 3 * SECOND),
    ]


async def test_so_many_messages_as_a_platform_says_are_on_their_way_together(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, at_once=2, patience=0.05) as it:
        for number in range(5):
            it.chat.fail(f"-{number}", HANGS)
            await it.say(str(number), "words", to=ChannelId(it.chat.platform, f"-{number}"))
        await it.say("other", "words", to=ChannelId("discord", "1"))
        pumping = asyncio.create_task(it.outbox.pump())
        async with asyncio.timeout(10):
            while it.chat.count("send") < 2:  # noqa: ASYNC110  a look is all there is
                await asyncio.sleep(0.001)
        states = [(await it.row(str(number))).state for number in range(5)]
        assert sorted(states) == ["pending"] * 3 + ["sending"] * 2
        assert (await it.row("other")).state != "pending"
        await pumping
        assert [(await it.row(str(number))).state for number in range(5)] == ["unknown"] * 5


async def test_threads_share_the_pace_of_their_chat(tmp_path: Path) -> None:
    async with desk(tmp_path, pace_ms=3 * SECOND) as it:
        for thread in "567":
            await it.say(thread, to=ChannelId("telegram", f"-1/{thread}"))
        await it.live(20 * SECOND)
        at = [call.at for call in it.chat.calls]
    assert [later - at[0] for later in at] == [0, 3 * SECOND, 6 * SECOND]


async def test_one_chat_that_must_wait_delays_no_other(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", HOUR_MS)))
        await it.say("a")
        await it.say("b")
        await it.pump()
        for number in range(50):
            await it.say(f"other:{number}", to=ChannelId("telegram", f"-{100 + number}"))
        await it.pump()
        assert (await it.row("a")).state == (await it.row("b")).state == "pending"
        assert await it.outbox.next_at() == it.clock.at + HOUR_MS
    assert it.chat.count("send", CHAT.external_id) == 1
    assert len(it.chat.texts) == 50


async def test_one_chat_that_hangs_delays_no_other(tmp_path: Path) -> None:
    async with desk(tmp_path, patience=5.0) as it, running(it.outbox):
        it.chat.fail(CHAT.external_id, HANGS)
        await it.say("a")
        await until(it, "a", "sending")
        started = monotonic()
        for number in range(50):
            await it.say(f"other:{number}", to=ChannelId("telegram", f"-{100 + number}"))
        await until(it, "other:49", "sent")
        assert monotonic() - started < 2
        assert await it.states("a") == ["sending"]


async def test_a_pump_goes_on_with_other_chats_while_one_is_slow(tmp_path: Path) -> None:
    async with desk(tmp_path, patience=5.0) as it:
        send = it.chat.send
        last = asyncio.Event()

        async def slow(target: str, payload: str, nonce: str) -> str:
            if target == CHAT.external_id:
                await last.wait()
            elif it.chat.count("send", target) == 2:
                last.set()
            return await send(target, payload, nonce)

        it.chat.send = slow  # type: ignore[method-assign]
        await it.say("slow")
        await it.say("quick", "1", "2", "3", to=OTHER)
        await it.pump()
        assert await it.states("slow") == ["sent"]


@pytest.mark.parametrize("fault", [HANGS, HANGS_AFTER])
async def test_an_attempt_that_takes_too_long_is_in_doubt_and_holds_nobody_up(
    tmp_path: Path, fault: Fault
) -> None:
    async with desk(tmp_path, patience=0.05) as it:
        it.chat.fail(CHAT.external_id, fault)
        await it.say("a")
        await it.say("b")
        await it.pump()
        assert await it.states("a") == ["unknown"]
        assert await it.states("b") == ["sent"]


async def test_an_attempt_that_is_given_up_is_not_cancelled(tmp_path: Path) -> None:
    async with desk(tmp_path, patience=0.05) as it:
        send = it.chat.send
        answer = asyncio.Event()

        async def slow(target: str, payload: str, nonce: str) -> str:
            if target == CHAT.external_id:
                await answer.wait()
            return await send(target, payload, nonce)

        it.chat.send = slow  # type: ignore[method-assign]
        await it.say("a")
        await it.outbox.pump()
        assert await it.states("a") == ["unknown"]
        [report] = [one for one in it.chat.everything if one.target == MODERATORS.external_id]
        answer.set()
        await until(it, "a", "sent")
        row = await it.row("a")
        assert (row.sent_id, row.body, row.error) == ("2", None, None)
        for _, command, said in report.choices:
            verb = {"resend": resend, "mark_sent": mark_sent}[command]
            assert not await it.store.write(partial(_pressed, verb, it, said["post"]))
        await it.pump()
    assert it.chat.texts.count("a") == 1


Verb = Callable[[Connection, int, str], Awaitable[bool]]


async def _pressed(verb: Verb, it: Desk, key: str, connection: Connection) -> bool:
    return await verb(connection, it.community.id, key)


@pytest.mark.parametrize("state", ["pending", "unknown", "sent"])
async def test_a_late_answer_resolves_a_doubt_and_tells_what_moderators_cannot_know(
    tmp_path: Path, store_url: str, state: str
) -> None:
    has_nonce = state == "pending"
    async with desk(tmp_path, url=store_url, has_nonce=has_nonce, patience=0.05) as it:
        answer = asyncio.Event()

        async def slow(target: str, payload: str, nonce: str) -> str:
            await answer.wait()
            return "77"

        it.chat.send = slow  # type: ignore[method-assign]
        await it.say("a")
        await it.outbox._take_up()
        await until(it, "a", "pending" if has_nonce else "unknown")
        if state == "sent":
            await it.store.write(lambda c: mark_sent(c, it.community.id, "a"))
        assert (await it.row("a")).state == state
        answer.set()
        async with asyncio.timeout(10):
            while (await it.row("a")).sent_id is None:  # noqa: ASYNC110  a look is all there is
                await asyncio.sleep(0.005)
        row = await it.row("a")
        assert (row.state, row.sent_id, row.body, row.fence) == ("sent", "77", None, 1)


async def test_with_a_nonce_an_attempt_that_hangs_is_made_again(tmp_path: Path) -> None:
    async with desk(tmp_path, has_nonce=True, patience=0.05) as it:
        it.chat.fail(CHAT.external_id, HANGS_AFTER)
        await it.say("a")
        await it.live(10 * SECOND)
        assert await it.states() == ["sent"]
    assert it.chat.texts == ["a"]
    assert it.chat.count("send") == 2


async def test_a_late_answer_harms_nobody(tmp_path: Path) -> None:
    async with desk(tmp_path, patience=0.05) as it:
        answer = asyncio.Event()

        async def slow(target: str, payload: str, nonce: str) -> str:
            await answer.wait()
            raise AmbiguousError("late")

        it.chat.send = slow  # type: ignore[method-assign]
        await it.say("a")
        await it.pump()
        del it.chat.send
        answer.set()
        await asyncio.sleep(0)
        await it.pump()
        assert await it.states("a") == ["unknown"]


async def test_an_adapter_that_cancels_itself_leaves_a_doubt(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:

        async def cancelled(target: str, payload: str, nonce: str) -> str:
            raise asyncio.CancelledError

        it.chat.send = cancelled  # type: ignore[method-assign]
        await it.say("a")
        await it.pump()
        assert await it.states("a") == ["unknown"]


async def test_stopping_waits_for_what_is_being_sent_and_takes_nothing_up(tmp_path: Path) -> None:
    async with desk(tmp_path) as it, running(it.outbox) as task:
        answer = asyncio.Event()

        async def slow(target: str, payload: str, nonce: str) -> str:
            await answer.wait()
            return "7"

        it.chat.send = slow  # type: ignore[method-assign]
        await it.say("a")
        await until(it, "a", "sending")
        stopping = asyncio.create_task(it.outbox.stop(10))
        await asyncio.sleep(0.01)
        await it.say("b")
        await asyncio.sleep(0.01)
        assert not stopping.done()
        answer.set()
        await stopping
        await task
        await it.outbox.pump()
        assert await it.states() == ["sent", "pending"]


async def test_stopping_does_not_wait_for_ever(tmp_path: Path) -> None:
    async with desk(tmp_path) as it, running(it.outbox):
        it.chat.fail(CHAT.external_id, HANGS)
        await it.say("a")
        await until(it, "a", "sending")
        started = monotonic()
        await it.outbox.stop(0.05)
        assert monotonic() - started < 1
        assert await it.states() == ["sending"]


async def test_what_was_claimed_when_run_is_cancelled_is_still_sent(tmp_path: Path) -> None:
    for pause in range(12):
        async with desk(tmp_path) as it:
            await it.say("a")
            async with running(it.outbox):
                for _ in range(pause):
                    await asyncio.sleep(0)
            await it.outbox.stop(10)
            assert await it.states() in (["sent"], ["pending"])


async def test_a_store_that_fails_for_a_while_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk(tmp_path) as it:
        await it.say("a")
        with monkeypatch.context() as patch:

            async def full(*_: object, **__: object) -> None:
                raise StoreError("the disk is full")

            patch.setattr(it.store, "write", full)
            async with running(it.outbox) as task:
                await asyncio.sleep(0.02)
                assert not task.done()
            with pytest.raises(StoreError):
                await it.outbox.pump()
        await it.pump()
    assert it.chat.texts == ["a"]


async def test_a_result_that_the_store_did_not_take_is_a_doubt_once_the_lease_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk(tmp_path) as it:
        write = it.store.write

        async def full_after_sending(work: object, **rest: object) -> object:
            if it.chat.calls:
                raise StoreError("the disk is full")
            return await write(work, **rest)  # type: ignore[arg-type]

        await it.say("a")
        monkeypatch.setattr(insisting, "PAUSE_SECONDS", 0)
        it.store.write = full_after_sending  # type: ignore[method-assign, assignment]
        with pytest.raises(StoreError):
            await it.outbox.pump()
        it.store.write = write  # type: ignore[method-assign]
        assert await it.states("a") == ["sending"]
        await it.live(61 * SECOND)
        assert await it.states("a") == ["unknown"]
    assert it.chat.count("send", CHAT.external_id) == 1


async def test_a_result_that_the_store_takes_at_last_is_no_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk(tmp_path) as it:
        write, failures = it.store.write, 5

        async def full_for_a_while(work: object, **rest: object) -> object:
            nonlocal failures
            if it.chat.calls and failures:
                failures -= 1
                raise StoreError("the disk is full")
            return await write(work, **rest)  # type: ignore[arg-type]

        monkeypatch.setattr(insisting, "PAUSE_SECONDS", 0)
        it.store.write = full_for_a_while  # type: ignore[method-assign, assignment]
        await it.say("a")
        await it.pump()
        assert failures == 0
        assert await it.states() == ["sent"]
    assert it.chat.count("send") == 1


async def test_a_fault_of_our_own_is_not_swallowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk(tmp_path) as it:

        def broken(*_: object, **__: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(it.telemetry, "posted", broken)
        await it.say("a")
        with pytest.raises(ZeroDivisionError):
            await it.outbox.pump()
        await it.say("b")
        with pytest.raises(ZeroDivisionError):
            await asyncio.wait_for(it.outbox.run(), 5)
