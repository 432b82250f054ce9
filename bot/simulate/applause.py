"""Reactions: who answers a message with an emoji, when, and who takes it back."""

from collections.abc import Sequence

from bot.events import MessageSent
from bot.simulate.chronicle import Chronicle
from bot.simulate.dice import Curve, Dice
from bot.simulate.people import Person
from bot.simulate.rhythm import Rhythm
from bot.simulate.talk import Talk

EMOJI = ("👍", "❤️", "🔥", "😂", "🎉", "👏", "💪", "🙏", "👎")
EMOJI_WEIGHTS = (40, 18, 10, 10, 8, 8, 6, 4, 1)

DELAYS: Curve = (
    (0, 4), (25, 40), (50, 260), (75, 2_400), (92, 20_000), (98, 70_000), (100, 200_000),
)  # fmt: skip
"""Seconds until a reaction."""

REGRETS: Curve = ((0, 2), (50, 8), (90, 300), (100, 9_000))
"""Seconds until a reaction is taken back."""


class Applause:
    """How a community reacts; `taken_back` is per cent of the reactions."""

    def __init__(
        self, chronicle: Chronicle, rhythm: Rhythm, dice: Dice, taken_back: int = 3
    ) -> None:
        self._chronicle = chronicle
        self._rhythm = rhythm
        self._dice = dice
        self._taken_back = taken_back

    def follow(self, talk: Talk, others: Sequence[Person]) -> None:
        """The reactions to a conversation; an answer is thanked for more often than not."""
        people = talk.people
        if talk.is_answered and self._dice.chance(45):
            answer = next(line for line in talk.lines if line[0] is not people[0])
            self._react(people[0], answer[1], self._dice.pick(("🙏", "❤️", "👍")))
        for author, message in talk.lines:
            for person in self._audience(author, people, others):
                self._react(person, message, self._dice.weigh(EMOJI, EMOJI_WEIGHTS))

    def _audience(
        self, author: Person, people: Sequence[Person], others: Sequence[Person]
    ) -> list[Person]:
        """Who reacts to a message: mostly those in the conversation, then those who know them."""
        wanted = self._dice.weigh((0, 1, 2, 3, 5), (66, 22, 8, 3, 1))
        found: list[Person] = []
        pool = [person for person in people if person is not author]
        for _ in range(wanted):
            inside = bool(pool) and self._dice.chance(78)
            source = pool if inside else others
            weights = [_warmth(author, person) for person in source]
            if not any(weights):
                continue
            person = self._dice.weigh(source, weights)
            if person is not author and person not in found:
                found.append(person)
        return found

    def _react(self, person: Person, message: MessageSent, emoji: str) -> None:
        dice = self._dice
        at = self._rhythm.waking(message.at + dice.draw(DELAYS) * 1_000, dice)
        if at <= message.at or not person.is_here(at):
            return
        regrets = dice.chance(self._taken_back)
        back_at = at + dice.draw(REGRETS) * 1_000 if regrets else None
        self._chronicle.react(person, message, emoji, at, back_at)


def _warmth(author: Person, person: Person) -> int:
    known = min(author.knows.get(person.id, 0), 6)
    return person.warmth * (1 + 8 * known) + known
