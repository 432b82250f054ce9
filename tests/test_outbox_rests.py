from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.delivery import AmbiguousError, NotDeliveredError
from bot.model import ChannelId
from bot.outbox import resend
from db.connection import Connection
from tests.outboxes import CHAT, OTHER, Desk, desk
from tests.platforms import lost
from tests.stores import fetch

SECOND = 1000
ASKED = lost(NotDeliveredError("429", HOUR_MS))
THREAD = ChannelId("telegram", "-1/7")
DISCORD = ChannelId("discord", "7")


async def expires_soon(it: Desk) -> None:
    await it.say("a", not_after=it.clock.at + 10 * SECOND)
    await it.pump()


async def taken_back(it: Desk) -> None:
    await it.say("a")
    await it.pump()
    await it.take_back("a")


async def clock_put_back(it: Desk) -> None:
    await it.say("a")
    await it.pump()
    it.clock.at -= MINUTE_MS


async def nothing_more(it: Desk) -> None:
    await it.say("a")
    await it.pump()


STORIES = [expires_soon, taken_back, clock_put_back, nothing_more]


@pytest.mark.parametrize("place", [CHAT, THREAD])
@pytest.mark.parametrize("dies", [False, True])
@pytest.mark.parametrize("story", STORIES)
async def test_a_chat_is_left_alone_as_long_as_its_platform_asks_whatever_becomes_of_the_post(
    tmp_path: Path, story: Callable[[Desk], Awaitable[None]], dies: bool, place: ChannelId
) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, ASKED)
        end = it.clock.at + HOUR_MS
        await story(it)
        if dies:
            it.outbox = it.second()
        await it.say("b", to=place)
        await it.say("c", to=OTHER)
        await it.live(end - 1 - it.clock.at)
        assert [call.target for call in it.chat.calls] == [CHAT.external_id, OTHER.external_id]
        assert await it.outbox.next_at() == end
        await it.pump(1)
        await it.pump()
    assert "b" in it.chat.texts


async def test_a_post_that_moderators_resend_waits_as_long_as_its_chat_must(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        it.chat.fail(CHAT.external_id, lost(AmbiguousError("timeout")), ASKED)
        await it.say("a")
        await it.pump()
        await it.say("b")
        await it.pump()
        await it.store.write(lambda c: resend(c, it.community.id, "a"))
        await it.pump(HOUR_MS - 1)
        assert it.chat.count("send", CHAT.external_id) == 2
        await it.pump(1)
        assert await it.states("a") == ["sent"]


async def test_a_change_is_asked_to_wait_like_a_post(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        await it.say("a")
        await it.pump()
        it.chat.fail(CHAT.external_id, ASKED)
        await it.edit("a", "new")
        await it.pump()
        await it.say("b")
        await it.pump(HOUR_MS - 1)
        assert it.chat.count("send") == 1
        await it.live(SECOND)
    assert it.chat.texts == ["new", "b"]


@pytest.mark.parametrize("dies", [False, True])
async def test_a_platform_that_wants_no_call_at_all_gets_none_and_the_others_do(
    tmp_path: Path, store_url: str, dies: bool
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        wait = lost(NotDeliveredError("429", MINUTE_MS, is_global=True))
        it.chat.fail(CHAT.external_id, wait)
        await it.say("a")
        await it.pump()
        if dies:
            it.outbox = it.second()
        await it.say("b", to=OTHER)
        await it.say("c", to=DISCORD)
        await it.pump(MINUTE_MS - 1)
        assert it.chat.count("send") == 1
        assert it.platforms["discord"].texts == ["c"]
        await it.pump(1)
    assert sorted(it.chat.texts) == ["a", "b"]


async def test_a_shorter_wait_does_not_end_a_longer_one(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        shorter = lost(NotDeliveredError("429", SECOND, is_global=True))
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", HOUR_MS, is_global=True)))
        it.chat.fail(OTHER.external_id, shorter)
        await it.say("a")
        await it.say("b", to=OTHER)
        await it.pump()
        assert it.chat.count("send") == 2
        it.outbox = it.second()
        await it.pump(HOUR_MS - 1)
        assert it.chat.count("send") == 2


async def test_a_rest_is_known_before_the_store_takes_it(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", HOUR_MS, is_global=True)))
        await it.say("a")
        write, is_first = it.store.write, True

        async def write_late(work: object, **rest: object) -> object:
            nonlocal is_first
            if it.chat.calls and is_first:
                is_first = False
                await it.say("b", to=OTHER)
                await it.outbox._take_up()
            return await write(work, **rest)  # type: ignore[arg-type]

        it.store.write = write_late  # type: ignore[method-assign, assignment]
        await it.pump()
    assert it.chat.count("send") == 1


async def test_rests_that_are_over_are_not_kept(tmp_path: Path, store_url: str) -> None:
    async def rests(connection: Connection) -> int:
        return len(await fetch(connection, "SELECT 1 FROM outbox_rest"))

    async with desk(tmp_path, url=store_url) as it:
        it.chat.fail(CHAT.external_id, ASKED)
        await it.say("a")
        await it.pump()
        assert await it.store.write(rests) == 1
        await it.pump(HOUR_MS)
        assert await it.store.write(rests) == 0


async def test_a_post_that_surely_never_arrived_is_given_up_after_two_days(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        it.chat.fail(CHAT.external_id, *[lost(NotDeliveredError("no route"))] * 300)
        await it.say("a")
        await it.live(2 * DAY_MS - 1)
        assert await it.states() == ["pending"]
        await it.live(HOUR_MS)
        assert await it.states() == ["expired"]
        assert (await it.row("a")).body is None
        calls = len(it.chat.calls)
        await it.live(DAY_MS)
    assert len(it.chat.calls) == calls


async def test_a_post_that_was_never_out_of_doubt_is_left_to_moderators_after_two_days(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, has_nonce=True) as it:
        it.chat.search_faults.extend([lost(NotDeliveredError("no route"))] * 300)
        it.chat.fail(CHAT.external_id, *[lost(AmbiguousError("timeout"))] * 300)
        await it.say("a")
        await it.live(2 * DAY_MS + HOUR_MS)
        assert await it.states("a") == ["unknown"]
        assert it.chat.count("send", "-9") == 1
