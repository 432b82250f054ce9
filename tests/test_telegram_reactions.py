import os
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.adapters.telegram.reading.reactions import in_turn
from bot.events import Event, MemberDescribed, PollClosed, PollVoted, ReactionChanged
from bot.reduction import CUSTOM_EMOJI
from db.connection import Connection
from db.numbers import Numbers
from db.reading import Reader
from tests.stores import in_store, recorded
from tests.telegram_updates import (
    AS_CHANNEL,
    CHANNEL,
    CHANNEL_ACCOUNT,
    CHAT,
    GROUP,
    NOON,
    NOW,
    POLL,
    Json,
    emoji,
    events,
    person,
    reacted,
    told,
    voted,
)

CASES = 1_000 if os.environ.get("CI") else 100
TODAY = NOON // 86_400 + 2


def changes(before: list[str], after: list[str], **more: Any) -> list[tuple[str, str]]:
    heard = events("message_reaction", reacted(emoji(*before), emoji(*after), **more))
    assert all(isinstance(one, ReactionChanged) for one in heard)
    return [(one.op, one.emoji) for one in heard]


def test_a_reaction_becomes_an_event() -> None:
    assert events("message_reaction", reacted([], emoji("👍"), id=7, at=NOON + 5)) == [
        ReactionChanged(
            platform="telegram",
            channel=str(CHAT),
            message="7",
            user="user2",
            emoji="👍",
            at=(NOON + 5) * 1000,
        )
    ]


@pytest.mark.parametrize(
    ("before", "after", "heard"),
    [
        ([], ["👍"], [("add", "👍")]),
        (["👍"], [], [("remove", "👍")]),
        (["👍"], ["❤"], [("remove", "👍"), ("add", "❤")]),
        (["👍", "❤"], ["❤", "🔥"], [("remove", "👍"), ("add", "🔥")]),
        (["👍"], ["👍"], []),
        ([], [], []),
        ([], ["5368324170671202286"], [("add", CUSTOM_EMOJI)]),
        (["111"], ["222"], []),
        (["111"], ["111", "222"], []),
        (["111", "222"], ["222"], []),
        ([], ["111", "222"], [("add", CUSTOM_EMOJI)]),
        ([], ["paid"], [("add", "paid")]),
        (["paid"], [], [("remove", "paid")]),
    ],
)
def test_the_difference_is_what_happened(
    before: list[str], after: list[str], heard: list[tuple[str, str]]
) -> None:
    assert changes(before, after) == heard


@given(*[st.lists(st.sampled_from(["👍", "❤", "111", "222", "paid"]), unique=True)] * 2)
def test_what_is_told_leads_from_before_to_now(before: list[str], after: list[str]) -> None:
    def reduced(given: list[str]) -> set[str]:
        return {CUSTOM_EMOJI if one.isdigit() else one for one in given}

    now = reduced(before)
    for op, one in changes(before, after):
        (now.add if op == "add" else now.remove)(one)
    assert now == reduced(after)


def test_words_under_a_message_are_not_kept() -> None:
    odd = [{"type": "emoji", "emoji": "my secret words"}, {"type": "of_2030", "name": "secret"}]
    heard = events("message_reaction", reacted([], odd), is_real=False)
    assert [one.emoji for one in heard] == [CUSTOM_EMOJI]


def test_a_chat_that_reacts_is_no_person() -> None:
    described, put = events("message_reaction", reacted([], emoji("👍"), actor_chat=CHANNEL))
    assert described == MemberDescribed(platform="telegram", user=CHANNEL_ACCOUNT, is_bot=True)
    assert put.user == CHANNEL_ACCOUNT


def test_counts_of_reactions_tell_of_nobody() -> None:
    count = {"type": emoji("👍")[0], "total_count": 3}
    counted = {"chat": GROUP, "message_id": 5, "date": NOON, "reactions": [count]}
    heard = told("message_reaction_count", counted)
    assert (heard.place, heard.events) == (None, ())


# Any order, any repetition


