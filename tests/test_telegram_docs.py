"""What the page about Telegram shows exists: settings, commands, their parameters, and fixes."""

import re
import tomllib
from pathlib import Path

from bot.adapters.telegram.asking.arguments import HERE, ME, chat_of
from bot.adapters.telegram.line.client import ALLOWED_UPDATES
from bot.config import TelegramSettings
from cogs import COGS

PAGE = (Path(__file__).parents[1] / "docs" / "telegram.md").read_text("utf-8")
COMMANDS = {command.name: command for cog in COGS for command in cog.commands}
OF_BOTFATHER = {"newbot", "setprivacy"}
CODE = re.compile(r"`([^`\n]+)`")


def test_the_settings_on_the_page_are_settings() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    told = tomllib.loads(block)
    assert list(told) == ["telegram"]
    settings = TelegramSettings.model_validate(told["telegram"])
    assert settings.webhook_port == told["telegram"]["webhook_port"]
    assert set(told["telegram"]) <= set(TelegramSettings.model_fields)


def test_the_commands_on_the_page_are_commands_that_understand_what_is_typed() -> None:
    shown = [code.removeprefix("/") for code in CODE.findall(PAGE) if code.startswith("/")]
    names = {words.partition(" ")[0] for words in shown} - OF_BOTFATHER
    assert names <= set(COMMANDS)
    assert {"setup", "status", "attach", "source_add", "source_list", "privacy"} <= names
    for words in shown:
        name, _, rest = words.partition(" ")
        if ":" in rest:
            assert COMMANDS[name].read_words(rest).keys() == {rest.partition(":")[0]}


def test_the_names_of_channels_on_the_page_are_understood() -> None:
    names = re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE)
    words = [word for name in names for word in CODE.findall(name)]
    assert {chat_of(word).chat for word in words} == {HERE, ME}
    (link,) = re.findall(r"`(https://t\.me/\S+)`", PAGE)
    assert chat_of(link).chat == "-1001234567890"
    assert chat_of(link).thread == "42"


def test_the_page_leaves_no_right_out_that_updates_need() -> None:
    assert {"chat_member", "message_reaction", "chat_join_request"} <= set(ALLOWED_UPDATES)
    rights = PAGE.split("## What rights it needs")[1].split("##")[0]
    assert all(word in rights for word in ("reactions", "comes and goes", "requests to join"))
