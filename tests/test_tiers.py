"""On which days people took part, and how closely."""

from hypothesis import given
from hypothesis import strategies as st

from bot.facts import Facts
from bot.tiers import DayLog
from tests.builders import World


def days(log: DayLog, facts: Facts, name: str) -> list[int]:
    """How many days ago, counted from T, somebody is in a log."""
    number = next(n for n, person in facts.people.items() if person.key == f"discord:{name}")
    return [ago for ago in range(1, 29) if log.count(number, ago, ago - 1)]


@given(st.sets(st.integers(0, 120)), st.integers(0, 130), st.integers(0, 130))
def test_a_log_counts_like_a_set_of_days(marked: set[int], since: int, until: int) -> None:
    log = DayLog(first_day=0, today=121)
    for day in marked:
        log.mark(7, day)
    window = {day for day in marked if 121 - since <= day < 121 - until}
    assert log.count(7, since, until) == len(window)
    assert log.people(since, until) == ({7} if window else set())
    assert log.was_on(7, 121 - since, 120 - until) == bool(window)
    assert dict(log.first()) == ({7: min(marked)} if marked else {})


def test_a_message_makes_present_and_communicating_but_not_engaged() -> None:
    world = World()
    world.says("ana", "03-01 10:00")
    facts = world.facts()
    assert [days(log, facts, "ana") for log in (facts.a1, facts.a2, facts.a3)] == [[2], [2], []]


def test_votes_threads_and_reactions_make_present_only() -> None:
    world = World()
    world.says("bob", "02-01 10:00", id="1")
    world.votes.append((world.at("03-02 10:00"), "ana"))
    world.threads.append((world.at("03-01 10:00"), "ana"))
    world.reacts("ana", "02-28 10:00", "1")
    facts = world.facts()
    assert days(facts.a1, facts, "ana") == [1, 2, 3]
    assert days(facts.a2, facts, "ana") == []


def test_a1_voice_is_cut_at_midnight() -> None:
    world = World()
    world.talks("02-27 23:57", "02-28 00:04", "ana", "bob")
    facts = world.facts()
    assert [log.people(28) for log in (facts.a1, facts.a2, facts.a3)] == [set(), set(), set()]


def test_five_minutes_alone_in_voice_make_present_only() -> None:
    world = World()
    world.talks("02-28 10:00", "02-28 10:05", "ana")
    world.talks("02-28 10:00", "02-28 10:04:59", "bob", channel="w")
    facts = world.facts()
    assert days(facts.a1, facts, "ana") == [3]
    assert days(facts.a1, facts, "bob") == []
    assert not facts.a2.people(28)


def test_five_minutes_with_some_one_other_human_engage() -> None:
    world = World()
    world.talks("02-28 10:00", "02-28 10:03", "ana", "bob")
    world.talks("02-28 12:00", "02-28 12:02", "ana", "bob", channel="w")
    world.talks("02-28 15:00", "02-28 15:04", "ana", "cyd")
    facts = world.facts()
    assert days(facts.a2, facts, "ana") == days(facts.a3, facts, "ana") == [3]
    assert days(facts.a2, facts, "bob") == [3]
    assert days(facts.a2, facts, "cyd") == []


def test_voice_with_a_bot_or_with_oneself_is_no_company() -> None:
    world = World(bots={"music"}, links={"ana2": "ana"})
    world.talks("02-28 10:00", "02-28 11:00", "ana", "ana2", "music")
    assert not world.facts().a2.people(28)


def test_a4_both_sides_are_engaged_on_the_day_of_the_reply() -> None:
    world = World()
    first = world.says("ana", "02-10 10:00")
    world.says("bob", "02-11 10:00", re=first)
    facts = world.facts()
    assert days(facts.a3, facts, "ana") == days(facts.a3, facts, "bob") == [20]


def test_a4_inferred_replies_engage_nobody() -> None:
    world = World()
    world.says("ana", "02-10 10:00")
    world.says("ana", "02-10 10:01")
    assert not world.facts().a3.people(28)


