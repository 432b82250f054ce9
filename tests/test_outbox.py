import itertools
from pathlib import Path

import pytest

from bot.clock import HOUR_MS, MINUTE_MS
from bot.delivery import (
    AmbiguousError,
    NotDeliveredError,
    TargetGoneError,
    mark_of,
    nonce_of,
)
from bot.model import ChannelId
from tests.outboxes import CHAT, DIGEST, MODERATORS, OTHER, desk
from tests.platforms import NONCE_MS, Fault, lost, unheard

SECOND = 1000


async def test_what_was_put_is_said_once(tmp_path: Path, store_url: str) -> None:
    async with desk(tmp_path, url=store_url) as it:
        await it.say(DIGEST, "Good week.")
        await it.pump()
        await it.pump(HOUR_MS)
        row = await it.row(DIGEST)
    assert it.chat.texts == ["Good week."]
    assert (row.state, row.sent_id, row.body) == ("sent", "1", None)


async def test_the_same_key_is_said_once_even_if_it_would_be_said_otherwise_now(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        await it.say(DIGEST, "Good week.")
        await it.say(DIGEST, "Bad week.", "With a second message.")
        await it.pump()
        await it.say(DIGEST, "Worse week.", "And a second message.")
        await it.pump()
    assert it.chat.texts == ["Good week."]


async def test_a_message_has_the_same_nonce_whoever_makes_it_and_no_other_has_it(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        await it.say("a", "one", "two")
        await it.say("b")
        await it.pump()
        wanted = [
            nonce_of(it.community.id, key, part) for key, part in (("a", 0), ("a", 1), ("b", 0))
        ]
    nonces = [one.nonce for one in it.chat.everything]
    assert nonces == wanted
    assert len(set(nonces)) == 3
    assert {len(nonce) for nonce in nonces} == {25}


async def test_messages_of_a_post_keep_their_order_and_posts_theirs(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        await it.say("b", "one", "two", "three")
        it.clock.at += 1
        await it.say("a", "four")
        await it.pump()
    assert it.chat.texts == ["one", "two", "three", "four"]


async def test_platforms_that_are_not_connected_and_closed_channels_get_nothing(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        assert not await it.say("a", to=ChannelId("console", "room"))
        it.chat.fail(CHAT.external_id, lost(TargetGoneError("kicked")))
        assert await it.say("b")
        assert await it.say("b")
        await it.pump()
        assert not await it.say("c")
        assert not await it.edit("b", "new")
        await it.pump()
        assert [row.key for row in await it.rows() if row.target == CHAT.external_id] == ["b"]
    assert it.chat.count("send", CHAT.external_id) == 1


@pytest.mark.parametrize("has_nonce", [False, True])
@pytest.mark.parametrize("retry_after", [1, 5, 60, 3600])
async def test_a_wait_that_the_platform_asks_for_is_kept_to_the_millisecond(
    tmp_path: Path, has_nonce: bool, retry_after: int
) -> None:
    async with desk(tmp_path, has_nonce=has_nonce) as it:
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", retry_after * SECOND)))
        await it.say("a")
        await it.pump()
        await it.pump(retry_after * SECOND - 1)
        assert it.chat.count("send") == 1
        assert await it.outbox.next_at() == it.clock.at + 1
        await it.pump(1)
        assert await it.states() == ["sent"]
    assert it.chat.texts == ["a"]


async def test_what_surely_did_not_arrive_is_tried_at_most_every_quarter_of_an_hour(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, *[lost(NotDeliveredError("no route"))] * 200)
        await it.say("a")
        await it.live(24 * HOUR_MS)
        at = [call.at for call in it.chat.calls]
        gaps = [later - earlier for earlier, later in itertools.pairwise(at)]
        assert await it.states() == ["pending"]
        assert 2 * SECOND <= gaps[0] <= 3 * SECOND
        assert max(gaps) == 15 * MINUTE_MS
        assert 24 * 4 <= len(at) < 24 * 4 + 12


async def test_many_that_failed_together_do_not_come_back_together(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        for number in range(20):
            place = ChannelId("telegram", f"-{100 + number}")
            it.chat.fail(place.external_id, *[lost(NotDeliveredError("no route"))] * 4)
            await it.say(f"post:{number}", to=place)
        await it.live(20 * SECOND)
        assert len({row.not_before for row in await it.rows()}) > 10


async def test_what_is_not_said_in_time_is_left_unsaid(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        late = it.clock.at + HOUR_MS
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", 2 * HOUR_MS)))
        await it.say("a", not_after=late)
        await it.say("b", not_after=late)
        await it.say("c", to=OTHER, not_after=it.clock.at)
        await it.live(HOUR_MS - 1)
        assert await it.states() == ["pending", "pending", "expired"]
        assert await it.outbox.next_at() == late
        await it.pump(1)
        assert await it.states() == ["expired"] * 3
        assert [row.body for row in await it.rows()] == [None] * 3
    assert it.chat.count("send") == 1


AMBIGUOUS = [
    lost(AmbiguousError("read timeout")),
    unheard(AmbiguousError("read timeout")),
    lost(ConnectionResetError("reset")),
    unheard(ValueError("truncated")),
]


@pytest.mark.parametrize("fault", AMBIGUOUS)
async def test_without_a_nonce_a_post_in_doubt_is_never_resent_and_always_reported(
    tmp_path: Path, fault: Fault
) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, fault)
        await it.say(DIGEST)
        await it.live(24 * HOUR_MS)
        assert await it.states(DIGEST) == ["unknown"]
        assert it.chat.count("send", CHAT.external_id) == 1
        [report] = [one for one in it.chat.everything if one.target == MODERATORS.external_id]
    assert report.text == (
        "I tried to post the moderators’ digest on Monday 12 October 2026, 12:00, but Telegram"
        " never said whether it arrived. Please look whether it is there: if so, press “It was"
        " sent”; if not, press “Resend”."
    )
    mark = mark_of(it.community.id, DIGEST)
    assert report.choices == [
        ("Resend", "resend", {"post": mark}),
        ("It was sent", "mark_sent", {"post": mark}),
    ]


@pytest.mark.parametrize("fault", AMBIGUOUS)
async def test_with_a_nonce_a_post_in_doubt_arrives_once(tmp_path: Path, fault: Fault) -> None:
    async with desk(tmp_path, has_nonce=True) as it:
        it.chat.fail(CHAT.external_id, fault)
        await it.say(DIGEST)
        await it.live(30 * SECOND)
        assert await it.states() == ["sent"]
    assert it.chat.texts == [DIGEST]
    assert it.chat.count("find") == 0


@pytest.mark.parametrize("fault", AMBIGUOUS)
async def test_once_the_nonce_is_forgotten_the_history_decides(
    tmp_path: Path, fault: Fault
) -> None:
    async with desk(tmp_path, has_nonce=True) as it:
        it.chat.fail(CHAT.external_id, fault, lost(NotDeliveredError("429", 2 * NONCE_MS)))
        await it.say(DIGEST)
        await it.live(HOUR_MS)
        assert await it.states() == ["sent"]
    assert it.chat.texts == [DIGEST]
    assert it.chat.count("find") == 1


async def test_a_nonce_is_not_trusted_while_it_may_be_forgotten_on_the_way(tmp_path: Path) -> None:
    """What is sent may take as long as an attempt lasts until it arrives."""
    async with desk(tmp_path, has_nonce=True) as it:
        wait = NONCE_MS - 44 * SECOND
        it.chat.fail(CHAT.external_id, unheard(AmbiguousError("timeout")))
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", wait)))
        await it.say("a")
        await it.live(NONCE_MS)
    assert it.chat.count("find") == 1
    assert it.chat.texts == ["a"]


async def test_a_history_that_may_hide_something_leaves_the_doubt_to_moderators(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, has_nonce=True) as it:
        it.chat.shows_history = False
        it.chat.fail(CHAT.external_id, unheard(AmbiguousError("reset")))
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", 2 * NONCE_MS)))
        await it.say(DIGEST)
        await it.live(HOUR_MS)
        assert await it.states(DIGEST) == ["unknown"]
    assert [one.target for one in it.chat.everything] == ["-1", "-9"]


async def test_a_history_that_cannot_be_read_now_is_read_later(tmp_path: Path) -> None:
    async with desk(tmp_path, has_nonce=True) as it:
        it.chat.fail(CHAT.external_id, unheard(AmbiguousError("reset")))
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", 2 * NONCE_MS)))
        it.chat.search_faults.extend(
            [lost(NotDeliveredError("429", 1)), lost(AmbiguousError("slow")), lost(OSError())]
        )
        await it.say("a")
        await it.live(HOUR_MS)
        assert await it.states() == ["sent"]
    assert it.chat.count("find") == 4
    assert it.chat.texts == ["a"]


async def test_a_doubt_that_is_too_late_to_say_is_looked_up_but_not_said(tmp_path: Path) -> None:
    async with desk(tmp_path, has_nonce=True) as it:
        for place, fault in ((CHAT, unheard), (OTHER, lost)):
            it.chat.fail(place.external_id, fault(AmbiguousError("reset")))
            it.chat.fail(place.external_id, lost(NotDeliveredError("429", HOUR_MS)))
            await it.say(place.external_id, to=place, not_after=it.clock.at + MINUTE_MS)
        await it.live(2 * HOUR_MS)
        assert await it.states() == ["sent", "expired"]
    assert it.chat.texts == ["-1"]
    assert [call.op for call in it.chat.calls].count("find") == 2


async def test_an_adapter_that_always_fails_in_its_own_way_is_not_asked_for_ever(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, has_nonce=True) as it:
        it.chat.fail(CHAT.external_id, *[lost(ZeroDivisionError("secret words"))] * 99)
        await it.say("a")
        await it.live(2 * HOUR_MS)
        row = await it.row("a")
    assert (row.state, row.error) == ("unknown", "ZeroDivisionError")
    assert 5 < it.chat.count("send", CHAT.external_id) < 20


async def test_what_became_of_posts_is_counted(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, lost(NotDeliveredError("429", SECOND)))
        await it.say("a")
        await it.say("b", to=OTHER, not_after=it.clock.at)
        await it.live(2 * SECOND)
    told = it.telemetry.exposition().decode()
    for state in ("pending", "sent", "expired"):
        assert f'foyer_posts_total{{platform="telegram",state="{state}"}} 1.0' in told
