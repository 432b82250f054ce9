"""What is seen at the door: who comes in, who is greeted, who leaves."""

from collections.abc import Sequence

from bot.clock import MINUTE_MS
from bot.events import MemberJoined, MemberLeft
from bot.simulate.chronicle import Chronicle, Wording
from bot.simulate.dice import Curve, Dice
from bot.simulate.people import FOREVER, Person

FAREWELLS: Curve = ((0, 5), (40, 1_500), (80, 14_000), (100, 40_000))
"""Minutes from the last act to leaving, for those who once wrote."""

GREETING_WINDOW_MS = 10 * MINUTE_MS


def joins(people: Sequence[Person], chronicle: Chronicle) -> list[MemberJoined]:
    """The arrivals; during a gap of everything nobody sees through which source."""
    return [
        MemberJoined(
            platform=chronicle.platform,
            user=person.id,
            at=person.joined_at,
            source=person.source if chronicle.sees(person.joined_at) else None,
            account_created_at=person.created_at,
            has_avatar=person.has_avatar,
            has_username=True,
        )
        for person in people
        if person.joined_at is not None
    ]


def greet(bot: Person, channel: str, people: Sequence[Person], chronicle: Chronicle) -> None:
    """One greeting for everybody who came in within ten minutes."""
    waiting: list[Person] = []
    due = 0
    arrivals = [(person.joined_at, person) for person in people if person.joined_at is not None]
    for at, person in sorted(arrivals, key=lambda arrival: arrival[0]):
        if waiting and at >= due:
            chronicle.say(bot, channel, due, Wording(length=90), mentions=waiting)
            waiting = []
        if not waiting:
            due = at + GREETING_WINDOW_MS
        waiting.append(person)
    if waiting:
        chronicle.say(bot, channel, due, Wording(length=90), mentions=waiting)


def departures(
    people: Sequence[Person], chronicle: Chronicle, dice: Dice, visibly: int
) -> list[MemberLeft]:
    """Who of the silent leaves for all to see: `visibly` per cent of those who once wrote."""
    found = []
    for person in people:
        if person.silent_from == FOREVER or (person.messages and not dice.chance(visibly)):
            continue
        at = max(person.silent_from, person.last_act + MINUTE_MS)
        if person.messages:
            at += dice.draw(FAREWELLS) * MINUTE_MS
        at = _noticed(at, chronicle)
        if chronicle.start <= at < chronicle.end:
            found.append(MemberLeft(platform=chronicle.platform, user=person.id, at=at))
    return found


def _noticed(at: int, chronicle: Chronicle) -> int:
    """When a leave is seen: after a gap of everything, the list of members tells."""
    for gap in chronicle.gaps:
        if gap.channel is None and gap.start <= at < gap.end:
            return gap.end
    return at