def test_a6_a_reaction_counts_from_the_add_that_stands() -> None:
    world = World()
    first = world.says("ana", "02-10 10:00")
    world.reacts("bob", "03-01 10:00", first, until="03-02 10:00")
    world.reacts("bob", "03-03 10:00", first)
    assert not world.facts("2025-03-02").a3.people(28)
    assert len(world.facts("2025-03-03").a3.people(1)) == 2


def test_t3_a_removal_after_t_changes_no_old_window() -> None:
    world = World()
    first = world.says("ana", "02-10 10:00")
    world.reacts("bob", "03-01 10:00", first, until="03-05 10:00")
    assert world.facts("2025-03-02").a3.people(28)
    assert not world.facts("2025-03-09").a3.people(28)


def test_a7_who_answered_a_moderated_message_keeps_the_day() -> None:
    world = World()
    spam = world.says("spammer", "03-01 10:00", "ana")
    world.says("bob", "03-01 10:05", re=spam)
    world.reacts("cyd", "03-01 10:06", spam)
    world.moderated(spam, "03-01 10:10")
    facts = world.facts()
    assert days(facts.a2, facts, "spammer") == []
    assert days(facts.a3, facts, "bob") == [2]
    assert days(facts.a3, facts, "ana") == days(facts.a1, facts, "cyd") == []
    assert world.figures()["headcount"].value == 3


def test_m8_what_a_bot_does_or_receives_counts_nowhere() -> None:
    world = World(bots={"robot"})
    greeting = world.says("robot", "03-01 10:00", "ana")
    world.says("bob", "03-01 10:01", "robot", re=greeting)
    world.reacts("cyd", "03-01 10:02", greeting)
    facts = world.facts()
    assert not facts.a3.people(28)
    assert days(facts.a1, facts, "cyd") == []
    assert not facts.contacts
    assert world.figures()["headcount"].value == 2


def test_m9_an_id_never_seen_acting_is_somebody() -> None:
    world = World()
    world.says("ana", "03-01 10:00", re="999", re_author="zed")
    facts = world.facts()
    assert days(facts.a3, facts, "ana") == [2]
    assert len(facts.contacts) == 1


def test_a_reaction_to_ones_own_or_an_unknown_message_is_presence_without_company() -> None:
    world = World()
    own = world.says("ana", "02-10 10:00")
    world.reacts("ana", "02-11 10:00", own)
    world.reacts("ana", "02-12 10:00", "999")
    facts = world.facts()
    assert days(facts.a1, facts, "ana") == [19, 20, 21]
    assert not facts.a3.people(28)
    assert not facts.contacts


def test_a_persons_two_accounts_have_no_contact() -> None:
    world = World(links={"ana2": "ana"})
    first = world.says("ana", "03-01 10:00")
    world.says("ana2", "03-01 10:01", "ana", re=first)
    facts = world.facts()
    assert not facts.a3.people(28)
    assert not facts.contacts
    assert len(facts.a2.people(28)) == 1


def test_the_first_words_of_a_person_are_those_of_any_account() -> None:
    world = World(links={"ana2": "ana"})
    world.says("ana2", "2024-01-01 10:00")
    world.says("ana", "03-01 10:00")
    assert world.figures()["growth"].parts == {
        "new": 0,
        "retained": 0,
        "resurrected": 1,
        "churned": 0,
    }


def test_company_in_voice_long_ago_is_no_first_time_now() -> None:
    world = World()
    world.talks("2024-01-01 10:00", "2024-01-01 10:05", "ana", "bob")
    world.talks("2024-01-01 12:00", "2024-01-01 12:04", "ana", "cyd")
    world.talks("03-01 10:00", "03-01 10:05", "ana", "cyd")
    assert world.figures()["growth"].parts == {
        "new": 1,
        "retained": 0,
        "resurrected": 1,
        "churned": 0,
    }
