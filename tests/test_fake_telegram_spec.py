"""The judge of the fake knows the Bot API's specification, and says what is against it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_caller import Caller
from tests.fakes.telegram_spec import PAPER, Specification, specification

pytestmark = pytest.mark.skipif(not PAPER.exists(), reason="the specification is not here")

ANA = {"id": 1, "is_bot": False, "first_name": "Ana"}
CHAT = {"id": -5, "type": "group", "title": "Runners"}
MESSAGE: dict[str, Any] = {"message_id": 1, "date": 1, "chat": CHAT, "from": ANA}


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with serving_telegram() as serving:
        yield serving
        serving.violations.clear()


@pytest.mark.parametrize(
    ("message", "wrong"),
    [
        (MESSAGE, []),
        ({**MESSAGE, "message_id": "1"}, ["Message.message_id is no Integer"]),
        ({**MESSAGE, "date": True}, ["Message.date is no Integer"]),
        ({**MESSAGE, "is_topic_message": 1}, ["Message.is_topic_message is no Boolean"]),
        ({**MESSAGE, "words": "a"}, ["Message.words is unknown"]),
        ({**MESSAGE, "text": None}, ["Message.text is no String"]),
        ({**MESSAGE, "from": {"id": 1, "is_bot": False}}, ["Message.from.first_name is missing"]),
        ({**MESSAGE, "entities": {}}, ["Message.entities is no array"]),
        ({**MESSAGE, "new_chat_members": [ANA, 1]}, ["Message.new_chat_members[1] is no User"]),
    ],
)
def test_a_message_is_judged_field_by_field(message: dict[str, Any], wrong: list[str]) -> None:
    assert specification().value(message, "Message", "Message") == wrong


def test_of_several_kinds_the_one_that_names_itself_is_taken() -> None:
    judge = specification()
    assert judge.value({"type": "emoji", "emoji": "👍"}, "ReactionType") == []
    assert judge.value({"type": "paid"}, "ReactionType") == []
    assert judge.value({"type": "emoji"}, "ReactionType", "it") == ["it.emoji is missing"]
    assert judge.value({"status": "left"}, "ChatMember", "it") == ["it.user is missing"]
    assert judge.value({"type": "none"}, "ReactionType", "it") != []


def test_calls_are_judged() -> None:
    judge = specification()
    assert judge.call("sendMessage", {"chat_id": -5, "text": "a"}) == []
    assert judge.call("SENDMESSAGE", {"chat_id": "@a", "text": "a"}) == []
    assert judge.call("sendMessage", {"chat_id": -5}) == ["sendMessage.text is missing"]
    assert judge.call("sendMessage", {"chat_id": -5, "text": "a", "mode": "b"}) == [
        "sendMessage.mode is unknown"
    ]
    assert judge.call("sendPhoto", {"chat_id": -5, "photo": b"a", "thumb": "b"}) != []
    assert judge.call("sendMedia", {}) == ["sendMedia: no such method"]


def test_answers_are_judged() -> None:
    judge = specification()
    assert judge.result("getChatMemberCount", 3) == []
    assert judge.result("getChatMemberCount", True) == ["getChatMemberCount -> is no Integer"]
    assert judge.result("editMessageText", True) == []
    assert judge.result("getChatAdministrators", [{"status": "left", "user": ANA}]) == []
    assert judge.result("getMe", {"id": 1}) != []


def test_without_its_paper_the_judge_finds_nothing() -> None:
    judge = Specification({})
    assert judge.value({"nonsense": 1}, "Update") == []
    assert judge.call("nonsense", {}) == []
    assert judge.result("nonsense", 1) == []


def test_a_wrong_call_fails_the_test_that_made_it() -> None:
    with (
        pytest.raises(pytest.fail.Exception, match="colour is unknown"),
        serving_telegram() as fake,
    ):
        Caller(fake).ask("sendMessage", chat_id=fake.group(), text="a", colour="red")


def test_a_failing_test_fails_for_its_own_reason() -> None:
    def failing() -> None:
        with serving_telegram() as fake:
            Caller(fake).ask("sendMessage", chat_id=fake.group(), text="a", colour="red")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()


def test_a_wrong_update_is_noticed_and_poison_is_not(fake: FakeTelegram) -> None:
    fake.push({"message": {}}, poison=True)
    assert fake.violations == []
    fake.push({"message": {}})
    fake.says(fake.group(), fake.person(), "a", colour="red")
    assert "update.message.date is missing" in fake.violations
    assert "update.message.colour is unknown" in fake.violations


def test_a_call_that_breaks_the_fake_is_told(fake: FakeTelegram) -> None:
    status, _ = Caller(fake).post(
        f"/bot{fake.token}/sendMessage", b'{"chat_id": %d, "text": 5}' % fake.group()
    )
    assert status == 500
    assert any("cannot answer this" in one for one in fake.violations)
