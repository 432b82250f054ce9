from pathlib import Path

from bot.clock import HOUR_MS
from bot.delivery import (
    AmbiguousError,
    AuthError,
    ContentError,
    TargetGoneError,
    TargetMovedError,
)
from bot.model import ChannelId
from bot.outbox import resend
from bot.settings import load_settings
from tests.outboxes import CHAT, DIGEST, MODERATORS, OTHER, desk
from tests.platforms import lost, unheard


async def test_a_channel_that_is_closed_gets_one_call_and_moderators_one_notice(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        it.chat.fail(CHAT.external_id, lost(TargetGoneError("kicked")))
        for number in range(5):
            await it.say(f"digest:moderators:2026-W4{number}")
        await it.live(HOUR_MS)
        await it.say("later")
        await it.take_back("digest:moderators:2026-W40")
        await it.live(24 * HOUR_MS)
        rows = [row for row in await it.rows() if row.target == CHAT.external_id]
        assert [(row.state, row.body) for row in rows] == [("dead", None)] * 5
    assert it.chat.count("send", CHAT.external_id) == 1
    assert it.chat.texts == [
        "I may no longer post in the channel that the moderators’ digest was meant for, so I have"
        " stopped trying.",
        "Once I may post there again, choose the channel anew with /setup.",
    ]


async def test_a_channel_that_is_found_closed_again_is_not_announced_again(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, lost(AmbiguousError("timeout")))
        it.chat.fail(CHAT.external_id, *[lost(TargetGoneError("kicked"))] * 2)
        await it.say("a")
        await it.say("b")
        await it.pump()
        it.clock.at += HOUR_MS
        await it.store.write(lambda c: resend(c, it.community.id, "a"))
        await it.live(HOUR_MS)
        notices = {row.key for row in await it.rows() if row.key.startswith("report:closed")}
        assert len(notices) == 1
        assert (await it.row("a")).state == "dead"


async def test_no_notice_is_sent_to_the_channel_that_closed(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(MODERATORS.external_id, lost(TargetGoneError("kicked")))
        it.chat.fail(CHAT.external_id, unheard(AmbiguousError("timeout")))
        await it.say(DIGEST, to=MODERATORS)
        await it.pump()
        await it.say("digest:moderators:2026-W42")
        await it.live(HOUR_MS)
        assert [row.state for row in await it.rows()] == ["dead", "unknown"]
    assert it.chat.count("send", MODERATORS.external_id) == 1


async def test_a_chat_that_moved_is_followed_with_all_that_waits_and_in_the_settings(
    tmp_path: Path, store_url: str
) -> None:
    async with desk(tmp_path, url=store_url, moderators=CHAT) as it:
        it.chat.fail(CHAT.external_id, lost(TargetMovedError("-1001")))
        await it.say("a")
        await it.say("b")
        await it.say("c", to=OTHER)
        await it.pump()
        settings = await it.store.write(lambda c: load_settings(c, it.community.id))
    assert {one.text: one.target for one in it.chat.everything} == {
        "a": "-1001",
        "b": "-1001",
        "c": "-2",
    }
    assert it.chat.count("send", CHAT.external_id) == 1
    assert settings.moderators == ChannelId("telegram", "-1001")


async def test_two_chats_that_point_at_each_other_do_not_spin(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail("-1", *[lost(TargetMovedError("-2"))] * 99)
        it.chat.fail("-2", *[lost(TargetMovedError("-1"))] * 99)
        await it.say("a")
        await it.live(HOUR_MS)
    assert it.chat.count("send") < 20


async def test_what_the_platform_refuses_is_said_plainly_or_not_at_all(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.chat.refuses_markup = True
        await it.say("a")
        await it.pump()
        it.chat.fail(CHAT.external_id, *[lost(ContentError("too long"))] * 2)
        await it.say("b")
        await it.say("c")
        await it.live(HOUR_MS)
        assert await it.states() == ["sent", "dead", "sent"]
        assert (await it.row("b")).body is None
    assert it.chat.texts == ["a", "c"]
    assert it.chat.count("send") == 6


async def test_a_platform_that_refuses_the_bot_is_left_alone_and_the_others_are_not(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, lost(AuthError("401")))
        await it.say("a")
        await it.pump()
        await it.say("b", to=OTHER)
        await it.say("c", to=ChannelId("discord", "7"))
        await it.live(24 * HOUR_MS)
        assert await it.states() == ["pending", "pending", "sent"]
        assert await it.outbox.next_at() is None
        assert it.chat.count("send") == 1

        await it.second().pump()
        assert await it.states() == ["sent"] * 3
    assert it.chat.texts == ["a", "b"]
