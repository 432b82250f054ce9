"""A club as a plain dictionary remembers it: what must be in the store, whatever happened to it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.events import Event, MemberJoined, MemberLeft, MessageDeleted, MessageSent, ReactionChanged

ZONE = ZoneInfo("Europe/Paris")
Facts = dict[str, set[tuple[Any, ...]]]


def doer(event: Event) -> str | None:
    """Whose doing an event is; nobody's, of a deletion."""
    match event:
        case MessageSent(author=name):
            return name
        case MemberJoined(user=name) | MemberLeft(user=name) | ReactionChanged(user=name):
            return name
    return None


def at(event: Event) -> int:
    """The instant of an event."""
    instant: int = getattr(event, "at")  # noqa: B009  all that are told here have one
    return instant


@dataclass
class Model:
    """What was told by whom, without those who are out."""

    told: dict[tuple[Any, ...], Event] = field(default_factory=dict)
    out: set[str] = field(default_factory=set)
    back: dict[str, int] = field(default_factory=dict)

    def hear(self, event: Event) -> None:
        """Somebody does something, unless they are out, or were when it happened."""
        name = doer(event) or ""
        if name not in self.out and at(event) >= self.back.get(name, 0):
            self.told.setdefault(_key(event), event)

    def erase(self, name: str) -> None:
        """Take somebody out, with all their doing."""
        self.out.add(name)
        self.told = {key: event for key, event in self.told.items() if doer(event) != name}

    def let_in(self, name: str, now: int) -> None:
        """From now on somebody is told of again."""
        if name in self.out:
            self.out.discard(name)
            self.back[name] = now

    def facts(self) -> Facts:
        """What the store has to say."""
        facts: Facts = {"message": set(), "move": set(), "reaction": set(), "deletion": set()}
        for event in self.told.values():
            match event:
                case MessageSent():
                    facts["message"].add((event.id, event.author, event.at, event.reply_to))
                case MemberJoined():
                    facts["move"].add((event.user, event.at, 1))
                case MemberLeft():
                    facts["move"].add((event.user, event.at, 0))
                case ReactionChanged():
                    added = int(event.op == "add")
                    facts["reaction"].add((event.message, event.user, event.emoji, event.at, added))
        first: dict[str, int] = {}
        for event in self.told.values():
            if isinstance(event, MessageDeleted):
                first[event.id] = min(event.at, first.get(event.id, event.at))
        facts["deletion"] = set(first.items())
        return facts


def _key(event: Event) -> tuple[Any, ...]:
    match event:
        case MessageSent():
            return "message", event.id
        case ReactionChanged():
            return "reaction", event.message, event.user, event.emoji, event.at, event.op
        case MemberJoined() | MemberLeft():
            return type(event).__name__, event.user, event.at
        case MessageDeleted():
            return "deletion", event.id, event.at
    raise AssertionError(event)


def mondays_at_nine(after: int, until: int) -> set[str]:
    """The ISO weeks whose Monday, nine in the morning in Paris, lies in `after < at <= until`."""
    weeks = set()
    day = datetime.fromtimestamp(after / 1000, ZONE).date() - timedelta(days=7)
    while (nine := datetime(day.year, day.month, day.day, 9, tzinfo=ZONE).timestamp() * 1000) <= (
        until
    ):
        if nine > after and day.weekday() == 0:
            year, week, _ = day.isocalendar()
            weeks.add(f"{year}-W{week:02d}")
        day += timedelta(days=1)
    return weeks
