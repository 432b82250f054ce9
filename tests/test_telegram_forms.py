"""Forms in private chats: /setup from the first question to what holds afterwards."""

import pytest

from bot.adapters.telegram.groups.staff import FRESH_MS
from tests.telegram_desk import Reception, at_the_desk, one_line, url_of
from tests.telegram_forms import (
    OVER,
    SKIP,
    STOP,
    begun,
    finished,
    house,
    presses,
    says,
    skipped_to,
)


def test_setup_is_asked_question_by_question_and_then_holds() -> None:
    async def scene(desk: Reception) -> None:
        question = await begun(desk)
        assert "Show and change how I behave in this community" in question.text
        assert "Now: Europe/Paris" in question.text
        question = await says(desk, "asia/tokyo")
        assert "Language of what I post here" in question.text
        assert question.labels == ["en", "fr", SKIP, STOP]
        question = await presses(desk, question, "fr")
        assert "The channel that everybody reads" in question.text
        assert "Now: Runners" in question.text
        assert question.labels == ["Runners", SKIP, STOP]
        question = await says(desk, "/skip")
        assert "The channel for moderators alone" in question.text
        assert question.labels == ["Our private chat", SKIP, STOP]
        question = await presses(desk, question, "Our private chat")
        question = await skipped_to(desk, question, "everybody gets a weekly digest")
        assert question.labels == ["on", "off", SKIP, STOP]
        question = await presses(desk, question, "off")
        assert question.labels[:2] == ["monday", "tuesday"]
        question = await says(desk, "friday")
        question = await says(desk, "18")
        said = await finished(desk, question)
        assert one_line(said).startswith("Changed:")
        held = await house(desk)
        assert (held.timezone, held.language) == ("Asia/Tokyo", "fr")
        assert held.settings.main is not None
        assert held.settings.main.external_id == str(desk.group)
        assert held.settings.moderators is not None
        assert held.settings.moderators.external_id == str(desk.mona)
        assert (held.settings.members_digest, held.settings.digest) == (False, True)
        assert (held.settings.digest_weekday, held.settings.digest_hour) == (4, 18)
        assert not [one for one in desk.fake.sent if one.chat == desk.group and not one.keyboard]

    at_the_desk(scene)


def test_setup_in_french_is_french_from_end_to_end() -> None:
    async def scene(desk: Reception) -> None:
        question = await begun(desk)
        assert "Actuellement : Europe/Paris" in question.text.replace("\u00a0", " ")
        assert question.labels == ["Ne rien changer", "Arrêter"]
        question = await presses(desk, question, "Ne rien changer")
        assert question.labels[:2] == ["anglais", "français"]
        question = await skipped_to(desk, question, "modérateurs", "Ne rien changer")
        assert "Notre discussion privée" in question.labels
        question = await says(desk, "moi")
        question = await says(desk, "non")
        while "jour" not in question.text.casefold():
            question = await presses(desk, question, "Ne rien changer")
        question = await says(desk, "Vendredi")
        refused = await says(desk, "midi")
        assert "« midi »" in refused.text.replace("\u00a0", " ")
        question = await says(desk, "12")
        while "Ne rien changer" in question.labels:
            question = await presses(desk, question, "Ne rien changer")
        assert "notre discussion privée" in question.text
        held = await house(desk)
        assert (held.settings.digest, held.settings.digest_weekday) == (False, 4)
        assert held.settings.digest_hour == 12

    at_the_desk(scene, language="fr")


def test_a_form_that_changes_nothing_says_so() -> None:
    async def scene(desk: Reception) -> None:
        said = await finished(desk, await begun(desk))
        assert one_line(said) == "All of this was set already; nothing changed."

    at_the_desk(scene)


def test_who_has_started_is_led_to_the_private_chat_for_a_form_too() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.mona)
        (said,) = await desk.asks(desk.group, desk.mona, "/setup")
        assert (said.chat, said.labels) == (desk.group, ["Go on in private"])
        (question,) = await desk.starts(desk.mona, url_of(said))
        assert "Time zone" in question.text
        (question,) = await desk.asks(desk.mona, desk.mona, "/setup")
        assert "Time zone" in question.text

    at_the_desk(scene)


# Answers that do not fit


def test_an_answer_that_does_not_fit_is_asked_again() -> None:
    async def scene(desk: Reception) -> None:
        question = await skipped_to(desk, await begun(desk), "hour of the digest")
        again = await says(desk, "noon")
        assert "“noon” is no whole number." in again.text
        assert "hour of the digest" in again.text
        answer, said = await desk.presses(desk.mona, question, SKIP)
        assert (answer["text"], said) == (OVER, [])

    at_the_desk(scene)


@pytest.mark.parametrize(
    ("asked", "words", "why", "right"),
    [
        ("Time zone", "Asia/Tokio", "Did you mean Asia/Tokyo?", "Asia/Tokyo"),
        ("hour of the digest", "25", "25 is not between 0 and 23.", "23"),
        ("are greeted together", "0", "0 is not between 1 and 240.", "1"),
    ],
)
def test_what_cannot_be_is_refused_at_its_own_question(
    asked: str, words: str, why: str, right: str
) -> None:
    async def scene(desk: Reception) -> None:
        await skipped_to(desk, await begun(desk), asked)
        again = await says(desk, words)
        assert why in again.text
        assert asked in again.text
        said = await says(desk, right)
        assert why not in said.text
        while SKIP in said.labels:
            said = await presses(desk, said, SKIP)
        assert one_line(said).startswith("Changed:")

    at_the_desk(scene)


