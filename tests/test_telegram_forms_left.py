"""Forms that are left, forgotten, or filled in by who may not do so any more."""

from bot.adapters.telegram.asking.questions import KEPT_MS
from bot.adapters.telegram.groups.staff import FRESH_MS
from tests.fakes.telegram_faults import page
from tests.telegram_desk import Reception, at_the_desk, one_line, url_of
from tests.telegram_forms import (
    OVER,
    SKIP,
    STOP,
    begun,
    house,
    presses,
    says,
)

# Leaving


def test_a_form_is_left_by_word_by_button_and_by_another_command() -> None:
    async def scene(desk: Reception) -> None:
        question = await begun(desk)
        assert one_line(await says(desk, "/cancel")) == "Nothing was changed."
        answer, _ = await desk.presses(desk.mona, question, SKIP)
        assert answer["text"] == OVER
        question = await begun(desk)
        assert one_line(await presses(desk, question, STOP)) == "Nothing was changed."
        question = await begun(desk)
        assert "Foyer" in (await says(desk, "/about")).text
        answer, _ = await desk.presses(desk.mona, question, SKIP)
        assert answer["text"] == OVER
        assert "I understand commands only" in (await says(desk, "Asia/Tokyo")).text

    at_the_desk(scene)


def test_a_form_is_left_by_the_button_of_something_else() -> None:
    async def scene(desk: Reception) -> None:
        languages = (await desk.asks(desk.group, desk.mona, "/language"))[0]
        (languages,) = await desk.starts(desk.mona, url_of(languages))
        question = await begun(desk)
        await presses(desk, languages, "English")
        answer, _ = await desk.presses(desk.mona, question, SKIP)
        assert answer["text"] == OVER

    at_the_desk(scene)


def test_what_is_said_in_the_group_answers_no_question() -> None:
    async def scene(desk: Reception) -> None:
        await begun(desk)
        assert await desk.asks(desk.group, desk.mona, "Asia/Tokyo") == []
        assert await desk.asks(desk.group, desk.mona, "/skip") == []
        assert "Language" in (await says(desk, "Asia/Tokyo")).text

    at_the_desk(scene)


def test_a_form_is_forgotten_after_an_hour() -> None:
    async def scene(desk: Reception) -> None:
        question = await begun(desk)
        desk.clock.at += KEPT_MS
        answer, said = await desk.presses(desk.mona, question, SKIP)
        assert (answer["text"], said) == (OVER, [])
        assert "I understand commands only" in (await says(desk, "Asia/Tokyo")).text

    at_the_desk(scene)


def test_a_form_is_forgotten_by_a_restart() -> None:
    async def scene(desk: Reception) -> None:
        question = await begun(desk)
        desk.restarts()
        answer, said = await desk.presses(desk.mona, question, SKIP)
        assert (answer["text"], said) == (OVER, [])

    at_the_desk(scene)


def test_the_buttons_of_somebody_elses_question_answer_nothing() -> None:
    async def scene(desk: Reception) -> None:
        question = await begun(desk)
        desk.fake.starts(desk.ana)
        data = question.keyboard[-1][0]["callback_data"]
        answer, said = await desk.sends_data(desk.ana, desk.ana, question.id, data)
        assert (answer["text"], said) == (OVER, [])

    at_the_desk(scene)


def test_an_answer_that_is_no_button_of_the_question_is_none() -> None:
    async def scene(desk: Reception) -> None:
        question = await begun(desk)
        data = question.keyboard[-1][0]["callback_data"].rpartition("=")[0]
        for say in ("0", "99", "-1", "", "skipp"):
            answer, said = await desk.sends_data(desk.mona, desk.mona, question.id, f"{data}={say}")
            assert (answer["text"], said) == (OVER, [])
        assert "Language" in (await says(desk, "/skip")).text

    at_the_desk(scene)


# Rights that change on the way


def test_who_is_demoted_on_the_way_changes_nothing() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.promote(desk.group, desk.ana)
        (said,) = await desk.asks(desk.group, desk.ana, "/setup")
        (question,) = await desk.starts(desk.ana, url_of(said))
        (question,) = await desk.asks(desk.ana, desk.ana, "Asia/Tokyo")
        desk.fake.demote(desk.group, desk.ana)
        desk.clock.at += FRESH_MS
        _, (said,) = await desk.presses(desk.ana, question, SKIP)
        assert one_line(said) == "/setup is for moderators."  # and no further setting
        assert (await house(desk)).timezone == "Europe/Paris"
        (said,) = await desk.asks(desk.ana, desk.ana, "hm")
        assert "I understand commands only" in said.text

    at_the_desk(scene)


def test_who_leaves_on_the_way_changes_nothing() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.promote(desk.group, desk.ana)
        (said,) = await desk.asks(desk.group, desk.ana, "/setup")
        (question,) = await desk.starts(desk.ana, url_of(said))
        (question,) = await desk.asks(desk.ana, desk.ana, "Asia/Tokyo")
        desk.fake.leaves(desk.group, desk.ana, by=desk.mona)
        desk.clock.at += FRESH_MS
        answer, said_then = await desk.presses(desk.ana, question, SKIP)
        assert (answer["text"], said_then) == ("I do not see you in that community.", [])
        assert (await house(desk)).timezone == "Europe/Paris"

    at_the_desk(scene)


def test_while_telegram_does_not_tell_who_belongs_a_form_waits() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.promote(desk.group, desk.ana)
        (said,) = await desk.asks(desk.group, desk.ana, "/setup")
        (question,) = await desk.starts(desk.ana, url_of(said))
        desk.clock.at += FRESH_MS
        desk.fake.faults.add("getChatAdministrators", page(502))
        _, (question,) = await desk.presses(desk.ana, question, SKIP)
        assert SKIP in question.labels

    at_the_desk(scene)


def test_a_question_that_was_not_heard_is_not_answered_by_chance() -> None:
    async def scene(desk: Reception) -> None:
        question = await begun(desk)
        desk.fake.faults.add("sendMessage", page(502))
        answer, said = await desk.presses(desk.mona, question, SKIP)
        assert ("text" in answer, said) == (False, [])
        assert "I understand commands only" in (await says(desk, "fr")).text

    at_the_desk(scene)
