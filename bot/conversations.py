"""Reply inference without text: who answers whom, and what conversations that makes.

METRICS.md §1.3 with METRICS-READINGS C1 to C10, T4, A8 and M8, as one pass over messages in time
order that remembers no more than a day.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.ledger import Message
from bot.people import People

MENTION_REACH_MS = 60 * MINUTE_MS
ADDRESS_REACH_MS = 30 * MINUTE_MS
CONTINUATION_MS = 5 * MINUTE_MS
SILENCE_MS = DAY_MS
"""A longer silence between a message and its parent makes the message a start."""


class Conversation(NamedTuple):
    """A conversation that a human started, as far as it went.

    `messages` counts those of humans; `answered_at` is the first message in it by another human
    than the starter. `is_answered` counts what hangs on it after a longer silence too
    (METRICS-READINGS C8).
    """

    at: int
    channel: int
    starter: int
    is_question: bool
    messages: int
    people: int
    answered_at: int | None
    is_answered: bool


class FirstPost(NamedTuple):
    """A person's first message and the first reply of another human to exactly this one."""

    person: int
    at: int
    channel: int
    number: int
    replied_at: int | None


@dataclass(slots=True, eq=False)
class _Talk:
    """A conversation in the making; it has no starter where its start is unknown or a bot's.

    `after` is the conversation that this one took up again after a longer silence. Most stay
    with their starter alone, so `others` are a set only where there are any.
    """

    at: int
    channel: int
    starter: int | None
    is_question: bool
    after: "_Talk | None" = None
    messages: int = 0
    others: set[int] | None = None
    answered_at: int | None = None
    is_answered: bool = False

    def add(self, author: int, at: int) -> None:
        self.messages += 1
        if author != self.starter:
            self.others = {author} if self.others is None else self.others | {author}
            if self.answered_at is None:
                self.answered_at = at
        talk: _Talk | None = self
        while talk is not None:
            talk.is_answered |= author != talk.starter
            talk = talk.after


@dataclass(slots=True, eq=False)
class _Post:
    """A watched first post and when somebody replied to it."""

    message: Message
    replied_at: int | None = None

    def reply(self, at: int) -> None:
        if self.replied_at is None:
            self.replied_at = at


@dataclass(slots=True, eq=False)
class _Node:
    """A message that later ones may hang on; `turn` is its place in the order of all messages."""

    at: int
    turn: int
    author: int | None
    talk: _Talk
    post: _Post | None


@dataclass(slots=True, eq=False)
class _Room:
    """What rules 2 to 4 look at in one channel or thread, by person."""

    last: dict[int, _Node] = field(default_factory=dict)
    addressed: dict[int, _Node] = field(default_factory=dict)
    latest_at: int = 0


