import pytest

from bot.events import Event, MessageSent
from bot.ledger import Message
from db.connection import Connection
from tests.happenings import START
from tests.stores import in_store, recorded
from tests.test_reading import FIRST, seen


def said(id: str, at: int = START, reply_to: str | None = None) -> Event:
    return MessageSent(
        platform="discord", channel="c1", id=id, author=f"by {id}", at=at, reply_to=reply_to
    )


ANSWERED = [
    (said("9"), said("10", reply_to="9")),
    (said("98"), said("100", reply_to="98")),
    (said("128"), said("m-70", reply_to="128")),
    (said("-5"), said("10", reply_to="-5")),
    (said("m-7"), said("m-8", reply_to="m-7")),
    (said("m-9"), said("3", START + 1, reply_to="m-9")),
]
UNANSWERED = [
    (said("10"), said("9", reply_to="10")),
    (said("m-8"), said("m-7", reply_to="m-8")),
    (said("3", START + 1), said("4", reply_to="3")),
    (said("5"), said("6", reply_to="6")),
]


def answers(store_url: str, told: tuple[Event, ...]) -> tuple[list[Message], int]:
    async def read(connection: Connection) -> tuple[list[Message], int]:
        community = await recorded(connection, [told])
        ledger, messages = await seen(connection, community.id, FIRST + 1, FIRST)
        return [m for m in messages if m.reply is not None], len(ledger.contacts)

    return in_store(store_url, read)


@pytest.mark.parametrize("told", ANSWERED)
def test_a_message_answers_one_before_it_in_time_or_else_in_id(
    store_url: str, told: tuple[Event, ...]
) -> None:
    [answer], contacts = answers(store_url, told)
    assert answer.reply_stored
    assert answer.reply_author != 0
    assert contacts == 1


@pytest.mark.parametrize("told", UNANSWERED)
def test_a_message_that_answers_itself_or_a_later_one_answers_nobody(
    store_url: str, told: tuple[Event, ...]
) -> None:
    [answer], contacts = answers(store_url, told)
    assert not answer.reply_stored
    assert answer.reply_author == 0
    assert contacts == 0
