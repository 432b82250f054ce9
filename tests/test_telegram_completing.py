"""Commands whose words are missing or do not fit: asked for in private, and told nobody else."""

from typing import Annotated

import pytest

from bot.cog import Cog
from bot.context import CommandContext
from bot.post import Post, plain
from cogs.privacy import cog as privacy
from tests.fakes.telegram_state import Sent
from tests.telegram_desk import Reception, at_the_desk, one_line, url_of
from tests.telegram_forms import SKIP, STOP, presses, says
from tests.telegram_probe import probe

ON = "Let us go on in private: press the button, then Start."

garden = Cog("garden")


@garden.command(staff_only=True, private=True)
async def plant(
    ctx: CommandContext,
    name: Annotated[str, "What it is called"],
    wet: Annotated[bool | None, "Whether it is watered"] = None,
) -> Post:
    """Plant something."""
    return plain(f"{name} {wet}")


async def alone(desk: Reception, words: str) -> Sent:
    """What Mona, who has started the private chat, is answered there to something she asks."""
    desk.fake.starts(desk.mona)
    (said,) = await desk.asks(desk.mona, desk.mona, words)
    assert said.chat == desk.mona
    return said


# What is told to whom


@pytest.mark.parametrize("words", ["/settings of @zoe", "/privacy zzz", "/optout me:now"])
def test_words_for_us_alone_are_not_repeated_to_everybody(words: str) -> None:
    async def scene(desk: Reception) -> None:
        (said,) = await desk.asks(desk.group, desk.mona, words)
        command = words.split()[0]
        assert said.chat == desk.group
        assert one_line(said) == (
            f"I cannot do that as it is written; /help {command[1:]} tells more."
        )
        desk.fake.starts(desk.mona)
        answer, note = await desk.asks(desk.group, desk.mona, words)
        assert (answer.chat, note.chat) == (desk.mona, desk.group)
        assert one_line(answer).startswith(command)
        assert one_line(note) == "I answered you in private."

    at_the_desk(scene)


def test_whom_a_moderator_names_is_not_told_to_everybody() -> None:
    async def scene(desk: Reception) -> None:
        for is_started in (False, True):
            if is_started:
                desk.fake.starts(desk.mona)
            (said,) = await desk.asks(desk.group, desk.mona, "/correct bot @zoe")
            assert (said.chat, one_line(said), said.labels) == (
                desk.group,
                ON,
                ["Go on in private"],
            )
            (question,) = await desk.starts(desk.mona, url_of(said))
            assert one_line(question).startswith("I do not know who “@zoe” is.")
            assert "The account" in question.text

    at_the_desk(scene)


# What is asked for


def test_a_command_without_its_words_asks_for_them() -> None:
    async def scene(desk: Reception) -> None:
        question = await alone(desk, "/plant")
        assert one_line(question).startswith("Plant something.")
        assert "What it is called" in question.text
        assert "needs" not in question.text
        assert question.labels == [STOP]
        question = await says(desk, "Affiche « mairie »")
        assert "Whether it is watered" in question.text
        assert question.labels == ["on", "off", SKIP, STOP]
        said = await presses(desk, question, SKIP)
        assert one_line(said) == "Affiche « mairie » None"
        said = await alone(desk, "/plant Affiche mairie oui")
        assert one_line(said) == "Affiche mairie True"

    at_the_desk(scene, garden)


def test_asked_in_the_group_it_goes_on_in_private() -> None:
    async def scene(desk: Reception) -> None:
        for is_started in (False, True):
            if is_started:
                desk.fake.starts(desk.mona)
            (said,) = await desk.asks(desk.group, desk.mona, "/attach")
            assert (said.chat, one_line(said)) == (desk.group, ON)
            (question,) = await desk.starts(desk.mona, url_of(said))
            assert "The code that “foyer attach” gave" in question.text

    at_the_desk(scene)


def test_what_fits_is_kept_and_only_the_rest_is_asked_for() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.mona)
        question = await alone(desk, "/correct bot")
        assert one_line(question).startswith("Whose account is it? Name somebody. The account")
        assert "Your other answers are kept." in question.text
        question = await says(desk, "@ana")
        assert "I do not know who “@ana” is." in question.text
        said = await says(desk, str(desk.ana))
        assert "this account is a bot" in said.text

    at_the_desk(scene)


@pytest.mark.parametrize(
    ("words", "wrong", "asked", "right", "done"),
    [
        ("/correct wizard", "“wizard” does not fit", "What the account is", "excluded", "nothing"),
        ("/pause many", "“many” does not fit", "For how many days", "3", "are paused until"),
        (
            "/digest_schedule sunday hour:nine",
            "“nine” does not fit “hour”",
            "The hour at which it is posted",
            "9",
            "Sunday",
        ),
        (
            "/setup digest_hour:nine",
            "“nine” does not fit “digest_hour”",
            "The hour of the digest",
            "8",
            "8:00",
        ),
        (
            "/setup main:me digest_hour:7",
            "a private chat is none",
            "The channel that everybody reads",
            "here",
            "7:00",
        ),
    ],
)
def test_what_does_not_fit_is_asked_again(
    words: str, wrong: str, asked: str, right: str, done: str
) -> None:
    async def scene(desk: Reception) -> None:
        question = await alone(desk, words)
        assert wrong in question.text
        assert asked in question.text
        said = await says(desk, right)
        while SKIP in said.labels:
            said = await presses(desk, said, SKIP)
        assert done in said.text

    at_the_desk(scene)


def test_who_may_not_is_asked_nothing() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        for chat in (desk.group, desk.ana):
            (said,) = await desk.asks(chat, desk.ana, "/source_add")
            assert one_line(said) == "/source_add is for moderators."

    at_the_desk(scene)


def test_a_deed_of_a_member_is_not_put_into_their_mouth() -> None:
    async def scene(desk: Reception) -> None:
        said = await alone(desk, "/forgetme nope")
        assert "“nope” does not fit “confirm”" in said.text
        assert said.labels == []
        said = await alone(desk, "/meet")
        assert one_line(said) == "/meet needs “who”; /help meet tells more."

    at_the_desk(scene, probe, privacy)


def test_what_goes_wrong_for_another_reason_asks_nothing() -> None:
    async def scene(desk: Reception) -> None:
        said = await alone(desk, "/setup timezone:Asia/Tokio")
        assert one_line(said).endswith("Did you mean Asia/Tokyo?")
        assert said.labels == []
        said = await alone(desk, "/pause 999")
        assert one_line(said) == "I can pause for 0 to 365 days."
        assert said.labels == []

    at_the_desk(scene)


@pytest.mark.parametrize("word", ["/cancel", "/skip"])
def test_where_nothing_is_asked_nothing_can_be_left(word: str) -> None:
    async def scene(desk: Reception) -> None:
        said = await alone(desk, word)
        assert one_line(said).startswith("I am not asking you anything at the moment.")
        await alone(desk, "/source_add")
        said = await alone(desk, "/cancel")
        assert one_line(said) == "Nothing was changed."

    at_the_desk(scene)
