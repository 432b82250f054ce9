import pytest

from bot.clock import DAY_MS
from bot.events import Event, MessageSent
from bot.ledger import Message
from db.connection import Connection
from db.reading import Reader
from tests.happenings import START
from tests.stores import PARIS, in_store, recorded
from tests.test_reading import FIRST, seen


def said(id: str, at: int = START, reply_to: str | None = None, **more: str) -> Event:
    return MessageSent(
        platform="discord",
        channel="c1",
        id=id,
        author=f"by {id}",
        at=at,
        reply_to=reply_to,
        **more,  # type: ignore[arg-type]  # fields by name
    )


def answers(store_url: str, told: tuple[Event, ...]) -> tuple[Message, list[str]]:
    async def read(connection: Connection) -> tuple[Message, list[str]]:
        community = await recorded(connection, [told])
        ledger, messages = await seen(connection, community.id, FIRST + 9, FIRST)
        [answer] = [message for message in messages if message.reply is not None]
        names = {account.number: account.external_id for account in ledger.accounts}
        return answer, [names[contact.receiver] for contact in ledger.contacts]

    return in_store(store_url, read)


@pytest.mark.parametrize(
    "told",
    [
        (said("9"), said("10", reply_to="9")),
        (said("10"), said("9", reply_to="10")),
        (said("z-1"), said("m-2", reply_to="z-1")),
        (said("3"), said("4", START + 8 * DAY_MS, reply_to="3")),
    ],
)
def test_a_message_answers_another_of_its_instant_or_before(
    store_url: str, told: tuple[Event, ...]
) -> None:
    answer, receivers = answers(store_url, told)
    assert answer.reply_stored
    assert receivers == [f"by {told[0].id}"]  # type: ignore[attr-defined]  # a message


def test_an_answer_stamped_too_early_went_to_the_author_all_the_same(store_url: str) -> None:
    answer, receivers = answers(store_url, (said("3", START + 1), said("4", reply_to="3")))
    assert not answer.reply_stored
    assert receivers == ["by 3"]


def test_what_is_sent_on_a_later_day_is_not_known_yet(store_url: str) -> None:
    told = (said("3", START + DAY_MS), said("4", reply_to="3", reply_to_author="eve"))
    answer, receivers = answers(store_url, told)
    assert not answer.reply_stored
    assert receivers == ["eve"]


def test_nobody_answers_themselves(store_url: str) -> None:
    answer, receivers = answers(store_url, (said("5"), said("6", reply_to="6")))
    assert not answer.reply_stored
    assert receivers == ["by 6"]


def test_what_was_answered_more_than_a_day_later_is_known(store_url: str) -> None:
    told = [
        said("1"),
        said("m-1"),
        said("2", START + DAY_MS, reply_to="1"),
        said("3", START + DAY_MS + 1, reply_to="m-1"),
    ]

    async def late(connection: Connection) -> int:
        community = await recorded(connection, [told])
        found = await Reader(connection).late_targets(community.id, PARIS, FIRST + 9, FIRST)
        return len(found)

    assert in_store(store_url, late) == 1
