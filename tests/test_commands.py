"""Every declared command is legal, unique, translated, documented, and for whom it is."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bot.commands import Command, Kind
from bot.params import Param
from bot.post import Post
from bot.text import texts_for
from cogs import COGS
from tests.bot import Bot, talking

ROOT = Path(__file__).parents[1]
COMMANDS = [command for cog in COGS for command in cog.commands]
STAFF = [command for command in COMMANDS if command.staff_only]
LANGUAGES = ("en", "fr")

NAME = re.compile(r"[a-z0-9_]{1,32}")
"""What Telegram takes, which Discord takes too."""
LONGEST = 100
MOST = 25

A_WORD = {
    Kind.TEXT: "secret",
    Kind.WHOLE: "1",
    Kind.NUMBER: "0.5",
    Kind.SWITCH: "on",
    Kind.DAY: date(2026, 10, 5).isoformat(),
    Kind.MEMBER: "userAna",
    Kind.CHANNEL: "-100",
}


def named(command: Command) -> str:
    return command.name


def test_no_two_commands_share_a_name() -> None:
    assert [name for name, n in Counter(map(named, COMMANDS)).items() if n > 1] == []


def test_no_two_features_routines_or_alarms_share_a_name() -> None:
    for names in (
        [cog.name for cog in COGS],
        [routine.name for cog in COGS for routine in cog.routines],
        [alarm.name for cog in COGS for alarm in cog.alarms],
    ):
        assert len(names) == len(set(names))


@pytest.mark.parametrize("command", COMMANDS, ids=named)
def test_names_are_legal_everywhere(command: Command) -> None:
    for name in (command.name, *(param.name for param in command.params)):
        assert NAME.fullmatch(name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS, ids=named)
def test_descriptions_are_there_and_short_enough(command: Command, language: str) -> None:
    texts = texts_for(language)
    for words in (command.summary, *(param.description for param in command.params)):
        assert 0 < len(texts.text(words)) <= LONGEST, texts.text(words)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS, ids=named)
def test_forms_fit(command: Command, language: str) -> None:
    assert len(command.params) <= MOST
    for field in command.form(texts_for(language), {}).fields:
        assert len(field.options) <= MOST
        labels = [label for _, label in field.options]
        assert all(0 < len(label) <= LONGEST for label in labels)
        assert len(labels) == len(set(labels))


@pytest.mark.parametrize("command", COMMANDS, ids=named)
def test_what_must_be_given_comes_first(command: Command) -> None:
    """Discord refuses a command whose required options follow optional ones."""
    required = [param.required for param in command.params]
    assert required == sorted(required, reverse=True)


@pytest.mark.parametrize("command", COMMANDS, ids=named)
def test_buttons_calls_fit_a_button(command: Command) -> None:
    """Hidden commands are reached by buttons alone, so they need nothing that people type."""
    kinds = {param.kind for param in command.params}
    assert not command.hidden or kinds <= {Kind.TEXT, Kind.WHOLE, Kind.DAY, Kind.CHOICE}


@pytest.mark.parametrize("command", COMMANDS, ids=named)
def test_the_page_of_commands_tells_of_each(command: Command) -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| `/{command.name}( [^`]*)?` \|.*$", page, re.MULTILINE)
    assert (row is None) == command.hidden
    if row is not None:
        assert re.findall(r"\w+", row[1] or "") == [param.name for param in command.params]


def test_the_page_of_commands_tells_of_no_other() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `/(\w+)", page, re.MULTILINE))
    assert told == {command.name for command in COMMANDS if not command.hidden}


def test_the_page_of_commands_says_for_whom_each_is() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for_all, _, for_moderators = page.partition("## Moderators")
    for part, is_staff in ((for_all, False), (for_moderators, True)):
        told = set(re.findall(r"^\| `/(\w+)", part, re.MULTILINE))
        assert told == {
            one.name for one in COMMANDS if one.staff_only is is_staff and not one.hidden
        }


def test_only_moderators_get_buttons_of_hidden_commands() -> None:
    assert [command.name for command in COMMANDS if command.hidden and not command.staff_only] == []


# Who may use them


def words_for(params: tuple[Param, ...]) -> dict[str, str]:
    return {param.name: (param.options or (A_WORD.get(param.kind, ""),))[0] for param in params}


async def lived_in(bot: Bot) -> None:
    await bot.joins("Ana", "Bob")
    question = await bot.says("Ana", asks=True)
    await bot.says("Bob", reply_to=question)
    await bot.asks("Mona", "/note 2026-10-05 secret")


@pytest.mark.parametrize("command", STAFF, ids=named)
@pytest.mark.parametrize("full", [False, True])
async def test_who_is_no_moderator_gets_a_polite_no_and_nothing_else(
    command: Command, full: bool
) -> None:
    async with talking() as bot:
        await lived_in(bot)
        before = [said.text for said in bot.said], await bot.asks("Mona", "/settings")
        arguments = words_for(command.params) if full else {}
        said = await bot.calls("Ana", command.name, arguments)
        assert said.strip() == f"/{command.name} is for moderators."
        assert bot.was_private
        assert isinstance(bot.last, Post)
        assert (bot.last.choices, bot.last.files) == ((), ())
        assert ([said.text for said in bot.said], await bot.asks("Mona", "/settings")) == before


@pytest.mark.parametrize("command", STAFF, ids=named)
async def test_no_moderator_asks_for_a_community_from_outside(command: Command) -> None:
    """In private there is no community, and whoever moderates one there moderates nothing here."""
    async with talking() as bot:
        await lived_in(bot)
        said = await bot.calls("Mona", command.name, words_for(command.params), in_private=True)
        assert said.strip() == "This works in a community only, not in a private chat."


async def test_whoever_is_no_moderator_any_more_is_refused_at_once() -> None:
    async with talking() as bot:
        assert "Time zone" in await bot.asks("Mona", "/settings")
        bot.staff.discard("Mona")
        assert (await bot.asks("Mona", "/settings")).strip() == "/settings is for moderators."


@pytest.mark.parametrize("command", STAFF, ids=named)
def test_what_moderators_ask_is_answered_to_them_alone(command: Command) -> None:
    assert command.private
