"""A tiny community told in a few lines, to be measured."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.clock import LocalDays, day_number
from bot.facts import Facts
from bot.gather import facts_at, gather
from bot.metrics import measure
from bot.metrics.figure import Figure
from bot.model import Community
from bot.stats import Statistics
from tests.told import Reacted, Sent, Stay, Told

UNTIL = "2025-03-02"
"""The Sunday of the examples in METRICS-READINGS."""


@dataclass
class World:
    """Everything that happened; times are local, `MM-DD HH:MM` of 2025 or in full."""

    timezone: str = "UTC"
    sent: list[Sent] = field(default_factory=list)
    reacted: list[Reacted] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    moves: list[tuple[int, str, bool, str | None]] = field(default_factory=list)
    votes: list[tuple[int, str]] = field(default_factory=list)
    threads: list[tuple[int, str]] = field(default_factory=list)
    deleted: list[tuple[int, str, str]] = field(default_factory=list)
    gaps: list[tuple[int, int, str | None]] = field(default_factory=list)
    hidden: list[tuple[str, int, int]] = field(default_factory=list)
    bots: set[str] = field(default_factory=set)
    staff: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    links: dict[str, str] = field(default_factory=dict)
    reported: int | None = None
    batch: int = 3

    def __post_init__(self) -> None:
        self.days = LocalDays(self.timezone)

    def everybody(self) -> set[str]:
        """The id of everybody who did something or was named."""
        names = self.bots | self.staff | self.listed | set(self.links) | set(self.links.values())
        names |= {user for _, user, _, _ in self.moves}
        names |= {user for _, user in (*self.votes, *self.threads)}
        names |= {stay.user for stay in self.stays}
        for sent in self.sent:
            names |= {sent.author, *sent.mentions, sent.reply_author or sent.author}
        for reaction in self.reacted:
            names |= {reaction.user, reaction.author or reaction.user}
        return names

    def at(self, when: str | int) -> int:
        """The instant of a local time."""
        if isinstance(when, int):
            return when
        full = when if len(when) > 14 else f"2025-{when}"
        local = datetime.fromisoformat(full).replace(tzinfo=self.days.zone)
        return round(local.timestamp() * 1000)

    def says(
        self,
        author: str,
        when: str | int,
        *mentions: str,
        id: str | None = None,
        re: str | None = None,
        re_author: str | None = None,
        ask: bool | None = False,
        channel: str = "c1",
        thread: str = "",
    ) -> str:
        """Somebody writes; returns the id."""
        name = id or str(len(self.sent) + 1)
        at = self.at(when)
        self.sent.append(Sent(at, author, name, channel, thread, re, re_author, mentions, ask))
        return name

    def reacts(
        self,
        user: str,
        when: str | int,
        message: str,
        *,
        channel: str = "c1",
        author: str | None = None,
        emoji: str = "👍",
        until: str | int | None = None,
    ) -> None:
        """Somebody reacts, and takes it back at `until`."""
        gone = None if until is None else self.at(until)
        self.reacted.append(Reacted(self.at(when), user, message, channel, author, emoji, gone))

    def talks(self, start: str | int, end: str | int, *users: str, channel: str = "v") -> None:
        """People are in voice together."""
        self.stays += [Stay(user, channel, self.at(start), self.at(end)) for user in users]

    def joins(self, user: str, when: str | int) -> None:
        """Somebody comes in."""
        self.moves.append((self.at(when), user, True, None))

    def leaves(self, user: str, when: str | int, how: str | None = "left") -> None:
        """Somebody goes."""
        self.moves.append((self.at(when), user, False, how))

    def moderated(self, message: str, when: str | int, channel: str = "c1") -> None:
        """A moderator deletes a message."""
        self.deleted.append((self.at(when), channel, message))

    def down(self, start: str | int, end: str | int, channel: str | None = None) -> None:
        """Nothing is seen for a while."""
        self.gaps.append((self.at(start), self.at(end), channel))

    def hides(self, sight: str, start: str | int, end: str | int) -> None:
        """Something cannot be seen for a while."""
        self.hidden.append((sight, self.at(start), self.at(end)))

    def facts(self, until: str = UNTIL, days: int = 28) -> Facts:
        """The facts when `until` ends."""
        today = day_number(date.fromisoformat(until)) + 1
        return asyncio.run(facts_at(Told(self), self.community(), today, days))

    def figures(self, until: str = UNTIL, days: int = 28) -> dict[str, Figure]:
        """Every figure when `until` ends, by id."""
        return measure(self.facts(until, days))

    def statistics(self, until: str = UNTIL, days: int = 28) -> Statistics:
        """The statistics when `until` ends, with those of the week before."""
        last = date.fromisoformat(until)
        return asyncio.run(gather(Told(self), self.community(), last, days))

    def community(self) -> Community:
        """This community as the store would name it."""
        return Community(1, "club", self.timezone, "en")


def share(figure: Figure) -> tuple[int | None, int]:
    """x of n."""
    return (figure.x, figure.n)


def active(*days: str, user: str = "ana", into: World | None = None) -> World:
    """A world in which somebody wrote at noon of some days."""
    world = into or World()
    for day in days:
        world.says(user, f"{day} 12:00")
    return world
