"""What the console knows of its own room: who is there, what was said, which buttons are shown."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.errors import UsageError
from bot.files import shown
from bot.post import Choice

_NUMBERS = 10_000
"""Message ids are an instant and a running number below this."""


class Said(NamedTuple):
    """A message that can be answered: its number in the transcript, its id and its author."""

    number: int
    id: str
    author: str


class Button(NamedTuple):
    """A button in sight; `post` names what it belongs to, `audience` who sees it (None: all)."""

    post: str
    order: int
    choice: Choice
    audience: str | None


@dataclass
class Room:
    """The room; `run` counts the messages of every session on the same store."""

    run: int = 0
    speaker: str | None = None
    people: set[str] = field(default_factory=set)
    staff: set[str] = field(default_factory=set)
    said: list[Said] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)

    def note(self, author: str, at: int) -> Said:
        """Give a new message its number and id."""
        self.run += 1
        said = Said(len(self.said) + 1, str(at * _NUMBERS + self.run % _NUMBERS), author)
        self.said.append(said)
        return said

    def get(self, number: int) -> Said:
        """The message of that number.

        Raises:
            UsageError: there is none.
        """
        if not 1 <= number <= len(self.said):
            raise UsageError(f"there is no message {number}")
        return self.said[number - 1]

    def find(self, sent_id: str) -> Said | None:
        """The message of that id, None where it was said in an earlier session."""
        return next((said for said in self.said if said.id == sent_id), None)

    def show(self, post: str, choices: Iterable[Choice], audience: str | None = None) -> None:
        """Put the buttons of a post in sight, in place of those that it had."""
        self.buttons = [button for button in self.buttons if button.post != post]
        self.buttons += [Button(post, n, c, audience) for n, c in enumerate(choices, 1)]

    def press(self, label: str, speaker: str) -> Choice:
        """The newest button of that label, or else number, that the speaker sees.

        Raises:
            UsageError: there is none.
        """
        seen = [button for button in self.buttons if button.audience in (None, speaker)]
        wanted = label.casefold()
        for button in reversed(seen):
            if button.choice.label.casefold() == wanted:
                return button.choice
        newest = [button for button in seen if button.post == seen[-1].post]
        for button in newest:
            if str(button.order) == label:
                return button.choice
        raise UsageError(f"there is no button {shown(label)!r}")
