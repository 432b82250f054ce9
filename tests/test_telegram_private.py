"""Private chats: for which community somebody asks, and what links may and may not do."""

import pytest

from bot.adapters.telegram.asking.deep_links import KEPT_MS, DeepLinks, Link
from bot.adapters.telegram.asking.memberships import FRESH_MS as MEMBER_MS
from bot.adapters.telegram.asking.memberships import MOST_ASKED
from bot.adapters.telegram.groups.staff import FRESH_MS
from bot.commands import Command
from bot.model import ChannelId, PlaceId
from cogs import COGS
from tests.fakes.telegram_faults import page
from tests.telegram_desk import Reception, at_the_desk, one_line, url_of
from tests.telegram_probe import probe

COMMANDS = [command for cog in COGS for command in cog.commands]
NOT_THERE = "I do not see you in that community."
NOWHERE = "I do not see you in any group that I am in. Type the command in your group."
WHICH = "Which community do you mean?"


def another_group(desk: Reception, title: str, owner: int) -> int:
    """A further group, which Foyer is an administrator of."""
    group = desk.fake.group(title, owner=owner, bot=None)
    desk.fake.adds_bot(group, owner, admin=True)
    return group


def forged(desk: Reception, command: str) -> str:
    """The address of a link that Foyer never made."""
    place = PlaceId("telegram", str(desk.group))
    links = DeepLinks(desk.me.username, desk.clock)
    return links.url(links.token(Link(place, ChannelId(*place), command, {}), None))


def typed(command: Command) -> str:
    """A command with something for each parameter."""
    words = (f"{param.name}:{(*param.answers, '1')[0]}" for param in command.params)
    return f"/{command.name} {' '.join(words)}"


# Without a community


def test_start_says_hello_and_help_tells_what_works_there() -> None:
    async def scene(desk: Reception) -> None:
        stranger = desk.fake.person("Stranger")
        desk.fake.starts(stranger)
        (said,) = await desk.asks(stranger, stranger, "/start")
        assert "Hello! I am Foyer. Add me to your group" in one_line(said)
        (said,) = await desk.asks(stranger, stranger, "/help")
        assert "/privacy" in said.text
        assert "/settings" not in said.text
        (said,) = await desk.asks(stranger, stranger, "/start nonsense")
        assert "Hello!" in said.text

    at_the_desk(scene)


def test_members_see_in_help_what_they_may_ask() -> None:
    async def scene(desk: Reception) -> None:
        for user, is_staff in ((desk.mona, True), (desk.ana, False)):
            desk.fake.starts(user)
            (said,) = await desk.asks(user, user, "/help")
            assert "/optout" in said.text
            assert ("/settings" in said.text) == is_staff

    at_the_desk(scene)


def test_unknown_commands_and_mere_words_are_answered_politely() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        (said,) = await desk.asks(desk.ana, desk.ana, "/dance")
        assert one_line(said) == "I do not know /dance. See /help."
        (said,) = await desk.asks(desk.ana, desk.ana, "hello?")
        assert one_line(said) == "I understand commands only; /help shows them."
        (said,) = await desk.asks(desk.ana, desk.ana, "/whisper what for:ever:")
        assert one_line(said).endswith("alone: what for:ever:")
        for word in ("/skip", "/cancel"):
            (said,) = await desk.asks(desk.ana, desk.ana, word)
            assert one_line(said).startswith("I am not asking you anything at the moment.")

    at_the_desk(scene, probe)


def test_a_stranger_gets_nothing_of_any_community() -> None:
    async def scene(desk: Reception) -> None:
        stranger = desk.fake.person("Stranger")
        desk.fake.starts(stranger)
        for command in COMMANDS:
            if not command.anywhere:
                (said,) = await desk.asks(stranger, stranger, typed(command))
                assert one_line(said) == NOWHERE
        assert not [one for one in desk.fake.sent if "Runners" in one.text]

    at_the_desk(scene)


# The community that is meant


def test_the_only_community_of_somebody_is_meant() -> None:
    async def scene(desk: Reception) -> None:
        another_group(desk, "Readers", desk.mona)
        await desk.hears()
        desk.fake.starts(desk.ana)
        (said,) = await desk.asks(desk.ana, desk.ana, "/where")
        assert (said.chat, one_line(said)) == (desk.ana, "in Runners")
        (said,) = await desk.asks(desk.ana, desk.ana, "/guarded")
        assert one_line(said) == "/guarded is for moderators."

    at_the_desk(scene, probe)


