"""On which days people took part, and how closely: the tiers A1, A2 and A3 of METRICS.md §1.2."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.clock import MINUTE_MS
from bot.ledger import Contact, Ledger
from bot.people import People

VOICE_MS = 5 * MINUTE_MS


class DayLog:
    """On which of the days before T each person did something, one bit a day.

    Windows are given as METRICS.md writes them: `(a, b)` is `[T-a, T-b)`, the local days T-a to
    T-b-1. Days before `first_day` are unknown and empty.
    """

    def __init__(self, first_day: int, today: int) -> None:
        self.first_day = first_day
        self.today = today
        self._days: dict[int, int] = defaultdict(int)

    def mark(self, person: int, day: int) -> None:
        """Note that the person did it on that day."""
        self._days[person] |= 1 << (day - self.first_day)

    def people(self, since: int, until: int = 0) -> set[int]:
        """Who did it on any day of the window."""
        window = self._window(self.today - since, self.today - until)
        return {person for person, days in self._days.items() if days & window}

    def count(self, person: int, since: int, until: int = 0) -> int:
        """On how many days of the window the person did it."""
        window = self._window(self.today - since, self.today - until)
        return (self._days.get(person, 0) & window).bit_count()

    def was_on(self, person: int, first: int, last: int) -> bool:
        """Whether the person did it on any day from `first` to `last`, both day numbers."""
        return bool(self._days.get(person, 0) & self._window(first, last + 1))

    def first(self) -> Iterator[tuple[int, int]]:
        """Everybody with the first day on which they did it."""
        for person, days in self._days.items():
            yield person, self.first_day + (days & -days).bit_length() - 1

    def _window(self, first: int, end: int) -> int:
        low, high = max(0, first - self.first_day), max(0, end - self.first_day)
        return (1 << high) - (1 << low) if high > low else 0


@dataclass(frozen=True, slots=True)
class Tiers:
    """Who was present (`a1`), communicated (`a2`) or had company (`a3`) on which day.

    `voiced` holds the (person, day) pairs that are A2 by voice; `first_spoke_on` everybody's
    first day of A2 ever, as far as the ledger knows.
    """

    a1: DayLog
    a2: DayLog
    a3: DayLog
    voiced: frozenset[tuple[int, int]]
    first_spoke_on: Mapping[int, int]


def read_tiers(ledger: Ledger, people: People) -> Tiers:
    """Who reached which tier on which day of the ledger."""
    a1, a2, a3 = (DayLog(ledger.first_day, ledger.today) for _ in range(3))
    _mark_own_activity(ledger, people, a1, a2)
    _mark_contacts(ledger, people, a1, a3)
    voiced = _in_company(ledger.contacts, people)
    for person, day in voiced:
        a2.mark(person, day)
        a3.mark(person, day)
    return Tiers(a1, a2, a3, voiced, _first_spoke_on(ledger, people, a2))


def _mark_own_activity(ledger: Ledger, people: People, a1: DayLog, a2: DayLog) -> None:
    voice_ms: Counter[tuple[int, int]] = Counter()
    for row in ledger.activity:
        person = people.person_of.get(row.account)
        if person is None:
            continue
        if row.messages:
            a2.mark(person, row.day)
        if row.messages or row.votes or row.threads:
            a1.mark(person, row.day)
        if row.voice_ms:
            voice_ms[person, row.day] += row.voice_ms
    for (person, day), spent in voice_ms.items():
        if spent >= VOICE_MS:
            a1.mark(person, day)


def _mark_contacts(ledger: Ledger, people: People, a1: DayLog, a3: DayLog) -> None:
    """A reaction makes its giver present; what passes between two people engages both."""
    for row in ledger.contacts:
        sender = people.person_of.get(row.sender)
        if sender is None or people.is_bot(row.receiver):
            continue
        if row.reactions:
            a1.mark(sender, row.day)
        receiver = people.person_of.get(row.receiver, sender)
        if receiver != sender and (row.replies or row.mentions or row.reactions):
            a3.mark(sender, row.day)
            a3.mark(receiver, row.day)


def _in_company(contacts: Iterable[Contact], people: People) -> frozenset[tuple[int, int]]:
    """Who was in voice with some one other human for long enough, on which day."""
    together: Counter[tuple[int, int, int]] = Counter()
    for row in contacts:
        if row.voice_ms:
            one, other = people.person_of.get(row.sender), people.person_of.get(row.receiver)
            if one is not None and other is not None and one != other:
                together[one, other, row.day] += row.voice_ms
    return frozenset((one, day) for (one, _, day), spent in together.items() if spent >= VOICE_MS)


def _first_spoke_on(ledger: Ledger, people: People, a2: DayLog) -> dict[int, int]:
    """Everybody's first A2 day: first words ever, or first company in voice."""
    first: dict[int, int] = {}
    spoken = ((people.person_of.get(account), day) for account, day in ledger.spoke_on.items())
    voiced = _in_company(ledger.voice_before, people)
    for person, day in (*spoken, *voiced, *a2.first()):
        if person is not None:
            first[person] = min(day, first.get(person, day))
    return first
