"""Commands in groups, with a fake Telegram and everything else real."""

import pytest

from bot.adapters.telegram.groups.staff import FRESH_MS
from bot.clock import MINUTE_MS
from bot.commands import Command
from cogs import COGS
from tests.fakes.telegram_faults import BLOCKED, page
from tests.telegram_desk import Reception, at_the_desk, one_line, url_of
from tests.telegram_probe import probe

ON = "Let us go on in private: press the button, then Start."
NOTED = "I answered you in private."
COMMANDS = [command for cog in COGS for command in cog.commands]
CANARY = "kanarienvogel"


# What is public


def test_a_public_answer_is_a_quiet_reply_in_the_group() -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.ana, "/shout hello there")
        assert one_line(said) == f"Ana Alba in {desk.group}: hello there"
        where = (said.chat, said.topic, said.reply_to)
        assert where == (desk.group, None, desk.asked["message_id"])
        assert said.disable_notification

    at_the_desk(scene, probe)


def test_a_topic_is_answered_in_the_topic() -> None:
    async def scene(desk: Reception) -> None:
        topic = desk.fake.opens_topic(desk.group, desk.mona, "Routes")
        (said,) = await desk.asks(desk.group, desk.ana, "/shout hello", topic=topic)
        assert one_line(said) == f"Ana Alba in {desk.group}/{topic}: hello"
        assert (said.chat, said.topic) == (desk.group, topic)

    at_the_desk(scene, probe, is_forum=True)


def test_a_public_command_is_refused_where_it_was_typed() -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.ana, "/shout no")
        assert (said.chat, one_line(said)) == (desk.group, "This question needs an answer.")
        (said,) = await desk.asks(desk.group, desk.ana, "/board now")
        assert (said.chat, one_line(said)) == (desk.group, "/board does not understand “now”.")

    at_the_desk(scene, probe)


def test_a_command_whose_message_was_deleted_is_answered_all_the_same() -> None:
    async def scene(desk: Reception) -> None:
        message = desk.fake.says(desk.group, desk.ana, "/shout hello")
        desk.fake.deletes(desk.group, message["message_id"])
        await desk.hears()
        (said,) = desk.fake.sent
        assert one_line(said).endswith("hello")

    at_the_desk(scene, probe)


def test_commands_of_other_bots_are_met_with_silence() -> None:
    async def scene(desk: Reception) -> None:
        for words in ("/ban", "/ban@other_bot", "/shout@other_bot hi", "/secret", "shout", "//"):
            assert await desk.asks(desk.group, desk.ana, words) == []

    at_the_desk(scene, probe)


def test_a_command_that_names_us_is_answered_even_where_we_have_none() -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.ana, "/dance@foyer_bot")
        assert (said.chat, one_line(said)) == (desk.group, "I do not know /dance. See /help.")
        (said,) = await desk.asks(desk.group, desk.ana, "/Shout@Foyer_Bot hi")
        assert one_line(said).endswith(": hi")

    at_the_desk(scene, probe)


# What is for one person


def test_a_private_answer_goes_to_the_private_chat_of_who_asked() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        answer, note = await desk.asks(desk.group, desk.ana, "/whisper hush")
        assert (answer.chat, one_line(answer)) == (desk.ana, f"for user{desk.ana} alone: hush")
        assert (note.chat, one_line(note)) == (desk.group, NOTED)
        assert (url_of(note), note.reply_to) == (desk.home, desk.asked["message_id"])

    at_the_desk(scene, probe)


def test_who_has_not_started_is_led_there_and_nothing_private_is_said_before() -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.ana, "/whisper hush")
        assert (said.chat, one_line(said), said.labels) == (desk.group, ON, ["Go on in private"])
        assert (said.reply_to, said.disable_notification) == (desk.asked["message_id"], True)
        (answer,) = await desk.starts(desk.ana, url_of(said))
        assert (answer.chat, one_line(answer)) == (desk.ana, f"for user{desk.ana} alone: hush")

    at_the_desk(scene, probe)


def test_nothing_is_done_before_its_answer_can_be_given() -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.ana, "/optout")
        assert one_line(said) == ON
        (answer,) = await desk.starts(desk.ana, url_of(said))
        assert "Done" in answer.text

    at_the_desk(scene)


def test_who_closed_the_private_chat_is_led_back() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        desk.fake.blocks(desk.ana)
        (said,) = await desk.asks(desk.group, desk.ana, "/whisper hush")
        assert one_line(said) == ON

    at_the_desk(scene, probe)


