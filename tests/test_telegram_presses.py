"""Buttons: whoever presses asks, and every press is answered once, whatever becomes of it."""

import asyncio
import itertools

import pytest

from bot.adapters.telegram.asking.presses import MOST_UNITS, as_alert, pressed
from bot.adapters.telegram.groups.staff import FRESH_MS
from bot.post import Attachment, Choice, Post, plain
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_faults import BLOCKED, page
from tests.fakes.telegram_state import Json, Sent
from tests.telegram_desk import Reception, at_the_desk, one_line, url_of
from tests.telegram_probe import LONG, probe

STALE = "This button or link is too old. Please type the command again."
NOT_THERE = "I do not see you in that community."


async def board(desk: Reception) -> Sent:
    """Buttons for everybody."""
    (said,) = await desk.asks(desk.group, desk.mona, "/board")
    return said


async def buttons_of(desk: Reception, user: int) -> Sent:
    """Buttons for one person, in their private chat."""
    desk.fake.starts(user)
    answer, _ = await desk.asks(desk.group, user, "/desk")
    return answer


def told(answer: Json) -> str:
    """What an alert says."""
    assert answer["show_alert"]
    return " ".join(answer["text"].split())


def answers(fake: FakeTelegram) -> int:
    """How often a press was answered."""
    return len(fake.called("answerCallbackQuery"))


# In groups


def test_a_public_button_answers_in_the_group_below_the_button() -> None:
    async def scene(desk: Reception) -> None:
        buttons = await board(desk)
        answer, (said,) = await desk.presses(desk.ana, buttons, "shout")
        assert one_line(said).startswith(f"Ana Alba in {desk.group}")
        assert (said.chat, said.reply_to) == (desk.group, buttons.id)
        assert "text" not in answer

    at_the_desk(scene, probe)


def test_a_short_private_answer_is_shown_to_whoever_pressed_alone() -> None:
    async def scene(desk: Reception) -> None:
        answer, said = await desk.presses(desk.ana, await board(desk), "secret")
        assert (told(answer), said) == (f"done for user{desk.ana}", [])

    at_the_desk(scene, probe)


def test_a_long_private_answer_goes_to_the_private_chat() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        answer, (said,) = await desk.presses(desk.ana, await board(desk), "long")
        assert (said.chat, one_line(said)) == (desk.ana, LONG)
        assert not {"text", "url"} & set(answer)

    at_the_desk(scene, probe)


@pytest.mark.parametrize("label", ["long", "fetch"])
def test_who_has_no_private_chat_is_led_there_at_once(label: str) -> None:
    async def scene(desk: Reception) -> None:
        answer, said = await desk.presses(desk.ana, await board(desk), label)
        assert said == []
        (given,) = await desk.starts(desk.ana, answer["url"])
        assert given.chat == desk.ana
        assert given.text == LONG or given.document == b"alone\n"

    at_the_desk(scene, probe)


def test_who_presses_is_asked_for_anew_whether_they_moderate() -> None:
    async def scene(desk: Reception) -> None:
        buttons = await board(desk)
        answer, said = await desk.presses(desk.ana, buttons, "guarded")
        assert (told(answer), said) == ("/guarded is for moderators.", [])
        desk.fake.promote(desk.group, desk.ana)
        desk.clock.at += FRESH_MS
        answer, _ = await desk.presses(desk.ana, buttons, "guarded")
        assert told(answer) == "kept from others:"
        desk.fake.demote(desk.group, desk.ana)
        desk.clock.at += FRESH_MS
        answer, _ = await desk.presses(desk.ana, buttons, "guarded")
        assert told(answer) == "/guarded is for moderators."

    at_the_desk(scene, probe)


@pytest.mark.parametrize(
    "data",
    ["", "?", "dance", "open", "open?link=x", "form?of=1&say=0", "guarded?words", "%00", "💥"],
)
def test_data_that_no_button_of_ours_sends_is_politely_refused(data: str) -> None:
    async def scene(desk: Reception) -> None:
        buttons = await board(desk)
        answer, said = await desk.sends_data(desk.ana, desk.group, buttons.id, data or " ")
        assert (told(answer), said) == (STALE, [])
        desk.fake.starts(desk.ana)
        answer, said = await desk.sends_data(desk.ana, desk.ana, 1, data or " ")
        assert told(answer) in {STALE, "That question is not open any more."}
        assert said == []

    at_the_desk(scene, probe)


