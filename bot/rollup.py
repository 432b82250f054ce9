"""Turns the raw events of one local day into facts between accounts; pure.

A roll-up says what is known now. Computed for an instant in the past it says what was known then
(METRICS-READINGS T3): events from that instant on do not exist.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from operator import attrgetter
from typing import NamedTuple

from bot.clock import MINUTE_MS, LocalDays
from bot.emoji import GRATITUDE, POSITIVE, plain
from bot.ledger import Activity, Contact

FAST_MS = 10 * MINUTE_MS
"""A reaction within this time of its message is fast (METRICS.md D12)."""

ALWAYS = 1 << 62
"""An instant after every other: "as known now"."""


class RawMessage(NamedTuple):
    """A message; `reply_at` is None where the message it answers is not stored."""

    at: int
    channel: int
    number: int
    author: int
    reply: int | None
    reply_author: int | None
    reply_at: int | None
    deleted_at: int | None


class RawMention(NamedTuple):
    """An account named in a message."""

    channel: int
    number: int
    account: int


class RawReaction(NamedTuple):
    """A reaction put or taken back; `message_at` is None where its message is not stored."""

    at: int
    channel: int
    message: int
    account: int
    emoji: str
    added: int
    author: int | None
    message_at: int | None
    deleted_at: int | None


class RawVoice(NamedTuple):
    """A stay in a voice channel."""

    start: int
    end: int
    channel: int
    account: int


class RawVote(NamedTuple):
    """A vote."""

    account: int


class RawThread(NamedTuple):
    """A thread opened in a channel."""

    channel: int
    account: int


@dataclass(frozen=True, slots=True)
class RawDay:
    """Everything that happened on a day; `reactions` are all operations, of any day, on the
    reactions that were touched on this one."""

    messages: Sequence[RawMessage] = ()
    mentions: Sequence[RawMention] = ()
    reactions: Sequence[RawReaction] = ()
    voice: Sequence[RawVoice] = ()
    votes: Sequence[RawVote] = ()
    threads: Sequence[RawThread] = ()


@dataclass(slots=True)
class DayRows:
    """The roll-up of a day.

    `revised` gives, per channel, the last instant after the day at which something of it was taken
    back; `awaited` the messages that are not stored but would change the roll-up;
    `linked` the other (day, channel) pairs whose roll-up hangs on the same reactions.
    """

    activity: list[Activity] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    revised: dict[int, int] = field(default_factory=dict)
    awaited: set[tuple[int, int]] = field(default_factory=set)
    linked: set[tuple[int, int]] = field(default_factory=set)


def roll_up(days: LocalDays, day: int, raw: RawDay, as_of: int = ALWAYS) -> DayRows:
    """The facts of a local day as they stand just before `as_of`."""
    roller = _Roller(days, day, as_of)
    roller.messages(raw.messages, raw.mentions)
    roller.reactions(raw.reactions)
    roller.voice(raw.voice)
    for vote in raw.votes:
        roller.activity[0, vote.account].votes += 1
    for thread in raw.threads:
        roller.activity[thread.channel, thread.account].threads += 1
    return roller.result()


@dataclass(slots=True)
class _Did:
    messages: int = 0
    votes: int = 0
    threads: int = 0
    voice_ms: int = 0
    hours: int = 0
    voice_hours: int = 0


@dataclass(slots=True)
class _Passed:
    replies: int = 0
    mentions: int = 0
    reactions: int = 0
    positive: int = 0
    gratitude: int = 0
    fast: int = 0
    voice_ms: int = 0


class _Roller:
    """Counts one day."""

    def __init__(self, days: LocalDays, day: int, as_of: int) -> None:
        self.days = days
        self.day = day
        self.start, self.end = days.start(day), days.start(day + 1)
        self.as_of = as_of
        self.activity: defaultdict[tuple[int, int], _Did] = defaultdict(_Did)
        self.contacts: defaultdict[tuple[int, int, int], _Passed] = defaultdict(_Passed)
        self.rows = DayRows()

    def messages(self, messages: Iterable[RawMessage], mentions: Iterable[RawMention]) -> None:
        authors = {}
        for message in messages:
            if message.reply is not None and message.reply_at is None:
                self.rows.awaited.add((message.channel, message.reply))
            if self._is_gone(message.channel, message.deleted_at):
                continue
            authors[message.channel, message.number] = message.author
            did = self.activity[message.channel, message.author]
            did.messages += 1
            did.hours |= 1 << self.days.hour(message.at)
            if message.reply is not None and message.reply_author:
                self.contacts[message.channel, message.author, message.reply_author].replies += 1
        for mention in mentions:
            author = authors.get((mention.channel, mention.number))
            if author is not None:
                self.contacts[mention.channel, author, mention.account].mentions += 1

    def reactions(self, operations: Iterable[RawReaction]) -> None:
        histories = defaultdict(list)
        for operation in operations:
            key = (operation.channel, operation.message, operation.account, operation.emoji)
            histories[key].append(operation)
        for history in histories.values():
            history.sort(key=lambda operation: (operation.at, -operation.added))
            self._reaction(history)

    def _reaction(self, history: list[RawReaction]) -> None:
        for operation in history:
            if operation.added and not self.start <= operation.at < self.end:
                self.rows.linked.add((self.days.day(operation.at), operation.channel))
        self._note_removal(history)
        stands = standing([o for o in history if o.at < self.as_of])
        if stands is None or not self.start <= stands.at < self.end:
            return
        if stands.message_at is None:
            self.rows.awaited.add((stands.channel, stands.message))
        if not self._is_gone(stands.channel, stands.deleted_at):
            self._count(stands)

    def _note_removal(self, history: list[RawReaction]) -> None:
        """What stood when the day ended and was taken back later revises the day."""
        at_end = standing([o for o in history if o.at < self.end])
        if at_end is None or at_end.at < self.start:
            return
        for operation in history:
            if not operation.added and operation.at >= self.end:
                self._revise(operation.channel, operation.at)
                return

    def _count(self, reaction: RawReaction) -> None:
        emoji = plain(reaction.emoji)
        passed = self.contacts[reaction.channel, reaction.account, reaction.author or 0]
        passed.reactions += 1
        passed.positive += emoji in POSITIVE
        passed.gratitude += emoji in GRATITUDE
        if reaction.message_at is not None:
            passed.fast += 0 <= reaction.at - reaction.message_at <= FAST_MS

    def voice(self, stays: Iterable[RawVoice]) -> None:
        spent: defaultdict[int, defaultdict[int, list[tuple[int, int]]]]
        spent = defaultdict(lambda: defaultdict(list))
        for stay in stays:
            start, end = max(stay.start, self.start), min(stay.end, self.end)
            if start < end:
                spent[stay.channel][stay.account].append((start, end))
        for channel, accounts in spent.items():
            merged = {account: _merged(spans) for account, spans in accounts.items()}
            for account, spans in merged.items():
                did = self.activity[channel, account]
                did.voice_ms += sum(end - start for start, end in spans)
                did.voice_hours |= self._hours(spans)
            for one, other in combinations(merged, 2):
                self._meet(channel, one, other, _overlap(merged[one], merged[other]))

    def _meet(self, channel: int, one: int, other: int, together: int) -> None:
        if together:
            self.contacts[channel, one, other].voice_ms += together
            self.contacts[channel, other, one].voice_ms += together

    def _hours(self, spans: Iterable[tuple[int, int]]) -> int:
        mask = 0
        for start, end in spans:
            for at in (*range(start, end, 15 * MINUTE_MS), end - 1):
                mask |= 1 << self.days.hour(at)
        return mask

    def _is_gone(self, channel: int, deleted_at: int | None) -> bool:
        """Whether a moderator had taken the message away by `as_of`."""
        if deleted_at is None:
            return False
        if deleted_at >= self.end:
            self._revise(channel, deleted_at)
        return deleted_at < self.as_of

    def _revise(self, channel: int, at: int) -> None:
        self.rows.revised[channel] = max(at, self.rows.revised.get(channel, at))

    def result(self) -> DayRows:
        get = attrgetter(*_Did.__slots__)
        for (channel, account), did in sorted(self.activity.items(), key=_by_key):
            self.rows.activity.append(Activity(self.day, channel, account, *get(did)))
        get = attrgetter(*_Passed.__slots__)
        for key, passed in sorted(self.contacts.items(), key=_by_key):
            self.rows.contacts.append(Contact(self.day, *key, *get(passed)))
        return self.rows


def standing(history: Iterable[RawReaction]) -> RawReaction | None:
    """The add that stands after a reaction's operations in order (METRICS-READINGS A6)."""
    stands = None
    for operation in history:
        if not operation.added:
            stands = None
        elif stands is None:
            stands = operation
    return stands


def _by_key(item: tuple[tuple[int, ...], object]) -> tuple[int, ...]:
    return item[0]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch joined."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _overlap(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> int:
    """Milliseconds that two lists of spans share."""
    shared = 0
    for start, end in one:
        for also_start, also_end in other:
            shared += max(0, min(end, also_end) - max(start, also_start))
    return shared
