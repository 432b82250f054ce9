"""Whoever was forgotten, came back, and changes their mind again."""

import pytest

from cogs import privacy
from tests.stages import playing
from tests.test_privacy import chess_too, rows_about, say_in_chess


@pytest.mark.parametrize("words", ["/forgetme yes", "/forgetme oui"])
async def test_whoever_came_back_can_be_forgotten_again(words: str) -> None:
    async with playing(privacy.cog) as bot:
        await chess_too(bot)
        await bot.says("Ana")
        await bot.asks("Ana", words)
        await bot.asks("Ana", "/optin")
        assert "cannot be undone" in await bot.asks("Ana", "/forgetme")
        assert "No community had anything" in await bot.asks("Ana", words)
        await bot.says("Ana")
        assert await rows_about(bot, "Ana") == []
        assert "already" in await bot.asks("Ana", words)
        await bot.asks("Ana", "/optin")
        await bot.says("Ana")
        assert "account" in await rows_about(bot, "Ana")
        assert "in 1 community is erased" in await bot.asks("Ana", words)
        await bot.says("Ana")
        await say_in_chess(bot, "Ana")
        assert await rows_about(bot, "Ana") == []


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Done. No community"), ("fr", "C’est fait. Aucune communauté")]
)
async def test_whoever_was_never_met_is_not_told_of_0_communities(language: str, said: str) -> None:
    async with playing(privacy.cog) as bot:
        bot.languages["Stranger"] = language
        answer = await bot.asks("Stranger", "/forgetme yes", in_private=True)
        assert answer.startswith(said)
        assert "0" not in answer
        assert "/optin" in answer
        await bot.says("Stranger")
        assert await rows_about(bot, "Stranger") == []
