"""What the store tells about a span of days: rows between accounts, before anybody decides who
counts.

Accounts, channels and messages are the store's integers, valid in one community; `Account` gives
the platform's names back. A *day* is the number of local days since 1970-01-01 in the
community's time zone; instants are UTC epoch milliseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Account(NamedTuple):
    """An account; `acted_at` is the first time it wrote, reacted, voted or spoke."""

    number: int
    platform: str
    external_id: str
    is_bot: bool
    is_staff: bool
    is_listed: bool
    acted_at: int | None

    @property
    def key(self) -> str:
        """`platform:id`, the string that orders and hashes people."""
        return f"{self.platform}:{self.external_id}"


class Membership(NamedTuple):
    """A join or a leave; `how` says how somebody left."""

    at: int
    account: int
    joined: bool
    how: str | None
    source: int | None


class Activity(NamedTuple):
    """What an account did in a channel on a day.

    `hours` is a mask of the local hours in which it wrote, bit 0 for 00:00-00:59;
    `voice_hours` the same for the hours it spent in voice; `voice_ms` its own time in voice.
    Votes stand in channel 0.
    """

    day: int
    channel: int
    account: int
    messages: int
    votes: int
    threads: int
    voice_ms: int
    hours: int
    voice_hours: int


class Contact(NamedTuple):
    """What passed from one account to another in a channel on the day it was sent.

    `receiver` 0 is an author nobody knows; sender and receiver may be the same account. Replies
    are explicit ones; a reaction counts on the day of the add that stands. `positive` and
    `gratitude` are parts of `reactions`, `fast` those within ten minutes of the message.
    `voice_ms` is time spent together and stands in both directions.
    """

    day: int
    channel: int
    sender: int
    receiver: int
    replies: int
    mentions: int
    reactions: int
    positive: int
    gratitude: int
    fast: int
    voice_ms: int


def id_order(number: int, name: str | None) -> tuple[int, str]:
    """What orders messages of the same instant: shorter ids first (METRICS-READINGS T4)."""
    text = str(number) if name is None else name
    return (len(text), text)


class Message(NamedTuple):
    """A message, not deleted by a moderator.

    `name` is its id where that is no integer (`number` is then a stand-in). `reply` is the
    number of the message it answers, `reply_author` the author of that one (0 unknown), and
    `reply_stored` whether that message is in the store, is of no later instant and was not deleted
    by a moderator.
    `mentions` keep their order. `has_question` is None where it could not be seen.
    """

    at: int
    channel: int
    thread: int
    number: int
    name: str | None
    author: int
    reply: int | None
    reply_author: int
    reply_stored: bool
    mentions: tuple[int, ...]
    has_question: bool | None

    @property
    def id_order(self) -> tuple[int, str]:
        """Orders messages of the same instant (METRICS-READINGS T4)."""
        return id_order(self.number, self.name)


class Reaction(NamedTuple):
    """A reaction that stands on a message."""

    at: int
    channel: int
    message: int
    account: int
    emoji: str


class Gap(NamedTuple):
    """A span `[start, end)` that nobody saw; channel 0 is everywhere."""

    channel: int
    start: int
    end: int


class Blind(NamedTuple):
    """A span `[start, end)` in which something (`bot.sight.Sight`) was hidden in some place."""

    sight: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything but messages that is known up to an instant about the days before it.

    `activity` and `contacts` cover days `first_day <= day < today`; `spoke_on` gives, for every
    account of `activity`, the first day it ever wrote; `voice_before` holds the voice contacts
    before `first_day` of accounts active in the last seven days. All of it is as it stood at
    the local midnight that begins `today` (METRICS-READINGS T3); excluded channels are left out.
    """

    timezone: str
    today: int
    first_day: int
    accounts: Sequence[Account]
    links: dict[int, int]
    memberships: Sequence[Membership]
    activity: Sequence[Activity]
    contacts: Sequence[Contact]
    spoke_on: dict[int, int]
    voice_before: Sequence[Contact]
    gaps: Sequence[Gap]
    reported: int | None
    blind: Sequence[Blind] = ()
