"""One conversation as it went."""

from dataclasses import dataclass, field

from bot.events import MessageSent
from bot.simulate.people import Person


@dataclass(slots=True)
class Talk:
    """One conversation: its messages with their authors, the starter's first."""

    channel: str
    lines: list[tuple[Person, MessageSent]] = field(default_factory=list)

    @property
    def people(self) -> list[Person]:
        """Who took part, in the order of their first words."""
        return list({person.id: person for person, _ in self.lines}.values())

    @property
    def is_answered(self) -> bool:
        """Whether somebody else than the starter spoke."""
        return len(self.people) > 1

    @property
    def ended_at(self) -> int:
        """The instant of the last message."""
        return max(message.at for _, message in self.lines)
