"""What had happened at T, read from foyer-events/1 lines by brute force."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

Line = dict[str, Any]
Span = tuple[datetime, datetime]
FIVE_MINUTES = timedelta(minutes=5)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Post:
    """A message; `place` and `reply_to` are (channel, id), METRICS-READINGS A8."""

    at: datetime
    place: tuple[str, str]
    thread: str | None
    author: str
    reply_to: tuple[str, str] | None
    reply_to_author: str | None
    mentions: tuple[str, ...]
    asks: bool

    @property
    def order(self) -> tuple[datetime, int, str]:
        """Time, then shorter ids, then ids as text (METRICS-READINGS T4)."""
        return (self.at, len(self.place[1]), self.place[1])

    @property
    def room(self) -> tuple[str, str | None]:
        """Where inference looks: the channel, or the thread of it (METRICS.md §1.3)."""
        return (self.place[0], self.thread)


@dataclass(frozen=True)
class Reaction:
    """A reaction that stands; `author` is who wrote the message, None if nobody knows."""

    at: datetime
    place: tuple[str, str]
    user: str
    author: str | None


def instant(text: str) -> datetime:
    """An instant of a line, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time as spans that do not touch."""
    whole: list[Span] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def length(spans: Iterable[Span]) -> timedelta:
    """The time in spans, counted once where they overlap."""
    return sum((end - start for start, end in merged(spans)), timedelta())


def shared(ours: Iterable[Span], theirs: Iterable[Span]) -> timedelta:
    """The time that is in both."""
    pairs = ((max(a, c), min(b, d)) for a, b in merged(ours) for c, d in merged(theirs))
    return length((start, end) for start, end in pairs if start < end)


def spelled_out(line: Line, platform: str) -> Line:
    """The line with its platform before every account and channel: `discord:ana`."""
    own = line.get("platform") or platform
    keys = ("user", "author", "message_author", "reply_to_author", "channel")
    names = {key: f"{own}:{line[key]}" for key in keys if line.get(key) is not None}
    mentions = [f"{own}:{user}" for user in line.get("mentions") or ()]
    return line | names | {"mentions": mentions}


def post_of(line: Line) -> Post:
    """A message line as a post."""
    answered = line.get("reply_to")
    return Post(
        at=instant(line["at"]),
        place=(line["channel"], line["id"]),
        thread=line.get("thread"),
        author=line["author"],
        reply_to=None if answered is None else (line["channel"], answered),
        reply_to_author=line.get("reply_to_author"),
        mentions=tuple(line["mentions"]),
        asks=bool(line.get("has_question")),
    )


def first_messages(lines: Iterable[Line]) -> Iterator[Line]:
    """All lines, but of messages with one identity only the first line."""
    known: set[tuple[str, str]] = set()
    for line in lines:
        if line["kind"] == "message":
            place = (line["channel"], line["id"])
            if place in known:
                continue
            known.add(place)
        yield line


class Seen:
    """Everything that had happened at T, the midnight that ends `until` (METRICS-READINGS T1)."""

    def __init__(
        self, lines: Iterable[Line], until: date, timezone: str, platform: str = "discord"
    ) -> None:
        self.zone = ZoneInfo(timezone)
        self.today = until + DAY
        self.end = midnight(self.today, self.zone)
        full = first_messages(spelled_out(line, platform) for line in lines)
        self.lines = [line for line in full if self._has_happened(line)]

    def _has_happened(self, line: Line) -> bool:
        """An event after T does not exist (METRICS-READINGS T3)."""
        moment = line.get("at") or line.get("start")
        return moment is None or instant(moment) < self.end

    def of(self, kind: str) -> Iterator[Line]:
        """The lines of one kind."""
        return (line for line in self.lines if line["kind"] == kind)

    def day(self, at: datetime) -> date:
        """The local day of an instant."""
        return at.astimezone(self.zone).date()

    def days(self, first: int, end: int) -> set[date]:
        """The local days `[T-first, T-end)`."""
        return {self.today - timedelta(days=back) for back in range(end + 1, first + 1)}

    @cached_property
    def bots(self) -> set[str]:
        """Bots of all time, wherever their line stands (METRICS-READINGS M8)."""
        return {line["user"] for line in self.of("member") if line.get("is_bot")}

    def human(self, user: str | None) -> bool:
        """An id that somebody has and that no line calls a bot (METRICS-READINGS M9)."""
        return user is not None and user not in self.bots

    @cached_property
    def stored(self) -> dict[tuple[str, str], Post]:
        """Every message, taken away or not."""
        return {post.place: post for post in map(post_of, self.of("message"))}

    @cached_property
    def moderated(self) -> set[tuple[str, str]]:
        """Messages that a moderator deleted (METRICS-READINGS A7)."""
        deletions = self.of("message_deleted")
        return {(line["channel"], line["id"]) for line in deletions if line.get("by_moderator")}

    @cached_property
    def posts(self) -> list[Post]:
        """Messages as if the moderated ones had never been sent, in order; bots' too.

        Of one instant, what is answered comes before its answer, whatever the ids.
        """
        waiting = [post for post in self.stored.values() if post.place not in self.moderated]
        waiting.sort(key=lambda post: post.order)
        ordered: list[Post] = []
        while waiting:
            chain = [waiting[0]]
            while (target := self._same_instant(chain[-1])) in waiting and target not in chain:
                chain.append(target)
            for post in reversed(chain):
                waiting.remove(post)
                ordered.append(post)
        return ordered

    def _same_instant(self, post: Post) -> Post | None:
        target = self.stored.get(post.reply_to) if post.reply_to is not None else None
        return target if target is not None and target.at == post.at else None

    @cached_property
    def rank(self) -> dict[Post, int]:
        """Every message's place in the order."""
        return {post: number for number, post in enumerate(self.posts)}

    @cached_property
    def human_posts(self) -> list[Post]:
        """Messages of humans, in order."""
        return [post for post in self.posts if self.human(post.author)]

    def answered_post(self, post: Post) -> Post | None:
        """The stored message that a post answers, moderated or not; never of a later instant."""
        target = self._answered(post)
        return target if target is not None and target.at <= post.at else None

    def answered_author(self, post: Post) -> str | None:
        """Whom a post answers: the author stored that day goes first (METRICS-READINGS A8)."""
        target = self._answered(post)
        if target is None or self.day(target.at) > self.day(post.at):
            return post.reply_to_author if post.reply_to is not None else None
        return target.author

    def _answered(self, post: Post) -> Post | None:
        target = self.stored.get(post.reply_to) if post.reply_to is not None else None
        return None if target is post else target

    @cached_property
    def reactions(self) -> list[Reaction]:
        """Reactions of humans that stand, none on a bot's or a moderated message."""
        changes: dict[tuple[str, ...], list[Line]] = defaultdict(list)
        for line in self.of("reaction"):
            key = (line["channel"], line["message"], line["user"], line["emoji"])
            changes[key].append(line)
        standing = (self._standing(lines) for lines in changes.values())
        return [reaction for reaction in standing if reaction and self._counts(reaction)]

    def _standing(self, lines: list[Line]) -> Reaction | None:
        """The first add since the last removal; a removal of the same instant wins over it."""
        stands: Line | None = None
        for line in sorted(lines, key=lambda line: (instant(line["at"]), line["op"] == "remove")):
            stands = None if line["op"] == "remove" else (stands or line)
        if stands is None:
            return None
        place = (stands["channel"], stands["message"])
        known = self.stored.get(place)
        author = known.author if known else stands.get("message_author")
        return Reaction(instant(stands["at"]), place, stands["user"], author)

    def _counts(self, reaction: Reaction) -> bool:
        on_a_bot = reaction.author is not None and reaction.author in self.bots
        return self.human(reaction.user) and not on_a_bot and reaction.place not in self.moderated

    @cached_property
    def voice(self) -> dict[tuple[date, str, str], list[Span]]:
        """Stays of humans by (local day, user, channel), cut at local midnight."""
        stays: dict[tuple[date, str, str], list[Span]] = defaultdict(list)
        for line in self.of("voice"):
            if self.human(line["user"]):
                for day, span in self._cut(instant(line["start"]), instant(line["end"])):
                    stays[day, line["user"], line["channel"]].append(span)
        return stays

    def _cut(self, start: datetime, end: datetime) -> Iterator[tuple[date, Span]]:
        end = min(end, self.end)
        while start < end:
            day = self.day(start)
            until = midnight(day + DAY, self.zone)
            yield day, (start, min(end, until))
            start = until

    @cached_property
    def voice_present(self) -> set[tuple[str, date]]:
        """(user, day) with five own minutes in voice (METRICS-READINGS A1)."""
        spans: dict[tuple[str, date], list[Span]] = defaultdict(list)
        for (day, user, _), stays in self.voice.items():
            spans[user, day].extend(stays)
        return {key for key, stays in spans.items() if length(stays) >= FIVE_MINUTES}

    @cached_property
    def voice_together(self) -> set[tuple[str, str, date]]:
        """(user, other, day) with five minutes in the same channel (METRICS-READINGS A1)."""
        minutes: dict[tuple[str, str, date], timedelta] = defaultdict(timedelta)
        for (day, user, channel), stays in self.voice.items():
            for (on, other, where), theirs in self.voice.items():
                if on == day and where == channel and other != user:
                    minutes[user, other, day] += shared(stays, theirs)
        return {key for key, together in minutes.items() if together >= FIVE_MINUTES}

    @cached_property
    def spoke(self) -> set[tuple[str, date]]:
        """(user, day) that are A2 by voice."""
        return {(user, day) for user, _, day in self.voice_together}

    @cached_property
    def communicated(self) -> set[tuple[str, date]]:
        """(user, day) that are A2: a message, or voice with another human."""
        return self.spoke | {(post.author, self.day(post.at)) for post in self.human_posts}

    @cached_property
    def present(self) -> set[tuple[str, date]]:
        """(user, day) that are A1: any event."""
        reacted = {(reaction.user, self.day(reaction.at)) for reaction in self.reactions}
        others = {
            (line["user"], self.day(instant(line["at"])))
            for kind in ("poll_vote", "thread_created")
            for line in self.of(kind)
            if self.human(line["user"])
        }
        return self.communicated | self.voice_present | reacted | others

    @cached_property
    def interactions(self) -> list[tuple[str, str, date]]:
        """(from, to, day) of explicit replies, mentions and reactions between two humans."""
        found: list[tuple[str, str | None, date]] = []
        for post in self.human_posts:
            receivers = [self.answered_author(post), *post.mentions]
            found += [(post.author, receiver, self.day(post.at)) for receiver in receivers]
        found += [(each.user, each.author, self.day(each.at)) for each in self.reactions]
        return [
            (sender, receiver, day)
            for sender, receiver, day in found
            if receiver is not None and self.human(receiver) and receiver != sender
        ]
