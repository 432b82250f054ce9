"""A community lived through, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.clock import DAY_MS, MINUTE_MS
from bot.simulate.applause import Applause
from bot.simulate.chronicle import Chronicle
from bot.simulate.conversation import Conversations, Opening
from bot.simulate.dice import Dice
from bot.simulate.growth import STAYS
from bot.simulate.people import Person
from bot.simulate.rhythm import Rhythm
from bot.simulate.talk import Talk

SECOND_CONVERSATION = 22
"""Per cent of answered conversations that set off another."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A place to talk: its id, how often talk starts there, and the instant it opened."""

    id: str
    talk: int
    opened_at: int = 0


class World:
    """People in channels; each day some of them start to talk and others join in.

    `lobby` is the index of the channel where most newcomers say hello.
    """

    def __init__(
        self,
        people: Sequence[Person],
        channels: Sequence[Channel],
        lobby: int,
        chronicle: Chronicle,
        rhythm: Rhythm,
        seed: int,
    ) -> None:
        self._people = people
        self._channels = channels
        self._lobby = lobby
        self._rhythm = rhythm
        self._dice = Dice(seed, "days")
        self._conversations = Conversations(chronicle, rhythm, Dice(seed, "talk"))
        self._applause = Applause(chronicle, rhythm, Dice(seed, "applause"))

    def live(self) -> None:
        """Every day of the span, in order."""
        for day in self._rhythm.days:
            starts = self._starts(day)
            for at, person, is_first in sorted(starts, key=lambda start: (start[0], start[1].id)):
                self._talk(person, at, is_first)

    def _starts(self, day: int) -> list[tuple[int, Person, bool]]:
        """Who starts to talk on a day, and when; newcomers by their own plan."""
        rhythm, dice = self._rhythm, self._dice
        begin, end = rhythm.dawn(day), rhythm.dawn(day + 1)
        starts = []
        for person in self._people:
            first = person.first_post_at
            if first is not None and begin <= first < end and person.is_here(first):
                starts.append((first, person, True))
            elif dice.chance(self._eagerness(person, begin) * rhythm.liveliness(day), 100_000):
                starts.append((rhythm.moment(day, dice, person.shift), person, False))
        return [start for start in starts if start[2] or start[1].talks(start[0])]

    def _eagerness(self, person: Person, at: int) -> int:
        """Newcomers who found their place talk twice as much in their first weeks."""
        is_new = person.joined_at is not None and at - person.joined_at < 38 * DAY_MS
        return person.eagerness(at) * (2 if is_new else 1)

    def _talk(self, starter: Person, at: int, is_first: bool) -> None:
        haunt = self._place(starter, at, is_first)
        channel = self._channels[haunt].id
        others = [person for person in self._people if person is not starter and person.talks(at)]
        talk = self._conversations.start(Opening(starter, channel, haunt, at, is_first), others)
        if talk is None:
            return
        self._applaud(talk, at)
        if is_first:
            self._settle(starter, talk)
        elif talk.is_answered and self._dice.chance(SECOND_CONVERSATION):
            later = talk.ended_at + self._dice.between(3, 50) * MINUTE_MS
            again = self._dice.pick(talk.people)
            if again.talks(later):
                self._talk(again, later, is_first=False)

    def _applaud(self, talk: Talk, at: int) -> None:
        warm = [person for person in self._people if person.warmth and person.is_here(at)]
        self._applause.follow(talk, warm)

    def _place(self, starter: Person, at: int, is_first: bool) -> int:
        """The index of a channel: newcomers introduce themselves, others have their haunts."""
        if is_first and self._dice.chance(60):
            return self._lobby
        if not is_first and self._dice.chance(65):
            haunt = self._dice.pick(starter.haunts)
            if self._channels[haunt].opened_at < at:
                return haunt
        weights = [channel.talk * (channel.opened_at < at) for channel in self._channels]
        return self._dice.weigh(range(len(weights)), weights)

    def _settle(self, newcomer: Person, talk: Talk) -> None:
        """Whether a newcomer comes back after the first message: sooner if it was answered."""
        first = talk.lines[0][1].at
        if self._dice.chance(64 if talk.is_answered else 33):
            newcomer.silent_from = first + (1 + self._dice.draw(STAYS)) * DAY_MS
        else:
            newcomer.silent_from = max(first, newcomer.last_act) + 1