def test_who_closes_it_while_the_answer_is_on_its_way_is_led_back() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        desk.fake.faults.add("sendMessage", BLOCKED, chat=desk.ana)
        (said,) = await desk.asks(desk.group, desk.ana, "/whisper hush")
        assert (said.chat, one_line(said)) == (desk.group, ON)

    at_the_desk(scene, probe)


def test_a_topic_is_where_the_way_to_the_private_chat_is_shown() -> None:
    async def scene(desk: Reception) -> None:
        topic = desk.fake.opens_topic(desk.group, desk.mona, "Routes")
        (said,) = await desk.asks(desk.group, desk.ana, "/whisper hush", topic=topic)
        assert (said.chat, said.topic, one_line(said)) == (desk.group, topic, ON)

    at_the_desk(scene, probe, is_forum=True)


def test_files_are_given_in_private() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        answer, note = await desk.asks(desk.group, desk.ana, "/fetch")
        assert (answer.chat, answer.document, answer.file_name) == (
            desk.ana,
            b"alone\n",
            "yours.txt",
        )
        assert (note.chat, note.document) == (desk.group, None)

    at_the_desk(scene, probe)


def test_a_private_refusal_is_private_too() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        answer, note = await desk.asks(desk.group, desk.ana, "/whisper no")
        assert (answer.chat, one_line(answer)) == (desk.ana, "This question needs an answer.")
        assert (note.chat, one_line(note)) == (desk.group, NOTED)

    at_the_desk(scene, probe)


def test_whoever_asks_is_answered_in_their_language() -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.ana, "/privacy")
        assert one_line(said) == "Continuons en privé : appuyez sur le bouton, puis sur Démarrer."
        assert said.labels == ["Continuer en privé"]
        (answer,) = await desk.starts(desk.ana, url_of(said))
        assert "Ce que je note" in answer.text
        _, note = await desk.asks(desk.group, desk.ana, "/about")
        assert one_line(note) == "Je vous ai répondu en privé."
        refused, _ = await desk.asks(desk.group, desk.ana, "/about moi")
        assert (refused.chat, note.chat) == (desk.ana, desk.group)
        assert one_line(refused) == "/about ne comprend pas « moi »."

    at_the_desk(scene, language="fr")


# Who may


def test_moderators_are_the_administrators_of_the_group() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.mona)
        answer, _ = await desk.asks(desk.group, desk.mona, "/guarded plan")
        assert one_line(answer) == "kept from others: plan"
        (said,) = await desk.asks(desk.group, desk.ana, "/guarded plan")
        assert (said.chat, one_line(said)) == (desk.group, "/guarded is for moderators.")

    at_the_desk(scene, probe)


@pytest.mark.parametrize("is_known", [True, False], ids=["started", "not started"])
def test_who_is_no_moderator_learns_nothing_from_any_command(is_known: bool) -> None:
    guarded = [command for command in COMMANDS if command.staff_only]

    async def scene(desk: Reception) -> None:
        if is_known:
            desk.fake.starts(desk.ana)
        for command in guarded:
            for name in (command.name, f"{command.name}@foyer_bot"):
                desk.clock.at += MINUTE_MS
                desk.rested(60)
                is_shown = "@" in name or not command.hidden
                answers = await desk.asks(desk.group, desk.ana, f"/{name} {_words(command)}")
                told = [(said.chat, one_line(said)) for said in answers]
                assert told == [(desk.group, f"/{command.name} is for moderators.")] * is_shown
        assert not desk.fake.called("sendChatAction")

    at_the_desk(scene)


def _words(command: Command) -> str:
    """Something for each parameter of a command."""
    return " ".join(f"{param.name}:{(*param.answers, '1')[0]}" for param in command.params)


def test_who_was_demoted_is_a_moderator_for_five_minutes_at_most() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        desk.fake.promote(desk.group, desk.ana)
        answer, _ = await desk.asks(desk.group, desk.ana, "/guarded")
        assert answer.chat == desk.ana
        desk.fake.demote(desk.group, desk.ana)
        desk.clock.at += FRESH_MS
        (said,) = await desk.asks(desk.group, desk.ana, "/guarded")
        assert one_line(said) == "/guarded is for moderators."

    at_the_desk(scene, probe)


