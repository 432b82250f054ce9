"""What goes wrong in a community: messages taken away, and the platform's own counts."""

from collections.abc import Iterable, Sequence

from bot.clock import HOUR_MS, MINUTE_MS
from bot.events import (
    Event,
    MemberLeft,
    MembersCounted,
    MessageDeleted,
    MessageSent,
    ModeratorActed,
    ReactionChanged,
)
from bot.simulate.chronicle import Chronicle
from bot.simulate.dice import Dice
from bot.simulate.people import Person


def deletions(
    chronicle: Chronicle,
    people: Sequence[Person],
    moderators: Sequence[Person],
    by_each: int,
    dice: Dice,
) -> list[Event]:
    """Messages nobody answered that moderators take away, and as many taken back by authors.

    Only messages of `people` who are no moderators go; `by_each` is how many each of the two take.
    """
    authors = {person.id: person for person in people if person not in moderators}
    lonely = _lonely(chronicle.events, set(authors))
    found: list[Event] = []
    for turn in range(min(2 * by_each, len(lonely))):
        message = dice.pick(lonely)
        lonely.remove(message)
        at = message.at + dice.between(2 * MINUTE_MS, 3 * HOUR_MS)
        if not chronicle.sees(at, message.channel):
            continue
        author = authors[message.author]
        moderator = dice.pick(moderators) if turn % 2 == 0 else None
        if moderator is None:
            author.last_act = max(author.last_act, at)
        found.extend(_deletion(message, at, moderator))
    return found


def _deletion(message: MessageSent, at: int, moderator: Person | None) -> list[Event]:
    deleted = MessageDeleted(
        platform=message.platform,
        channel=message.channel,
        id=message.id,
        at=at,
        by_moderator=moderator is not None,
    )
    if moderator is None:
        return [deleted]
    acted = ModeratorActed(
        platform=message.platform,
        user=moderator.id,
        action="delete",
        at=at,
        channel=message.channel,
    )
    return [deleted, acted]


def _lonely(events: Iterable[Event], authors: set[str]) -> list[MessageSent]:
    """The messages without answer or reaction of some authors."""
    messages = [event for event in events if isinstance(event, MessageSent)]
    touched = {message.reply_to for message in messages}
    touched |= {event.message for event in events if isinstance(event, ReactionChanged)}
    return [
        message for message in messages if message.id not in touched and message.author in authors
    ]


def head_counts(
    people: Sequence[Person], leaves: Sequence[MemberLeft], instants: Iterable[int], platform: str
) -> list[MembersCounted]:
    """How many people the platform says there are."""
    return [
        MembersCounted(
            platform=platform,
            at=at,
            count=sum(person.joined_at is None or person.joined_at <= at for person in people)
            - sum(leave.at <= at for leave in leaves),
        )
        for at in instants
    ]