@pytest.mark.parametrize("data", ["guarded?words=%00", "shout?words=%00"])
def test_characters_that_nothing_may_hold_are_refused(data: str) -> None:
    async def scene(desk: Reception) -> None:
        buttons = await board(desk)
        answer, said = await desk.sends_data(desk.mona, desk.group, buttons.id, data)
        assert (told(answer), said) == (STALE, [])

    at_the_desk(scene, probe)


def test_forged_data_does_what_typing_it_would() -> None:
    async def scene(desk: Reception) -> None:
        buttons = await board(desk)
        answer, said = await desk.sends_data(desk.ana, desk.group, buttons.id, "guarded?words=x")
        assert (told(answer), said) == ("/guarded is for moderators.", [])
        answer, said = await desk.sends_data(desk.ana, desk.group, buttons.id, "shout?nonsense=x")
        assert (told(answer), said) == ("/shout has no “nonsense”.", [])
        answer, said = await desk.sends_data(desk.ana, desk.group, buttons.id, "meet?who=%40zoe")
        assert told(answer).startswith("I do not know who “@zoe” is.")

    at_the_desk(scene, probe)


def test_a_press_is_answered_in_the_language_of_whoever_presses() -> None:
    async def scene(desk: Reception) -> None:
        answer, _ = await desk.sends_data(desk.ana, desk.group, (await board(desk)).id, "dance")
        assert told(answer) == "Ce bouton ou ce lien est trop ancien. Tapez de nouveau la commande."

    at_the_desk(scene, probe, language="fr")


def test_a_form_behind_a_button_is_asked_in_private() -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.mona, "/digest")
        answer, said_then = await desk.sends_data(desk.mona, desk.group, said.id, "setup")
        assert said_then == []
        (question,) = await desk.starts(desk.mona, answer["url"])
        assert "Time zone" in question.text

    at_the_desk(scene)


# In private chats


def test_a_button_is_about_the_community_that_its_message_was_about() -> None:
    async def scene(desk: Reception) -> None:
        first = await buttons_of(desk, desk.ana)
        other = desk.fake.group("Readers", owner=desk.ana, bot=None)
        desk.fake.adds_bot(other, desk.ana, admin=True)
        second, _ = await desk.asks(other, desk.ana, "/desk")
        for buttons, name in ((first, "Runners"), (second, "Readers"), (first, "Runners")):
            _, (said,) = await desk.presses(desk.ana, buttons, "where")
            assert (said.chat, one_line(said)) == (desk.ana, f"in {name}")
            _, (said,) = await desk.presses(desk.ana, buttons, "anywhere")
            assert one_line(said) == f"in {name}"

    at_the_desk(scene, probe)


def test_who_has_left_gets_nothing_of_the_community_any_more() -> None:
    async def scene(desk: Reception) -> None:
        buttons = await buttons_of(desk, desk.ana)
        desk.fake.leaves(desk.group, desk.ana, by=desk.mona, banned=True)
        desk.clock.at += FRESH_MS
        answer, said = await desk.presses(desk.ana, buttons, "where")
        assert (told(answer), said) == (NOT_THERE, [])
        _, (said_then,) = await desk.presses(desk.ana, buttons, "anywhere")
        assert one_line(said_then) == "in None"

    at_the_desk(scene, probe)


def test_who_has_left_may_still_be_forgotten() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.says(desk.group, desk.ana, "hello")
        desk.fake.starts(desk.ana)
        warning, _ = await desk.asks(desk.group, desk.ana, "/forgetme")
        desk.fake.leaves(desk.group, desk.ana)
        desk.clock.at += FRESH_MS
        _, (said,) = await desk.presses(desk.ana, warning, "Yes, forget me")
        assert "in 1 community is erased" in one_line(said)

    at_the_desk(scene)


def test_after_a_restart_the_only_community_is_meant() -> None:
    async def scene(desk: Reception) -> None:
        buttons = await buttons_of(desk, desk.ana)
        desk.restarts()
        _, (said,) = await desk.presses(desk.ana, buttons, "where")
        assert one_line(said) == "in Runners"
        _, (said,) = await desk.presses(desk.ana, buttons, "anywhere")
        assert one_line(said) == "in None"

    at_the_desk(scene, probe)


