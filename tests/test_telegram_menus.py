"""The lists of commands that Telegram shows, and what stood in their way."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.adapters import Cursor
from bot.adapters.telegram.asking import menus
from bot.adapters.telegram.asking.menus import APP_LANGUAGES, STREAM, publish
from bot.adapters.telegram.line.client import Client, connected
from bot.app import on_stage
from bot.clock import ManualClock
from bot.cog import Cog
from bot.context import CommandContext
from bot.engine import Engine
from bot.intake import Defaults
from bot.model import PlaceId
from bot.post import Post, plain
from bot.telemetry import Telemetry
from cogs import COGS
from tests.bot import RememberingPlatform
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import flooded, page
from tests.stages import staged
from tests.telegram_desk import settings_of

Scene = Callable[[FakeTelegram, Client, Engine], Awaitable[None]]
Shown = dict[tuple[str, int | None, str], list[dict[str, Any]]]

SCOPES = ("all_private_chats", "all_group_chats", "all_chat_administrators")
COMMANDS = [command for feature in COGS for command in feature.commands]


def play(scene: Scene, *cogs: Cog) -> None:
    clock = ManualClock(1_800_000_000_000)
    platform = RememberingPlatform()
    stage = (
        staged(clock, platform, *cogs)
        if cogs
        else on_stage(None, {"telegram": platform}, clock, Defaults("UTC", "en"), Telemetry())
    )

    async def run(fake: FakeTelegram) -> None:
        async with connected(settings_of(fake)) as client, stage as engine:
            await scene(fake, client, engine)

    with serving_telegram(clock) as fake:
        asyncio.run(run(fake))


@pytest.fixture(autouse=True)
def few_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Taking lists away in every language takes a call each."""
    monkeypatch.setattr(menus, "APP_LANGUAGES", ("", "de", "en", "fr"))


def names(shown: list[dict[str, Any]]) -> set[str]:
    return {one["command"] for one in shown}


def test_each_kind_of_chat_has_its_list_in_each_language_and_nothing_else_has_one() -> None:
    async def scene(fake: FakeTelegram, client: Client, engine: Engine) -> None:
        await publish(client.bot, engine, ())
        everybody = {one.name for one in COMMANDS if not (one.staff_only or one.hidden)}
        staff = {one.name for one in COMMANDS if not one.hidden}
        assert everybody < staff
        wanted = dict.fromkeys(SCOPES, everybody) | {"all_chat_administrators": staff}
        assert {key: names(shown) for key, shown in fake.commands.items()} == {
            (scope, None, language): wanted[scope] for scope in SCOPES for language in ("", "fr")
        }

    play(scene)


def test_descriptions_are_in_the_language_of_their_list() -> None:
    async def scene(fake: FakeTelegram, client: Client, engine: Engine) -> None:
        await publish(client.bot, engine, ())
        for language in ("", "fr"):
            shown = fake.commands["all_chat_administrators", None, language]
            told = {one["command"]: one["description"] for one in shown}
            texts = engine.texts(language)
            assert told == {one.name: texts.text(one.summary) for one in COMMANDS if not one.hidden}

    play(scene)


def test_lists_that_stood_before_are_taken_away_in_every_language_of_the_apps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(menus, "APP_LANGUAGES", APP_LANGUAGES)

    async def scene(fake: FakeTelegram, client: Client, engine: Engine) -> None:
        group = fake.group("Runners")
        old = [{"command": "old", "description": "Something of another program"}]
        for language in APP_LANGUAGES:
            for scope in ("default", *SCOPES):
                fake.commands[scope, None, language] = old
        for language in ("", "fr", "en"):
            for scope in ("chat", "chat_administrators"):
                fake.commands[scope, group, language] = old
        await publish(client.bot, engine, [PlaceId("telegram", str(group))])
        assert "old" not in {name for shown in fake.commands.values() for name in names(shown)}
        assert len(fake.commands) == len(SCOPES) * 2

    play(scene)


def test_what_was_published_is_not_published_again() -> None:
    async def scene(fake: FakeTelegram, client: Client, engine: Engine) -> None:
        place = PlaceId("telegram", str(fake.group("Runners")))
        await publish(client.bot, engine, [place])
        before = len(fake.calls)
        await publish(client.bot, engine, [place])
        assert len(fake.calls) == before

    play(scene)


def test_a_group_that_came_later_is_cleared_alone_and_once() -> None:
    async def scene(fake: FakeTelegram, client: Client, engine: Engine) -> None:
        groups = [fake.group("Runners"), fake.group("Readers")]
        first, second = (PlaceId("telegram", str(group)) for group in groups)
        await publish(client.bot, engine, [first])
        before = len(fake.calls)
        for _ in range(2):
            await publish(client.bot, engine, [first, second])
        made = fake.calls[before:]
        assert {one.method for one in made} == {"deleteMyCommands"}
        assert {one.params["scope"]["chat_id"] for one in made} == {groups[1]}
        assert len(made) == 6

    play(scene)


def test_other_commands_than_last_time_are_published_anew() -> None:
    async def scene(fake: FakeTelegram, client: Client, engine: Engine) -> None:
        await engine.take(cursor=Cursor(STREAM, "0123456789abcdef"))
        await publish(client.bot, engine, ())
        assert len(fake.commands) == len(SCOPES) * 2

    play(scene)


def test_a_failure_is_no_end_and_is_made_good_next_time() -> None:
    async def scene(fake: FakeTelegram, client: Client, engine: Engine) -> None:
        for fault in (page(502), flooded(61)):
            fake.faults.add("setMyCommands", fault)
            await publish(client.bot, engine, ())
            assert len(fake.commands) < len(SCOPES) * 2
        await publish(client.bot, engine, ())
        assert len(fake.commands) == len(SCOPES) * 2

    play(scene)


def test_a_flood_is_waited_for_and_changes_nothing() -> None:
    async def scene(fake: FakeTelegram, client: Client, engine: Engine) -> None:
        waited: list[float] = []

        async def rest(seconds: float) -> None:
            waited.append(seconds)

        for method in ("setMyCommands", "deleteMyCommands"):
            fake.faults.add(method, flooded(7))
        await publish(client.bot, engine, (), rest)
        assert [7 <= seconds < 9 for seconds in waited] == [True, True]
        assert len(fake.commands) == len(SCOPES) * 2

    play(scene)


def test_a_group_that_is_gone_keeps_no_list_from_being_shown() -> None:
    async def scene(fake: FakeTelegram, client: Client, engine: Engine) -> None:
        gone, here = fake.group("Gone", bot=None), fake.group("Here")
        fake.commands["chat", here, ""] = [{"command": "old", "description": "Old"}]
        await publish(client.bot, engine, [PlaceId("telegram", str(chat)) for chat in (gone, here)])
        assert len(fake.commands) == len(SCOPES) * 2

    play(scene)


def test_long_descriptions_are_cut_and_hidden_commands_are_nowhere() -> None:
    cog = Cog("long")

    @cog.command()
    async def long(ctx: CommandContext) -> Post:
        return plain()

    long.__doc__ = "x" * 400
    declared = Cog("again")
    declared.command()(long)

    @declared.command(hidden=True)
    async def secret(ctx: CommandContext) -> Post:
        """Do something that a button does."""
        return plain()

    async def scene(fake: FakeTelegram, client: Client, engine: Engine) -> None:
        await publish(client.bot, engine, ())
        told = json.dumps([*fake.commands.values()])
        assert "secret" not in told
        assert "x" * 100 in told
        assert "x" * 101 not in told

    play(scene, declared)
