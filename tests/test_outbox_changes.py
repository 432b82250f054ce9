from pathlib import Path

import pytest

from bot.clock import HOUR_MS
from bot.delivery import AmbiguousError, ContentError, NotDeliveredError, TargetGoneError
from bot.model import ChannelId
from bot.outbox import blank_posts, mark_sent, resend
from tests.outboxes import CHAT, OTHER, desk
from tests.platforms import lost, unheard

SECOND = 1000


async def test_what_was_said_can_be_changed_and_taken_back(tmp_path: Path, store_url: str) -> None:
    async with desk(tmp_path, url=store_url) as it:
        await it.say("a", "Welcome, Ann and Bob!")
        await it.pump()
        await it.edit("a", "Welcome, Ann!")
        await it.pump(SECOND)
        assert it.chat.texts == ["Welcome, Ann!"]
        await it.take_back("a")
        await it.pump(SECOND)
        assert it.chat.texts == []
        assert await it.states() == ["sent"] * 3
        assert [row.body for row in await it.rows()] == [None] * 3
        await it.edit("a", "Welcome again!")
        await it.take_back("a")
        await it.pump(SECOND)
    assert [call.op for call in it.chat.calls] == ["send", "edit", "delete"]


async def test_what_was_not_said_yet_is_said_in_its_new_words_only(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", HOUR_MS)))
        await it.say("a", "Welcome, Ann and Bob!")
        await it.pump()
        await it.edit("a", "Welcome, Ann!")
        await it.pump(HOUR_MS)
        assert len(await it.rows()) == 1
    assert it.chat.texts == ["Welcome, Ann!"]
    assert it.chat.count("edit") == 0


async def test_what_was_not_said_yet_and_is_taken_back_is_never_said(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        await it.say("a", "one", "two")
        await it.take_back("a")
        await it.live(HOUR_MS)
        rows = await it.rows()
    assert [(row.state, row.body, row.error) for row in rows] == [("dead", None, "taken back")] * 2
    assert it.chat.calls == []


@pytest.mark.parametrize("has_nonce", [False, True])
async def test_what_may_have_arrived_is_changed_once_that_is_known(
    tmp_path: Path, has_nonce: bool
) -> None:
    async with desk(tmp_path, has_nonce=has_nonce) as it:
        it.chat.fail(CHAT.external_id, unheard(AmbiguousError("timeout")))
        await it.say("a", "old")
        await it.pump()
        await it.edit("a", "new")
        await it.say("b")
        await it.live(HOUR_MS)
    texts = [one.text for one in it.chat.everything if one.target == CHAT.external_id]
    assert texts == (["new", "b"] if has_nonce else ["old", "b"])


async def test_what_may_have_arrived_is_deleted_once_that_is_known(tmp_path: Path) -> None:
    async with desk(tmp_path, has_nonce=True) as it:
        it.chat.fail(CHAT.external_id, unheard(AmbiguousError("timeout")))
        await it.say("a")
        await it.pump()
        assert await it.states() == ["pending"]
        await it.take_back("a")
        await it.live(HOUR_MS)
        assert await it.states() == ["sent", "sent"]
    assert it.chat.texts == []


async def test_a_deletion_waits_for_a_doubt_to_be_resolved_and_holds_nobody_up(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, lost(AmbiguousError("timeout")))
        await it.say("a")
        await it.pump()
        await it.take_back("a")
        await it.say("b")
        await it.live(HOUR_MS)
        assert [row.state for row in await it.rows("a")] == ["unknown", "pending"]
        assert [row.state for row in await it.rows("b")] == ["sent"]
        await it.store.write(lambda c: resend(c, it.community.id, "a"))
        await it.live(HOUR_MS)
        assert [row.state for row in await it.rows("a")] == ["sent", "sent"]
    assert "a" not in it.chat.texts
    assert it.chat.count("delete") == 1


async def test_what_moderators_say_was_sent_cannot_be_deleted_for_want_of_its_id(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, unheard(AmbiguousError("timeout")))
        await it.say("a")
        await it.pump()
        await it.take_back("a")
        await it.store.write(lambda c: mark_sent(c, it.community.id, "a"))
        await it.live(HOUR_MS)
        assert await it.states("a") == ["sent", "dead"]
    assert it.chat.count("delete") == 0


async def test_a_change_in_doubt_is_made_again(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        await it.say("a", "old")
        await it.pump()
        for fault in (lost(AmbiguousError("timeout")), unheard(OSError())):
            it.chat.fail(CHAT.external_id, fault)
        await it.edit("a", "new")
        await it.live(HOUR_MS)
        it.chat.fail(CHAT.external_id, unheard(AmbiguousError("timeout")))
        await it.take_back("a")
        await it.live(HOUR_MS)
        assert await it.states() == ["sent"] * 3
    assert (it.chat.count("edit"), it.chat.count("delete")) == (3, 2)
    assert it.chat.texts == []


async def test_only_the_last_of_many_changes_is_made(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        await it.say("a", "0")
        await it.pump()
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", HOUR_MS)))
        await it.edit("a", "1")
        await it.pump()
        for number in range(2, 6):
            await it.edit("a", str(number))
        await it.live(2 * HOUR_MS)
        assert await it.states() == ["sent", *["dead"] * 4, "sent"]
    assert it.chat.texts == ["5"]
    assert it.chat.count("edit") == 2


async def test_an_edit_deletes_messages_it_does_not_need_and_says_behind_them_what_it_has_more(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        await it.say("a", "1", "2", "3")
        await it.pump()
        await it.edit("a", "4")
        await it.pump(SECOND)
        assert it.chat.texts == ["4"]
        await it.edit("a", "5", "6", "7")
        await it.pump(SECOND)
        assert [(row.part, row.op) for row in await it.rows("a")][-3:] == [
            (0, "edit"),
            (3, "send"),
            (4, "send"),
        ]
    assert it.chat.texts == ["5", "6", "7"]


async def test_part_of_a_post_may_wait_while_the_other_is_changed(tmp_path: Path) -> None:
    async with desk(tmp_path, pace_ms=SECOND) as it:
        await it.say("a", "1", "2")
        await it.pump()
        await it.edit("a", "3", "4")
        await it.live(10 * SECOND)
    assert it.chat.texts == ["3", "4"]
    assert [call.op for call in it.chat.calls] == ["send", "send", "edit"]


async def test_nothing_is_changed_where_nothing_was_said(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        assert not await it.edit("never", "words")
        assert not await it.take_back("never")
        it.chat.fail(CHAT.external_id, *[lost(ContentError("too long"))] * 2)
        await it.say("refused")
        await it.pump()
        await it.edit("refused", "words", "and more")
        await it.take_back("refused")
        await it.live(HOUR_MS)
        assert await it.states() == ["dead"] * 3
    assert {call.op for call in it.chat.calls} == {"send"}


async def test_an_edit_that_the_platform_refuses_is_made_plainly(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        await it.say("a", "old")
        await it.pump()
        it.chat.refuses_markup = True
        await it.edit("a", "new")
        await it.pump(SECOND)
    assert it.chat.texts == ["new"]


async def test_a_clock_that_was_set_back_does_not_put_a_deletion_before_its_post(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", SECOND)))
        it.chat.fail(CHAT.external_id, unheard(AmbiguousError("timeout")))
        await it.say("a")
        await it.pump()
        it.clock.at += SECOND
        await it.pump()
        it.clock.at -= HOUR_MS
        await it.take_back("a")
        await it.pump()
        assert await it.states("a") == ["pending", "unknown"]
        await it.store.write(lambda c: resend(c, it.community.id, "a"))
        it.clock.at += HOUR_MS
        await it.live(HOUR_MS)
        assert await it.states("a") == ["sent", "sent"]
    assert it.chat.count("delete") == 1


async def test_a_platform_that_left_this_process_keeps_its_changes_for_later(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        place = ChannelId("discord", "7")
        await it.say("a", "old", to=place)
        await it.pump()
        discord = dict(it.platforms)
        it.outbox = it.second()
        it.platforms = {"telegram": it.chat}
        it.outbox = it.second()
        assert not await it.edit("a", "new")
        assert await it.states() == ["sent"]
        assert await it.take_back("a")
        await it.live(HOUR_MS)
        assert await it.states() == ["sent", "pending"]
        it.platforms = discord
        await it.second().pump()
        assert await it.states() == ["sent", "sent"]
    assert [call.op for call in discord["discord"].calls] == ["send", "delete"]


async def test_a_channel_found_closed_by_a_change_is_closed_for_posts_too(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        await it.say("a")
        await it.say("b", to=OTHER)
        await it.pump()
        it.chat.fail(CHAT.external_id, lost(TargetGoneError("kicked")))
        await it.edit("a", "new")
        await it.pump()
        await it.say("c")
        await it.edit("a", "newer")
        await it.live(HOUR_MS)
        calls = [call for call in it.chat.calls if call.target == CHAT.external_id]
    assert [call.op for call in calls] == ["send", "edit"]


CHANGE_FAULTS = [AmbiguousError("timeout"), NotDeliveredError("no route")]


@pytest.mark.parametrize("error", CHANGE_FAULTS)
@pytest.mark.parametrize(("op", "hours"), [("edit", 1), ("delete", 48)])
async def test_a_change_that_always_fails_holds_nobody_up_and_is_given_up_in_the_end(
    tmp_path: Path, op: str, hours: int, error: Exception
) -> None:
    async with desk(tmp_path) as it:
        await it.say("a")
        await it.pump()
        it.chat.fail(CHAT.external_id, lost(error))
        await (it.edit("a", "new") if op == "edit" else it.take_back("a"))
        await it.say("b")
        await it.live(SECOND)
        assert it.chat.texts == ["a", "b"]
        it.chat.fail(CHAT.external_id, *[lost(error)] * 300)
        await it.live(hours * HOUR_MS - 2 * SECOND)
        assert await it.states("a") == ["sent", "pending"]
        await it.live(HOUR_MS)
        assert await it.states("a") == ["sent", "dead"]
        assert it.chat.count(op) < 11 + 4 * hours
        calls = len(it.chat.calls)
        await it.live(10 * 24 * HOUR_MS)
    assert len(it.chat.calls) == calls


async def test_a_change_that_waited_long_for_its_turn_is_tried_for_an_hour_all_the_same(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        await it.say("a")
        await it.pump()
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", 3 * HOUR_MS)))
        await it.say("b")
        await it.pump()
        await it.take_back("a")
        it.chat.fail(CHAT.external_id, *[lost(AmbiguousError("timeout"))] * 2)
        await it.store.write(lambda c: blank_posts(c, it.community.id, ["b"]))
        await it.live(4 * HOUR_MS)
    assert it.chat.texts == []


async def test_words_that_were_overtaken_while_they_were_being_said_never_come_back(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        await it.say("a", "old")
        await it.pump()
        edit = it.chat.edit

        async def slow(target: str, sent_id: str, payload: str) -> None:
            it.chat.edit = edit  # type: ignore[method-assign]
            await it.edit("a", "last")
            raise AmbiguousError("timeout")

        it.chat.edit = slow  # type: ignore[method-assign]
        await it.edit("a", "middle")
        await it.live(HOUR_MS)
        assert await it.states("a") == ["sent", "dead", "sent"]
    assert it.chat.texts == ["last"]
    assert it.chat.count("edit") == 1