def test_after_a_restart_one_of_several_communities_is_chosen() -> None:
    async def scene(desk: Reception) -> None:
        buttons = await buttons_of(desk, desk.ana)
        other = desk.fake.group("Readers", owner=desk.ana, bot=None)
        desk.fake.adds_bot(other, desk.ana, admin=True)
        desk.restarts()
        _, (said,) = await desk.presses(desk.ana, buttons, "where")
        assert one_line(said) == "Which community do you mean?"
        assert sorted(said.labels) == ["Readers", "Runners"]
        _, (said,) = await desk.presses(desk.ana, said, "Readers")
        assert one_line(said) == "in Readers"

    at_the_desk(scene, probe)


# Always answered


def test_whatever_happens_a_press_is_answered_exactly_once() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.mona)
        buttons = await board(desk)
        own = await buttons_of(desk, desk.mona)
        methods = ("sendMessage", "getChatAdministrators", "getChatMember")
        presses = 0
        for faults in ((), (page(502),), (BLOCKED,)):
            for method, fault in itertools.product(methods, faults):
                desk.fake.faults.add(method, fault, times=9)
            for label in buttons.labels:
                await desk.presses(desk.mona, buttons, label)
                presses += 1
            for label in own.labels:
                await desk.presses(desk.mona, own, label)
                presses += 1
            desk.fake.faults.clear()
            desk.clock.at += 2 * FRESH_MS
        assert answers(desk.fake) == len(desk.fake.answered_callbacks) == presses

    at_the_desk(scene, probe)


def test_a_press_that_cannot_be_answered_harms_nobody() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        buttons = await board(desk)
        desk.fake.faults.add("answerCallbackQuery", page(502))
        desk.fake.presses(desk.ana, buttons, "secret")
        before = len(desk.fake.sent)
        await desk.hears()
        (said,) = desk.fake.sent[before:]
        assert (said.chat, one_line(said)) == (desk.ana, f"done for user{desk.ana}")
        assert answers(desk.fake) == 1

    at_the_desk(scene, probe)


def test_an_answer_that_takes_long_comes_after_the_press_was_answered() -> None:
    async def scene(desk: Reception) -> None:
        buttons = await board(desk)
        number = desk.fake.presses(desk.ana, buttons, "secret")
        async with pressed(desk.bot, number, soon=0.01) as press:
            await desk.fake.until(lambda: number in desk.fake.answered_callbacks)
            assert not await press.tell("too late")
            assert not await press.lead("https://t.me/foyer_bot?start=x")
        assert desk.fake.answered_callbacks[number].keys() == {"callback_query_id"}
        assert answers(desk.fake) == 1

    at_the_desk(scene, probe)


def test_a_press_whose_work_is_cancelled_is_answered() -> None:
    async def scene(desk: Reception) -> None:
        number = desk.fake.presses(desk.ana, await board(desk), "secret")

        async def work() -> None:
            async with pressed(desk.bot, number):
                await asyncio.Event().wait()

        task = asyncio.create_task(work())
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert number in desk.fake.answered_callbacks

    at_the_desk(scene, probe)


def test_where_the_private_chat_cannot_be_opened_any_more_the_way_is_shown_in_the_group() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.faults.add("answerCallbackQuery", page(502))
        desk.fake.presses(desk.ana, await board(desk), "long")
        before = len(desk.fake.sent)
        await desk.hears()
        (said,) = desk.fake.sent[before:]
        assert said.chat == desk.group
        (given,) = await desk.starts(desk.ana, url_of(said))
        assert given.text == LONG

    at_the_desk(scene, probe)


# Alerts


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("x" * MOST_UNITS, True),
        ("x" * (MOST_UNITS + 1), False),
        ("😀" * (MOST_UNITS // 2), True),
        ("😀" * (MOST_UNITS // 2 + 1), False),
    ],
)
def test_alerts_are_as_long_as_telegram_shows(text: str, fits: bool) -> None:
    async def scene(desk: Reception) -> None:
        number = desk.fake.presses(desk.ana, await board(desk), "secret")
        async with pressed(desk.bot, number) as press:
            assert await press.tell(text) is fits
        answer = desk.fake.answered_callbacks[number]
        assert answer.get("text") == (text if fits else None)

    at_the_desk(scene, probe)


def test_a_post_with_more_than_text_is_no_alert() -> None:
    assert as_alert(plain("One.", "Two.")) == "One.\n\nTwo."
    assert as_alert(plain("One.", choices=(Choice("Go on", "pause"),))) is None
    assert as_alert(Post("One", (), files=(Attachment("a", b"a"),))) is None