class ReplyInference:
    """Follows messages in time order and gathers conversations and watched first posts.

    Conversations that start at `since` or later are kept; of every person in `watch` the first
    message that is fed counts as their first post. `late_targets` are the messages, as (channel,
    number), that explicit replies answer more than a day later. Feed from at least a day before
    `since`.
    """

    def __init__(
        self,
        people: People,
        since: int,
        watch: Collection[int] = (),
        late_targets: Collection[tuple[int, int]] = (),
    ) -> None:
        self._people = people
        self._since = since
        self._unseen = set(watch)
        self._late_targets = late_targets
        self._taken_up: dict[tuple[int, int | None], _Talk] = {}
        self._posts: dict[int, _Post] = {}
        self._talks: list[_Talk] = []
        self._nowhere = _Talk(0, 0, None, is_question=False)
        self._recent: OrderedDict[tuple[int, int], _Node] = OrderedDict()
        self._rooms: dict[tuple[int, int], _Room] = defaultdict(_Room)
        self._turn = 0

    def feed(self, batch: Sequence[Message]) -> None:
        """Take the next messages; none may be older than one taken before."""
        for _, group in groupby(sorted(batch, key=_order), key=attrgetter("at")):
            for message in _answered_first(list(group)):
                self._take(message)
        if batch:
            self._forget(max(message.at for message in batch))

    def conversations(self) -> list[Conversation]:
        """The conversations that humans started at `since` or later, in the order they began."""
        return [
            Conversation(
                talk.at,
                talk.channel,
                talk.starter,
                talk.is_question,
                talk.messages,
                1 + len(talk.others or ()),
                talk.answered_at,
                talk.is_answered,
            )
            for talk in self._talks
            if talk.starter is not None
        ]

    def first_posts(self) -> list[FirstPost]:
        """The first posts of the watched people, in the order they were written."""
        return [
            FirstPost(
                person, post.message.at, post.message.channel, post.message.number, post.replied_at
            )
            for person, post in self._posts.items()
        ]

    def _take(self, message: Message) -> None:
        author = self._people.person_of.get(message.author)
        room = self._rooms[message.channel, message.thread]
        parent = self._parent(message, author, room)
        talk = self._talk(message, author, parent)
        if author is not None and talk is not self._nowhere:
            talk.add(author, message.at)
        if parent is not None and parent.post is not None and author not in (None, parent.author):
            parent.post.reply(message.at)
        self._turn += 1
        node = _Node(message.at, self._turn, author, talk, self._first_post(message, author))
        place = (message.channel, message.number)
        self._recent[place] = node
        if place in self._late_targets:
            self._taken_up[place] = talk
        if author is not None:
            self._remember(message, author, node, room)

    def _parent(self, message: Message, author: int | None, room: _Room) -> _Node | None:
        """The message this one hangs on; None where it is a start or its target is unknown."""
        if message.reply is not None:
            if not message.reply_stored:
                return None
            target = self._recent.get((message.channel, message.reply))
            return _within(target, message.at, SILENCE_MS)
        if author is None:
            return None
        return (
            self._mentioned(message, author, room)
            or _addressing(message, author, room)
            or _own(message, author, room)
        )

    def _mentioned(self, message: Message, author: int, room: _Room) -> _Node | None:
        """Rule 2: the last message of the first human mentioned."""
        for person in self._humans(message.mentions):
            if person != author:
                return _within(room.last.get(person), message.at, MENTION_REACH_MS)
        return None

    def _talk(self, message: Message, author: int | None, parent: _Node | None) -> _Talk:
        """The conversation of a message: its parent's, a new one, or none that counts."""
        if parent is not None:
            return parent.talk
        if message.reply is not None and not message.reply_stored:
            return self._nowhere
        after = self._taken_up.get((message.channel, message.reply))
        if author is None and after is None:
            return self._nowhere
        is_asked = author is not None and bool(message.has_question)
        talk = _Talk(message.at, message.channel, author, is_asked, after=after)
        if author is not None and message.at >= self._since:
            self._talks.append(talk)
        return talk

    def _first_post(self, message: Message, author: int | None) -> _Post | None:
        if author is None or author not in self._unseen:
            return None
        self._unseen.discard(author)
        post = self._posts[author] = _Post(message)
        return post

    def _remember(self, message: Message, author: int, node: _Node, room: _Room) -> None:
        """Note who wrote and who was addressed: by explicit reply or mention only (C2)."""
        room.latest_at = message.at
        room.last[author] = node
        for person in self._humans((message.reply_author, *message.mentions)):
            if person != author:
                room.addressed[person] = node

    def _humans(self, accounts: Sequence[int]) -> Iterator[int]:
        for account in accounts:
            person = self._people.person_of.get(account)
            if person is not None:
                yield person

    def _forget(self, now: int) -> None:
        """Let go of what no rule can reach any more."""
        recent = self._recent
        while recent and next(iter(recent.values())).at < now - SILENCE_MS:
            recent.popitem(last=False)
        for place in [p for p, room in self._rooms.items() if room.latest_at < now - HOUR_MS]:
            del self._rooms[place]


def _order(message: Message) -> tuple[int, tuple[int, str], int]:
    return (message.at, message.id_order, message.channel)


def _answered_first(messages: Sequence[Message]) -> Iterator[Message]:
    """Messages of one instant in the order of their ids, but none before the one it answers."""
    waiting: dict[tuple[int, int | None], Message] = {(m.channel, m.number): m for m in messages}
    for message in messages:
        place: tuple[int, int | None] = (message.channel, message.number)
        chain = []
        while place in waiting:
            chain.append(waiting.pop(place))
            place = (message.channel, chain[-1].reply)
        yield from reversed(chain)


def _within(node: _Node | None, at: int, reach: int) -> _Node | None:
    return node if node is not None and at - node.at <= reach else None


def _addressing(message: Message, author: int, room: _Room) -> _Node | None:
    """Rule 3: the latest message that addressed the author since their own last one."""
    node = _within(room.addressed.get(author), message.at, ADDRESS_REACH_MS)
    own = room.last.get(author)
    return node if node is not None and (own is None or node.turn > own.turn) else None


def _own(message: Message, author: int, room: _Room) -> _Node | None:
    """Rule 4: the author's own last message, just before."""
    return _within(room.last.get(author), message.at, CONTINUATION_MS)
