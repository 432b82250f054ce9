"""What a line of a console script may ask for."""

from typing import NamedTuple


class Join(NamedTuple):
    """Somebody comes in."""

    name: str


class Leave(NamedTuple):
    """Somebody goes."""

    name: str


class Speak(NamedTuple):
    """Who says and does what follows."""

    name: str


class Appoint(NamedTuple):
    """Somebody is a moderator from here on."""

    name: str


class Say(NamedTuple):
    """The speaker's message; `reply_to` is the number of the message that it answers."""

    text: str
    reply_to: int | None = None


class Ask(NamedTuple):
    """The speaker's command, with the words after it."""

    command: str
    words: str


class React(NamedTuple):
    """The speaker puts an emoji under a message, given by its number."""

    number: int
    emoji: str


class Press(NamedTuple):
    """The speaker presses a button."""

    label: str


class Begin(NamedTuple):
    """The clock shows an instant, in epoch milliseconds."""

    at: int


class Wait(NamedTuple):
    """Time passes, in milliseconds."""

    length: int


class Speech(NamedTuple):
    """Everybody, and Foyer, speaks a language from here on."""

    language: str


class Explain(NamedTuple):
    """The directives are listed."""


class Quit(NamedTuple):
    """Nothing more is read."""


class Empty(NamedTuple):
    """A line without anything on it; while a question is open it keeps what holds."""


Directive = (
    Join | Leave | Speak | Appoint | Say | Ask | React | Press | Begin | Wait | Speech
    | Explain | Quit | Empty
)  # fmt: skip