def test_an_anonymous_administrator_is_led_to_a_chat_where_they_show_themselves() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.mona)
        (said,) = await desk.asks(desk.group, desk.mona, "/guarded plan", anonymous=True)
        assert (said.chat, one_line(said)) == (desk.group, ON)
        (asked,) = await desk.starts(desk.mona, url_of(said))
        assert "“/guarded plan” in “Runners”" in one_line(asked)
        _, (answer,) = await desk.presses(desk.mona, asked, "Yes, please")
        assert (answer.chat, one_line(answer)) == (desk.mona, "kept from others: plan")

    at_the_desk(scene, probe)


def test_the_link_of_an_anonymous_administrator_makes_nobody_a_moderator() -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.mona, "/guarded plan", anonymous=True)
        (answer,) = await desk.starts(desk.ana, url_of(said))
        assert one_line(answer) == "/guarded is for moderators."

    at_the_desk(scene, probe)


def test_an_anonymous_administrator_is_answered_what_is_public() -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.mona, "/shout hi", anonymous=True)
        assert one_line(said) == f"Runners in {desk.group}: hi"
        (said,) = await desk.asks(desk.group, desk.mona, "/point here", anonymous=True)
        assert one_line(said) == f"there: {desk.group} []"

    at_the_desk(scene, probe)


def test_a_channel_that_speaks_in_the_group_is_no_moderator() -> None:
    async def scene(desk: Reception) -> None:
        channel = desk.fake.channel("News")
        (said,) = await desk.asks(desk.group, desk.mona, "/guarded", as_channel=channel)
        assert one_line(said) == "/guarded is for moderators."
        (said,) = await desk.asks(desk.group, desk.mona, "/whisper yes", as_channel=channel)
        assert one_line(said) == ON
        (asked,) = await desk.starts(desk.ana, url_of(said))
        assert "“/whisper” in “Runners”" in one_line(asked)  # nobody else's words go along

    at_the_desk(scene, probe)


def test_when_nobody_can_tell_who_moderates_nobody_does() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.faults.add("getChatAdministrators", page(502), times=9)
        (said,) = await desk.asks(desk.group, desk.mona, "/guarded")
        assert one_line(said) == "/guarded is for moderators."

    at_the_desk(scene, probe)


# What words mean


def test_people_are_named_by_a_reply_or_from_the_list() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.mona)
        zoe = desk.fake.person("Zoé Dupont <b>", username="zoe")
        written = desk.fake.says(desk.group, zoe, "hello")["message_id"]
        mention = {"type": "text_mention", "offset": 6, "length": 14}
        mention["user"] = desk.fake.people[zoe].user
        for words, how in (
            ("/meet", {"reply_to": written}),
            ("/meet @zoe", {"reply_to": written}),
            ("/meet Zoé Dupont <b>", {"entities": [mention]}),
            (f"/meet user{zoe}", {}),
            (f"/meet {zoe}", {}),
        ):
            answer, _ = await desk.asks(desk.group, desk.mona, words, **how)
            assert one_line(answer) == f"that is user{zoe}"
        desk.clock.at += MINUTE_MS
        said, _ = await desk.asks(desk.group, desk.mona, "/meet @zoe")
        assert said.chat == desk.mona
        assert one_line(said).startswith("I do not know who “@zoe” is.")

    at_the_desk(scene, probe)


def test_a_moderator_corrects_what_an_account_is() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.mona)
        written = desk.fake.says(desk.group, desk.ana, "hello")["message_id"]
        answer, _ = await desk.asks(desk.group, desk.mona, "/correct bot", reply_to=written)
        assert "this account is a bot" in one_line(answer)

    at_the_desk(scene)


@pytest.mark.parametrize(
    "words",
    ["<b>bold</b>", "&amp; \u202e evil", "@everyone", "a" * 3000, "\u200b\u0007x", "𝕏" * 50],
)
def test_hostile_words_come_back_inert(words: str) -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.ana, f"/board {words}")
        assert one_line(said).startswith("/board does not understand “")
        assert "\u202e" not in said.text
        assert not [one for one in said.entities if one["type"] in {"bold", "text_link"}]
        assert len(said.text) < 120

    at_the_desk(scene, probe)


def test_a_hostile_name_is_only_a_name() -> None:
    async def scene(desk: Reception) -> None:
        evil = desk.fake.person("</b><a href='tg://user?id=1'>x</a> &lt;")
        (said,) = await desk.asks(desk.group, evil, "/shout hi")
        assert one_line(said).startswith("</b><a href='tg://user?id=1'>x</a> &lt; in")
        assert not [one for one in said.entities if one["type"] == "text_link"]

    at_the_desk(scene, probe)