def test_of_several_communities_one_is_chosen_and_remembered() -> None:
    async def scene(desk: Reception) -> None:
        another_group(desk, "Readers & <co>", desk.mona)
        await desk.hears()
        desk.fake.starts(desk.mona)
        (said,) = await desk.asks(desk.mona, desk.mona, "/guarded with words")
        assert one_line(said) == WHICH
        assert sorted(said.labels) == ["Readers & <co>", "Runners"]
        _, (answer,) = await desk.presses(desk.mona, said, "Readers & <co>")
        assert one_line(answer) == "kept from others: with words"
        (again,) = await desk.asks(desk.mona, desk.mona, "/where")
        assert one_line(again) == "in Readers & <co>"

    at_the_desk(scene, probe)


def test_the_community_of_the_last_answer_in_private_is_meant() -> None:
    async def scene(desk: Reception) -> None:
        other = another_group(desk, "Readers", desk.mona)
        await desk.hears()
        desk.fake.starts(desk.mona)
        for group, name in ((other, "Readers"), (desk.group, "Runners")):
            await desk.asks(group, desk.mona, "/guarded")
            (said,) = await desk.asks(desk.mona, desk.mona, "/where")
            assert one_line(said) == f"in {name}"

    at_the_desk(scene, probe)


def test_a_community_that_somebody_left_is_not_meant_any_more() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        await desk.asks(desk.ana, desk.ana, "/where")
        desk.fake.leaves(desk.group, desk.ana)
        desk.clock.at += MEMBER_MS
        (said,) = await desk.asks(desk.ana, desk.ana, "/where")
        assert one_line(said) == NOWHERE

    at_the_desk(scene, probe)


def test_who_is_restricted_belongs_and_who_is_banned_does_not() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        for is_member, wanted in ((True, "in Runners"), (False, NOWHERE)):
            desk.fake.restricts(desk.group, desk.ana, is_member=is_member)
            desk.clock.at += MEMBER_MS
            (said,) = await desk.asks(desk.ana, desk.ana, "/where")
            assert one_line(said) == wanted
        desk.fake.leaves(desk.group, desk.ana, by=desk.mona, banned=True)
        desk.clock.at += MEMBER_MS
        (said,) = await desk.asks(desk.ana, desk.ana, "/where")
        assert one_line(said) == NOWHERE

    at_the_desk(scene, probe)


def test_more_groups_than_can_be_asked_about_leave_it_open() -> None:
    async def scene(desk: Reception) -> None:
        for number in range(MOST_ASKED):
            another_group(desk, f"Group {number}", desk.mona)
        await desk.hears()
        desk.fake.starts(desk.ana)
        (said,) = await desk.asks(desk.ana, desk.ana, "/where")
        assert one_line(said) == f"{WHICH} If yours is missing, type the command there."
        assert said.labels == ["Runners"]
        assert len(desk.fake.called("getChatMember")) == MOST_ASKED

    at_the_desk(scene, probe)


def test_telegram_is_asked_about_a_member_once_a_minute() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        for _ in range(3):
            await desk.asks(desk.ana, desk.ana, "/where")
        assert len(desk.fake.called("getChatMember")) == 1
        desk.clock.at += MEMBER_MS
        await desk.asks(desk.ana, desk.ana, "/where")
        assert len(desk.fake.called("getChatMember")) == 2

    at_the_desk(scene, probe)


def test_while_telegram_does_not_tell_nobody_belongs_anywhere() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        desk.fake.faults.add("getChatMember", page(502), times=9)
        assert await desk.asks(desk.ana, desk.ana, "/where") == []
        desk.fake.faults.clear()
        (said,) = await desk.asks(desk.ana, desk.ana, "/where")
        assert one_line(said) == "in Runners"

    at_the_desk(scene, probe)


def test_administrators_belong_also_where_telegram_tells_of_no_members() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.mona)
        desk.fake.faults.add("getChatMember", page(502), times=9)
        (said,) = await desk.asks(desk.mona, desk.mona, "/where")
        assert one_line(said) == "in Runners"

    at_the_desk(scene, probe)


def test_what_works_anywhere_asks_for_no_community() -> None:
    async def scene(desk: Reception) -> None:
        another_group(desk, "Readers", desk.ana)
        await desk.hears()
        desk.fake.starts(desk.ana)
        (said,) = await desk.asks(desk.ana, desk.ana, "/anywhere")
        assert one_line(said) == "in None"

    at_the_desk(scene, probe)


# Links