def test_what_the_command_refuses_is_asked_again_and_the_rest_is_kept() -> None:
    async def scene(desk: Reception) -> None:
        await begun(desk)
        await skipped_to(desk, await says(desk, "Asia/Tokyo"), "that everybody reads")
        question = await skipped_to(desk, await says(desk, "me"), "hour of the digest")
        again = await finished(desk, await says(desk, "7"))
        assert "a private chat is none" in again.text
        again = await says(desk, str(desk.group))
        assert one_line(again).startswith("Changed:")
        held = await house(desk)
        assert (held.timezone, held.settings.digest_hour) == ("Asia/Tokyo", 7)
        assert question.chat == desk.mona

    at_the_desk(scene)


def test_everybody_cannot_read_what_is_said_in_a_private_chat() -> None:
    async def scene(desk: Reception) -> None:
        await skipped_to(desk, await begun(desk), "that everybody reads")
        again = await finished(desk, await says(desk, "me"))
        assert "“main” is the channel that everybody reads" in again.text
        assert "Now: Runners" in again.text
        said = await presses(desk, again, SKIP)
        assert one_line(said) == "All of this was set already; nothing changed."
        assert (await house(desk)).settings.main is not None

    at_the_desk(scene)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("general", "I know no chat called “general”."),
        ("-1009999999999", "“-1009999999999” is another group."),
        ("12345", "I write to nobody else in private"),
        ("https://t.me/c/9999999999/5", "I know no chat called"),
    ],
)
def test_a_chat_that_is_not_theirs_to_name_is_asked_again(words: str, why: str) -> None:
    async def scene(desk: Reception) -> None:
        await skipped_to(desk, await begun(desk), "for moderators alone")
        again = await says(desk, words)
        assert why in again.text
        assert "for moderators alone" in again.text

    at_the_desk(scene)


def test_a_topic_is_named_by_its_link_and_shown_by_it() -> None:
    async def scene(desk: Reception) -> None:
        topic = desk.fake.opens_topic(desk.group, desk.mona, "Staff")
        link = f"https://t.me/c/{str(desk.group).removeprefix('-100')}/{topic}"
        other = desk.fake.group("Mods", owner=desk.mona, bot=None)
        desk.fake.adds_bot(other, desk.mona)
        await desk.hears()
        await skipped_to(desk, await begun(desk), "that everybody reads")
        question = await says(desk, link)
        assert "for moderators alone" in question.text
        assert question.labels == ["Runners", "Our private chat", SKIP, STOP]
        said = await finished(desk, await says(desk, str(other)))
        assert f"Main channel: Runners, topic {topic}" in said.text
        assert "Moderators’ channel: Mods" in said.text
        question = await skipped_to(desk, await begun(desk), "that everybody reads")
        assert f"Now: {link}" in question.text
        question = await presses(desk, question, SKIP)
        assert "Now: Mods" in question.text

    at_the_desk(scene, is_forum=True)


def test_a_channel_that_another_moderator_chose_stays_as_it_is() -> None:
    async def scene(desk: Reception) -> None:
        other = desk.fake.group("Mods", owner=desk.mona, bot=None)
        desk.fake.adds_bot(other, desk.mona)
        await desk.hears()
        desk.fake.starts(desk.mona)
        await desk.asks(desk.group, desk.mona, f"/setup moderators:{other}")
        held = (await house(desk)).settings.moderators
        assert held is not None
        assert held.external_id == str(other)
        desk.fake.promote(desk.group, desk.ana)
        desk.clock.at += FRESH_MS
        (said,) = await desk.asks(desk.group, desk.ana, "/setup")
        (question,) = await desk.starts(desk.ana, url_of(said))
        while SKIP in question.labels:
            if "hour of the digest" in question.text:
                (question,) = await desk.asks(desk.ana, desk.ana, "6")
            else:
                _, (question,) = await desk.presses(desk.ana, question, SKIP)
        assert one_line(question).startswith("Changed:")
        (refused,) = await desk.asks(desk.group, desk.ana, f"/setup main:{other}")
        (refused,) = await desk.asks(desk.ana, desk.ana, f"/setup main:{other}")
        assert "is another group" in refused.text

    at_the_desk(scene)


def test_the_private_chat_of_another_moderator_is_not_shown_by_its_number() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.mona)
        await desk.asks(desk.mona, desk.mona, "/setup moderators:me")
        desk.fake.promote(desk.group, desk.ana)
        desk.clock.at += FRESH_MS
        for user, shown in ((desk.mona, "Our private chat"), (desk.ana, "Somebody’s private chat")):
            desk.fake.starts(user)
            (question,) = await desk.asks(user, user, "/setup")
            while "for moderators alone" not in question.text:
                _, (question,) = await desk.presses(user, question, SKIP)
            assert f"Now: {shown}" in question.text

    at_the_desk(scene)
