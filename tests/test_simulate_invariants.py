import hashlib
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.events import (
    Event,
    GapNoted,
    MemberDescribed,
    MemberJoined,
    MemberLeft,
    MembersCounted,
    MessageDeleted,
    MessageSent,
    PollClosed,
    PollVoted,
    ReactionChanged,
    VoiceSpent,
)
from bot.model import snowflake_ms
from bot.simulate import Label, Simulation, simulate
from bot.simulate.simulation import instant

SEED_1 = "a097e8885c5fc9b36ddc7b866931e5773ec24ed192afd76c85340de20051db8f"
SPAN = (1_743_976_800_000, 1_759_701_600_000)
"""7 April 2025 00:00 to 6 October 2025 00:00 in Paris."""


@cache
def club(seed: int) -> Simulation:
    return simulate(seed)


def digest(simulation: Simulation) -> str:
    named = [(type(event).__name__, event) for event in simulation.events]
    return hashlib.sha256(msgspec.json.encode(named)).hexdigest()


def acts(simulation: Simulation) -> list[tuple[str, int]]:
    """Who did something, and when."""
    found = []
    for event in simulation.events:
        match event:
            case MessageSent():
                found.append((event.author, event.at))
            case ReactionChanged() | PollVoted():
                found.append((event.user, event.at))
            case VoiceSpent():
                found += [(event.user, event.start), (event.user, event.end)]
    return found


def messages(simulation: Simulation) -> dict[str, MessageSent]:
    return {event.id: event for event in simulation.events if isinstance(event, MessageSent)}


def users(event: Event) -> set[str]:
    if isinstance(event, MessageSent):
        return {event.author, *event.mentions}
    user = getattr(event, "user", None)
    return set() if user is None else {user}


def check_that_nobody_acts_outside_their_membership(simulation: Simulation) -> None:
    joined = {each.user: each.at for each in simulation.events if isinstance(each, MemberJoined)}
    left = {each.user: each.at for each in simulation.events if isinstance(each, MemberLeft)}
    for user, at in acts(simulation):
        assert joined.get(user, 0) < at < left.get(user, SPAN[1])
    assert all(joined.get(user, 0) < at for user, at in left.items())


def check_that_replies_and_reactions_follow_their_message(simulation: Simulation) -> None:
    known = messages(simulation)
    for message in known.values():
        if message.reply_to is not None:
            target = known[message.reply_to]
            assert target.at < message.at
            assert (target.channel, target.author) == (message.channel, message.reply_to_author)
    for event in simulation.events:
        if isinstance(event, ReactionChanged):
            target = known[event.message]
            assert target.at < event.at
            assert (target.channel, target.author) == (event.channel, event.message_author)
        if isinstance(event, MessageDeleted):
            assert known[event.id].at < event.at


def check_that_reactions_are_given_before_they_are_taken_back(simulation: Simulation) -> None:
    standing = set()
    for event in simulation.events:
        if isinstance(event, ReactionChanged):
            key = (event.message, event.user, event.emoji)
            if event.op == "remove":
                assert key in standing
            standing.add(key)


def check_that_nothing_is_seen_during_a_gap(simulation: Simulation) -> None:
    gaps = [event for event in simulation.events if isinstance(event, GapNoted)]
    for event in simulation.events:
        if isinstance(event, MessageSent | ReactionChanged | MessageDeleted):
            for gap in gaps:
                inside = gap.start <= event.at < gap.end
                assert not (inside and gap.channel in (None, event.channel))


def check(simulation: Simulation) -> None:
    check_that_nobody_acts_outside_their_membership(simulation)
    check_that_replies_and_reactions_follow_their_message(simulation)
    check_that_reactions_are_given_before_they_are_taken_back(simulation)
    check_that_nothing_is_seen_during_a_gap(simulation)


def test_the_same_seed_gives_the_same_club() -> None:
    assert simulate(1) == club(1)


def test_seed_1_is_pinned() -> None:
    assert digest(club(1)) == SEED_1


def test_another_seed_gives_another_club() -> None:
    assert digest(club(2)) != digest(club(1))
    assert club(2).truth.keys() != club(1).truth.keys()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_world_is_consistent(seed: int) -> None:
    check(club(seed))


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**63), st.integers(60, 140), st.integers(8, 30))
def test_every_world_is_consistent(seed: int, members: int, weeks: int) -> None:
    simulation = simulate(seed, members, weeks)
    check(simulation)
    assert len(simulation.truth) == members + 1


def test_events_are_in_the_order_of_time_and_inside_the_span() -> None:
    instants = [instant(event) for event in club(1).events]
    assert instants == sorted(instants)
    timed = [at for at in instants if at]
    assert SPAN[0] <= timed[0]
    assert timed[-1] < SPAN[1]


def test_ids_are_unique_and_tell_their_time() -> None:
    found = [event for event in club(1).events if isinstance(event, MessageSent)]
    accounts = [account.external_id for account in club(1).truth]
    ids = [message.id for message in found] + accounts
    assert len(ids) == len(set(ids))
    assert all(snowflake_ms(int(message.id)) == message.at for message in found)
    for event in club(1).events:
        if isinstance(event, MemberJoined):
            assert snowflake_ms(int(event.user)) == event.account_created_at
            assert event.account_created_at < event.at


def test_every_account_has_a_true_label() -> None:
    simulation = club(1)
    labelled = {account.external_id for account in simulation.truth}
    named = set().union(*(users(event) for event in simulation.events))
    assert named == labelled
    counts = [list(simulation.truth.values()).count(label) for label in Label]
    assert dict(zip(Label, counts, strict=True)) == {
        Label.ORGANIC: 258,
        Label.BOUGHT: 40,
        Label.BOT: 1,
        Label.STAFF: 2,
    }


def test_bots_and_staff_are_described_as_what_they_are() -> None:
    simulation = club(1)
    described = [event for event in simulation.events if isinstance(event, MemberDescribed)]
    truth = {account.external_id: label for account, label in simulation.truth.items()}
    assert {event.user for event in described if event.is_bot} == {
        user for user, label in truth.items() if label is Label.BOT
    }
    assert {event.user for event in described if event.is_staff} == {
        user for user, label in truth.items() if label is Label.STAFF
    }


def test_the_platforms_counts_are_right() -> None:
    simulation = club(1)
    joins = [event.at for event in simulation.events if isinstance(event, MemberJoined)]
    leaves = [event.at for event in simulation.events if isinstance(event, MemberLeft)]
    founders = 300 - len(joins)
    counts = [event for event in simulation.events if isinstance(event, MembersCounted)]
    assert len(counts) == 26
    for counted in counts:
        came = sum(at <= counted.at for at in joins)
        went = sum(at <= counted.at for at in leaves)
        assert counted.count == founders + came - went


def test_votes_come_before_their_poll_closes() -> None:
    simulation = club(1)
    closed = {event.poll: event.at for event in simulation.events if isinstance(event, PollClosed)}
    votes = [event for event in simulation.events if isinstance(event, PollVoted)]
    assert len(closed) == 2
    assert all(messages(simulation)[vote.poll].at < vote.at < closed[vote.poll] for vote in votes)


@pytest.mark.parametrize(("members", "weeks"), [(59, 26), (300, 7), (300, 261)])
def test_a_club_too_small_or_too_long_is_refused(members: int, weeks: int) -> None:
    with pytest.raises(UsageError, match=f"not {members} and {weeks}"):
        simulate(1, members, weeks)