class Club:
    """What happened under the messages of a group, update by update."""

    def __init__(self, dice: Random, pause: float = 1) -> None:
        self.dice = dice
        self.now: dict[tuple[int, int], list[str]] = {}
        self.updates: list[Json] = []
        for turn in range(dice.randint(1, 12)):
            self.react(int(turn * pause))

    def react(self, second: int) -> None:
        who, where = self.dice.randint(1, 2), self.dice.randint(5, 6)
        before = self.now.get((who, where), [])
        choice = ["👍", "❤", "111", "222", "paid"]
        after = self.dice.sample(choice, self.dice.randint(0, 3))
        self.now[who, where] = after
        self.updates.append(
            reacted(emoji(*before), emoji(*after), where, NOON + second, user=person(who))
        )

    def stands(self) -> set[tuple[str, str, str]]:
        return {
            (f"user{who}", str(where), CUSTOM_EMOJI if one.isdigit() else one)
            for (who, where), given in self.now.items()
            for one in given
        }

    def heard(self) -> list[list[Event]]:
        """The events in any order, any number of times, in any batches."""
        again = self.dice.choices(self.updates, k=self.dice.randint(0, 6))
        updates = self.dice.sample(self.updates + again, len(self.updates + again))
        cut = self.dice.randint(0, len(updates))
        batches = (updates[:cut], updates[cut:])
        return [[e for one in batch for e in events("message_reaction", one)] for batch in batches]


async def standing(connection: Connection, batches: list[list[Event]]) -> set[Any]:
    community = await recorded(connection, batches, settled=False)
    numbers = await Numbers.load(connection, community.id)
    channel = numbers.channels.get(("telegram", str(CHAT)), 0)
    names = {number: name for (_, name), number in numbers.accounts.items()}
    posts = [(channel, 5), (channel, 6)]
    found = await Reader(connection).reactions_on(community.id, community.timezone, TODAY, posts)
    return {(names[one.account], str(one.message), one.emoji) for one in found}


def test_reactions_in_any_order_and_repetition_leave_the_last_ones(tmp_path: Path) -> None:
    async def work(connection: Connection) -> list[int]:
        wrong = []
        for seed in range(CASES):
            club = Club(Random(seed))  # noqa: S311  a test must be repeatable
            if await standing(connection, club.heard()) != club.stands():
                wrong.append(seed)
        return wrong

    assert in_store(f"sqlite:///{tmp_path / 'foyer.db'}", work) == []


def test_reactions_in_one_second_leave_the_last_ones_where_they_are_heard_at_once(
    tmp_path: Path,
) -> None:
    async def work(connection: Connection) -> list[int]:
        wrong = []
        for seed in range(CASES):
            dice = Random(seed)  # noqa: S311  a test must be repeatable
            club = Club(dice, pause=0.3)
            told = [one for one in club.updates for _ in range(dice.randint(1, 2))]
            batch = in_turn([event for one in told for event in events("message_reaction", one)])
            if await standing(connection, [batch]) != club.stands():
                wrong.append(seed)
        return wrong

    assert in_store(f"sqlite:///{tmp_path / 'foyer.db'}", work) == []


def test_a_reaction_put_back_within_the_second_was_taken_back_just_before() -> None:
    (back,) = events("message_reaction", reacted(emoji("👍"), []))
    (put,) = events("message_reaction", reacted([], emoji("👍")))
    before, after = in_turn([back, back, put])
    assert before == replace(back, at=NOON * 1000 - 1)
    assert after == put


def test_what_is_not_put_back_within_the_second_keeps_its_date() -> None:
    changes = [
        *events("message_reaction", reacted([], emoji("👍"))),
        *events("message_reaction", reacted(emoji("👍"), emoji("❤"))),
        *events("message_reaction", reacted([], emoji("👍"), 6)),
        *events("message_reaction", reacted([], emoji("👍"), at=NOON + 1)),
        *events("message_reaction", reacted([], emoji("👍"), user=person(1))),
        *events("poll_answer", voted(0)),
    ]
    assert in_turn(changes) == changes


# Polls


def test_a_vote_has_the_time_at_which_it_is_heard_of_and_no_place() -> None:
    heard = told("poll_answer", voted(0, 2))
    vote = PollVoted(platform="telegram", user="user2", poll="5300", at=NOW)
    assert (heard.events, heard.vote_in, heard.place) == ((vote,), "5300", None)


@pytest.mark.parametrize(
    "vote", [voted(), voted(voter_chat=CHANNEL), voted(0, user=AS_CHANNEL)], ids=repr
)
def test_a_vote_that_is_taken_back_or_nobodys_tells_nothing(vote: Json) -> None:
    heard = told("poll_answer", vote)
    assert (heard.events, heard.vote_in) == ((), None)


def test_a_poll_that_ends_is_told_and_one_that_goes_on_is_not() -> None:
    ended = told("poll", POLL | {"is_closed": True})
    closing = PollClosed(platform="telegram", poll="5300", at=NOW)
    assert (ended.events, ended.vote_in) == ((closing,), "5300")
    going_on = told("poll", POLL)
    assert (going_on.events, going_on.vote_in) == ((), None)
