"""What was taken is known again, by this process and by the next one."""

import pytest

from bot.adapters.telegram.listening.called import KEPT_MS, MOST_KEPT, REMEMBERED, Called
from bot.adapters.telegram.reading.told import Call
from bot.adapters.telegram.reading.wire import Chat, User
from bot.clock import MINUTE_MS, ManualClock

NOW = 1_714_564_800_000
WHO = User(7, False, "Ana")


def command(message: int, chat: int = -1001) -> Call:
    where = Chat(chat, "supergroup", "Runners")
    return Call(
        kind="command", chat=where, user=WHO, message=message, command="help", words="heron"
    )


def press(id: str) -> Call:
    where = Chat(-1001, "supergroup", "Runners")
    return Call(kind="button", chat=where, user=WHO, message=5, callback_id=id, data="heron")


def called(clock: ManualClock | None = None) -> Called:
    return Called(clock or ManualClock(NOW))


def test_a_call_is_new_once() -> None:
    known = called()
    assert known.note(command(1))
    assert not known.note(command(1))
    assert known.note(command(2))
    assert known.note(command(1, chat=-1002))


def test_presses_are_told_apart_by_their_own_ids() -> None:
    known = called()
    assert [known.note(press(id)) for id in ("a", "b", "a")] == [True, True, False]


def test_the_next_process_knows_what_was_kept_and_what_is_being_kept() -> None:
    first, second = called(), called()
    first.note(command(1))
    first.note(press("a"))
    value = first.with_([command(2), press("b")])
    assert first.note(command(2)), "to keep a call is not to take it: the store may fail"
    second.recall(value)
    assert not any(second.note(call) for call in (command(1), command(2), press("a"), press("b")))
    assert second.note(command(3))


def test_nobodys_words_are_kept() -> None:
    value = called().with_([command(1), press("a")])
    assert "heron" not in value
    assert "Ana" not in value


def test_kept_is_what_telegram_may_still_bring() -> None:
    clock = ManualClock(NOW)
    first, second = called(clock), called(clock)
    first.note(command(1))
    clock.at += MINUTE_MS
    first.note(command(2))
    clock.at += KEPT_MS - MINUTE_MS + 1
    second.recall(first.with_([command(3)]))
    assert [second.note(command(number)) for number in (1, 2, 3)] == [True, False, False]
    assert KEPT_MS >= 150_000


def test_what_is_kept_and_remembered_is_bounded_and_the_latest() -> None:
    first, second = called(), called()
    for number in range(REMEMBERED + 50):
        first.note(command(number))
    assert first.note(command(0))
    assert not first.note(command(REMEMBERED + 49))
    second.recall(first.with_([command(-1)]))
    assert second.note(command(REMEMBERED + 49 - MOST_KEPT))
    assert not second.note(command(REMEMBERED + 49))
    assert not second.note(command(-1))


@pytest.mark.parametrize("value", [None, "", "{", "[]", '{"a":"b"}', "null", "7"])
def test_what_cannot_be_read_is_nothing(value: str | None) -> None:
    known = called()
    known.recall(value)
    assert known.note(command(1))


def test_recalling_forgets_nothing() -> None:
    known = called()
    known.note(command(1))
    known.recall(called().with_([command(2)]))
    assert not known.note(command(1))
    assert not known.note(command(2))
