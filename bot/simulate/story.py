"""The half year of the running club: who comes, what is done together, what goes wrong."""

from datetime import date

from bot.clock import HOUR_MS, date_of
from bot.errors import UsageError
from bot.events import Event
from bot.model import Place, PlaceId
from bot.simulate import club
from bot.simulate.applause import Applause
from bot.simulate.cast import gather
from bot.simulate.chronicle import Chronicle
from bot.simulate.dice import Dice
from bot.simulate.door import departures, greet, joins
from bot.simulate.gatherings import announce, poll, voice_evening
from bot.simulate.incidents import deletions, head_counts
from bot.simulate.people import Person
from bot.simulate.rhythm import Rhythm, moods
from bot.simulate.rooms import build, gaps
from bot.simulate.simulation import Simulation, instant
from bot.simulate.snowflake import Mint
from bot.simulate.world import World

LEAST_MEMBERS = 60
WEEKS = range(8, 261)


def simulate(seed: int = 1, members: int = 300, weeks: int = 26) -> Simulation:
    """The running club that ends on 5 October 2025; the same arguments give the same club.

    Raises `UsageError` for fewer than 60 members, or weeks outside 8..260.
    """
    if members < LEAST_MEMBERS or weeks not in WEEKS:
        raise UsageError(
            f"simulate: needs {LEAST_MEMBERS} or more members and {WEEKS[0]} to {WEEKS[-1]} weeks,"
            f" not {members} and {weeks}"
        )
    first = club.first_day(weeks)
    temper = moods(first, club.LAST_DAY, Dice(seed, "moods"))
    rhythm = Rhythm(club.TIMEZONE, first, club.LAST_DAY, club.WEEKDAYS, club.SEASONS, temper)
    return Story(seed, rhythm, members).told()


class Story:
    """One run of the club."""

    def __init__(self, seed: int, rhythm: Rhythm, members: int) -> None:
        mint = Mint()
        self._seed = seed
        self._rhythm = rhythm
        self._rooms = build(rhythm, mint, Dice(seed, "rooms"))
        self._cast = gather(members, rhythm, mint, seed)
        self._seen = Chronicle(
            club.PLATFORM, (rhythm.start, rhythm.end), gaps(rhythm, self._rooms), mint
        )

    def told(self) -> Simulation:
        """Lives through the span and hands out what was seen."""
        people = self._cast.people
        self._seen.note(joins(people, self._seen))
        greet(self._cast.bot, self._rooms.text[club.LOBBY], people, self._seen)
        channels = self._rooms.channels()
        World(people, channels, club.LOBBY, self._seen, self._rhythm, self._seed).live()
        self._meet()
        self._go_wrong()
        self._leave()
        events = [*self._described(), *sorted(self._seen.events, key=instant)]
        place = Place(PlaceId(club.PLATFORM, club.GUILD), club.NAME, "guild")
        return Simulation(events, self._cast.truth(), club.NAME, club.TIMEZONE, (place,))

    def _meet(self) -> None:
        """Announcements on Mondays, voice on two evenings a week, the polls."""
        dice = Dice(self._seed, "meetings")
        for day in self._rhythm.days:
            on = date_of(day)
            if on.weekday() == 0:
                self._announce(self._within_the_hour(on, 9, dice), dice)
            if on.weekday() in club.VOICE_NIGHTS:
                at = self._within_the_hour(on, club.VOICE_NIGHTS[on.weekday()], dice)
                voice_evening(self._rooms.voice, at, self._about(at), self._seen, dice)
            if on in club.POLLS:
                self._ask(self._within_the_hour(on, 18, dice), dice)

    def _announce(self, at: int, dice: Dice) -> None:
        author = dice.pick(self._cast.staff)
        talk = announce(author, self._rooms.text[club.BOARD], at, self._seen, dice)
        if talk is not None:
            readers = [person for person in self._cast.people if person.warmth]
            Applause(self._seen, self._rhythm, dice).follow(talk, readers)

    def _ask(self, at: int, dice: Dice) -> None:
        author = self._cast.staff[0]
        self._seen.note(poll(author, self._rooms.text[0], at, 6, self._about(at), self._seen, dice))

    def _go_wrong(self) -> None:
        dice = Dice(self._seed, "incidents")
        staff = self._cast.staff
        self._seen.note(deletions(self._seen, self._cast.people, staff, 6, dice))
        self._seen.note(self._seen.gaps)
        opening = self._rooms.opening(staff[0].id)
        if self._seen.sees(opening.at):
            self._seen.note([opening])

    def _leave(self) -> None:
        leaves = departures(self._cast.people, self._seen, Dice(self._seed, "leaves"), 35)
        dawns = [self._rhythm.dawn(day) for day in self._rhythm.days if date_of(day).weekday() == 0]
        counted = [dawn + 4 * HOUR_MS for dawn in dawns]
        self._seen.note(leaves)
        self._seen.note(head_counts(self._cast.people, leaves, counted, club.PLATFORM))

    def _described(self) -> list[Event]:
        sources = [source for each in club.SOURCES for source in each.described(club.PLATFORM)]
        sources += club.PROMO.described(club.PLATFORM)
        return [*self._rooms.described(), *self._cast.described(), *sources]

    def _about(self, at: int) -> list[Person]:
        """Who talks these hours, and will still be there some hours later."""
        return [
            person
            for person in self._cast.people
            if person.talks(at) and person.is_here(at + 4 * HOUR_MS)
        ]

    def _within_the_hour(self, on: date, hour: int, dice: Dice) -> int:
        return self._rhythm.instant(on, hour) + dice.between(0, HOUR_MS - 1)
