"""Mona fills in /setup in her private chat."""

from bot.model import Community, PlaceId
from bot.settings.setup import House, load_house
from db.connection import Connection
from db.directory import find_community_at
from tests.fakes.telegram_state import Sent
from tests.telegram_desk import Reception, url_of

OVER = "That question is not open any more."
SKIP, STOP = "Leave it as it is", "Stop here"


async def house(desk: Reception) -> House:
    """What holds in the group."""

    async def look(connection: Connection) -> House:
        community = await find_community_at(connection, PlaceId("telegram", str(desk.group)))
        assert isinstance(community, Community)
        return await load_house(connection, community.id)

    return await desk.engine.store.write(look)


async def begun(desk: Reception, words: str = "/setup") -> Sent:
    """The first question, as Mona gets it who asked in the group."""
    (said,) = await desk.asks(desk.group, desk.mona, words)
    (question,) = await desk.starts(desk.mona, url_of(said))
    return question


async def says(desk: Reception, words: str) -> Sent:
    """What follows something that Mona writes in private."""
    (said,) = await desk.asks(desk.mona, desk.mona, words)
    return said


async def presses(desk: Reception, question: Sent, label: str) -> Sent:
    """What follows a button that Mona presses."""
    answer, (said,) = await desk.presses(desk.mona, question, label)
    assert "text" not in answer
    return said


async def skipped_to(desk: Reception, question: Sent, words: str, skip: str = SKIP) -> Sent:
    """The question that holds some words, everything before it left as it is."""
    while words not in question.text:
        question = await presses(desk, question, skip)
    return question


async def finished(desk: Reception, question: Sent) -> Sent:
    """What is said once every other question was left as it is, and the form handed in."""
    question = await presses(desk, question, SKIP)
    while SKIP in question.labels and "/skip leaves it" not in question.text:
        question = await presses(desk, question, SKIP)
    return question
