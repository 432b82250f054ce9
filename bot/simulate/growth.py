"""Where people come from: sources with their waves, founders, and bought blocks."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS, day_number
from bot.events import SourceDescribed
from bot.simulate.dice import Curve, Dice
from bot.simulate.people import Label, Person, Registry
from bot.simulate.rhythm import Rhythm

FIRST_WORDS: Curve = ((0, 3), (35, 40), (60, 600), (80, 2_900), (95, 14_000), (100, 36_000))
"""Minutes from joining to the first message, for those who ever write."""

STAYS: Curve = ((0, 12), (25, 45), (50, 90), (80, 180), (100, 400))
"""Days somebody who came back after their first message remains."""

QUIET_STAYS: Curve = ((0, 0), (25, 2), (60, 25), (100, 120))
"""Days until a quiet member leaves, for those who do."""


@dataclass(frozen=True, slots=True)
class Source:
    """A way in: its share of the joins and its quiet part, in per cent.

    `waves` are the days after which `in_waves` per cent of its people come.
    """

    name: str | None
    share: int
    quiet: int
    waves: tuple[date, ...] = ()
    in_waves: int = 0
    spend: float | None = None

    def described(self, platform: str) -> list[SourceDescribed]:
        """The source as an event, where it has a name."""
        return [] if self.name is None else [_described(platform, self.name, self.spend)]


@dataclass(frozen=True, slots=True)
class Block:
    """Bought accounts that arrive within some hours and were made on few days."""

    source: str
    on: date
    hour: int
    hours: int
    made_days_before: tuple[int, ...]
    spend: float

    def described(self, platform: str) -> list[SourceDescribed]:
        """The source it came through, as an event."""
        return [_described(platform, self.source, self.spend)]


class Growth:
    """Brings people in."""

    def __init__(self, rhythm: Rhythm, registry: Registry, dice: Dice) -> None:
        self._rhythm = rhythm
        self._registry = registry
        self._dice = dice

    def founders(self, count: int, quiet: int) -> list[Person]:
        """People who were there before the first day, `quiet` per cent of them silent."""
        people = [self._registry.account(self._rhythm.start) for _ in range(count)]
        for person in people:
            if not self._dice.chance(quiet):
                self._registry.give_voice(person)
                stay = self._dice.draw(STAYS) + self._dice.draw(STAYS)
                person.silent_from = self._rhythm.start + stay * DAY_MS
            else:
                self._keep_quiet(person, self._rhythm.start, leaves=15)
        return people

    def through(self, source: Source, count: int) -> list[Person]:
        """People who come through a source."""
        return [self._newcomer(source) for _ in range(count)]

    def bought(self, block: Block, count: int) -> list[Person]:
        """The accounts of a bought block; one in seven drops off within weeks."""
        people = []
        for _ in range(count):
            at = self._rhythm.instant(block.on, block.hour)
            at += self._dice.between(0, block.hours * HOUR_MS)
            person = self._registry.account(at, self._dice.pick(block.made_days_before))
            person.label = Label.BOUGHT
            person.source, person.joined_at = block.source, at
            person.has_avatar = self._dice.chance(30)
            if self._dice.chance(15):
                person.silent_from = at + self._dice.between(8, 28) * DAY_MS
            people.append(person)
        return people

    def _newcomer(self, source: Source) -> Person:
        at = self._arrival(source)
        person = self._registry.account(at)
        person.source, person.joined_at = source.name, at
        if self._dice.chance(source.quiet):
            self._keep_quiet(person, at, leaves=22)
        else:
            self._registry.give_voice(person)
            first = at + self._dice.draw(FIRST_WORDS) * MINUTE_MS
            person.first_post_at = self._rhythm.waking(first, self._dice)
        return person

    def _keep_quiet(self, person: Person, at: int, leaves: int) -> None:
        person.warmth = self._dice.weigh((0, 1, 2), (70, 20, 10))
        if self._dice.chance(leaves):
            days = self._dice.draw(QUIET_STAYS) * DAY_MS
            person.silent_from = at + days + self._dice.between(HOUR_MS, DAY_MS)

    def _arrival(self, source: Source) -> int:
        rhythm, dice = self._rhythm, self._dice
        waves = [wave for wave in source.waves if rhythm.holds(wave + timedelta(days=2))]
        if waves and dice.chance(source.in_waves):
            day = day_number(dice.pick(waves)) + dice.weigh((0, 1, 2), (6, 3, 1))
        else:
            days = rhythm.days
            day = dice.weigh(days, [rhythm.liveliness(day) for day in days])
        return rhythm.moment(day, dice)


def _described(platform: str, name: str, spend: float | None) -> SourceDescribed:
    currency = None if spend is None else "EUR"
    return SourceDescribed(platform=platform, name=name, spend=spend, currency=currency)
