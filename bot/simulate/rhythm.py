"""When people are about: the span of a world, its seasons, weekdays and hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.clock import HOUR_MS, LocalDays, date_of, day_number
from bot.simulate.dice import Dice

HOURS = (6, 2, 1, 1, 1, 3, 12, 28, 36, 34, 32, 38, 58, 52, 36, 32, 36, 50, 68, 78, 82, 74, 46, 20)
"""How likely a conversation starts in each local hour of a day."""

NIGHT = range(1, 6)
"""The local hours in which nobody answers."""


@dataclass(frozen=True, slots=True)
class Season:
    """A stretch of every year, `first`..`last` as (month, day), and its activity in per cent."""

    first: tuple[int, int]
    last: tuple[int, int]
    percent: int


class Rhythm:
    """The local days of a world, from `first` to `last`, and how lively each one is.

    `weekdays` gives per cent from Monday to Sunday; `moods` per cent for single days.
    """

    def __init__(
        self,
        timezone: str,
        first: date,
        last: date,
        weekdays: tuple[int, ...],
        seasons: tuple[Season, ...] = (),
        moods: Mapping[date, int] | None = None,
    ) -> None:
        self.timezone = timezone
        self.first = first
        self.last = last
        self._weekdays = weekdays
        self._seasons = seasons
        self._moods = moods or {}
        self._clock = LocalDays(timezone)

    @property
    def days(self) -> range:
        """The day numbers of the span."""
        return range(day_number(self.first), day_number(self.last) + 1)

    @property
    def start(self) -> int:
        """The first instant of the span."""
        return self.instant(self.first)

    @property
    def end(self) -> int:
        """The first instant after the span."""
        return self.instant(self.last + timedelta(days=1))

    def instant(self, on: date, hour: int = 0, minute: int = 0) -> int:
        """A local date and time as UTC epoch milliseconds."""
        return self._clock.start(day_number(on)) + hour * HOUR_MS + minute * (HOUR_MS // 60)

    def dawn(self, day: int) -> int:
        """The first instant of a day."""
        return self._clock.start(day)

    def holds(self, on: date) -> bool:
        """Whether a date lies in the span."""
        return self.first <= on <= self.last

    def liveliness(self, day: int) -> int:
        """How much happens on a day, in per cent of an ordinary one."""
        on = date_of(day)
        percent = self._weekdays[on.weekday()] * self._moods.get(on, 100) // 100
        for season in self._seasons:
            if season.first <= (on.month, on.day) <= season.last:
                percent = percent * season.percent // 100
        return percent

    def moment(self, day: int, dice: Dice, shift: int = 0) -> int:
        """An instant of a day, by the usual hours moved by `shift`."""
        hour = (dice.weigh(range(24), HOURS) + shift) % 24
        return self._clock.start(day) + hour * HOUR_MS + dice.between(0, HOUR_MS - 1)

    def waking(self, at: int, dice: Dice) -> int:
        """The same instant, or one of the next morning where everybody sleeps."""
        hour = self._clock.hour(at)
        if hour not in NIGHT:
            return at
        midnight = self._clock.start(self._clock.day(at))
        return midnight + (NIGHT.stop + 1) * HOUR_MS + dice.between(0, 3 * HOUR_MS)


def moods(first: date, last: date, dice: Dice) -> dict[date, int]:
    """Good days and dull days, in per cent: neighbours resemble each other."""
    found: dict[date, int] = {}
    mood = 100
    for number in range((last - first).days + 1):
        mood = (mood + 2 * dice.draw(((0, 45), (50, 95), (90, 145), (100, 220)))) // 3
        found[first + timedelta(days=number)] = mood
    return found
