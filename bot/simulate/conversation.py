"""Conversations: bursts of two or three people who answer each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.events import MessageSent
from bot.simulate.chronicle import Chronicle, Wording
from bot.simulate.dice import Curve, Dice
from bot.simulate.people import Person
from bot.simulate.rhythm import Rhythm
from bot.simulate.talk import Talk

SECOND_MS = 1_000

LENGTHS: Curve = ((0, 2), (20, 14), (50, 48), (80, 120), (95, 320), (100, 1_400))
"""Characters of a message."""

TURNS: Curve = ((0, 1), (25, 2), (60, 4), (80, 8), (93, 18), (98, 50), (100, 150))
"""Messages that follow in a conversation once it was answered."""

FIRST_ANSWER: Curve = (
    (0, 20), (30, 180), (50, 540), (75, 3_000), (90, 18_000), (97, 70_000), (100, 150_000),
)  # fmt: skip
"""Seconds until a start is answered."""

NEXT_TURN: Curve = ((0, 4), (50, 45), (80, 170), (95, 700), (100, 1_700))
"""Seconds between the turns of a running conversation."""

SAME_BREATH: Curve = ((0, 3), (60, 30), (100, 200))
"""Seconds until somebody adds a line to their own."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How a community talks, in per cent.

    Of the starts: `asks` are questions (`newcomer_asks` of first posts), `goes_on` get a second
    line from the starter, `answered` an answer (`question_answered` of questions). Of the
    answered: `three` have a third person. Of the later lines: `asks_back` ask, `again` come from
    the same person. Addressing the one before is done by (reply, mention, bare line), by those
    who join in and by those who are in the conversation.
    """

    asks: int = 30
    newcomer_asks: int = 48
    goes_on: int = 24
    answered: int = 57
    question_answered: int = 69
    three: int = 72
    third_is_next: int = 75
    asks_back: int = 14
    again: int = 12
    mentions_too: int = 20
    joining: tuple[int, int, int] = (76, 14, 10)
    inside: tuple[int, int, int] = (56, 12, 32)


class Opening(NamedTuple):
    """Who starts to talk, where and when; `haunt` is the channel's number."""

    starter: Person
    channel: str
    haunt: int
    at: int
    is_first: bool


class Conversations:
    """How talk goes on in a community."""

    def __init__(
        self, chronicle: Chronicle, rhythm: Rhythm, dice: Dice, manners: Manners | None = None
    ) -> None:
        self._chronicle = chronicle
        self._rhythm = rhythm
        self._dice = dice
        self._manners = manners or Manners()

    def start(self, opening: Opening, others: Sequence[Person]) -> Talk | None:
        """A conversation from its first message to its last; None when nobody saw it begin."""
        dice, manners = self._dice, self._manners
        starter, at = opening.starter, opening.at
        asks = dice.chance(manners.newcomer_asks if opening.is_first else manners.asks)
        talk = Talk(opening.channel)
        if not self._say(talk, starter, at, None, asks):
            return None
        if dice.chance(manners.goes_on):
            at += dice.draw(SAME_BREATH) * SECOND_MS
            self._say(talk, starter, at, None, False)
        if others and dice.chance(manners.question_answered if asks else manners.answered):
            self._go_on(talk, starter, self._partners(opening, others, asks), at)
        return talk

    def _partners(self, opening: Opening, others: Sequence[Person], asks: bool) -> list[Person]:
        """One or two people, likely the ones the starter knows."""
        wanted = 1 + self._dice.chance(self._manners.three)
        found: list[Person] = []
        rest = list(others)
        while rest and len(found) < wanted:
            near = found[-1] if found else opening.starter
            weights = [_nearness(near, other, opening, asks) for other in rest]
            found.append(self._dice.weigh(rest, weights))
            rest.remove(found[-1])
        return found

    def _go_on(self, talk: Talk, starter: Person, partners: list[Person], at: int) -> None:
        at += self._dice.draw(FIRST_ANSWER) * SECOND_MS
        at = self._rhythm.waking(at, self._dice)
        circle = [starter, *partners]
        speaker = partners[0]
        target = talk.lines[0]
        for turn in range(self._dice.draw(TURNS)):
            if not self._address(talk, speaker, target, at, speaker not in talk.people):
                return
            target = talk.lines[-1]
            speaker = self._next(circle, speaker)
            if turn == 0 and self._dice.chance(self._manners.third_is_next):
                speaker = partners[-1]
            at += self._dice.draw(NEXT_TURN) * SECOND_MS + self._dice.between(0, 999)
            at = self._rhythm.waking(at, self._dice)

    def _next(self, circle: list[Person], speaker: Person) -> Person:
        if self._dice.chance(self._manners.again):
            return speaker
        return self._dice.pick([person for person in circle if person is not speaker])

    def _address(
        self,
        talk: Talk,
        speaker: Person,
        target: tuple[Person, MessageSent],
        at: int,
        joins_in: bool,
    ) -> bool:
        """A line to the one before: as a reply, with a mention, or bare."""
        author, message = target
        if author is speaker:
            return self._say(talk, speaker, at, None, False)
        asks = self._dice.chance(self._manners.asks_back)
        weights = self._manners.joining if joins_in else self._manners.inside
        manner = self._dice.weigh(("reply", "mention", "bare"), weights)
        if manner == "bare":
            return self._say(talk, speaker, at, None, asks)
        speaker.turn_to(author)
        if manner == "mention":
            return self._say(talk, speaker, at, None, asks, (author,))
        also = (author,) if self._dice.chance(self._manners.mentions_too) else ()
        return self._say(talk, speaker, at, message, asks, also)

    def _say(
        self,
        talk: Talk,
        speaker: Person,
        at: int,
        reply_to: MessageSent | None,
        asks: bool,
        mentions: Sequence[Person] = (),
    ) -> bool:
        wording = Wording(
            length=self._dice.draw(LENGTHS),
            has_question=asks,
            has_media=self._dice.chance(9),
            has_link=self._dice.chance(6),
        )
        message = self._chronicle.say(speaker, talk.channel, at, wording, reply_to, mentions)
        if message is None:
            return False
        talk.lines.append((speaker, message))
        return True


def _nearness(one: Person, other: Person, opening: Opening, asks: bool) -> int:
    """How likely `other` joins in when `one` speaks."""
    known = min(one.knows.get(other.id, 0) + other.knows.get(one.id, 0), 5)
    closeness = 2 + 3 * known + 5 * (one.circle == other.circle)
    if opening.haunt in other.haunts:
        closeness *= 2
    return (other.eagerness(opening.at) + 12) * closeness * (1 + (other.helpfulness if asks else 0))
