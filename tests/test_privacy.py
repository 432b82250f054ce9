import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.adapters import Arrival, News
from bot.delivery import AmbiguousError, NotDeliveredError
from bot.events import Event, MemberDescribed, MessageSent
from bot.model import ChannelId, Place, PlaceId
from bot.outbox import drop_old_posts
from bot.post import Post
from cogs import COGS, privacy, welcome
from db.connection import Connection
from tests.bot import CLUB, GENERAL, PLATFORM, Bot, account, talking
from tests.canary import everything
from tests.stages import asks, one_line, playing

CHESS = Place(PlaceId(PLATFORM, "-300"), "Chess", "supergroup")
LOBBY = ChannelId(PLATFORM, "-300")


@asynccontextmanager
async def clubbing(language: str = "en") -> AsyncIterator[Bot]:
    async with playing(privacy.cog, welcome.cog, language=language) as bot:
        yield bot


async def content(bot: Bot) -> dict[str, list[tuple[Any, ...]]]:
    async def read(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
        return await everything(connection)

    return await bot.stage.store.write(read)


async def rows_about(bot: Bot, name: str) -> list[str]:
    """The tables in which somebody's id or name stands."""
    tables = await content(bot)
    return [t for t, rows in tables.items() if account(name) in repr(rows) or name in repr(rows)]


def files(bot: Bot) -> dict[str, bytes]:
    assert isinstance(bot.last, Post)
    return {file.name: file.content for file in bot.last.files}


async def say_in_chess(bot: Bot, name: str) -> None:
    bot.clock.at += 1000
    event = MessageSent(
        platform=PLATFORM, channel=LOBBY.external_id, id="1", author=account(name), at=bot.now
    )
    await bot.stage.take(News(CHESS.id, [event]))


async def chess_too(bot: Bot) -> None:
    await bot.stage.arrive(Arrival(CHESS, bot.now, LOBBY))
    await bot.stage.settle()


# The notice


async def test_a_community_is_told_once_what_is_recorded() -> None:
    async with clubbing() as bot:
        [said] = bot.said_in(GENERAL)
        for word in ("/privacy", "/optout", "/forgetme", "/setup", "Never what was written"):
            assert word in said
        await bot.stage.depart(CLUB.id)
        await bot.advance(days=60)
        await bot.stage.store.write(lambda connection: drop_old_posts(connection, 1, bot.now))
        assert (await content(bot))["outbox"] == []
        await bot.stage.arrive(Arrival(CLUB, bot.now, GENERAL))
        await bot.stage.settle()
        assert bot.said_in(GENERAL) == [said]
        await chess_too(bot)
        assert bot.said_in(LOBBY) == [said]


async def test_the_notice_speaks_the_communitys_language() -> None:
    async with clubbing("fr") as bot:
        [said] = bot.said_in(GENERAL)
        assert said.startswith("Bonjour")


async def test_a_place_whose_main_channel_is_unknown_is_told_nothing() -> None:
    async with clubbing() as bot:
        await bot.stage.arrive(Arrival(CHESS, bot.now))
        await bot.stage.settle()
        assert bot.said_in(LOBBY) == []


# /privacy


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("in_private", [False, True])
async def test_privacy_answers_everybody_everywhere(language: str, in_private: bool) -> None:
    async with clubbing() as bot:
        bot.languages["Stranger"] = language
        said = await bot.asks("Stranger", "/privacy", in_private=in_private)
        for word in ("/mydata", "/optout", "/optin", "/forgetme", "400"):
            assert word in said
        assert bot.was_private
        assert re.search("in their own words|leurs propres mots", one_line(said))
        assert re.search("no words|ni mots", said)
        assert await rows_about(bot, "Stranger") == []


async def test_no_command_keeps_its_words_but_those_that_privacy_names() -> None:
    async with talking() as bot:
        await bot.says("Ana")
        for name in ("Ana", "Mona"):
            for feature in COGS:
                for command in feature.commands:
                    every = {param.name: "Wistaria" for param in command.params}
                    await bot.calls(name, command.name, every)
                    for param in command.params:
                        await bot.calls(name, command.name, {param.name: "Wistaria"})
        tables = await content(bot)
        kept = [table for table, rows in tables.items() if "Wistaria" in repr(rows)]
        assert kept == ["setting", "note"]
        said = await asks(bot, "Ana", "/privacy")
        assert (
            "What you ask me with commands, except what they are there to keep: your language,"
            " settings, corrections and moderators’ notes about a day."
        ) in said
        assert "What moderators note about a day, in their own words." in said


# /mydata


async def test_a_member_gets_their_own_data_and_nobody_elses() -> None:
    async with clubbing() as bot:
        await bot.joins("Ana", "Bob")
        for _ in range(3):
            await bot.says("Ana")
        await bot.reacts("Bob", await bot.says("Bob", reply_to="1001"))
        said = await bot.asks("Ana", "/mydata")
        assert bot.was_private
        for line in ("Seen on 5 October 2026", "3 messages", "0 reactions", "1 arrival"):
            assert line in said
        found = files(bot)
        assert sorted(found) == ["mydata.json", "mydata.jsonl"]
        lines = [json.loads(line) for line in found["mydata.jsonl"].splitlines()]
        assert {line.get("user", line.get("author")) for line in lines[1:]} == {account("Ana")}
        assert json.loads(found["mydata.json"])["account"] == f"{PLATFORM}:{account('Ana')}"
        assert account("Bob") not in repr(found)


async def test_my_data_is_for_one_community_there_and_for_all_in_private() -> None:
    async with clubbing() as bot:
        await chess_too(bot)
        await bot.says("Ana")
        await say_in_chess(bot, "Ana")
        await bot.asks("Ana", "/mydata")
        assert sorted(files(bot)) == ["mydata.json", "mydata.jsonl"]
        assert LOBBY.external_id.encode() not in files(bot)["mydata.jsonl"]
        said = await bot.asks("Ana", "/mydata", in_private=True)
        assert "The club" in said
        assert "Chess" in said
        assert sorted(files(bot)) == [
            *("mydata-1.json", "mydata-1.jsonl", "mydata-2.json", "mydata-2.jsonl")
        ]


async def test_my_data_is_asked_for_once_a_minute() -> None:
    async with clubbing() as bot:
        await bot.says("Ana")
        await bot.asks("Ana", "/mydata")
        assert "wait" in await bot.asks("Ana", "/mydata")
        await bot.advance(minutes=1)
        assert "1 message" in await bot.asks("Ana", "/mydata")


async def test_strangers_have_no_data() -> None:
    async with clubbing() as bot:
        said = await bot.asks("Stranger", "/mydata", in_private=True)
        assert "Nothing that you did is stored" in said
        assert files(bot) == {}


MENTIONED = MessageSent(
    platform=PLATFORM,
    channel=GENERAL.external_id,
    id="7",
    author=account("Bob"),
    at=1_791_201_600_000,
    mentions=(account("Ana"),),
)
DESCRIBED = MemberDescribed(platform=PLATFORM, user=account("Ana"), is_staff=True)


@pytest.mark.parametrize("event", [MENTIONED, DESCRIBED])
async def test_somebody_who_did_nothing_is_told_no_more_than_is_known(event: Event) -> None:
    async with clubbing() as bot:
        await bot.hears(event)
        said = await asks(bot, "Ana", "/mydata")
        assert "I know your account, but nothing that you did is recorded." in said
        assert "others" not in said


# /forgetme


async def test_being_forgotten_takes_two_steps_and_leaves_nothing_anywhere() -> None:
    async with clubbing() as bot:
        await chess_too(bot)
        await bot.joins("Ana", "Bob")
        message = await bot.says("Ana")
        await bot.says("Bob", reply_to=message)
        await say_in_chess(bot, "Ana")
        said = await bot.asks("Ana", "/forgetme", in_private=True)
        assert "cannot be undone" in said
        assert "account" in await rows_about(bot, "Ana")
        assert "in 2 communities is erased" in await bot.presses("Ana", "Yes, forget me")
        assert await rows_about(bot, "Ana") == []
        assert await rows_about(bot, "Bob") != []


async def test_the_forgotten_stay_forgotten_whatever_happens() -> None:
    async with clubbing() as bot:
        await chess_too(bot)
        await bot.joins("Ana")
        await bot.says("Ana")
        await bot.asks("Ana", "/forgetme confirm:yes")
        await bot.joins("Ana")
        await bot.reacts("Ana", await bot.says("Bob"))
        await bot.says("Bob", reply_to=await bot.says("Ana"))
        await say_in_chess(bot, "Ana")
        await bot.advance(days=3)
        assert await rows_about(bot, "Ana") == []
        assert not any("Ana" in text for text in bot.said_in(GENERAL))
        assert "already" in await bot.asks("Ana", "/forgetme")
        assert isinstance(bot.last, Post)
        assert bot.last.choices == ()
        assert "already" in await bot.asks("Ana", "/forgetme confirm:yes")


async def test_a_pending_greeting_does_not_name_the_forgotten() -> None:
    async with clubbing() as bot:
        await bot.joins("Ana", "Bob")
        await bot.asks("Ana", "/forgetme confirm:yes")
        await bot.advance(minutes=30)
        [greeting] = [text for text in bot.said_in(GENERAL) if "Welcome" in text]
        assert "Bob" in greeting
        assert "Ana" not in greeting


async def test_a_greeting_that_was_said_is_told_anew_or_taken_back() -> None:
    async with clubbing() as bot:
        await bot.joins("Ana", "Bob")
        await bot.advance(minutes=30)
        assert any("Ana" in text for text in bot.said_in(GENERAL))
        await bot.asks("Ana", "/forgetme confirm:yes")
        await bot.advance(minutes=2)
        [greeting] = [text for text in bot.said_in(GENERAL) if "Welcome" in text]
        assert "Ana" not in greeting
        await bot.asks("Bob", "/optout")
        await bot.advance(minutes=2)
        assert not any("Welcome" in text for text in bot.said_in(GENERAL))


async def test_words_that_could_not_be_sent_yet_go_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(target: str, payload: str, nonce: str) -> str:
        raise NotDeliveredError("busy")

    async with clubbing() as bot:
        await bot.joins("Ana", "Bob")
        monkeypatch.setattr(bot.chat, "send", refuse)
        await bot.advance(minutes=30)
        assert "outbox" in await rows_about(bot, "Ana")
        await bot.asks("Ana", "/forgetme confirm:yes")
        assert await rows_about(bot, "Ana") == []
        monkeypatch.undo()
        await bot.advance(hours=1)
        assert not any("Ana" in text for text in bot.said_in(GENERAL))


@pytest.mark.parametrize("hours", [1, 23, 30, 47])
async def test_a_greeting_in_doubt_is_never_resent_with_a_forgotten_name(
    monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    async with talking() as bot:
        send = bot.chat.send

        async def vanish(target: str, payload: str, nonce: str) -> str:
            if target == GENERAL.external_id:
                raise AmbiguousError("nobody answered")
            return await send(target, payload, nonce)

        with monkeypatch.context() as patch:
            patch.setattr(bot.chat, "send", vanish)
            await bot.joins("Zoe", "Bob")
            await bot.advance(minutes=11)
        assert "outbox" in await rows_about(bot, "Zoe")
        await bot.advance(hours=hours)
        await bot.asks("Zoe", "/forgetme confirm:yes")
        assert await rows_about(bot, "Zoe") == []
        await bot.asks("Mona", "/status")
        assert isinstance(bot.last, Post)
        assert bot.last.choices == ()
        assert "settled already" in await bot.presses("Mona", "Resend")
        await bot.advance(hours=1)
        assert not any("Zoe" in message.text for message in bot.chat.messages)


# /optout and /optin


async def test_opting_out_is_for_this_community_alone() -> None:
    async with clubbing() as bot:
        await chess_too(bot)
        await bot.says("Ana")
        await say_in_chess(bot, "Ana")
        assert "Done" in await bot.asks("Ana", "/optout")
        await bot.says("Ana")
        tables = await content(bot)
        assert [row[0] for row in tables["account"]] == [2]
        assert {row[0] for row in tables["message"]} == {2}
        assert "were not before" in await bot.asks("Ana", "/optout")


async def test_whoever_opts_out_first_is_never_recorded_nor_greeted() -> None:
    async with clubbing() as bot:
        await bot.asks("Ana", "/optout")
        await bot.joins("Ana")
        await bot.says("Ana")
        await bot.advance(hours=1)
        assert await rows_about(bot, "Ana") == []
        assert not any("Ana" in text for text in bot.said_in(GENERAL))


@pytest.mark.parametrize("way", ["/optout", "/forgetme confirm:yes"])
async def test_whoever_opts_in_is_recorded_from_now_on(way: str) -> None:
    async with clubbing() as bot:
        await chess_too(bot)
        await bot.says("Ana")
        await bot.asks("Ana", way)
        await bot.says("Ana")
        assert "Welcome back" in await bot.asks("Ana", "/optin")
        await bot.says("Ana")
        if way != "/optout":
            await say_in_chess(bot, "Ana")
        assert "like everybody" in await bot.asks("Ana", "/optin")
        tables = await content(bot)
        assert [row[0] for row in tables["message"]] == [1]
        await bot.asks("Ana", way)
        await bot.says("Ana")
        assert (await content(bot))["message"] == []


@pytest.mark.parametrize("command", ["/optout", "/optin"])
async def test_a_choice_for_a_community_is_made_in_it(command: str) -> None:
    async with clubbing() as bot:
        assert "community only" in await bot.asks("Ana", command, in_private=True)


async def test_nobody_is_named_in_what_is_logged() -> None:
    with capture_logs() as logs:
        async with clubbing() as bot:
            await bot.joins("Ana")
            await bot.says("Ana")
            for words in ("/mydata", "/optout", "/optin", "/forgetme", "/forgetme confirm:yes"):
                await bot.asks("Ana", words)
            await bot.advance(hours=1)
    assert account("Ana") not in repr(logs)
    assert "Ana" not in repr(logs)
