"""The figures of METRICS.md §3 and §9.2, counted in the simplest way, against their real ranges."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import mean, median, pstdev

import pytest

from bot.clock import DAY_MS, LocalDays
from bot.events import MemberJoined, MessageSent, ReactionChanged, VoiceSpent
from bot.simulate import Label, simulate

PARIS = LocalDays("Europe/Paris")
WINDOWS = 6
"""Windows of 28 days before the end, averaged: one window of a club this small is noise."""


@dataclass(frozen=True)
class Seen:
    """What a club did, by local days; `end` is the day after the last."""

    end: int
    messages: list[MessageSent]
    spoke: dict[int, set[str]]
    present: dict[int, set[str]]
    pairs: dict[int, set[tuple[str, str]]]
    joined: dict[str, int]


@cache
def seen(seed: int) -> Seen:
    simulation = simulate(seed)
    truth = {account.external_id: label for account, label in simulation.truth.items()}
    messages: list[MessageSent] = []
    spoke: dict[int, set[str]] = defaultdict(set)
    present: dict[int, set[str]] = defaultdict(set)
    pairs: dict[int, set[tuple[str, str]]] = defaultdict(set)
    joined: dict[str, int] = {}
    for event in simulation.events:
        match event:
            case MessageSent() if truth[event.author] is not Label.BOT:
                day = PARIS.day(event.at)
                messages.append(event)
                spoke[day].add(event.author)
                others = {*event.mentions, event.reply_to_author} - {event.author, None}
                pairs[day] |= {(event.author, other) for other in others if other is not None}
            case ReactionChanged(op="add") if event.user != event.message_author:
                present[PARIS.day(event.at)].add(event.user)
                pairs[PARIS.day(event.at)].add((event.user, event.message_author or ""))
            case VoiceSpent():
                spoke[PARIS.day(event.start)].add(event.user)
            case MemberJoined() if truth[event.user] is Label.ORGANIC:
                joined[event.user] = PARIS.day(event.at)
    for day, people in spoke.items():
        present[day] |= people
    return Seen(max(spoke) + 1, messages, spoke, present, pairs, joined)


def active(days: dict[int, set[str]], first: int, end: int) -> set[str]:
    return set().union(*(days.get(day, set()) for day in range(first, end)))


def ends(club: Seen) -> list[int]:
    return [club.end - 28 * back for back in range(WINDOWS)]


def share_of_the_month(club: Seen, days: int) -> float:
    shares = []
    for end in ends(club):
        month = len(active(club.spoke, end - 28, end))
        starts = range(end - 28, end, days)
        shares.append(mean(len(active(club.spoke, day, day + days)) for day in starts) / month)
    return mean(shares)


def gini(club: Seen) -> float:
    values = []
    for end in ends(club):
        counts = Counter(
            each.author for each in club.messages if end - 28 <= PARIS.day(each.at) < end
        )
        ordered = sorted(counts.values())
        n = len(ordered)
        ranked = sum(rank * count for rank, count in enumerate(ordered, 1))
        values.append(2 * ranked / (n * sum(ordered)) - (n + 1) / n)
    return mean(values)


def reciprocity(club: Seen) -> float:
    values = []
    for end in ends(club):
        pairs = set().union(*(club.pairs.get(day, set()) for day in range(end - 28, end)))
        values.append(mean((b, a) in pairs for a, b in pairs))
    return mean(values)


def retention(club: Seen, first: int, last: int) -> float:
    """The organic joiners of all weeks who were present on days `first`..`last`."""
    cohort = {user: day for user, day in club.joined.items() if day + last < club.end}
    return mean(
        user in active(club.present, day + first, day + last + 1) for user, day in cohort.items()
    )


def one_day_posters(club: Seen) -> float:
    days: dict[str, set[int]] = defaultdict(set)
    for message in club.messages:
        days[message.author].add(PARIS.day(message.at))
    return mean(len(found) == 1 for found in days.values())


def answer_rate(club: Seen) -> float:
    """Questions that answer nobody, and are answered by reply or by mention within a day."""
    replies: dict[str, list[MessageSent]] = defaultdict(list)
    mentions: dict[tuple[str, str], list[MessageSent]] = defaultdict(list)
    for message in club.messages:
        if message.reply_to is not None:
            replies[message.reply_to].append(message)
        for user in message.mentions:
            mentions[message.channel, user].append(message)
    asked = [
        each
        for each in club.messages
        if each.has_question and each.reply_to is None and not each.mentions
    ]
    return mean(
        any(
            other.author != each.author and each.at < other.at <= each.at + DAY_MS
            for other in replies[each.id] + mentions[each.channel, each.author]
        )
        for each in asked
    )


def burstiness(club: Seen) -> float:
    """The median over people with 20 gaps or more of (deviation - mean) / (deviation + mean)."""
    instants: dict[str, list[int]] = defaultdict(list)
    for message in club.messages:
        instants[message.author].append(message.at)
    values = []
    for found in instants.values():
        ordered = sorted(found)
        gaps = [later - at for at, later in pairwise(ordered)]
        if len(gaps) >= 20:
            values.append((pstdev(gaps) - mean(gaps)) / (pstdev(gaps) + mean(gaps)))
    return median(values)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_club_lies_within_the_ranges_of_real_communities(seed: int) -> None:
    club = seen(seed)
    figures = {
        "WAU/MAU": (0.34, share_of_the_month(club, 7), 0.52),
        "DAU/MAU": (0.06, share_of_the_month(club, 1), 0.20),
        "Gini": (0.56, gini(club), 0.71),
        "reciprocity": (0.53, reciprocity(club), 0.75),
        "W1": (0.10, retention(club, 7, 13), 0.30),
        "W4": (0.09, retention(club, 28, 34), 0.22),
        "one-day posters": (0.33, one_day_posters(club), 0.54),
        "answer rate": (0.48, answer_rate(club), 0.72),
        "burstiness": (0.40, burstiness(club), 0.65),
    }
    outside = {
        name: value for name, (low, value, high) in figures.items() if not low <= value <= high
    }
    assert not outside


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_month_of_the_club_is_large_enough_to_speak_of(seed: int) -> None:
    club = seen(seed)
    assert 50 <= len(active(club.spoke, club.end - 28, club.end)) <= 100