def test_a_forged_link_gives_an_outsider_nothing() -> None:
    async def scene(desk: Reception) -> None:
        stranger = desk.fake.person("Stranger")
        desk.fake.starts(stranger)
        for command in COMMANDS:
            (said,) = await desk.starts(stranger, forged(desk, command.name))
            wanted = "This button or link is too old. Please type the command again."
            assert one_line(said) == (wanted if command.hidden else NOT_THERE)

    at_the_desk(scene)


def test_a_forged_link_makes_no_member_a_moderator() -> None:
    async def scene(desk: Reception) -> None:
        for command in COMMANDS:
            if not command.staff_only or command.hidden:
                continue
            (said,) = await desk.starts(desk.ana, forged(desk, command.name))
            assert one_line(said) == f"/{command.name} is for moderators."

    at_the_desk(scene)


def test_a_link_that_somebody_else_made_does_nothing_before_it_is_confirmed() -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.ana, "/optout")
        (asked,) = await desk.starts(desk.mona, url_of(said))
        told = "This link asks me for “/optout” in “Runners”. Is that what you want?"
        assert one_line(asked) == told
        (data,) = await desk.asks(desk.mona, desk.mona, "/optin")
        assert "recorded in this community like everybody" in one_line(data)
        _, (done,) = await desk.presses(desk.mona, asked, "Yes, please")
        assert one_line(done).startswith("Done")

    at_the_desk(scene)


def test_words_that_somebody_else_typed_are_not_taken_over() -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.ana, "/forgetme yes")
        (asked,) = await desk.starts(desk.mona, url_of(said))
        assert "“/forgetme” in" in one_line(asked)
        _, (warning,) = await desk.presses(desk.mona, asked, "Yes, please")
        assert warning.labels == ["Yes, forget me"]

    at_the_desk(scene)


def test_the_confirmation_is_for_whoever_was_asked() -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.ana, "/whisper hush")
        (asked,) = await desk.starts(desk.mona, url_of(said))
        ((button,),) = asked.keyboard
        desk.fake.starts(desk.ana)
        data = button["callback_data"]
        _, (again,) = await desk.sends_data(desk.ana, desk.ana, asked.id, data)
        assert "Is that what you want?" in one_line(again)

    at_the_desk(scene, probe)


def test_a_link_that_has_grown_old_is_asked_about() -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.ana, "/whisper hush")
        desk.clock.at += KEPT_MS
        (asked,) = await desk.starts(desk.ana, url_of(said))
        assert "“/whisper” in “Runners”" in one_line(asked)
        _, (answer,) = await desk.presses(desk.ana, asked, "Yes, please")
        assert one_line(answer) == f"for user{desk.ana} alone:"

    at_the_desk(scene, probe)


def test_a_link_holds_beyond_a_restart() -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.ana, "/whisper hush")
        desk.restarts()
        (asked,) = await desk.starts(desk.ana, url_of(said))
        assert "Is that what you want?" in one_line(asked)

    at_the_desk(scene, probe)


def test_who_left_in_the_meantime_follows_a_link_in_vain() -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.ana, "/whisper hush")
        desk.fake.leaves(desk.group, desk.ana)
        desk.clock.at += FRESH_MS
        (answer,) = await desk.starts(desk.ana, url_of(said))
        assert one_line(answer) == NOT_THERE

    at_the_desk(scene, probe)


def test_the_topic_in_which_something_was_asked_is_still_here_behind_a_link() -> None:
    async def scene(desk: Reception) -> None:
        topic = desk.fake.opens_topic(desk.group, desk.mona, "Routes")
        (said,) = await desk.asks(desk.group, desk.mona, "/settle here", topic=topic)
        (answer,) = await desk.starts(desk.mona, url_of(said))
        assert one_line(answer) == f"settled in {desk.group}/{topic}"

    at_the_desk(scene, probe, is_forum=True)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_private_chats_speak_the_language_of_their_person(language: str) -> None:
    async def scene(desk: Reception) -> None:
        another_group(desk, "Readers", desk.ana)
        await desk.hears()
        desk.fake.starts(desk.ana)
        (said,) = await desk.asks(desk.ana, desk.ana, "/where")
        wanted = {"en": WHICH, "fr": "De quelle communauté s’agit-il ?"}
        assert one_line(said) == wanted[language]
        (said,) = await desk.asks(desk.ana, desk.ana, "hm")
        assert ("commandes" in said.text) == (language == "fr")

    at_the_desk(scene, probe, language=language)
