"""People who want from Foyer what is not theirs, or more of it than their share."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.adapters.telegram.asking.orders import NOT_THERE
from bot.adapters.telegram.asking.shares import MOST_EACH, MOST_HERE
from bot.adapters.telegram.groups.staff import FRESH_MS
from bot.clock import HOUR_MS, MINUTE_MS
from bot.commands import Command
from cogs import COGS
from db.connection import Connection
from db.tables import TABLES
from tests.fakes.telegram_faults import BLOCKED, page
from tests.fakes.telegram_state import Sent
from tests.stores import fetch
from tests.telegram_desk import Reception, at_the_desk, one_line, url_of
from tests.telegram_probe import probe

COMMANDS = [command for cog in COGS for command in cog.commands]
GUARDED = [command for command in COMMANDS if command.staff_only]
NOWHERE = "I do not see you in any group that I am in. Type the command in your group."
CANARY = "kanarienvogel"
KEPT = "kept from others: plan"


def only_for_moderators(command: Command) -> str:
    return f"/{command.name} is for moderators."


def data_for(command: Command) -> str:
    """What a button of a command sends, with something for its first parameters."""
    words = "&".join(f"{param.name}={(*param.answers, '1')[0]}" for param in command.params[:2])
    return f"{command.name}?{words}" if words else command.name


async def told(desk: Reception, user: int, chat: int, data: str) -> list[str]:
    """Everything that somebody is told who sends the data of a button in a chat."""
    desk.clock.at += MINUTE_MS
    desk.rested(60)
    shown = next(one.id for one in reversed(desk.fake.sent) if one.chat == chat)
    answered, said = await desk.sends_data(user, chat, shown, data)
    return [*filter(None, [answered.get("text")]), *(one_line(one) for one in said)]


def lines_in(sent: list[Sent], chat: int) -> list[str]:
    return [one_line(one) for one in sent if one.chat == chat]


# What is not theirs


async def member(desk: Reception) -> tuple[int, int, str]:
    """Somebody in the group."""
    return desk.ana, desk.group, ""


async def former_moderator(desk: Reception) -> tuple[int, int, str]:
    """Somebody who asked as a moderator, and is none any more."""
    desk.fake.promote(desk.group, desk.ana)
    desk.clock.at += FRESH_MS
    (said, _) = await desk.asks(desk.group, desk.ana, "/status")
    assert said.chat == desk.ana
    desk.fake.demote(desk.group, desk.ana)
    desk.clock.at += FRESH_MS
    return desk.ana, desk.group, ""


async def moderator_elsewhere(desk: Reception) -> tuple[int, int, str]:
    """Somebody who moderates another community, and is a member of this one."""
    elsewhere = desk.fake.group("Swimmers", owner=desk.ana, bot=None)
    desk.fake.adds_bot(elsewhere, desk.ana, admin=True)
    await desk.hears()
    return desk.ana, desk.group, ""


async def former_member(desk: Reception) -> tuple[int, int, str]:
    """Somebody who was a moderator, and has left."""
    desk.fake.promote(desk.group, desk.ana)
    desk.clock.at += FRESH_MS
    (said, _) = await desk.asks(desk.group, desk.ana, "/status")
    assert said.chat == desk.ana
    desk.fake.demote(desk.group, desk.ana)
    desk.fake.leaves(desk.group, desk.ana)
    desk.clock.at += FRESH_MS
    return desk.ana, desk.ana, NOT_THERE


@pytest.mark.parametrize("role", [member, former_moderator, moderator_elsewhere, former_member])
def test_forged_buttons_give_moderators_things_to_nobody_else(role: Any) -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        desk.fake.starts(desk.mona)
        await desk.asks(desk.group, desk.mona, "/status")
        user, chat, refusal = await role(desk)
        for command in GUARDED:
            heard = await told(desk, user, chat, data_for(command))
            assert heard == [refusal or only_for_moderators(command)]

    at_the_desk(scene)


@pytest.mark.parametrize("is_member", [True, False])
def test_nobody_else_gets_moderators_things_in_private(is_member: bool) -> None:
    async def scene(desk: Reception) -> None:
        user = desk.ana if is_member else desk.fake.person("Stranger")
        desk.fake.starts(user)
        await desk.asks(user, user, "/about")
        for command in GUARDED:
            wanted = only_for_moderators(command) if is_member else NOWHERE
            words = " ".join(f"{one.name}:{(*one.answers, '1')[0]}" for one in command.params)
            desk.rested(60)
            (said,) = await desk.asks(user, user, f"/{command.name} {words}")
            assert one_line(said) == wanted
            assert await told(desk, user, user, data_for(command)) == [wanted]

    at_the_desk(scene)


def test_who_turns_out_to_moderate_a_moment_later_is_not_answered_in_front_of_all() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.mona)
        for words in ("/guarded plan", "/guarded"):
            desk.clock.at += 2 * FRESH_MS
            desk.fake.faults.add("getChatAdministrators", page(502))
            said = await desk.asks(desk.group, desk.mona, words)
            assert lines_in(said, desk.group) == ["/guarded is for moderators."]
        said = await desk.asks(desk.group, desk.mona, "/guarded plan")
        assert lines_in(said, desk.mona) == [KEPT]
        assert KEPT not in str(lines_in(desk.fake.sent, desk.group))

    at_the_desk(scene, probe)


def test_the_words_of_an_anonymous_moderator_are_shown_to_no_member() -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.mona, f"/guarded {CANARY}", anonymous=True)
        (answer,) = await desk.starts(desk.ana, url_of(said))
        assert one_line(answer) == "/guarded is for moderators."
        (asked,) = await desk.starts(desk.mona, url_of(said))
        assert CANARY in asked.text

    at_the_desk(scene, probe)


def test_links_to_groups_that_nobody_knows_are_not_asked_about() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        before = len(desk.fake.calls)
        for chat in ("zzzzzzzzzzz", "1", "fk21k3"):
            (said,) = await desk.asks(desk.ana, desk.ana, f"/start {chat}-00000000-status")
            assert one_line(said) == NOT_THERE
        assert {call.method for call in desk.fake.calls[before:]} == {"sendMessage"}

    at_the_desk(scene)


def test_a_forged_button_that_cannot_be_answered_harms_nobody() -> None:
    async def scene(desk: Reception) -> None:
        await desk.asks(desk.group, desk.ana, "/board")
        desk.fake.faults.add("answerCallbackQuery", page(400), times=9)
        desk.fake.faults.add("sendMessage", BLOCKED, chat=desk.ana, times=9)
        shown = desk.fake.sent[-1].id
        for data in ("nonsense", "\u202e", "guarded?words=1"):
            pressed = desk.fake.press_data(desk.ana, desk.fake.room(desk.group), shown, data)
            assert pressed not in desk.fake.answered_callbacks
            await desk.hears()
            assert desk.fake.sent[-1].chat == desk.group
            assert url_of(desk.fake.sent[-1]).startswith(desk.home)
        assert url_of(desk.fake.sent[1]) == desk.home  # nothing is asked for there
        assert KEPT not in str(desk.fake.sent)

    at_the_desk(scene, probe)


@pytest.mark.parametrize(
    "how",
    [
        {"album": "1", "photo": True},
        {"photo": True},
        {"edit_of": 0},
        {"forward": 0},
    ],
    ids=["album", "caption", "edit", "forward"],
)
def test_what_only_looks_like_a_command_is_none(how: dict[str, Any]) -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.mona)
        given = dict(how)
        if "edit_of" in how:
            given["edit_of"] = desk.fake.says(desk.group, desk.mona, "hello")["message_id"]
        if "forward" in how:
            given["forward"] = desk.ana
        for words in ("/guarded plan", "/guarded@foyer_bot plan", "/shout hello"):
            assert await desk.asks(desk.group, desk.mona, words, **given) == []

    at_the_desk(scene, probe)


# More than their share


def test_one_member_does_not_use_up_the_answers_of_a_group() -> None:
    async def scene(desk: Reception) -> None:
        said = [one for _ in range(40) for one in await desk.asks(desk.group, desk.ana, "/shout x")]
        assert len(said) == MOST_EACH
        (said_to_mona,) = await desk.asks(desk.group, desk.mona, "/shout hello")
        assert one_line(said_to_mona).endswith("hello")
        desk.clock.at += MINUTE_MS
        assert len(await desk.asks(desk.group, desk.ana, "/shout again")) == 1

    at_the_desk(scene, probe)


@pytest.mark.parametrize(
    "words", ["/guarded", "/whisper hush", "/board now", "/nothing@foyer_bot", "/meet @nobody"]
)
def test_refusals_and_ways_to_the_private_chat_are_of_the_share_too(words: str) -> None:
    async def scene(desk: Reception) -> None:
        said = [one for _ in range(20) for one in await desk.asks(desk.group, desk.ana, words)]
        assert [one.chat for one in said] == [desk.group] * MOST_EACH

    at_the_desk(scene, probe)


def test_many_members_leave_room_for_what_foyer_says_unasked() -> None:
    async def scene(desk: Reception) -> None:
        raiders = [desk.fake.person(f"Raider{number}") for number in range(30)]
        for raider in raiders:
            desk.fake.joins(desk.group, raider)
        desk.clock.at -= 25_000  # all of it within a minute
        said = [one for who in raiders for one in await desk.asks(desk.group, who, "/shout x")]
        assert len(said) == MOST_HERE

    at_the_desk(scene, probe)


def test_who_used_up_their_share_is_still_answered_in_private_without_a_word_in_the_group() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        for _ in range(MOST_EACH):
            await desk.asks(desk.group, desk.ana, "/whisper hush")
        (said,) = await desk.asks(desk.group, desk.ana, "/whisper again")
        assert (said.chat, one_line(said)) == (desk.ana, f"for user{desk.ana} alone: again")

    at_the_desk(scene, probe)


def test_pressing_a_public_button_again_and_again_is_of_the_share_too() -> None:
    async def scene(desk: Reception) -> None:
        (board,) = await desk.asks(desk.group, desk.mona, "/board")
        for _ in range(20):
            pressed, _ = await desk.presses(desk.ana, board, "shout")
            assert pressed  # answered in any case
        lines = lines_in(desk.fake.sent, desk.group)
        assert sum(line.startswith("Ana Alba in") for line in lines) == MOST_EACH

    at_the_desk(scene, probe)


def test_what_is_not_answered_is_not_done_either() -> None:
    async def scene(desk: Reception) -> None:
        (board,) = await desk.asks(desk.group, desk.mona, "/board")
        for _ in range(MOST_EACH):
            await desk.asks(desk.group, desk.ana, "/nothing@foyer_bot")
        assert await desk.asks(desk.group, desk.ana, "/shout hello") == []
        await desk.presses(desk.ana, board, "shout")
        assert 'command="shout"' not in desk.engine.telemetry.exposition().decode()

    at_the_desk(scene, probe)


# Words and names


@pytest.mark.parametrize(
    "word", ["https://scam.example.com/x", "t.me/scam", "@mona", "/forgetme", "#spam", "scam.com"]
)
def test_no_word_becomes_a_link_or_a_mention_in_foyers_mouth(word: str) -> None:
    async def scene(desk: Reception) -> None:
        for words in (f"/board {word}", f"/meet {word}", f"/point {word}"):
            asker = desk.mona if words.startswith("/point") else desk.ana
            desk.clock.at += MINUTE_MS
            (said,) = await desk.asks(desk.group, asker, words)
            shown = [said.text[one["offset"] :][: one["length"]] for one in said.entities]
            assert [one for one in shown if one not in ("/board", "/help", "/point")] == []

    at_the_desk(scene, probe)


@pytest.mark.parametrize("word", ["https://scam.example.com/x", "t.me/scam", "@mona"])
def test_no_word_that_a_command_refuses_does_either(word: str) -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.ana, f"/digest week:{word}")
        assert word in said.text.replace("\u2060", "")
        assert said.entities == []

    at_the_desk(scene)


async def held(connection: Connection) -> str:
    """Everything in the store."""
    return str(
        [
            tuple(row)
            for table in TABLES
            for row in await fetch(connection, f"SELECT * FROM {table.name}")
        ]
    )


def test_neither_words_nor_names_of_those_who_ask_are_kept_or_logged() -> None:
    async def scene(desk: Reception) -> None:
        ada = desk.fake.person(f"{CANARY}1", username=f"{CANARY}2")
        desk.fake.joins(desk.group, ada)
        await desk.hears()
        desk.fake.starts(desk.mona)
        with capture_logs() as logs:
            for command in (*COMMANDS, *probe.commands):
                for who in (ada, desk.mona):
                    desk.clock.at += MINUTE_MS
                    desk.rested(60)
                    words = " ".join(f"{one.name}:{CANARY}3" for one in command.params)
                    if command.name in {"note", "source_add"}:
                        words = f"{words} {CANARY}3" if who == ada else ""  # moderators mean it
                    await desk.asks(desk.group, who, f"/{command.name} {words}")
                    await desk.asks(who, who, f"/{command.name} {words}")
                    await desk.asks(who, who, f"{CANARY}3")
            await told(desk, ada, desk.group, f"start?x={CANARY}3")
        desk.clock.at += 2 * HOUR_MS
        await desk.engine.settle()
        assert CANARY not in str(logs)
        assert CANARY not in await desk.engine.store.write(held)

    at_the_desk(scene)


def test_only_what_somebody_asked_for_is_counted_as_a_command() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        await desk.asks(desk.group, desk.ana, "/setup@foyer_bot")
        await desk.asks(desk.group, desk.ana, "/about now")
        await desk.asks(desk.ana, desk.ana, "hello")
        counted = desk.engine.telemetry.exposition().decode()
        assert 'foyer_commands_total{command="setup",outcome="refused"} 1.0' in counted
        assert 'command="language"' not in counted

    at_the_desk(scene)
