import asyncio
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import DAY_MS, HOUR_MS
from bot.delivery import (
    AmbiguousError,
    ContentError,
    MessageGoneError,
    NotDeliveredError,
    TargetGoneError,
    TargetMovedError,
)
from bot.outbox import blank_posts, drop_old_posts, mark_sent
from tests.outboxes import CHAT, MODERATORS, OTHER, Desk, desk
from tests.platforms import lost, unheard

SECOND = 1000
WEEK = 7 * DAY_MS
LATE = 36 * HOUR_MS
KEY = "digest:moderators:standing"


async def weekly(it: Desk, *paragraphs: str) -> None:
    """Another week begins with its digest."""
    it.clock.at += WEEK
    await it.store.write(lambda c: drop_old_posts(c, it.community.id, it.clock.at))
    await it.renew(KEY, *paragraphs)
    await it.live(DAY_MS)


async def test_what_is_renewed_is_said_first_and_changed_from_then_on(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        assert await it.renew(KEY, "week 1")
        await it.pump()
        for week in range(2, 12):
            await weekly(it, f"week {week}")
            assert it.chat.texts == [f"week {week}"]
        assert [call.op for call in it.chat.calls] == ["send", *["edit"] * 10]
        assert len(await it.rows()) < 8, "changes that were made are forgotten in time"


async def test_it_grows_and_shrinks_in_its_order(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        for paragraphs in (["a"], ["b", "c", "d"], ["e", "f"], ["g", "h", "i", "j"]):
            await it.renew(KEY, *paragraphs)
            await it.pump(SECOND)
            assert it.chat.texts == paragraphs
    assert it.chat.count("send") == 1 + 2 + 2


async def test_a_message_that_somebody_deleted_is_said_anew_once(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        await it.renew(KEY, "week 1")
        await it.pump()
        it.chat.remove("week 1")
        await weekly(it, "week 2")
        assert it.chat.texts == ["week 2"]
        assert it.chat.count("send") == 2
        await weekly(it, "week 3")
        assert it.chat.texts == ["week 3"]
    assert [call.op for call in it.chat.calls] == ["send", "edit", "send", "delete", "edit"]


async def test_from_the_lost_message_on_all_is_said_anew_in_its_order(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        await it.renew(KEY, "1a", "1b", "1c")
        await it.pump()
        it.chat.remove("1b")
        await it.renew(KEY, "2a", "2b", "2c", "2d")
        await it.live(SECOND)
        assert it.chat.texts == ["2a", "2b", "2c", "2d"]
        assert it.chat.count("edit") == 2, "what is said anew is not changed before"
        await it.renew(KEY, "3a", "3b", "3c", "3d")
        await it.live(SECOND)
        assert it.chat.texts == ["3a", "3b", "3c", "3d"]


async def test_what_is_behind_waits_until_it_is_known_whether_all_is_said_anew(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        await it.renew(KEY, "1a")
        await it.pump()
        it.chat.remove("1a")
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("no route")))
        await it.renew(KEY, "2a", "2b")
        await it.live(HOUR_MS)
        assert it.chat.texts == ["2a", "2b"]


async def test_an_edit_of_another_post_is_not_said_anew(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        await it.say("greeting:1", "Welcome, Ann and Bob!")
        await it.pump()
        it.chat.remove("Welcome, Ann and Bob!")
        await it.edit("greeting:1", "Welcome, Ann!")
        await it.live(DAY_MS)
        assert await it.states() == ["sent", "dead"]
    assert it.chat.texts == []
    assert [call.op for call in it.chat.calls] == ["send", "edit"], "no plainer form is tried"


async def test_what_is_said_anew_and_is_in_doubt_is_reported_and_never_resent(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        await it.renew(KEY, "week 1")
        await it.pump()
        it.chat.remove("week 1")
        gone = lost(MessageGoneError("message to edit not found"))
        it.chat.fail(CHAT.external_id, gone, unheard(AmbiguousError("timeout")))
        await it.renew(KEY, "week 2")
        await it.live(DAY_MS)
        assert "unknown" in await it.states(KEY)
        assert it.chat.count("send", CHAT.external_id) == 2
        assert it.chat.count("send", MODERATORS.external_id) == 1
        await weekly(it, "week 3")
        texts = [one.text for one in it.chat.everything if one.target == CHAT.external_id]
    assert texts == ["week 1", "week 2", "week 3"]


async def test_an_edit_in_doubt_is_made_again_until_it_is_too_late(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        await it.renew(KEY, "week 1")
        await it.pump()
        it.chat.fail(CHAT.external_id, *[unheard(AmbiguousError("timeout"))] * 20)
        await it.renew(KEY, "week 2")
        await it.live(5 * HOUR_MS)
        assert await it.states() == ["sent", "sent"]
        it.chat.fail(CHAT.external_id, *[lost(NotDeliveredError("no route"))] * 999)
        await it.renew(KEY, "week 3")
        await it.live(LATE - 1)
        assert await it.states() == ["sent", "sent", "pending"]
        await it.live(15 * 60 * SECOND)
        assert await it.states() == ["sent", "sent", "expired"]
        assert [row.body for row in await it.rows()] == [None] * 3
    assert it.chat.texts == ["week 2"]


async def test_an_edit_whose_time_is_over_is_not_even_tried(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        await it.renew(KEY, "week 1")
        await it.pump()
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", 3 * DAY_MS)))
        await it.renew(KEY, "week 2")
        await it.live(LATE)
        assert await it.states() == ["sent", "expired"]
    assert it.chat.count("edit") == 1


async def test_a_first_post_that_could_not_be_said_makes_room_for_the_next(tmp_path: Path) -> None:
    refused = [lost(ContentError("no"))] * 2
    waits = [lost(NotDeliveredError("429", 3 * WEEK))]
    for faults in (refused, waits):
        async with desk(tmp_path) as it:
            it.chat.fail(CHAT.external_id, *faults)
            await it.renew(KEY, "week 1")
            await it.pump()
            it.clock.at += WEEK
            await it.store.write(lambda c: c.run("end_rests", now=99 * WEEK + it.clock.at))
            it.outbox = it.second()
            await it.renew(KEY, "week 2")
            await it.live(DAY_MS)
            assert "sent" in await it.states()
            assert it.chat.texts[-1] == "week 2"
            assert "week 1" not in it.chat.texts


async def test_a_post_that_moderators_believe_in_is_left_and_said_anew(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, unheard(AmbiguousError("timeout")))
        await it.renew(KEY, "week 1")
        await it.pump()
        await it.store.write(lambda c: mark_sent(c, it.community.id, KEY))
        await weekly(it, "week 2")
        await weekly(it, "week 3")
        texts = [one.text for one in it.chat.everything if one.target == CHAT.external_id]
    assert texts == ["week 1", "week 3"], "nobody knows the id of the first"


async def test_a_post_in_doubt_does_not_hold_up_the_next_one(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, lost(AmbiguousError("timeout")))
        await it.renew(KEY, "week 1")
        await it.pump()
        await it.renew(KEY, "week 2")
        await it.live(HOUR_MS)
    assert "week 2" in it.chat.texts


async def test_a_post_goes_along_to_another_channel(tmp_path: Path, store_url: str) -> None:
    async with desk(tmp_path, url=store_url) as it:
        await it.renew(KEY, "1a", "1b")
        await it.pump()
        await it.renew(KEY, "2a", "2b", to=OTHER)
        await it.live(SECOND)
        standing = [(one.target, one.text) for one in it.chat.everything if not one.is_deleted]
        assert standing == [(OTHER.external_id, "2a"), (OTHER.external_id, "2b")]
        await it.renew(KEY, "3a", to=OTHER)
        await it.live(SECOND)
    assert it.chat.texts == ["3a"]


async def test_changes_never_follow_a_chat_to_its_new_id(tmp_path: Path, store_url: str) -> None:
    async with desk(tmp_path, url=store_url) as it:
        await it.say("a")
        await it.say("b")
        await it.renew(KEY, "week 1")
        await it.pump()
        it.chat.fail(CHAT.external_id, *[lost(TargetMovedError("-1001"))] * 4)
        await it.edit("a", "changed")
        await it.take_back("b")
        await it.renew(KEY, "week 2")
        await it.live(DAY_MS)
        after = [call for call in it.chat.calls if call.target == "-1001"]
        assert [call.op for call in after] == ["send"]
        assert [one.text for one in it.chat.everything if one.target == "-1001"] == ["week 2"]


async def test_what_waits_to_be_changed_stays_where_it_is_when_the_chat_moves(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        await it.say("a")
        await it.say("b")
        await it.pump()
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", HOUR_MS)))
        await it.say("c")
        await it.pump(1)
        await it.take_back("a")
        it.chat.fail(CHAT.external_id, lost(TargetMovedError("-1001")))
        await it.live(DAY_MS)
        after = [(call.op, call.target) for call in it.chat.calls[3:]]
    assert sorted(after) == [("delete", "-1"), ("send", "-1"), ("send", "-1001")]


async def test_words_taken_out_while_they_were_being_said_are_not_said_anew(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        await it.renew(KEY, "week 1")
        await it.pump()

        async def forgotten(target: str, sent_id: str, payload: str) -> None:
            await it.store.write(lambda c: blank_posts(c, it.community.id, [KEY]))
            raise MessageGoneError("message to edit not found")

        it.chat.edit = forgotten  # type: ignore[method-assign]
        await it.renew(KEY, "week 2")
        await it.live(DAY_MS)
        assert await it.states() == ["sent", "dead"]
    assert it.chat.count("send") == 1


async def test_a_later_change_says_it_all_where_the_message_is_gone(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        await it.renew(KEY, "week 1")
        await it.pump()
        it.chat.remove("week 1")
        edit = it.chat.edit

        async def overtaken(target: str, sent_id: str, payload: str) -> None:
            it.chat.edit = edit  # type: ignore[method-assign]
            await it.renew(KEY, "week 3")
            raise MessageGoneError("message to edit not found")

        it.chat.edit = overtaken  # type: ignore[method-assign]
        await it.renew(KEY, "week 2")
        await it.live(DAY_MS)
    assert it.chat.texts == ["week 3"]
    assert it.chat.count("send") == 2


async def test_a_post_is_not_said_anew_where_the_channel_is_closed(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        await it.renew(KEY, "week 1")
        await it.pump()
        it.chat.fail(CHAT.external_id, lost(TargetGoneError("kicked")))
        await it.renew(KEY, "week 2")
        await it.live(DAY_MS)
        assert await it.states(KEY) == ["sent", "dead"]
        assert not await it.renew(KEY, "week 3")


@dataclass
class Week:
    """How many messages a week's post has, what befalls it, and what people delete before."""

    size: int
    deleted: frozenset[int]
    faults: list[str]


ERRORS = {
    "flood": lost(NotDeliveredError("429", 90 * SECOND)),
    "lost": lost(NotDeliveredError("no route")),
}
weeks = st.builds(
    Week,
    st.integers(1, 4),
    st.frozensets(st.integers(0, 3), max_size=2),
    st.lists(st.sampled_from(sorted(ERRORS)), max_size=4),
)


async def live(folder: Path, some: list[Week]) -> None:
    """After each week the whole post stands, in its order, once."""
    async with desk(folder) as it:
        for number, week in enumerate(some):
            standing = it.chat.texts
            for place in week.deleted & set(range(len(standing))):
                it.chat.remove(standing[place])
            it.chat.fail(CHAT.external_id, *[ERRORS[name] for name in week.faults])
            texts = [f"{number}{part}" for part in "abcd"[: week.size]]
            await weekly(it, *texts)
            assert it.chat.texts == texts
            assert not [state for state in await it.states() if state == "pending"]
            assert not [row for row in await it.rows() if row.body is not None]


@settings(max_examples=30, deadline=None)
@given(st.lists(weeks, min_size=1, max_size=6))
def test_whatever_is_deleted_each_weeks_post_stands_once_and_in_order(some: list[Week]) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder), some))


@pytest.mark.parametrize("has_nonce", [False, True])
async def test_a_killed_process_leaves_one_post_behind(tmp_path: Path, has_nonce: bool) -> None:
    async with desk(tmp_path, has_nonce=has_nonce) as it:
        await it.renew(KEY, "week 1")
        await it.pump()
        it.chat.remove("week 1")
        it.chat.fail(CHAT.external_id, lost(AmbiguousError("killed")))
        await it.renew(KEY, "week 2")
        await it.pump()
        it.outbox = it.second()
        await it.live(DAY_MS)
    assert it.chat.texts == ["week 2"]
