"""What can come of working on an entry of the outbox."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """It is done; `sent_id` is the platform's id of the message."""

    sent_id: str | None


@dataclass(frozen=True, slots=True)
class Again:
    """To be tried again after `delay` milliseconds, None for as long as such attempts usually wait.

    `is_doubtful` says that it may have arrived this time. `rest` is how long (milliseconds) the
    chat is to be left alone, or the whole platform where `is_global`.
    """

    reason: str
    delay: int | None = None
    is_doubtful: bool = False
    rest: int = 0
    is_global: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can say whether it arrived, and trying again might say it twice."""

    reason: str


@dataclass(frozen=True, slots=True)
class Dead:
    """It will never be said."""

    reason: str


@dataclass(frozen=True, slots=True)
class Vanished:
    """What was to be changed does not stand any more, or never did."""


@dataclass(frozen=True, slots=True)
class Expired:
    """It was not said in time."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The channel takes nothing from us any more."""

    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat goes on under another id."""

    new_target: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform does not accept the bot, so nothing more is said there by this process."""

    reason: str


Outcome = Sent | Again | Unknown | Dead | Vanished | Expired | Gone | Moved | Refused
