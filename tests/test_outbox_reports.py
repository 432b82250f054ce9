from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.clock import HOUR_MS
from bot.delivery import AmbiguousError
from bot.outbox import mark_sent, resend
from db.connection import Connection
from tests.outboxes import CHAT, DIGEST, MODERATORS, desk
from tests.platforms import lost


async def test_a_report_in_doubt_is_not_reported_in_turn(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, lost(AmbiguousError("timeout")))
        it.chat.fail(MODERATORS.external_id, *[lost(AmbiguousError("timeout"))] * 9)
        await it.say(DIGEST)
        await it.live(24 * HOUR_MS)
        assert await it.states() == ["unknown", "unknown"]
    assert it.chat.count("send") == 2


async def test_a_post_to_moderators_in_doubt_is_reported_to_them_all_the_same(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(MODERATORS.external_id, lost(AmbiguousError("timeout")))
        await it.say(DIGEST, to=MODERATORS)
        await it.pump()
        assert await it.states() == ["unknown", "sent"]


async def test_all_messages_of_one_post_are_reported_together(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.chat.fail(CHAT.external_id, *[lost(AmbiguousError("timeout"))] * 3)
        await it.say(DIGEST, "one", "two", "three")
        await it.pump()
        assert await it.states(DIGEST) == ["unknown"] * 3
    assert it.chat.count("send", MODERATORS.external_id) == 1


async def test_without_a_moderators_channel_a_doubt_is_kept_all_the_same(tmp_path: Path) -> None:
    async with desk(tmp_path, moderators=None) as it:
        it.chat.fail(CHAT.external_id, lost(AmbiguousError("timeout")))
        await it.say(DIGEST)
        await it.pump()
        assert await it.states() == ["unknown"]


async def test_reports_speak_the_language_of_the_community(tmp_path: Path) -> None:
    async with desk(tmp_path, language="fr") as it:
        it.chat.fail(CHAT.external_id, lost(AmbiguousError("timeout")))
        await it.say("greeting:1")
        await it.pump()
    [text] = it.chat.texts
    assert text.startswith("J’ai voulu publier un message de bienvenue le lundi 12 octobre 2026")


@pytest.mark.parametrize("press", [mark_sent, resend])
async def test_a_doubt_that_comes_after_an_answer_is_reported_too(
    tmp_path: Path, store_url: str, press: Callable[[Connection, int, str], Awaitable[bool]]
) -> None:
    async with desk(tmp_path, url=store_url) as it:
        send = it.chat.send

        async def second(target: str, payload: str, nonce: str) -> str:
            it.chat.send = send  # type: ignore[method-assign]
            assert await it.states(DIGEST) == ["unknown", "sending"]
            assert await it.store.write(lambda c: press(c, it.community.id, DIGEST))
            raise AmbiguousError("timeout")

        async def first(target: str, payload: str, nonce: str) -> str:
            it.chat.send = second  # type: ignore[method-assign]
            raise AmbiguousError("timeout")

        it.chat.send = first  # type: ignore[method-assign]
        await it.say(DIGEST, "one", "two")
        await it.live(HOUR_MS)
        assert await it.states(DIGEST) == ["sent", "unknown"]
    assert it.chat.count("send", MODERATORS.external_id) == 2


async def test_a_doubt_is_reported_though_nobody_knows_the_time_zone(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        where = {"community": it.community.id, "timezone": "Mars/Olympus"}
        await it.store.write(lambda c: c.run("set_timezone", **where))
        it.chat.fail(CHAT.external_id, lost(AmbiguousError("timeout")))
        await it.say(DIGEST)
        await it.pump()
    [report] = it.chat.texts
    assert "Monday 12 October 2026, 10:00" in report
