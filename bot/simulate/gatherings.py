"""What a community does together beside talking: voice evenings, polls, announcements."""

from collections.abc import Sequence

from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.events import PollClosed
from bot.simulate.chronicle import Chronicle, Wording
from bot.simulate.dice import Curve, Dice
from bot.simulate.people import Person
from bot.simulate.talk import Talk

STAYS: Curve = ((0, 2), (20, 14), (60, 38), (90, 70), (100, 130))
"""Minutes somebody stays in voice."""


def announce(
    author: Person, channel: str, at: int, chronicle: Chronicle, dice: Dice
) -> Talk | None:
    """A message of the staff that asks for no answer."""
    wording = Wording(length=dice.between(180, 900), has_link=dice.chance(60))
    message = chronicle.say(author, channel, at, wording)
    return None if message is None else Talk(channel, [(author, message)])


def voice_evening(
    channel: str, at: int, regulars: Sequence[Person], chronicle: Chronicle, dice: Dice
) -> None:
    """A few regulars meet in voice, come in one after the other and leave when they like."""
    rest = list(regulars)
    for _ in range(dice.weigh((0, 2, 3, 4, 6), (15, 20, 30, 25, 10))):
        if not rest:
            return
        person = dice.weigh(rest, [other.appetite for other in rest])
        rest.remove(person)
        start = at + dice.between(0, 25 * MINUTE_MS)
        chronicle.talk(person, channel, start, start + dice.draw(STAYS) * MINUTE_MS)


def poll(
    author: Person,
    channel: str,
    at: int,
    days: int,
    members: Sequence[Person],
    chronicle: Chronicle,
    dice: Dice,
) -> list[PollClosed]:
    """A poll, the votes it gets from those who are about, and its end."""
    question = chronicle.say(author, channel, at, Wording(length=64, has_question=True))
    closes = at + days * DAY_MS
    if question is None or closes >= chronicle.end:
        return []
    for person in members:
        if dice.chance(min(90, 25 + person.appetite)):
            hours = dice.draw(((0, 0), (60, 14), (100, days * 24)))
            voted = min(at + hours * HOUR_MS + dice.between(MINUTE_MS, HOUR_MS), closes - 1)
            if person.is_here(voted):
                chronicle.vote(person, question.id, voted)
    return [PollClosed(platform=chronicle.platform, poll=question.id, at=closes)]
