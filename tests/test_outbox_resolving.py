from pathlib import Path

import pytest

from bot.clock import DAY_MS, HOUR_MS
from bot.delivery import (
    AmbiguousError,
    AuthError,
    ContentError,
    NotDeliveredError,
    TargetGoneError,
    mark_of,
)
from bot.model import ChannelId
from bot.outbox import (
    OpenPosts,
    UnknownPost,
    blank_posts,
    drop_old_posts,
    mark_sent,
    open_posts,
    reopen,
    resend,
)
from bot.outbox.sender import LEASE_MS
from tests.outboxes import CHAT, NOON, OTHER, Desk, desk
from tests.platforms import Fault, lost, unheard

TIMEOUT = AmbiguousError("timeout")


async def doubtful(it: Desk, key: str, *faults: Fault) -> None:
    """A post of which nobody knows whether it arrived."""
    it.chat.fail(CHAT.external_id, *faults)
    await it.say(key)
    await it.pump()


async def test_moderators_have_a_post_resent_that_did_not_arrive(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        await doubtful(it, "a", lost(TIMEOUT))
        assert await it.store.write(lambda c: resend(c, it.community.id, "a"))
        assert not await it.store.write(lambda c: resend(c, it.community.id, "a"))
        await it.pump()
        assert await it.states("a") == ["sent"]
        assert not await it.store.write(lambda c: resend(c, it.community.id, "a"))
        await it.live(HOUR_MS)
    assert [one.text for one in it.chat.everything if one.target == CHAT.external_id] == ["a"]


async def test_a_resent_post_is_said_even_if_it_is_late_now(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, lost(TIMEOUT))
        await it.say("a", not_after=it.clock.at + 1000)
        await it.pump()
        it.clock.at += HOUR_MS
        await it.store.write(lambda c: resend(c, it.community.id, "a"))
        await it.pump()
        assert await it.states("a") == ["sent"]


async def test_a_resent_post_in_doubt_again_is_reported_again(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        await doubtful(it, "a", lost(TIMEOUT), lost(TIMEOUT))
        await it.store.write(lambda c: resend(c, it.community.id, "a"))
        await it.live(HOUR_MS)
        assert await it.states("a") == ["unknown"]
        assert sum(row.key.startswith("report:") for row in await it.rows()) == 2


async def test_moderators_say_that_a_post_arrived(tmp_path: Path, store_url: str) -> None:
    async with desk(tmp_path, url=store_url) as it:
        await doubtful(it, "a", unheard(TIMEOUT))
        assert (await it.row("a")).body is not None
        assert await it.store.write(lambda c: mark_sent(c, it.community.id, "a"))
        assert not await it.store.write(lambda c: mark_sent(c, it.community.id, "a"))
        await it.live(HOUR_MS)
        row = await it.row("a")
    assert (row.state, row.body, row.sent_id) == ("sent", None, None)
    assert it.chat.count("send", CHAT.external_id) == 1


async def test_nobody_resends_the_post_of_another_community(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        await doubtful(it, "a", lost(TIMEOUT))
        other = it.community.id + 1
        assert not await it.store.write(lambda c: resend(c, other, "a"))
        assert not await it.store.write(lambda c: mark_sent(c, other, "a"))
        assert await it.store.write(lambda c: open_posts(c, other)) == OpenPosts(0, 0, ())
        assert await it.states("a") == ["unknown"]


async def test_what_is_open_is_listed(tmp_path: Path, store_url: str) -> None:
    async with desk(tmp_path, url=store_url) as it:
        await doubtful(it, "in doubt", lost(TIMEOUT))
        it.chat.fail(CHAT.external_id, *[lost(ContentError("bad"))] * 2)
        await it.say("refused")
        await it.say("fine")
        await it.pump()
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", HOUR_MS)))
        for key in ("waits", "waits too", "taken back"):
            await it.say(key, "one", "two")
        await it.pump()
        await it.take_back("taken back")
        found = await it.store.write(lambda c: open_posts(c, it.community.id))
        mark = mark_of(it.community.id, "in doubt")
    assert found == OpenPosts(2, 1, (UnknownPost("in doubt", "telegram", NOON, mark),))


async def test_a_closed_channel_is_spoken_to_again_once_it_is_opened(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        it.chat.fail(CHAT.external_id, lost(TargetGoneError("kicked")))
        await it.say("a")
        await it.pump()
        assert not await it.store.write(lambda c: reopen(c, it.community.id, OTHER))
        assert await it.store.write(lambda c: reopen(c, it.community.id, CHAT))
        assert not await it.store.write(lambda c: reopen(c, it.community.id, CHAT))
        await it.say("b")
        await it.pump()
        assert await it.states("b") == ["sent"]
        it.clock.at += HOUR_MS
        it.chat.fail(CHAT.external_id, lost(TargetGoneError("kicked")))
        await it.say("c")
        await it.pump()
        notices = {row.key for row in await it.rows() if row.key.startswith("report:")}
        assert len(notices) == 2


async def test_words_about_a_forgotten_person_are_neither_said_nor_kept(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        await doubtful(it, "doubtful", unheard(TIMEOUT))
        await it.say("edited", "old")
        await it.pump()
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", HOUR_MS)))
        it.clock.at += 1
        await it.say("waits", "Ann", "and Bob")
        await it.edit("edited", "Ann")
        await it.say("kept")
        await it.pump()
        keys = ["doubtful", "edited", "waits", "never put"]
        await it.store.write(lambda c: blank_posts(c, it.community.id, keys))
        await it.store.write(lambda c: blank_posts(c, it.community.id, []))
        assert [row.body for row in await it.rows() if row.key in keys] == [None] * 5
        assert await it.states("doubtful") == ["dead"]
        await it.live(2 * HOUR_MS)
        assert await it.states("waits") == ["dead", "dead"]
        assert await it.states("kept") == ["sent"]
        texts = [one.text for one in it.chat.everything if one.target == CHAT.external_id]
        assert texts == ["doubtful", "old", "kept"]
        found = await it.store.write(lambda c: open_posts(c, it.community.id))
        assert found == OpenPosts(0, 0, ())


async def test_a_post_being_sent_keeps_no_words_either_once_its_person_is_forgotten(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, has_nonce=True) as it:
        place = it.chat

        async def forget_then_fail(target: str, payload: str, nonce: str) -> str:
            await it.store.write(lambda c: blank_posts(c, it.community.id, ["a"]))
            raise NotDeliveredError("429", 1000)

        it.chat.send = forget_then_fail  # type: ignore[method-assign]
        await it.say("a", "Ann")
        await it.pump()
        row = await it.row("a")
        assert (row.state, row.body) == ("pending", None)
        del it.chat.send
        await it.live(HOUR_MS)
        assert await it.states("a") == ["dead"]
    assert place.calls == []


async def test_old_posts_are_dropped_and_old_doubts_lose_their_words(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        await it.say("a")
        await it.pump()
        await doubtful(it, "b", lost(TIMEOUT))

        async def housekeeping(days: float) -> list[str]:
            it.clock.at = NOON + round(days * DAY_MS)
            now = it.clock.at
            await it.store.write(lambda c: drop_old_posts(c, it.community.id, now))
            return sorted(f"{row.key} {row.state}" for row in await it.rows())

        it.chat.fail(OTHER.external_id, lost(NotDeliveredError("429", 99 * DAY_MS)))
        await it.say("c", to=ChannelId("telegram", "-2"))
        await it.pump()
        report = "report:b:0:1 sent"
        assert await housekeeping(2) == ["a sent", "b unknown", "c pending", report]
        assert (await it.row("b")).body is not None
        assert await housekeeping(2.001) == ["a sent", "b dead", "c dead", report]
        assert (await it.row("b")).body is None
        assert await housekeeping(30) == ["a sent", "b dead", "c dead", report]
        assert await housekeeping(30.001) == []


async def housekept(it: Desk, at: int) -> None:
    it.clock.at = at
    await it.store.write(lambda c: drop_old_posts(c, it.community.id, at))


@pytest.mark.parametrize("not_after", [None, NOON + 6 * HOUR_MS])
async def test_what_waits_where_the_bot_is_turned_away_loses_its_words(
    tmp_path: Path, store_url: str, not_after: int | None
) -> None:
    async with desk(tmp_path, url=store_url, has_nonce=True) as it:
        it.chat.fail(CHAT.external_id, lost(TIMEOUT), lost(AuthError("token revoked")))
        await it.say("greeting", "Ann", not_after=not_after)
        await it.live(HOUR_MS)
        limit = (not_after or NOON) + 2 * DAY_MS
        await it.live(limit - it.clock.at)
        await housekept(it, limit)
        row = await it.row("greeting")
        assert (row.state, row.body is None) == ("pending", False)
        await housekept(it, limit + 1)
        row = await it.row("greeting")
        assert (row.state, row.body) == ("dead", None)
        await housekept(it, NOON + 30 * DAY_MS + 1)
        assert await it.rows() == []
    assert it.chat.everything == []


async def test_what_a_dead_process_was_sending_goes_but_not_what_is_being_sent(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url, has_nonce=True) as it:
        states = []

        async def slow(target: str, payload: str, nonce: str) -> str:
            await housekept(it, NOON + 3 * DAY_MS)
            states.append(await it.states("a"))
            await housekept(it, NOON + 3 * DAY_MS + LEASE_MS + 1)
            states.append(await it.states("a"))
            return "1"

        await it.say("a", "Ann")
        it.clock.at = NOON + 3 * DAY_MS - 1
        it.chat.send = slow  # type: ignore[method-assign]
        await it.pump()
        assert states == [["sending"], ["dead"]]
        row = await it.row("a")
        assert (row.state, row.body, row.sent_id) == ("dead", None, None)


async def test_a_deletion_waits_as_long_as_there_is_something_to_delete(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        for key in ("edited", "deleted"):
            await it.say(key, "Ann")
        await it.pump()
        it.chat.fail(CHAT.external_id, lost(AuthError("token revoked")))
        await it.edit("edited", "Bob")
        await it.take_back("deleted")
        await it.pump()
        await housekept(it, NOON + 30 * DAY_MS)
        changes = [(row.key, row.op, row.state, row.body) for row in await it.rows()]
        assert ("edited", "edit", "dead", None) in changes
        assert ("deleted", "delete", "pending", None) in changes
        back = it.second()
        await back.pump()
        assert [one.text for one in it.chat.everything if one.is_deleted] == ["Ann"]
        assert [one.text for one in it.chat.everything if not one.is_deleted] == ["Ann"]


async def test_a_deletion_that_nobody_could_do_is_forgotten_with_its_post(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        await it.say("a")
        await it.pump()
        it.chat.fail(CHAT.external_id, lost(AuthError("token revoked")))
        await it.take_back("a")
        await it.pump()
        await housekept(it, NOON + 30 * DAY_MS + 1)
        assert await it.rows() == []
