"""The fake hands out updates as the real Bot API does."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.clock import DAY_MS, ManualClock
from tests.fakes import telegram_polling
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_caller import Caller, CallError

NOON = 1_790_000_000_000
EVERYTHING = ["message", "chat_member", "my_chat_member", "message_reaction", "callback_query"]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def fake(clock: ManualClock) -> Iterator[FakeTelegram]:
    with serving_telegram(clock) as serving:
        serving.slows_repeats = False
        yield serving


@pytest.fixture
def caller(fake: FakeTelegram) -> Caller:
    return Caller(fake)


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [one["message"]["text"] for one in updates]


def said(fake: FakeTelegram, *words: str) -> int:
    """The group in which somebody says these words."""
    group, ana = fake.group(), fake.person()
    for word in words:
        fake.says(group, ana, word)
    return group


def waiting(fake: FakeTelegram) -> bool:
    """Whether a poll has arrived that has no answer."""
    return any(one.code == 0 for one in fake.called("getUpdates"))


def test_updates_come_again_until_a_higher_offset_acknowledges_them(
    fake: FakeTelegram, caller: Caller
) -> None:
    said(fake, "a", "b", "c")
    first = caller.updates()
    assert texts(first) == ["a", "b", "c"]
    assert texts(caller.updates(first[1]["update_id"])) == ["b", "c"]
    assert texts(caller.updates(first[0]["update_id"])) == ["b", "c"]


def test_no_more_come_at_once_than_were_asked_for(fake: FakeTelegram, caller: Caller) -> None:
    said(fake, *(str(number) for number in range(120)))
    assert texts(caller.updates(limit=2)) == ["0", "1"]
    assert len(caller.updates(-1000, limit=1000)) == 100


def test_a_negative_offset_forgets_all_but_the_last(fake: FakeTelegram, caller: Caller) -> None:
    said(fake, "a", "b", "c")
    assert texts(caller.updates(-2)) == ["b", "c"]
    assert texts(caller.updates(1)) == ["b", "c"]


def test_an_offset_far_past_the_newest_update_is_ignored(
    fake: FakeTelegram, caller: Caller
) -> None:
    said(fake, "a")
    newest = fake.updates.next_id
    assert texts(caller.updates(newest + 11)) == ["a"]
    assert caller.updates(newest + 10) == []
    assert caller.updates(1, timeout=0) == []


def test_the_same_offset_asked_again_at_once_gets_one_update(
    fake: FakeTelegram, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.slows_repeats = True
    said(fake, "a", "b")
    assert telegram_polling.AGAIN == 0.5
    monkeypatch.setattr(telegram_polling, "AGAIN", 60)
    assert [len(caller.updates(offset)) for offset in (1, 1, 2, 1)] == [2, 1, 2, 2]
    monkeypatch.setattr(telegram_polling, "AGAIN", 0)
    assert len(caller.updates(1)) == 2


def test_the_same_offset_asked_again_soon_in_vain_waits(
    fake: FakeTelegram, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_polling, "SOON", 60)
    fake.slows_repeats = True
    assert caller.updates(1) == []
    with ThreadPoolExecutor(1) as thread:
        poll = thread.submit(caller.updates, 1)
        fake.wait_for(lambda: waiting(fake))
        said(fake, "a")
        assert texts(poll.result(2)) == ["a"]


def test_an_answer_holds_four_megabytes_at_most(fake: FakeTelegram, caller: Caller) -> None:
    for _ in range(6):
        fake.push({"x": "y" * 2**20}, poison=True)
    assert len(caller.updates()) == 3


def test_a_poll_waits_until_something_happens(fake: FakeTelegram, caller: Caller) -> None:
    with ThreadPoolExecutor(1) as thread:
        poll = thread.submit(caller.updates, timeout=30)
        fake.wait_for(lambda: waiting(fake))
        assert not poll.done()
        said(fake, "at last")
        assert texts(poll.result(5)) == ["at last"]


def test_a_poll_in_vain_ends_in_time(fake: FakeTelegram, caller: Caller) -> None:
    before = time.monotonic()
    assert caller.updates(1, timeout=1) == []
    assert 0.9 < time.monotonic() - before < 3


def test_of_two_polls_that_wait_the_first_is_told_of_the_second(
    fake: FakeTelegram, caller: Caller
) -> None:
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(caller.updates, timeout=30)
        fake.wait_for(lambda: waiting(fake))
        second = threads.submit(caller.updates, 5, timeout=30)
        with pytest.raises(CallError, match="terminated by other getUpdates") as refused:
            first.result(5)
        assert refused.value.code == 409
        said(fake, "for the second")
        assert texts(second.result(5)) == ["for the second"]


def test_conflicts_that_follow_each_other_are_told_late(
    fake: FakeTelegram, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_polling, "SOON", 0.3)
    caller.ask("setWebhook", url="https://example.org/hook")
    took = []
    for _ in range(2):
        before = time.monotonic()
        with pytest.raises(CallError, match="webhook is active"):
            caller.updates()
        took.append(time.monotonic() - before)
    assert took[0] < 0.3 <= took[1]


def test_two_polls_that_both_find_something_steal_from_each_other(
    fake: FakeTelegram, caller: Caller
) -> None:
    said(fake, "a", "b")
    first = caller.updates()
    assert texts(caller.updates(first[0]["update_id"] + 1)) == ["b"]
    assert texts(caller.updates(first[0]["update_id"])) == ["b"]


def test_a_webhook_ends_the_poll_that_waits_and_forbids_others(
    fake: FakeTelegram, caller: Caller
) -> None:
    with ThreadPoolExecutor(1) as thread:
        poll = thread.submit(caller.updates, timeout=30)
        fake.wait_for(lambda: waiting(fake))
        caller.ask("setWebhook", url="https://example.org/hook")
        with pytest.raises(CallError, match="terminated by setWebhook"):
            poll.result(5)
    caller.ask("deleteWebhook")
    assert caller.updates(7) == []


def test_what_is_asked_for_by_name_only_is_not_there_by_default(
    fake: FakeTelegram, caller: Caller
) -> None:
    group, ana = fake.group(bot="administrator"), fake.person()
    fake.joins(group, ana, service=False)
    fake.reacts(group, 1, ana, "👍")
    assert caller.updates() == []
    caller.updates(2, allowed_updates=EVERYTHING)
    fake.leaves(group, ana, service=False)
    fake.reacts(group, 1, ana)
    kinds = [sorted(one)[0] for one in caller.updates(3)]
    assert kinds == ["chat_member", "message_reaction"]


def test_the_kinds_that_were_asked_for_hold_until_others_are(
    fake: FakeTelegram, caller: Caller
) -> None:
    caller.updates(1, allowed_updates=["callback_query"])
    said(fake, "unheard")
    assert caller.updates(2) == []
    assert caller.ask("getWebhookInfo")["allowed_updates"] == ["callback_query"]
    caller.updates(3, allowed_updates=[])
    assert fake.allowed is None
    said(fake, "heard")
    assert texts(caller.updates(4)) == ["heard"]


def test_joins_and_reactions_are_told_to_administrators_only(
    fake: FakeTelegram, caller: Caller
) -> None:
    caller.updates(1, allowed_updates=EVERYTHING)
    group, ana = fake.group(), fake.person()
    fake.joins(group, ana, service=False)
    fake.reacts(group, 1, ana, "👍")
    assert caller.updates(2) == []
    fake.promote(group)
    fake.reacts(group, 1, ana, "🔥")
    told = caller.updates(3)
    assert [sorted(one)[0] for one in told] == ["my_chat_member", "message_reaction"]
    assert told[1]["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]


def test_with_privacy_mode_only_commands_and_answers_to_the_bot_are_heard() -> None:
    with serving_telegram(reads_all=False) as fake:
        caller, group, ana = Caller(fake), fake.group(), fake.person()
        mine = caller.ask("sendMessage", chat_id=group, text="hello")["message_id"]
        for text in ("a", "/help", "/help@foyer_bot", "/help@other_bot", "@foyer_bot"):
            fake.says(group, ana, text)
        fake.says(group, ana, "to you", reply_to=mine)
        fake.joins(group, ana)
        told = [one["message"].get("text", "joined") for one in caller.updates()]
        assert told == ["/help", "/help@foyer_bot", "to you", "joined"]
        assert not caller.ask("getMe")["can_read_all_group_messages"]
        fake.promote(group)
        fake.says(group, ana, "all of it")
        assert caller.updates(-1)[0]["message"]["text"] == "all of it"


def test_an_update_is_kept_for_a_day_after_its_message(
    fake: FakeTelegram, caller: Caller, clock: ManualClock
) -> None:
    group, ana = fake.group(), fake.person()
    old = fake.says(group, ana, "old", at=NOON - DAY_MS + 5_000)
    number = fake.updates.next_id
    fake.says(group, ana, "too old", at=NOON - DAY_MS)
    assert fake.updates.next_id == number
    fake.says(group, ana, "new")
    assert texts(caller.updates(1)) == ["old", "new"]
    clock.at += 5_000
    assert texts(caller.updates(1, limit=5)) == ["new"]
    fake.says(group, ana, "old, edited", edit_of=old["message_id"])
    clock.at += DAY_MS - 5_000
    assert [*caller.updates(1)[0]] == ["update_id", "edited_message"]
    clock.at += 5_000
    assert caller.updates(1) == []


def test_a_press_is_kept_for_two_and_a_half_minutes(
    fake: FakeTelegram, caller: Caller, clock: ManualClock
) -> None:
    group, ana = fake.group(), fake.person()
    fake.press_data(ana, fake.room(group), 1, "x")
    clock.at += 149_000
    assert len(caller.updates(1)) == 1
    clock.at += 1_000
    assert caller.updates(1) == []


def test_ids_begin_anew_after_a_week_without_updates(
    fake: FakeTelegram, caller: Caller, clock: ManualClock
) -> None:
    group = said(fake, "a")
    before = caller.updates()[0]["update_id"]
    caller.updates(before + 1)
    clock.at += 8 * DAY_MS
    fake.says(group, fake.person(), "b")
    (after,) = caller.updates(before + 1)
    assert after["update_id"] < before - 1000


def test_ids_begin_anew_when_a_test_wants_it(fake: FakeTelegram, caller: Caller) -> None:
    group = said(fake, "a")
    before = caller.updates()[0]["update_id"]
    fake.restart_ids(below=False)
    fake.says(group, fake.person(), "b")
    again = caller.updates()
    assert texts(again) == ["a", "b"]
    assert again[0]["update_id"] > before + 1000


def test_a_queue_that_is_full_takes_nothing_more(fake: FakeTelegram, caller: Caller) -> None:
    fake.push_many([b"{}"] * 100_001)
    assert len(fake.updates) == 100_000
    assert fake.updates.refused == 1
    caller.updates(fake.updates.next_id - 1)
    assert fake.push({}, poison=True) > 0


def test_many_updates_are_served_quickly(fake: FakeTelegram, caller: Caller) -> None:
    fake.push_many([{"message": {"text": "word " * 20, "id": number}} for number in range(20_000)])
    before, offset, seen = time.process_time(), 0, 0
    while found := caller.updates(offset):
        seen, offset = seen + len(found), found[-1]["update_id"] + 1
        if seen == 20_000:
            break
    assert seen == 20_000
    assert time.process_time() - before < 5


def test_poison_is_served_as_it_is(fake: FakeTelegram, caller: Caller) -> None:
    number = fake.push(b'{"update_id":UPDATE_ID,"message":{"message_id":"\\ud800"}}', poison=True)
    fake.push({}, poison=True)
    fake.push({"update_id": "mine", "message": None}, poison=True)
    _, body = caller.post(f"/bot{fake.token}/getUpdates", b"{}")
    assert body.startswith(b'{"ok":true,"result":[{"update_id":%d,"message":' % number)
    assert b'"\\ud800"' in body
    told = json.loads(body)["result"]
    assert told[1] == {"update_id": number + 1}
    assert told[2] == {"update_id": number + 2, "message": None}
