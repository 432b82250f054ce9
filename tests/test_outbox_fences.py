import asyncio
from pathlib import Path

import pytest

from bot.delivery import NotDeliveredError
from bot.model import ChannelId
from db import outbox
from db.connection import Connection
from db.outbox import Claim, Entry, Verdict
from tests.outboxes import CHAT, MODERATORS, OTHER, Desk, desk
from tests.platforms import lost

SECOND = 1000
LEASE = 60 * SECOND


async def claimed(it: Desk, owner: str) -> Claim | None:
    """Take the first open entry up as another process would."""

    async def claim(connection: Connection) -> Claim | None:
        [entry, *_] = await outbox.list_next(connection)
        return await outbox.claim(connection, entry, owner, it.clock.at, it.clock.at + LEASE)

    return await it.store.write(claim)


async def settled(it: Desk, claim: Claim, state: str) -> bool:
    verdict = Verdict(state, it.clock.at, it.clock.at, "1")
    return await it.store.write(lambda c: outbox.settle(c, claim, verdict))


async def test_of_two_claims_on_one_sight_only_the_first_counts(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        await it.say("a")

        async def see(connection: Connection) -> Entry:
            [entry] = await outbox.list_next(connection)
            return entry

        entry = await it.store.write(see)
        now = it.clock.at
        first = await it.store.write(lambda c: outbox.claim(c, entry, "x", now, now + LEASE))
        second = await it.store.write(lambda c: outbox.claim(c, entry, "y", now, now + LEASE))
        assert first is not None
        assert second is None
        assert first.fence == 1


async def test_a_result_is_written_down_by_the_last_holder_alone(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        await it.say("a")
        old = await claimed(it, "old")
        new = await claimed(it, "new")
        assert old is not None
        assert new is not None
        assert not await settled(it, old, "sent")
        assert await it.states() == ["sending"]
        assert await settled(it, new, "sent")
        assert not await settled(it, new, "pending")
        assert await it.states() == ["sent"]


async def test_what_another_process_holds_is_left_to_it_with_all_that_comes_after(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        await it.say("a")
        await it.say("b")
        await claimed(it, "other")
        await it.pump(LEASE - 1)
        assert it.chat.calls == []
        assert await it.outbox.next_at() == it.clock.at + 1


@pytest.mark.parametrize("has_nonce", [False, True])
async def test_what_a_dead_process_held_is_looked_into_once_its_lease_is_over(
    tmp_path: Path, has_nonce: bool
) -> None:
    async with desk(tmp_path, has_nonce=has_nonce) as it:
        await it.say("a")
        await it.say("b")
        await claimed(it, "dead")
        await it.pump(LEASE)
        assert await it.states("a") == ["sent" if has_nonce else "unknown"]
        assert await it.states("b") == ["sent"]
        reports = [one for one in it.chat.everything if one.target == MODERATORS.external_id]
        assert len(reports) == (0 if has_nonce else 1)


@pytest.mark.parametrize("has_nonce", [False, True])
@pytest.mark.parametrize("pause", [LEASE - 46 * SECOND, LEASE - 44 * SECOND, 2 * LEASE])
async def test_a_holder_that_was_paused_before_sending_looks_at_its_lease_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_nonce: bool, pause: int
) -> None:
    async with desk(tmp_path, has_nonce=has_nonce) as it:
        await it.say("a")
        second = it.second()
        attempted = it.outbox._attempted

        async def paused(claim: Claim) -> object:
            monkeypatch.undo()
            it.clock.at += pause
            await second.pump()
            return await attempted(claim)

        monkeypatch.setattr(it.outbox, "_attempted", paused)
        await it.outbox.pump()
        await it.live(10 * LEASE)
        arrived = [one.text for one in it.chat.everything if one.target == CHAT.external_id]
        is_lost = pause > LEASE and not has_nonce
        assert arrived == ([] if is_lost else ["a"])
        assert await it.states("a") == ["unknown" if is_lost else "sent"]


@pytest.mark.parametrize("has_nonce", [False, True])
@pytest.mark.parametrize("pause", [1, LEASE + 1, 10 * LEASE])
async def test_a_holder_that_was_paused_while_sending_never_doubles_a_post(
    tmp_path: Path, has_nonce: bool, pause: int
) -> None:
    """The answer comes when another process has taken the post over."""
    async with desk(tmp_path, has_nonce=has_nonce) as it:
        await it.say("a")
        second = it.second()
        send = it.chat.send
        is_first = True

        async def paused(target: str, payload: str, nonce: str) -> str:
            nonlocal is_first
            sent_id = await send(target, payload, nonce)
            if is_first:
                is_first = False
                it.clock.at += pause
                await second.pump()
            return sent_id

        it.chat.send = paused  # type: ignore[method-assign]
        await it.outbox.pump()
        await it.live(20 * LEASE)
        arrived = [one.text for one in it.chat.everything if one.target == CHAT.external_id]
        assert arrived == ["a"]
        assert await it.states("a") == ["sent"]
        assert (await it.row("a")).sent_id == "1"


async def test_two_outboxes_that_work_at_once_say_everything_once(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        second = it.second()
        for number in range(40):
            if number % 7 == 0:
                it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", 10)))
            await it.say(f"post:{number:02}")
            await asyncio.gather(it.outbox.pump(), second.pump())
            it.clock.at += 10
        await asyncio.gather(it.live(SECOND), second.pump())
    assert it.chat.texts == [f"post:{number:02}" for number in range(40)]


async def test_what_stands_behind_a_post_in_its_channel_is_not_even_read(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        await it.say("before")
        await it.pump()
        await it.edit("before", "new")
        for number in range(3):
            it.clock.at += number % 2
            await it.say(f"post:{number}", "one", "two")
        await it.say("thread", to=ChannelId("telegram", "-1/7"))
        await it.say("other", to=OTHER)
        await it.say("elsewhere", to=ChannelId("discord", CHAT.external_id))
        found = await it.store.write(outbox.list_next)
    assert sorted((one.key, one.part, one.op) for one in found) == [
        ("before", 0, "edit"),
        ("elsewhere", 0, "send"),
        ("other", 0, "send"),
        ("post:0", 0, "send"),
        ("thread", 0, "send"),
    ]
