import pytest

from bot.delivery import AmbiguousError
from bot.outbox.kinds import kind_of
from tests.bot import MODERATORS, talking
from tests.stages import look_up

MEMBERS = [f"Runner{number}" for number in range(12)]


async def test_everything_that_foyer_posts_by_itself_has_a_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with talking() as bot:
        await bot.joins(*MEMBERS)
        for name in MEMBERS:
            await bot.says(name)
        await bot.advance(days=6)
        send = bot.chat.send
        lost: list[str] = []

        async def vanish(target: str, payload: str, nonce: str) -> str:
            if target == MODERATORS.external_id and not lost:
                lost.append(target)
                raise AmbiguousError("nobody answered")
            return await send(target, payload, nonce)

        monkeypatch.setattr(bot.chat, "send", vanish)
        await bot.advance(days=2)
        keys = await look_up(bot, "SELECT DISTINCT post_key FROM outbox ORDER BY post_key")
        status = await bot.asks("Mona", "/status")
    assert {kind_of(str(key)) for key in keys} == {
        "a greeting",
        "a message to the moderators",
        "my notice about privacy",
        "the members’ digest",
        "the moderators’ digest",
    }
    assert "Nobody knows whether the moderators’ digest of Monday 12 October" in status
    [report] = [said for said in bot.said_in(MODERATORS) if "I tried to post" in said]
    assert report.startswith("I tried to post the moderators’ digest on Monday 12 October")


@pytest.mark.parametrize("key", ["digest", "digest:2026-W41", "digests:members:1", "", "a", ":"])
def test_a_key_that_nobody_gives_is_just_a_post(key: str) -> None:
    assert kind_of(key) == "a post"
