"""What a watching bot gets to see of a world, as events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.events import (
    Event,
    GapNoted,
    MessageSent,
    PollVoted,
    ReactionChanged,
    VoiceSpent,
)
from bot.simulate.people import Person
from bot.simulate.snowflake import Mint


@dataclass(frozen=True, slots=True)
class Wording:
    """What may be known of a text without the text."""

    length: int
    has_question: bool = False
    has_media: bool = False
    has_link: bool = False


class Chronicle:
    """Writes down what happens in the span `[start, end)`, blind during the gaps.

    Each verb gives None or False for what was not seen: it then has no consequences either, so
    nothing in the chronicle hangs on something that is missing from it.
    """

    def __init__(
        self, platform: str, span: tuple[int, int], gaps: Sequence[GapNoted], mint: Mint
    ) -> None:
        self.platform = platform
        self.start, self.end = span
        self.gaps = tuple(gaps)
        self.mint = mint
        self.events: list[Event] = []

    def sees(self, at: int, channel: str | None = None) -> bool:
        """Whether something in a channel at an instant is seen."""
        return self.start <= at < self.end and not any(
            gap.start <= at < gap.end and gap.channel in (None, channel) for gap in self.gaps
        )

    def note(self, events: Iterable[Event]) -> None:
        """Takes in events as they are."""
        self.events.extend(events)

    def say(
        self,
        author: Person,
        channel: str,
        at: int,
        wording: Wording,
        reply_to: MessageSent | None = None,
        mentions: Sequence[Person] = (),
    ) -> MessageSent | None:
        """A message."""
        if not self.sees(at, channel):
            return None
        message = MessageSent(
            platform=self.platform,
            channel=channel,
            id=self.mint.id_at(at),
            author=author.id,
            at=at,
            reply_to=reply_to.id if reply_to else None,
            reply_to_author=reply_to.author if reply_to else None,
            mentions=tuple(person.id for person in mentions),
            length=wording.length,
            has_question=wording.has_question,
            has_media=wording.has_media,
            has_link=wording.has_link,
        )
        author.messages += 1
        self._keep(author, at, message)
        return message

    def react(
        self, person: Person, message: MessageSent, emoji: str, at: int, back_at: int | None
    ) -> bool:
        """A reaction, taken back at `back_at` where that is given and seen."""
        if not self.sees(at, message.channel):
            return False
        self._keep(person, at, self._reaction(person, message, emoji, at, "add"))
        if back_at is not None and self.sees(back_at, message.channel):
            self._keep(person, back_at, self._reaction(person, message, emoji, back_at, "remove"))
        return True

    def talk(self, person: Person, channel: str, start: int, end: int) -> bool:
        """A stay in a voice channel, seen only as a whole."""
        if not self.sees(start, channel) or not self.sees(end, channel):
            return False
        stay = VoiceSpent(
            platform=self.platform, user=person.id, channel=channel, start=start, end=end
        )
        self._keep(person, end, stay)
        return True

    def vote(self, person: Person, poll: str, at: int) -> bool:
        """A vote in a poll."""
        if not self.sees(at):
            return False
        self._keep(person, at, PollVoted(platform=self.platform, user=person.id, poll=poll, at=at))
        return True

    def _reaction(
        self, person: Person, message: MessageSent, emoji: str, at: int, op: str
    ) -> ReactionChanged:
        return ReactionChanged(
            platform=self.platform,
            channel=message.channel,
            message=message.id,
            user=person.id,
            emoji=emoji,
            at=at,
            op="add" if op == "add" else "remove",
            message_author=message.author,
        )

    def _keep(self, person: Person, at: int, event: Event) -> None:
        person.last_act = max(person.last_act, at)
        self.events.append(event)
