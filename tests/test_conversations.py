"""Reply inference: who answers whom, and what conversations that makes."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import DAY_MS, MINUTE_MS
from bot.conversations import Conversation, FirstPost, ReplyInference
from bot.ledger import Message
from bot.people import People, Person
from tests.builders import World
from tests.told import Told

FIRST_DAY, TODAY = 20100, 20150


def talks(world: World) -> list[tuple[str, int, int]]:
    """Where each conversation of a world began, its messages and its people."""
    facts = world.facts()
    times = {sent.at: sent.id for sent in world.sent}
    return [(times[talk.at], talk.messages, talk.people) for talk in facts.conversations]


def crowd(*bots: int) -> People:
    humans = {n: Person(n, f"discord:{n}", False, True, True, None, ()) for n in range(1, 9)}
    of = {n: n for n in humans if n not in bots}
    return People({n: humans[n] for n in of}, of, frozenset(humans))


def message(number: int, at: int, author: int, **more: Any) -> Message:
    row = Message(at, 1, 0, number, None, author, None, 0, False, (), None)
    return row._replace(**more)


def infer(
    messages: Iterable[Message], watch: Iterable[int] = (), size: int = 1000, since: int = 0
) -> tuple[list[Conversation], list[FirstPost]]:
    inference = ReplyInference(crowd(8), since, set(watch))
    batch: list[Message] = []
    for one in sorted(messages, key=lambda m: m.at):
        if len(batch) >= size and batch[-1].at != one.at:
            inference.feed(batch)
            batch = []
        batch.append(one)
    inference.feed(batch)
    return inference.conversations(), inference.first_posts()


def test_rule_1_a_reply_joins_what_it_answers() -> None:
    world = World()
    first = world.says("ana", "03-01 10:00")
    world.says("bob", "03-01 18:00", re=first)
    assert talks(world) == [("1", 2, 2)]


def test_rule_2_a_mention_joins_the_last_message_of_the_one_mentioned() -> None:
    world = World()
    world.says("ana", "03-01 10:00")
    world.says("bob", "03-01 11:00", "ana")
    assert talks(world) == [("1", 2, 2)]


def test_rule_2_reaches_an_hour_and_no_further() -> None:
    world = World()
    world.says("ana", "03-01 10:00:00")
    world.says("bob", "03-01 11:00:01", "ana")
    assert talks(world) == [("1", 1, 1), ("2", 1, 1)]


def test_c1_only_the_first_mention_that_is_not_the_author_is_tried() -> None:
    world = World()
    world.says("ana", "03-01 10:00")
    world.says("bob", "03-01 10:10", "bob", "ana")
    world.says("cyd", "03-01 10:20", "zed", "ana")
    assert talks(world) == [("1", 2, 2), ("3", 1, 1)]


def test_c1_a_thank_you_three_hours_later_is_a_new_start() -> None:
    world = World()
    world.says("c", "03-01 10:00")
    world.says("a", "03-01 13:00", "c")
    assert talks(world) == [("1", 1, 1), ("2", 1, 1)]


def test_c1_a_mention_out_of_reach_leaves_the_next_rules_to_be_tried() -> None:
    world = World()
    world.says("c", "03-01 10:00")
    world.says("a", "03-01 12:56")
    world.says("a", "03-01 13:00", "c")
    assert talks(world) == [("1", 1, 1), ("2", 2, 1)]


def test_mentions_of_bots_are_passed_over() -> None:
    world = World(bots={"robot"})
    world.says("ana", "03-01 10:00")
    world.says("bob", "03-01 10:10", "robot", "ana")
    assert talks(world) == [("1", 2, 2)]


def test_rule_3_joins_the_latest_message_that_addressed_the_author() -> None:
    world = World()
    world.says("ana", "03-01 10:00")
    world.says("bob", "03-01 10:20", "ana")
    world.says("ana", "03-01 10:50")
    assert talks(world) == [("1", 3, 2)]


def test_rule_3_reaches_half_an_hour() -> None:
    world = World()
    world.says("ana", "03-01 10:00:00")
    world.says("bob", "03-01 10:20:00", "ana")
    world.says("ana", "03-01 10:50:01")
    assert talks(world) == [("1", 2, 2), ("3", 1, 1)]


def test_rule_3_forgets_what_came_before_ones_own_last_message() -> None:
    world = World()
    world.says("bob", "03-01 10:00", "ana")
    world.says("ana", "03-01 10:10")
    world.says("ana", "03-01 10:20")
    assert talks(world) == [("1", 2, 2), ("3", 1, 1)]


def test_rule_3_works_for_who_has_not_written_before() -> None:
    world = World()
    world.says("bob", "03-01 10:00", "ana")
    world.says("ana", "03-01 10:10")
    assert talks(world) == [("1", 2, 2)]


def test_c2_an_inferred_link_does_not_address() -> None:
    world = World()
    asked = world.says("a", "03-01 10:00")
    world.says("b", "03-01 10:10", re=asked)
    world.says("a", "03-01 10:20")
    world.says("b", "03-01 10:26")
    assert talks(world) == [("1", 3, 2), ("4", 1, 1)]


def test_a_reply_to_an_unknown_message_still_addresses_its_author() -> None:
    world = World()
    world.says("bob", "03-01 10:00", re="999", re_author="ana")
    world.says("ana", "03-01 10:10")
    assert talks(world) == []


def test_rule_4_continues_within_five_minutes() -> None:
    world = World()
    world.says("ana", "03-01 10:00:00")
    world.says("ana", "03-01 10:05:00")
    world.says("ana", "03-01 10:10:01")
    assert talks(world) == [("1", 2, 1), ("3", 1, 1)]


def test_c3_a_reply_to_what_is_not_stored_is_no_start_nor_what_hangs_on_it() -> None:
    world = World()
    lost = world.says("ana", "03-01 10:00", re="999", ask=True)
    world.says("bob", "03-01 10:10", re=lost)
    assert talks(world) == []
    assert world.figures()["answer_rate_24h"].n == 0


def test_c3_a_reply_to_a_moderated_message_is_no_start() -> None:
    world = World()
    spam = world.says("spammer", "02-28 10:00")
    world.says("ana", "02-28 10:10", re=spam, ask=True)
    world.moderated(spam, "02-28 10:20")
    assert talks(world) == []


def test_t3_a_deletion_after_t_does_not_exist_yet() -> None:
    world = World()
    spam = world.says("spammer", "02-28 10:00")
    world.says("ana", "02-28 10:10", re=spam)
    world.moderated(spam, "03-03 10:20")
    assert talks(world) == [("1", 2, 2)]


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ("02-28 09:30", [("1", 2, 2)]),
        ("02-28 10:00", [("1", 2, 2)]),
        ("02-28 10:01", [("1", 1, 1), ("2", 1, 1)]),
        ("03-01 11:00", [("1", 1, 1), ("2", 1, 1)]),
    ],
)
def test_c4_a_day_of_silence_starts_anew(later: str, expected: list[tuple[str, int, int]]) -> None:
    world = World(batch=1)
    first = world.says("ana", "02-27 10:00")
    world.says("bob", later, re=first)
    assert talks(world) == expected


def test_c4_the_silence_is_measured_from_the_parent_and_not_from_the_start() -> None:
    world = World()
    one = world.says("ana", "02-26 10:00")
    two = world.says("bob", "02-27 09:00", re=one)
    world.says("ana", "02-28 08:00", re=two)
    assert talks(world) == [("1", 3, 2)]


def test_c5_only_an_explicit_reply_leads_to_a_bot() -> None:
    world = World(bots={"robot"})
    greeting = world.says("robot", "03-01 10:00", "nia")
    world.says("nia", "03-01 10:02", ask=True)
    world.says("nia", "03-01 12:00", re=greeting, ask=True)
    assert talks(world) == [("2", 1, 1)]
    assert world.figures()["answer_rate_24h"].n == 1


def test_a_bots_message_joins_by_reply_and_counts_for_nothing() -> None:
    world = World(bots={"robot"})
    first = world.says("ana", "03-01 10:00")
    answer = world.says("robot", "03-01 10:01", re=first)
    world.says("bob", "03-01 15:00", re=answer)
    assert talks(world) == [("1", 2, 2)]


def test_a8_message_5_of_two_chats_are_two_messages() -> None:
    world = World()
    world.says("ana", "03-01 10:00", id="5", channel="one")
    world.says("bob", "03-01 10:01", id="5", channel="two")
    world.says("cyd", "03-01 15:00", id="6", re="5", channel="two")
    assert talks(world) == [("5", 1, 1), ("5", 2, 2)]


def test_threads_part_inference_but_not_identity() -> None:
    world = World()
    first = world.says("ana", "03-01 10:00", thread="x")
    world.says("bob", "03-01 10:01", "ana", thread="y")
    world.says("cyd", "03-01 10:02", re=first, thread="y")
    assert talks(world) == [("1", 2, 2), ("2", 1, 1)]


def test_linked_accounts_talk_as_one() -> None:
    world = World(links={"ana2": "ana"})
    world.says("ana", "03-01 10:00")
    world.says("ana2", "03-01 10:04", "ana")
    assert talks(world) == [("1", 2, 1)]
    assert world.figures()["response_ratio"].x == 0


def test_the_first_answer_is_another_humans() -> None:
    found, _ = infer(
        [
            message(1, 0, 1, has_question=True),
            message(2, 4 * MINUTE_MS, 1),
            message(3, 5 * MINUTE_MS, 2, reply=2, reply_stored=True),
            message(4, 6 * MINUTE_MS, 3, reply=1, reply_stored=True),
        ]
    )
    assert found == [Conversation(0, 1, 1, True, 4, 3, 5 * MINUTE_MS, is_answered=True)]


def test_a_question_that_nobody_could_see_is_none() -> None:
    found, _ = infer([message(1, 0, 1, has_question=None)])
    assert not found[0].is_question


def test_only_conversations_since_an_instant_are_kept() -> None:
    reply = message(3, 30, 2, reply=1, reply_stored=True)
    found, _ = infer([message(1, 0, 1), message(2, 20, 2), reply], since=20)
    assert [talk.at for talk in found] == [20]


def test_the_first_post_watched_is_the_first_that_is_fed() -> None:
    messages = [
        message(1, 0, 2),
        message(2, 10, 1),
        message(3, 20, 1),
        message(4, 30, 1, reply=2, reply_stored=True),
        message(5, 40, 8, reply=2, reply_stored=True),
        message(6, 50, 3, reply=3, reply_stored=True),
        message(7, 60, 2, reply=2, reply_stored=True),
        message(8, 70, 4, reply=2, reply_stored=True),
    ]
    _, posts = infer(messages, watch={1, 7})
    assert posts == [FirstPost(1, 10, 1, 2, 60)]


@st.composite
def histories(draw: st.DrawFn) -> list[Message]:
    steps = st.sampled_from([0, 1, 5 * MINUTE_MS, 30 * MINUTE_MS, 60 * MINUTE_MS, DAY_MS])
    messages: list[Message] = []
    at = 0
    for number in range(1, draw(st.integers(1, 25))):
        at += draw(steps)
        reply = draw(st.none() | st.integers(1, 30))
        messages.append(
            message(
                number,
                at,
                draw(st.integers(1, 8)),
                channel=draw(st.integers(1, 2)),
                thread=draw(st.integers(0, 1)),
                reply=reply,
                mentions=tuple(draw(st.lists(st.integers(1, 8), max_size=2))),
                has_question=draw(st.booleans()),
            )
        )
    stored = {(one.channel, one.number) for one in messages}
    return [m._replace(reply_stored=(m.channel, m.reply) in stored) for m in messages]


@given(histories(), st.integers(1, 10), st.randoms(use_true_random=False))
def test_batches_of_any_size_and_any_order_within_tell_the_same(
    messages: list[Message], size: int, dice: object
) -> None:
    whole = infer(messages, watch=range(1, 9))
    assert infer(messages, watch=range(1, 9), size=size) == whole
    assert infer(messages[::-1], watch=range(1, 9)) == whole


@given(histories())
def test_every_message_is_in_one_conversation_at_most(messages: list[Message]) -> None:
    found, _ = infer(messages)
    assert sum(talk.messages for talk in found) <= sum(m.author != 8 for m in messages)
    assert all(1 <= talk.people <= talk.messages for talk in found)
    assert all((talk.answered_at is None) == (talk.people == 1) for talk in found)


def test_no_more_than_a_day_is_remembered() -> None:
    inference = ReplyInference(crowd(), since=0)
    for day in range(30):
        inference.feed([message(day, day * DAY_MS + 1, 1, thread=day)])
    held = inference._recent, inference._rooms
    assert [len(part) for part in held] == [2, 1]


def test_an_empty_batch_is_nothing() -> None:
    world = World()
    told = Told(world)

    async def batches() -> list[int]:
        found = told.messages(1, "UTC", TODAY, FIRST_DAY)
        return [len(batch) async for batch in found]

    assert asyncio.run(batches()) == [0]
    assert talks(world) == []


def test_an_answer_after_a_longer_silence_is_one_all_the_same() -> None:
    world = World()
    world.says("ana", "02-10 12:00", id="1", ask=True)
    world.says("bob", "02-12 13:00", id="2", re="1")
    world.says("cyd", "02-15 13:00", id="3", re="2")
    figures = world.figures()
    assert (figures["response_ratio"].x, figures["response_ratio"].n) == (2, 3)
    assert figures["answer_rate_24h"].x == 0
    assert figures["conversation_depth"].value is None


def test_ones_own_late_line_answers_nobody_but_what_hangs_on_it_does() -> None:
    world = World()
    world.says("ana", "02-10 12:00", id="1")
    world.says("ana", "02-12 13:00", id="2", re="1")
    assert world.figures()["response_ratio"].x == 0
    world.says("bob", "02-12 13:01", id="3", re="2")
    assert world.figures()["response_ratio"].x == 2
