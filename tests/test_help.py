import re

import pytest

from bot import __version__
from bot.commands import Command
from bot.post import Post
from bot.text import texts_for
from cogs import COGS
from tests.bot import Bot, talking

COMMANDS = [command for cog in COGS for command in cog.commands]
NAMED = re.compile(r"^• /(\w+)", re.MULTILINE)


async def offered(bot: Bot, who: str, *, in_private: bool = False) -> set[str]:
    return set(NAMED.findall(await bot.asks(who, "/help", in_private=in_private)))


async def test_members_are_offered_what_they_may_use() -> None:
    async with talking() as bot:
        assert await offered(bot, "Ana") == {
            one.name for one in COMMANDS if not (one.hidden or one.staff_only)
        }


async def test_moderators_are_offered_theirs_too_but_nothing_hidden() -> None:
    async with talking() as bot:
        assert await offered(bot, "Mona") == {one.name for one in COMMANDS if not one.hidden}


async def test_in_private_only_what_works_there_is_offered() -> None:
    async with talking() as bot:
        found = await offered(bot, "Ana", in_private=True)
        assert {"help", "privacy", "language"} <= found
        assert found == {one.name for one in COMMANDS if one.anywhere and not one.hidden}


@pytest.mark.parametrize("typed", ["setup", "/setup", "/setup@foyer_bot", "SETUP"])
async def test_one_command_is_told_with_all_it_takes(typed: str) -> None:
    async with talking() as bot:
        said = await bot.asks("Mona", f"/help {typed}")
        [setup] = [one for one in COMMANDS if one.name == "setup"]
        assert said.startswith("/setup: Show and change")
        assert [param.name for param in setup.params] == re.findall(r"^• (\w+):", said, re.M)
        assert "(on | off)" in said


async def test_answers_are_offered_in_the_words_of_whoever_asks_and_understood_in_them() -> None:
    async with talking() as bot:
        bot.languages["Mona"] = "fr"
        said = await bot.asks("Mona", "/help setup")
        assert "(oui | non)" in said
        assert "(lundi | mardi | " in said
        assert "on | off" not in said
        changed = await bot.asks("Mona", "/setup digest_day:mardi welcome:non")
        assert "mardi" in changed


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("command", [one for one in COMMANDS if not one.hidden])
def test_every_answer_that_help_offers_is_a_word_of_its_own(
    command: Command, language: str
) -> None:
    texts = texts_for(language)
    for param in command.params:
        told = [texts.in_context("option", answer) for answer in param.answers]
        assert all(len(word.split()) == 1 for word in told)
        assert len({*told}) == len(told)


@pytest.mark.parametrize("secret", ["setup", "status", "resend", "nonsense", "{x}", "<b>"])
async def test_what_somebody_may_not_use_is_not_explained(secret: str) -> None:
    async with talking() as bot:
        said = await bot.asks("Ana", f"/help {secret}")
        assert said.startswith(f"I do not know /{secret}.")
        assert len(said.splitlines()) == 1


async def test_help_speaks_the_language_of_who_asks() -> None:
    async with talking() as bot:
        bot.languages["Léa"] = "fr-CA"
        assert "Ce que vous pouvez me demander" in await bot.asks("Léa", "/help")
        assert "What you can ask me" in await bot.asks("Ana", "/help")


async def test_start_says_hello_in_a_group_and_in_private_whatever_a_link_brings() -> None:
    async with talking() as bot:
        in_group = await bot.asks("Ana", "/start")
        in_private = await bot.asks("Ana", "/start settings_abc def", in_private=True)
        assert "this community" in in_group
        assert "Add me to your group" in in_private
        assert all("/help" in said and "/privacy" in said for said in (in_group, in_private))


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_about_tells_the_version_and_leads_nowhere(language: str) -> None:
    async with talking(language=language) as bot:
        said = await bot.asks("Ana", "/about", in_private=language == "fr")
        assert __version__ in said
        assert "http" not in said
        assert isinstance(bot.last, Post)
        assert (bot.last.choices, bot.last.files) == ((), ())


async def test_answers_about_foyer_are_for_the_asker_alone() -> None:
    async with talking() as bot:
        before = len(bot.said)
        for typed in ("/start", "/help", "/about"):
            await bot.asks("Ana", typed)
            assert bot.was_private
        assert len(bot.said) == before
