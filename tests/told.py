"""The rows that the store gives about a community that was told, by brute force."""

from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from hashlib import blake2b
from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

from bot.clock import DAY_MS, MINUTE_MS
from bot.ledger import (
    Account,
    Activity,
    Blind,
    Contact,
    Gap,
    Ledger,
    Membership,
    Message,
    Reaction,
)

if TYPE_CHECKING:
    from tests.builders import World


class Sent(NamedTuple):
    """A message as it was told; `reply` is the id of the message it answers."""

    at: int
    author: str
    id: str
    channel: str
    thread: str
    reply: str | None
    reply_author: str | None
    mentions: tuple[str, ...]
    question: bool | None


class Reacted(NamedTuple):
    """A reaction as it was told; `author` speaks where the message is unknown."""

    at: int
    user: str
    message: str
    channel: str
    author: str | None
    emoji: str
    removed_at: int | None


class Stay(NamedTuple):
    """A stay in voice."""

    user: str
    channel: str
    start: int
    end: int


class Told:
    """A world in the words of the ledger, as it stood when a day began."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.days = world.days
        names = sorted(world.everybody(), reverse=True)
        self.numbers = {name: number for number, name in enumerate(names, 1)}
        channels = {sent.channel for sent in world.sent} | {stay.channel for stay in world.stays}
        channels |= {reaction.channel for reaction in world.reacted}
        self.channels = {name: number for number, name in enumerate(sorted(channels), 1)}
        threads = sorted({sent.thread for sent in world.sent})
        self.threads = {name: number for number, name in enumerate(threads)}

    async def known_span(self, community_id: int) -> tuple[int, int] | None:
        """The first and the last instant of everything that was told."""
        world = self.world
        at = [one.at for one in world.sent] + [one.at for one in world.reacted]
        at += [one.removed_at for one in world.reacted if one.removed_at is not None]
        at += [instant for stay in world.stays for instant in (stay.start, stay.end)]
        at += [move[0] for move in world.moves]
        at += [instant for instant, _ in (*world.votes, *world.threads)]
        return (min(at), max(at)) if at else None

    async def ledger(self, community_id: int, timezone: str, today: int, first_day: int) -> Ledger:
        """Everything but messages."""
        end = self.days.start(today)
        activity = self._activity(end)
        contacts = list(self._contacts(end))
        return Ledger(
            timezone=timezone,
            today=today,
            first_day=first_day,
            accounts=[self._account(name, end) for name in self.numbers],
            links={self.numbers[a]: self.numbers[b] for a, b in self.world.links.items()},
            memberships=[
                Membership(at, self.numbers[user], joined, how, None)
                for at, user, joined, how in self.world.moves
                if at < end
            ],
            activity=[row for row in activity if row.day >= first_day],
            contacts=[row for row in contacts if row.day >= first_day],
            spoke_on=self._spoke_on(end),
            voice_before=[row for row in contacts if row.day < first_day and row.voice_ms],
            gaps=[
                Gap(self.channels.get(channel, 99) if channel else 0, start, stop)
                for start, stop, channel in self.world.gaps
                if start < end
            ],
            reported=self.world.reported,
            blind=[
                Blind(sight, start, min(stop, end))
                for sight, start, stop in self.world.hidden
                if start < end
            ],
        )

    async def messages(
        self, community_id: int, timezone: str, today: int, first_day: int
    ) -> AsyncIterator[Sequence[Message]]:
        """The messages in small batches that never part one instant."""
        start, end = self.days.start(first_day), self.days.start(today)
        batch: list[Message] = []
        for sent in sorted(self._standing(end), key=lambda sent: sent.at):
            if sent.at < start:
                continue
            if len(batch) >= self.world.batch and batch[-1].at != sent.at:
                yield batch
                batch = []
            batch.append(self._message(sent, end))
        yield batch

    async def late_targets(
        self, community_id: int, timezone: str, today: int, first_day: int
    ) -> Collection[tuple[int, int]]:
        """The messages that were answered more than a day later."""
        end = self.days.start(today)
        pairs = ((sent, self._known(sent.channel, sent.reply, end)) for sent in self.world.sent)
        return {
            (self.channels[target.channel], number_of(target.id))
            for sent, target in pairs
            if target is not None and sent.at - target.at > DAY_MS and sent.at < end
        }

    async def reactions_on(
        self, community_id: int, timezone: str, today: int, posts: Sequence[tuple[int, int]]
    ) -> Sequence[Reaction]:
        """The reactions that stand on the messages."""
        end = self.days.start(today)
        return [
            Reaction(r.at, self.channels[r.channel], number_of(r.message), self.numbers[r.user], "")
            for r in self._reactions(end)
            if (self.channels[r.channel], number_of(r.message)) in set(posts)
        ]

    def _account(self, name: str, end: int) -> Account:
        world = self.world
        acted = [one.at for one in world.sent if one.author == name]
        acted += [one.at for one in world.reacted if one.user == name]
        acted += [at for at, user in world.votes if user == name]
        acted += [stay.start for stay in world.stays if stay.user == name]
        return Account(
            number=self.numbers[name],
            platform="discord",
            external_id=name,
            is_bot=name in world.bots,
            is_staff=name in world.staff,
            is_listed=name in world.listed,
            acted_at=min((at for at in acted if at < end), default=None),
        )

    def _standing(self, end: int) -> list[Sent]:
        """The messages before `end` that no moderator had deleted by then."""
        gone = {(channel, id_) for at, channel, id_ in self.world.deleted if at < end}
        return [s for s in self.world.sent if s.at < end and (s.channel, s.id) not in gone]

    def _reactions(self, end: int) -> Iterator[Reacted]:
        gone = {(channel, id_) for at, channel, id_ in self.world.deleted if at < end}
        for reaction in self.world.reacted:
            stands = reaction.removed_at is None or reaction.removed_at >= end
            if reaction.at < end and stands and (reaction.channel, reaction.message) not in gone:
                yield reaction

    def _known(self, channel: str, id_: str | None, end: int) -> Sent | None:
        found = [s for s in self.world.sent if (s.channel, s.id) == (channel, id_) and s.at < end]
        return found[0] if found else None

    def _message(self, sent: Sent, end: int) -> Message:
        target = self._known(sent.channel, sent.reply, end)
        return Message(
            at=sent.at,
            channel=self.channels[sent.channel],
            thread=self.threads[sent.thread],
            number=number_of(sent.id),
            name=name_of(sent.id),
            author=self.numbers[sent.author],
            reply=None if sent.reply is None else number_of(sent.reply),
            reply_author=self._receiver(target.author if target else sent.reply_author),
            reply_stored=(
                target is not None and target.at <= sent.at and target in self._standing(end)
            ),
            mentions=tuple(self.numbers[name] for name in sent.mentions),
            has_question=sent.question,
        )

    def _receiver(self, name: str | None) -> int:
        return 0 if name is None else self.numbers[name]

    def _activity(self, end: int) -> list[Activity]:
        rows: dict[tuple[int, int, int], Activity] = {}

        def add(at: int, channel: int, name: str, **more: int) -> None:
            key = (self.days.day(at), channel, self.numbers[name])
            row = rows.get(key) or Activity(*key, 0, 0, 0, 0, 0, 0)
            masks = {
                k: getattr(row, k) | more.pop(k) for k in ("hours", "voice_hours") if k in more
            }
            sums = {k: getattr(row, k) + value for k, value in more.items()}
            rows[key] = row._replace(**sums, **masks)

        for sent in self._standing(end):
            channel, hour = self.channels[sent.channel], 1 << self.days.hour(sent.at)
            add(sent.at, channel, sent.author, messages=1, hours=hour)
        for at, user in self.world.votes:
            if at < end:
                add(at, 0, user, votes=1)
        for at, user in self.world.threads:
            if at < end:
                add(at, 1, user, threads=1)
        for stay in self._stays():
            for start, stop in self._by_day(stay, end):
                mask = 0
                for instant in (*range(start, stop, MINUTE_MS), stop - 1):
                    mask |= 1 << self.days.hour(instant)
                spent, channel = stop - start, self.channels[stay.channel]
                add(start, channel, stay.user, voice_ms=spent, voice_hours=mask)
        return list(rows.values())

    def _contacts(self, end: int) -> Iterator[Contact]:
        for sent in self._standing(end):
            channel, day = self.channels[sent.channel], self.days.day(sent.at)
            author = self.numbers[sent.author]
            if sent.reply is not None:
                target = self._known(sent.channel, sent.reply, end)
                to = self._receiver(target.author if target else sent.reply_author)
                if to:
                    yield Contact(day, channel, author, to, 1, 0, 0, 0, 0, 0, 0)
            for name in sent.mentions:
                yield Contact(day, channel, author, self.numbers[name], 0, 1, 0, 0, 0, 0, 0)
        for one in self._reactions(end):
            known = self._known(one.channel, one.message, end)
            to = self._receiver(known.author if known else one.author)
            day, by = self.days.day(one.at), self.numbers[one.user]
            yield Contact(day, self.channels[one.channel], by, to, 0, 0, 1, 0, 0, 0, 0)
        yield from self._together(end)

    def _together(self, end: int) -> Iterator[Contact]:
        for one, other in permutations(self._stays(), 2):
            if one.channel != other.channel or one.user == other.user:
                continue
            for start, stop in self._by_day(one, end):
                both = min(stop, other.end) - max(start, other.start)
                if both > 0:
                    pair = (self.numbers[one.user], self.numbers[other.user])
                    place = (self.days.day(start), self.channels[one.channel])
                    yield Contact(*place, *pair, 0, 0, 0, 0, 0, 0, both)

    def _stays(self) -> list[Stay]:
        """The stays, those of one person in one channel put together where they overlap."""
        whole: list[Stay] = []
        for stay in sorted(self.world.stays):
            last = whole[-1] if whole else None
            if last and last[:2] == stay[:2] and stay.start <= last.end:
                whole[-1] = last._replace(end=max(last.end, stay.end))
            else:
                whole.append(stay)
        return whole

    def _by_day(self, stay: Stay, end: int) -> Iterator[tuple[int, int]]:
        start, stop = stay.start, min(stay.end, end)
        while start < stop:
            midnight = self.days.start(self.days.day(start) + 1)
            yield start, min(stop, midnight)
            start = midnight

    def _spoke_on(self, end: int) -> dict[int, int]:
        first: dict[int, int] = {}
        for sent in self._standing(end):
            number, day = self.numbers[sent.author], self.days.day(sent.at)
            first[number] = min(day, first.get(number, day))
        return first


def name_of(id_: str) -> str | None:
    """A message's id where it is no plain integer."""
    return None if id_.isascii() and id_.isdecimal() and str(int(id_)) == id_ else id_


def number_of(id_: str) -> int:
    """A message's number; what is no plain integer gets a stand-in that orders nothing."""
    if name_of(id_) is None:
        return int(id_)
    digest = blake2b(id_.encode(), digest_size=6).digest()
    return 10**30 + int.from_bytes(digest, "big")
