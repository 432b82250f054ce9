"""What metrics read: the facts about the people of a community at one local midnight T."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from bot.clock import LocalDays
from bot.conversations import Conversation, FirstPost
from bot.ledger import Ledger, Reaction
from bot.people import People, Person
from bot.spans import Span, inside, without_overlap
from bot.tiers import DayLog, Tiers

RHYTHM_DAYS = 28
"""METRICS.md R1 wants four weeks, whatever window the other figures have."""
NEWCOMER_DAYS = 28
"""METRICS-READINGS N2 fixes a newcomer's age, whatever window the other figures have."""
FIRST_POST_DAYS = 64
"""Newcomers' posts of 56 days and one week more, to compare the last week with eight others."""


class Newcomer(NamedTuple):
    """A newcomer's first post and the first answer to it: a reply or another human's reaction."""

    person: int
    at: int
    answered_at: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that figures are computed from, as it stood at T, the midnight before `today`.

    `days` is the length of the window that METRICS.md calls 28 days. `messages` counts by day and
    person, as far back as the ledger. Of the last `days` days are `contacts`, directed pairs of
    two humans with the number of replies, mentions and reactions, and `channels`, who was active
    where. `hours` holds the masks of local hours by (person, day) of the last 28 days.
    `conversations` are in the order in which they began; `gaps` are those of all channels, each
    instant once. `began_on` is the day of the first activity ever. `blind` are the spans in which
    something (`bot.sight.Sight`) was hidden in any place.
    """

    today: int
    days: int
    local: LocalDays
    people: Mapping[int, Person]
    joined_on: Mapping[int, int]
    a1: DayLog
    a2: DayLog
    a3: DayLog
    first_spoke_on: Mapping[int, int]
    messages: Mapping[int, Mapping[int, int]]
    contacts: Mapping[tuple[int, int], int]
    channels: Mapping[int, frozenset[int]]
    hours: Mapping[tuple[int, int], int]
    conversations: Sequence[Conversation]
    newcomers: Sequence[Newcomer]
    gaps: Sequence[Span]
    began_on: int | None
    reported: int | None
    blind: Mapping[str, Sequence[Span]] = field(default_factory=dict)

    def joined(self, since: int, until: int = 0) -> list[int]:
        """Whose first known join was in `[T-since, T-until)` (METRICS-READINGS M3, M4)."""
        first, end = self.today - since, self.today - until
        return [person for person, day in self.joined_on.items() if first <= day < end]

    def instants(self, since: int, until: int = 0) -> tuple[int, int]:
        """The first instants of day T-since and of day T-until."""
        return self.local.start(self.today - since), self.local.start(self.today - until)

    def started(self, since: int, until: int = 0) -> Sequence[Conversation]:
        """The conversations that began in `[T-since, T-until)`."""
        begins = attrgetter("at")
        first, end = (
            bisect_left(self.conversations, at, key=begins) for at in self.instants(since, until)
        )
        return self.conversations[first:end]

    def written(self, since: int, until: int = 0) -> Mapping[int, int]:
        """How many messages each person wrote in `[T-since, T-until)`."""
        total: Counter[int] = Counter()
        for day in range(self.today - since, self.today - until):
            total.update(self.messages.get(day, {}))
        return total

    def seen(self, since: int, until: int = 0) -> float:
        """The share of the seconds of `[T-since, T-until)` outside gaps (METRICS-READINGS O4)."""
        start, end = self.instants(since, until)
        return 1 - inside(self.gaps, start, end) / (end - start)

    def hidden(self, sight: str, since: int, until: int = 0) -> float:
        """The share of the known part of `[T-since, T-until)` in which something was hidden.

        Known is what comes after the first activity or the first hidden span, whichever is older.
        """
        spans = self.blind.get(sight, ())
        if not spans:
            return 0.0
        first, end = self.instants(since, until)
        begins = [spans[0][0]]
        if self.began_on is not None:
            begins.append(self.local.start(self.began_on))
        start = max(first, min(begins))
        return inside(spans, start, end) / (end - start) if start < end else 0.0


def newcomers_to_watch(ledger: Ledger, people: People) -> frozenset[int]:
    """Whose first post is a newcomer's: written on days 0 to 27 after a known join (N2)."""
    local = LocalDays(ledger.timezone)
    wrote: dict[int, int] = {}
    for account, day in ledger.spoke_on.items():
        person = people.person_of.get(account)
        if person is not None:
            wrote[person] = min(day, wrote.get(person, day))
    first, end = ledger.today - FIRST_POST_DAYS, ledger.today - 1
    joined = _joined_on(people, local)
    return frozenset(
        person
        for person, day in wrote.items()
        if first <= day < end and person in joined and 0 <= day - joined[person] < NEWCOMER_DAYS
    )


