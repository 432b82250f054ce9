"""The club's people: its bot, its staff, its hero, and everybody who came in."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.events import Event, MemberDescribed
from bot.model import AccountId
from bot.simulate import club
from bot.simulate.dice import Dice
from bot.simulate.growth import Growth
from bot.simulate.people import FOREVER, Label, Person, Registry
from bot.simulate.rhythm import Rhythm
from bot.simulate.snowflake import Mint

FOUNDERS, BOUGHT = 78, 40
"""Of 300 members: those who were there before, the staff among them, and the bought."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody; `people` are the humans and the bought, staff and hero among them."""

    bot: Person
    staff: Sequence[Person]
    people: Sequence[Person]

    @property
    def everybody(self) -> list[Person]:
        """The bot and all people."""
        return [self.bot, *self.people]

    def described(self) -> list[Event]:
        """Who is a bot, who is staff, and who was there before the first day."""
        members = [
            MemberDescribed(platform=club.PLATFORM, user=person.id, is_bot=False, is_staff=None)
            for person in self.people
            if person.joined_at is None and person not in self.staff
        ]
        staff = [
            MemberDescribed(platform=club.PLATFORM, user=person.id, is_bot=False, is_staff=True)
            for person in self.staff
        ]
        return [
            MemberDescribed(platform=club.PLATFORM, user=self.bot.id, is_bot=True),
            *staff,
            *members,
        ]

    def truth(self) -> dict[AccountId, Label]:
        """What each account really is."""
        return {AccountId(club.PLATFORM, person.id): person.label for person in self.everybody}


def gather(members: int, rhythm: Rhythm, mint: Mint, seed: int) -> Cast:
    """A cast of `members` beside the bot."""
    registry = Registry(Dice(seed, "people"), mint, club.PACE_GROUPS, club.HAUNTS)
    growth = Growth(rhythm, registry, Dice(seed, "growth"))
    bot = registry.account(rhythm.start, 520)
    bot.label = Label.BOT
    staff = [_character(registry, rhythm, *traits) for traits in club.STAFF]
    for person in staff:
        person.label = Label.STAFF
    people = [*staff, _character(registry, rhythm, *club.HERO)]
    people += growth.founders(members * FOUNDERS // 300 - len(people), quiet=35)
    bought = members * BOUGHT // 300 if rhythm.holds(club.PROMO.on) else 0
    joining = members - bought - len(people)
    first, *others = club.SOURCES
    for source in others:
        people += growth.through(source, joining * source.share // 100)
    people += growth.through(first, members - bought - len(people))
    people += growth.bought(club.PROMO, bought)
    return Cast(bot, staff, people)


def _character(
    registry: Registry, rhythm: Rhythm, age_days: int, appetite: int, helpfulness: int
) -> Person:
    """Somebody who was there from the start and stays to the end."""
    person = registry.account(rhythm.start, age_days)
    registry.give_voice(person, appetite)
    person.helpfulness = helpfulness
    person.phases = (100,)
    person.silent_from = FOREVER
    return person
