"""How much a group hears because somebody asks."""

from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.telegram.asking.shares import MOST_EACH, MOST_HERE, SPAN_MS, Shares
from bot.adapters.telegram.line.pace import GROUP
from bot.clock import HOUR_MS, ManualClock
from bot.model import AccountId

START = 10 * HOUR_MS
ANA, BEN = AccountId("telegram", "user1"), AccountId("telegram", "user2")


def said(shares: Shares, chat: int, who: AccountId) -> bool:
    """Somebody is answered if there is room; whether they were."""
    if not shares.has_room(chat, who):
        return False
    shares.count(chat, who)
    return True


def test_one_person_is_answered_a_few_times_and_others_are_still() -> None:
    shares = Shares(ManualClock(START))
    assert [said(shares, -1, ANA) for _ in range(20)].count(True) == MOST_EACH
    assert said(shares, -1, BEN)


def test_each_group_has_a_share_of_its_own() -> None:
    shares = Shares(ManualClock(START))
    while said(shares, -1, ANA):
        pass
    assert said(shares, -2, ANA)


def test_a_minute_later_there_is_room_again() -> None:
    clock = ManualClock(START)
    shares = Shares(clock)
    while said(shares, -1, ANA):
        pass
    clock.at += SPAN_MS - 1
    assert not shares.has_room(-1, ANA)
    clock.at += 1
    assert shares.has_room(-1, ANA)


def test_a_clock_that_was_set_back_silences_nobody() -> None:
    clock = ManualClock(START)
    shares = Shares(clock)
    while said(shares, -1, ANA):
        pass
    clock.at -= HOUR_MS
    assert shares.has_room(-1, ANA)


@given(st.lists(st.tuples(st.integers(0, 30_000), st.integers(1, 40)), max_size=80))
def test_no_span_holds_more_than_it_may_and_room_is_left_for_what_comes_unasked(
    asked: list[tuple[int, int]],
) -> None:
    clock = ManualClock(START)
    shares = Shares(clock)
    answers: list[tuple[int, int]] = []
    for rest, who in asked:
        clock.at += rest
        if said(shares, -1, AccountId("telegram", f"user{who}")):
            answers.append((clock.at, who))
    for at, who in answers:
        span = [one for when, one in answers if at <= when < at + SPAN_MS]
        assert len(span) <= MOST_HERE < GROUP.most
        assert span.count(who) <= MOST_EACH
