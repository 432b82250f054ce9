"""Who asks is answered once, in order, and not when it is too late to matter."""

import asyncio
import itertools
from typing import Any

import pytest

from bot.adapters.telegram.listening import calls as module
from bot.adapters.telegram.listening.calls import (
    MOST_ASKERS,
    MOST_EACH,
    MOST_HERE,
    OLDEST_MS,
    Calls,
)
from bot.adapters.telegram.reading.told import Call
from bot.adapters.telegram.reading.wire import Chat, User
from bot.clock import ManualClock
from tests.test_logs import lines, logged

NOW = 1_714_564_800_000
GROUP = Chat(-1001, "supergroup", "Runners")
_numbers = itertools.count(1)


def asked(
    words: str = "", user: int | None = 7, chat: Chat = GROUP, at: int = NOW, **more: Any
) -> Call:
    who = None if user is None else User(user, False, "Ana")
    known = {"kind": "command", "chat": chat, "user": who, "message": next(_numbers)}
    return Call(**{**known, "at": at, "command": "help", "words": words, **more})


class Desk:
    """Answers, one beat of the loop after it was asked, or when `gate` opens."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.calls = Calls(self.clock, self.answer, self.let_go)
        self.answered: list[str] = []
        self.let: list[str] = []
        self.begun: list[str] = []
        self.gate: asyncio.Event | None = None

    async def answer(self, call: Call) -> None:
        self.begun.append(call.words)
        await asyncio.sleep(0)
        if self.gate is not None:
            await self.gate.wait()
        self.answered.append(call.words)

    async def let_go(self, call: Call) -> None:
        await asyncio.sleep(0)
        self.let.append(call.callback_id)

    async def settle(self) -> None:
        for _ in range(50):
            await asyncio.sleep(0)


async def test_everybody_is_answered() -> None:
    desk = Desk()
    for user in range(1, 20):
        desk.calls.take(asked(str(user), user))
    await desk.settle()
    assert desk.answered == [str(user) for user in range(1, 20)]


async def test_the_same_message_is_answered_once() -> None:
    desk = Desk()
    call = asked("once")
    for _ in range(3):
        desk.calls.take(call)
        await desk.settle()
    assert desk.answered == ["once"]
    desk.calls.take(asked("elsewhere", chat=Chat(-1002, "group"), message=call.message))
    await desk.settle()
    assert desk.answered == ["once", "elsewhere"]


async def test_presses_are_told_apart_by_their_own_ids() -> None:
    desk = Desk()
    for press in ("a", "b", "a"):
        desk.calls.take(asked(press, kind="button", callback_id=press, message=5, at=0))
    await desk.settle()
    assert desk.answered == ["a", "b"]


async def test_what_is_too_old_is_not_answered() -> None:
    desk = Desk()
    desk.calls.take(asked("late", at=NOW - OLDEST_MS - 1))
    desk.calls.take(asked("just in time", at=NOW - OLDEST_MS))
    desk.calls.take(asked("by a clock that is ahead", at=NOW + 30_000))
    await desk.settle()
    assert desk.answered == ["just in time", "by a clock that is ahead"]


@pytest.mark.parametrize(("seconds", "is_answered"), [(59, True), (60, True), (61, False)])
async def test_a_minute_is_the_longest_wait(seconds: int, is_answered: bool) -> None:
    desk = Desk()
    desk.calls.take(asked("heron", at=NOW - 1_000 * seconds))
    await desk.settle()
    assert desk.answered == ["heron"] * is_answered


async def test_a_press_has_no_date_and_is_new_when_it_comes() -> None:
    desk = Desk()
    desk.calls.take(asked("pressed", at=0, kind="button", callback_id="1"))
    await desk.settle()
    assert desk.answered == ["pressed"]


async def test_what_is_too_old_by_this_clock_is_told_without_words() -> None:
    desk = Desk()
    with logged() as stream:
        desk.calls.take(asked("heron", at=NOW - 2 * OLDEST_MS))
        await desk.settle()
    assert desk.answered == []
    [line] = lines(stream)
    assert line["seconds"] == 2 * OLDEST_MS // 1000
    assert "heron" not in stream.getvalue()


async def test_what_grew_old_while_it_waited_is_not_answered() -> None:
    desk = Desk()
    desk.gate = asyncio.Event()
    desk.calls.take(asked("first"))
    desk.calls.take(asked("second"))
    await desk.settle()
    desk.clock.at += OLDEST_MS + 1
    desk.gate.set()
    await desk.settle()
    assert desk.answered == ["first"]


async def test_one_person_is_answered_in_the_order_of_asking_and_keeps_nobody_waiting() -> None:
    desk = Desk()
    desk.gate = asyncio.Event()
    for number in range(3):
        desk.calls.take(asked(f"ana {number}", user=7))
    desk.calls.take(asked("ben", user=8))
    await desk.settle()
    assert desk.begun == ["ana 0", "ben"]
    desk.gate.set()
    await desk.settle()
    assert [one for one in desk.answered if one != "ben"] == ["ana 0", "ana 1", "ana 2"]


async def test_an_anonymous_sender_is_somebody_too() -> None:
    desk = Desk()
    for words in ("1", "2"):
        desk.calls.take(asked(words, user=None, sender_chat=-1001))
    await desk.settle()
    assert desk.answered == ["1", "2"]


async def test_more_than_can_be_answered_is_left_out_and_told_without_words() -> None:
    desk = Desk()
    desk.gate = asyncio.Event()
    with logged() as stream:
        for _ in range(2 * MOST_EACH):
            desk.calls.take(asked("heron", user=7))
        for user in range(100, 100 + 2 * MOST_ASKERS):
            desk.calls.take(asked("heron", user=user, chat=Chat(user, "private")))
        await desk.settle()
        assert len(desk.begun) == MOST_ASKERS
        desk.gate.set()
        await desk.settle()
    assert len(desk.answered) <= MOST_ASKERS + MOST_EACH
    assert "heron" not in stream.getvalue()
    assert {line["event"] for line in lines(stream)} == {"too much is asked at once"}
    desk.calls.take(asked("later", user=5_000))
    await desk.settle()
    assert desk.answered[-1] == "later"


async def test_too_much_is_told_once_a_minute() -> None:
    desk = Desk()
    desk.gate = asyncio.Event()
    with logged() as stream:
        for seconds in (0, 1, 59, 60, 61, 200):
            desk.clock.at = NOW + 1_000 * seconds
            for _ in range(2 * MOST_EACH):
                desk.calls.take(asked("heron", at=desk.clock.at))
    assert len(lines(stream)) == 3


async def test_a_crowd_in_one_chat_leaves_room_for_others() -> None:
    desk = Desk()
    desk.gate = asyncio.Event()
    for user in range(200):
        desk.calls.take(asked("crowd", user=user))
    for user in range(MOST_ASKERS - MOST_HERE):
        desk.calls.take(asked("other", user=user, chat=Chat(-2000 - user, "group")))
    await desk.settle()
    assert desk.begun.count("crowd") == MOST_HERE == 30
    assert desk.begun.count("other") == MOST_ASKERS - MOST_HERE


def press(number: int, user: int = 7) -> Call:
    name = str(number)
    return asked(name, user, kind="button", callback_id=name, message=5, at=0)


@pytest.mark.parametrize("users", [1, 300])
async def test_every_press_is_answered_or_let_go(users: int) -> None:
    desk = Desk()
    desk.gate = asyncio.Event()
    for number in range(300):
        desk.calls.take(press(number, number % users))
    desk.gate.set()
    for _ in range(2_000):
        await asyncio.sleep(0)
    assert sorted(desk.answered + desk.let, key=int) == [str(number) for number in range(300)]
    assert len(desk.answered) in {MOST_EACH, MOST_HERE}


async def test_a_press_that_grew_old_while_it_waited_is_let_go() -> None:
    desk = Desk()
    desk.gate = asyncio.Event()
    desk.calls.take(press(1))
    desk.calls.take(press(2))
    await desk.settle()
    desk.clock.at += OLDEST_MS + 1
    desk.gate.set()
    await desk.settle()
    assert (desk.answered, desk.let) == (["1"], ["2"])


async def test_a_command_that_is_dropped_is_nothing_to_let_go() -> None:
    desk = Desk()
    desk.gate = asyncio.Event()
    for _ in range(3 * MOST_EACH):
        desk.calls.take(asked())
    desk.gate.set()
    await desk.settle()
    assert desk.let == []


async def test_presses_that_wait_to_be_let_go_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_LET_GO", 50)
    desk = Desk()
    desk.gate = asyncio.Event()
    for number in range(MOST_EACH + 200):
        desk.calls.take(press(number))
    for _ in range(300):
        await asyncio.sleep(0)
    assert len(desk.let) == 50


async def test_an_answer_that_fails_leaves_the_next_one_room() -> None:
    desk = Desk()
    failures: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: failures.append(what))
    faulty = Calls(desk.clock, lambda call: boom(), desk.let_go)

    async def boom() -> None:
        raise KeyError("ours")

    for _ in range(3):
        faulty.take(asked("x"))
        await desk.settle()
    assert not faulty._waiting


async def test_at_the_end_answers_on_their_way_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    desk.gate = asyncio.Event()
    desk.calls.take(asked("on its way"))
    asyncio.get_running_loop().call_later(0.05, desk.gate.set)
    await desk.calls.end()
    assert desk.answered == ["on its way"]


async def test_the_end_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LAST_WORDS", 0.05)
    desk = Desk()
    desk.gate = asyncio.Event()
    desk.calls.take(asked("never"))
    await desk.calls.end()
    await desk.settle()
    assert desk.answered == []
    assert not desk.calls._tasks


async def test_with_nothing_to_answer_the_end_is_quick() -> None:
    await Desk().calls.end()
