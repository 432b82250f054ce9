from collections import Counter
from datetime import date
from functools import cache
from statistics import mean

import pytest

from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS, LocalDays, date_of, day_number
from bot.events import (
    ChannelDescribed,
    GapNoted,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageSent,
    PollVoted,
    ReactionChanged,
    SourceDescribed,
    ThreadCreated,
    VoiceSpent,
)
from bot.simulate import Label, Simulation, simulate

PARIS = LocalDays("Europe/Paris")
END = PARIS.start(day_number(date(2025, 10, 6)))


@cache
def club(seed: int) -> Simulation:
    return simulate(seed)


def labelled(simulation: Simulation, label: Label) -> set[str]:
    return {account.external_id for account, true in simulation.truth.items() if true is label}


def joins(simulation: Simulation) -> list[MemberJoined]:
    return [event for event in simulation.events if isinstance(event, MemberJoined)]


def human_messages(simulation: Simulation) -> list[MessageSent]:
    bots = labelled(simulation, Label.BOT)
    return [
        event
        for event in simulation.events
        if isinstance(event, MessageSent) and event.author not in bots
    ]


def writers_a_week(seed: int, first: date) -> float:
    """The mean over three weeks of the people who wrote."""
    weeks: list[set[str]] = [set(), set(), set()]
    for message in human_messages(club(seed)):
        week = (PARIS.day(message.at) - day_number(first)) // 7
        if 0 <= week < len(weeks):
            weeks[week].add(message.author)
    return mean(len(week) for week in weeks)


def test_people_come_through_four_sources_and_unknown_ones() -> None:
    found = Counter(join.source for join in joins(club(1)))
    assert found.keys() == {"friends", "newsletter", "event", "promo", None}
    assert found["promo"] == 40
    named = {event.name for event in club(1).events if isinstance(event, SourceDescribed)}
    assert named == {"friends", "newsletter", "event", "promo"}


def test_the_bought_come_within_hours_and_never_do_anything() -> None:
    bought = labelled(club(1), Label.BOUGHT)
    came = [join for join in joins(club(1)) if join.user in bought]
    assert {join.source for join in came} == {"promo"}
    assert max(join.at for join in came) - min(join.at for join in came) < 4 * HOUR_MS
    made = {PARIS.day(join.account_created_at or 0) for join in came}
    assert len(made) <= 6
    writers = {message.author for message in human_messages(club(1))}
    reactors = {event.user for event in club(1).events if isinstance(event, ReactionChanged)}
    voters = {event.user for event in club(1).events if isinstance(event, PollVoted)}
    speakers = {event.user for event in club(1).events if isinstance(event, VoiceSpent)}
    assert not bought & (writers | reactors | voters | speakers)


def test_the_bot_greets_everybody_it_sees_coming_once() -> None:
    bots = labelled(club(1), Label.BOT)
    down = next(
        event for event in club(1).events if isinstance(event, GapNoted) and event.channel is None
    )
    greeted = Counter(
        user
        for event in club(1).events
        if isinstance(event, MessageSent) and event.author in bots
        for user in event.mentions
    )
    assert set(greeted.values()) == {1}
    missed = [join.at for join in joins(club(1)) if join.user not in greeted]
    window = 10 * MINUTE_MS
    assert all(down.start - window <= at < down.end or at >= END - window for at in missed)


def test_the_club_has_rooms_a_voice_room_and_a_thread() -> None:
    rooms = [event for event in club(1).events if isinstance(event, ChannelDescribed)]
    assert Counter(room.kind for room in rooms) == {"text": 8, "voice": 1, "thread": 1}
    thread = next(room for room in rooms if room.kind == "thread")
    assert thread.parent in {room.channel for room in rooms if room.kind == "text"}
    opened = next(event for event in club(1).events if isinstance(event, ThreadCreated))
    assert opened.thread == thread.channel
    inside = [each for each in human_messages(club(1)) if each.channel == thread.channel]
    assert inside
    assert all(message.at > opened.at for message in inside)
    spoken = {event.channel for event in club(1).events if isinstance(event, VoiceSpent)}
    assert spoken == {room.channel for room in rooms if room.kind == "voice"}


def test_two_gaps_are_noted() -> None:
    gaps = [event for event in club(1).events if isinstance(event, GapNoted)]
    assert [gap.channel is None for gap in gaps] == [False, True]
    assert 4 * HOUR_MS < gaps[1].end - gaps[1].start < 8 * HOUR_MS


def test_moderators_and_authors_take_messages_away() -> None:
    taken = [event for event in club(1).events if isinstance(event, MessageDeleted)]
    assert 3 <= sum(event.by_moderator for event in taken) <= 6
    assert 3 <= sum(not event.by_moderator for event in taken) <= 6


def test_some_reactions_are_taken_back() -> None:
    reactions = [event for event in club(1).events if isinstance(event, ReactionChanged)]
    back = sum(event.op == "remove" for event in reactions)
    assert 0.01 < back / len(reactions) < 0.06


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_august_is_quiet_and_september_recovers(seed: int) -> None:
    assert writers_a_week(seed, date(2025, 8, 4)) < 0.75 * writers_a_week(seed, date(2025, 6, 9))
    assert writers_a_week(seed, date(2025, 9, 8)) > 1.4 * writers_a_week(seed, date(2025, 8, 4))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_people_are_awake_by_day_and_run_on_sundays(seed: int) -> None:
    found = human_messages(club(seed))
    night = sum(1 <= PARIS.hour(message.at) < 6 for message in found)
    evening = sum(18 <= PARIS.hour(message.at) < 22 for message in found)
    assert night < 0.03 * len(found)
    assert evening > 0.20 * len(found)
    days = {(PARIS.day(each.at), each.author) for each in found}
    weekdays = Counter(date_of(day).weekday() for day, _ in days)
    assert weekdays[6] > weekdays[4]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_member_answers_more_questions_than_any_other(seed: int) -> None:
    starts = [each for each in human_messages(club(seed)) if each.reply_to is None]
    asked = {each.id for each in starts if each.has_question}
    answers = Counter(
        each.author
        for each in human_messages(club(seed))
        if each.reply_to in asked and each.author != each.reply_to_author
    )
    (_, most), (_, next_most) = answers.most_common(2)
    assert most > 1.4 * next_most
    assert most / sum(answers.values()) < 0.5


def test_newcomers_whose_first_post_was_answered_come_back_more_often() -> None:
    came_back: dict[bool, list[bool]] = {True: [], False: []}
    for seed in range(1, 7):
        found = human_messages(club(seed))
        answered = {each.reply_to for each in found if each.reply_to_author != each.author}
        own: dict[str, list[MessageSent]] = {join.user: [] for join in joins(club(seed))}
        for message in found:
            own.get(message.author, []).append(message)
        for mine in own.values():
            if mine and mine[0].at < found[-1].at - 28 * DAY_MS:
                later = any(each.at > mine[0].at + DAY_MS for each in mine)
                came_back[mine[0].id in answered].append(later)
    shares = {key: sum(values) / len(values) for key, values in came_back.items()}
    assert shares[True] > shares[False] + 0.08


def test_some_leave_and_most_of_the_bought_stay() -> None:
    left = {event.user for event in club(1).events if isinstance(event, MemberLeft)}
    assert 30 <= len(left) <= 90
    assert len(left & labelled(club(1), Label.BOUGHT)) < 15
