"""The people of a simulated community and what each is like."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.clock import DAY_MS
from bot.model import DISCORD_EPOCH_MS
from bot.simulate.dice import Curve, Dice
from bot.simulate.snowflake import Mint

FOREVER = 1 << 62
"""Later than everything."""

AGES: Curve = ((0, 1), (8, 30), (25, 350), (50, 900), (75, 1_750), (95, 2_900), (100, 3_600))
"""Days an ordinary account has existed when it comes in."""

APPETITES: Curve = ((0, 8), (40, 28), (65, 60), (85, 120), (95, 190), (100, 270))
"""How often somebody starts a conversation, in days of a thousand."""

PHASE_MS = 24 * DAY_MS
PHASES, PHASE_WEIGHTS = (2, 50, 110, 190), (38, 22, 22, 18)
"""A taste for talking comes and goes: per cent of it in stretches of 24 days."""


class Label(StrEnum):
    """What an account truly is."""

    ORGANIC = "organic"
    BOUGHT = "bought"
    BOT = "bot"
    STAFF = "staff"


@dataclass(slots=True, eq=False)
class Person:
    """One account and the life behind it; instants are UTC epoch milliseconds.

    `joined_at` None: was there before the first day. `appetite` counts conversations started in
    a thousand days, `helpfulness` draws to other people's questions, `warmth` to reactions,
    `shift` moves the hours of the day. Nothing is done from `silent_from` on. `knows` counts
    the times this person turned to another.
    """

    id: str
    created_at: int
    label: Label = Label.ORGANIC
    source: str | None = None
    joined_at: int | None = None
    has_avatar: bool = True
    appetite: int = 0
    helpfulness: int = 1
    warmth: int = 0
    phases: tuple[int, ...] = (100,)
    shift: int = 0
    circle: int = 0
    haunts: tuple[int, ...] = ()
    first_post_at: int | None = None
    silent_from: int = FOREVER
    last_act: int = 0
    messages: int = 0
    knows: dict[str, int] = field(default_factory=dict)

    def is_here(self, at: int) -> bool:
        """Whether the person has come in and not gone silent."""
        return (self.joined_at is None or self.joined_at < at) and at < self.silent_from

    def talks(self, at: int) -> bool:
        """Whether the person is here and past their first post."""
        return (
            self.appetite > 0
            and (self.first_post_at is None or self.first_post_at < at)
            and self.is_here(at)
        )

    def eagerness(self, at: int) -> int:
        """The appetite of these days."""
        phase = (at - self.created_at) // PHASE_MS % len(self.phases)
        return self.appetite * self.phases[phase] // 100

    def turn_to(self, other: "Person") -> None:
        """Remembers that this person answered or mentioned the other."""
        self.knows[other.id] = self.knows.get(other.id, 0) + 1


class Registry:
    """Where accounts are made: ordinary ones, and characters of a given taste for talking."""

    def __init__(self, dice: Dice, mint: Mint, circles: int, rooms: int) -> None:
        self._dice = dice
        self._mint = mint
        self._circles = circles
        self._rooms = rooms

    def account(self, known_at: int, age_days: int | None = None) -> Person:
        """A silent account that existed `age_days` before `known_at`."""
        days = self._dice.draw(AGES) if age_days is None else age_days
        wanted = known_at - days * DAY_MS - self._dice.between(0, DAY_MS - 1)
        made = max(wanted, DISCORD_EPOCH_MS + DAY_MS)
        return Person(id=self._mint.id_at(made), created_at=made, has_avatar=self._dice.chance(85))

    def give_voice(self, person: Person, appetite: int | None = None) -> None:
        """Makes a talker of an account."""
        dice = self._dice
        person.appetite = dice.draw(APPETITES) if appetite is None else appetite
        person.helpfulness = dice.weigh((0, 1, 2, 4), (30, 45, 20, 5))
        person.warmth = dice.weigh((0, 1, 3, 6), (30, 35, 25, 10))
        person.phases = tuple(dice.weigh(PHASES, PHASE_WEIGHTS) for _ in range(31))
        person.shift = dice.weigh((-2, -1, 0, 1, 2), (1, 2, 4, 2, 1))
        person.circle = dice.between(1, self._circles)
        person.haunts = tuple(dice.between(0, self._rooms - 1) for _ in range(2))