def build_facts(
    ledger: Ledger,
    people: People,
    tiers: Tiers,
    days: int,
    conversations: Sequence[Conversation],
    newcomers: Sequence[Newcomer],
) -> Facts:
    """The facts of a ledger, with the conversations and newcomers' posts found in its messages."""
    local = LocalDays(ledger.timezone)
    acted = [
        a.acted_at
        for a in ledger.accounts
        if a.acted_at is not None and not people.is_bot(a.number)
    ]
    return Facts(
        today=ledger.today,
        days=days,
        local=local,
        people=people.humans,
        joined_on=_joined_on(people, local),
        a1=tiers.a1,
        a2=tiers.a2,
        a3=tiers.a3,
        first_spoke_on=tiers.first_spoke_on,
        messages=_messages(ledger, people),
        contacts=_contacts(ledger, people, days),
        channels=_channels(ledger, people, tiers, days),
        hours=_hours(ledger, people, tiers),
        conversations=conversations,
        newcomers=newcomers,
        gaps=without_overlap((gap.start, gap.end) for gap in ledger.gaps if gap.channel == 0),
        began_on=local.day(min(acted)) if acted else None,
        reported=ledger.reported,
        blind=_blind(ledger),
    )


def answered(
    posts: Iterable[FirstPost], reactions: Iterable[Reaction], people: People
) -> list[Newcomer]:
    """First posts with their first answer, be it a reply or a reaction (METRICS-READINGS N3)."""
    by_post: dict[tuple[int, int], list[Reaction]] = defaultdict(list)
    for reaction in reactions:
        by_post[reaction.channel, reaction.message].append(reaction)
    return [Newcomer(post.person, post.at, _first_answer(post, by_post, people)) for post in posts]


def _first_answer(
    post: FirstPost, by_post: Mapping[tuple[int, int], Sequence[Reaction]], people: People
) -> int | None:
    reacted = [
        reaction.at
        for reaction in by_post.get((post.channel, post.number), ())
        if people.person_of.get(reaction.account, post.person) != post.person
    ]
    replied = [post.replied_at] if post.replied_at is not None else []
    return min(reacted + replied, default=None)


def _joined_on(people: People, local: LocalDays) -> dict[int, int]:
    return {
        number: local.day(person.joined_at)
        for number, person in people.humans.items()
        if person.joined_at is not None
    }


def _messages(ledger: Ledger, people: People) -> dict[int, Counter[int]]:
    messages: dict[int, Counter[int]] = defaultdict(Counter)
    for row in ledger.activity:
        person = people.person_of.get(row.account)
        if row.messages and person is not None:
            messages[row.day][person] += row.messages
    return messages


def _contacts(ledger: Ledger, people: People, days: int) -> Counter[tuple[int, int]]:
    """Replies, mentions and reactions between two humans; no voice (METRICS-READINGS A5, I3)."""
    contacts: Counter[tuple[int, int]] = Counter()
    for row in ledger.contacts:
        number = row.replies + row.mentions + row.reactions
        one, other = people.person_of.get(row.sender), people.person_of.get(row.receiver)
        if row.day < ledger.today - days or not number or one == other:
            continue
        if one is not None and other is not None:
            contacts[one, other] += number
    return contacts


def _channels(ledger: Ledger, people: People, tiers: Tiers, days: int) -> dict[int, frozenset[int]]:
    """Writers, and in voice those with an A2 voice day, by channel (METRICS-READINGS L5)."""
    channels: dict[int, set[int]] = defaultdict(set)
    for row in ledger.activity:
        person = people.person_of.get(row.account)
        if row.day < ledger.today - days or person is None:
            continue
        if row.messages or (row.voice_ms and (person, row.day) in tiers.voiced):
            channels[row.channel].add(person)
    return {channel: frozenset(active) for channel, active in channels.items()}


def _hours(ledger: Ledger, people: People, tiers: Tiers) -> dict[tuple[int, int], int]:
    """In which hours people wrote, or were in voice on a day that is A2 by voice."""
    hours: dict[tuple[int, int], int] = defaultdict(int)
    for row in ledger.activity:
        person = people.person_of.get(row.account)
        if row.day < ledger.today - RHYTHM_DAYS or person is None:
            continue
        mask = row.hours | (row.voice_hours if (person, row.day) in tiers.voiced else 0)
        if mask:
            hours[person, row.day] |= mask
    return hours


def _blind(ledger: Ledger) -> dict[str, list[Span]]:
    sights = {span.sight for span in ledger.blind}
    return {
        sight: without_overlap((one.start, one.end) for one in ledger.blind if one.sight == sight)
        for sight in sights
    }
