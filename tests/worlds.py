"""Small nasty communities in foyer-events/1: what may stand in a file and is easily got wrong."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.worlds_lines import (
    Line,
    deleted,
    gap,
    joined,
    left,
    member,
    opened,
    reacted,
    said,
    talked,
    voted,
)


class World(NamedTuple):
    """A file's header and events, and the last day to count."""

    header: Line
    lines: list[Line]
    until: date


STEADY = [("UTC", date(2025, 3, 2)), ("Asia/Kathmandu", date(2025, 3, 2))]
STAGES = [
    *STEADY,
    ("Europe/Paris", date(2025, 4, 6)),
    ("Europe/Paris", date(2025, 3, 30)),
    ("Europe/Paris", date(2025, 11, 2)),
    ("America/Sao_Paulo", date(2018, 11, 3)),
    ("America/Sao_Paulo", date(2018, 11, 18)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("Pacific/Apia", date(2011, 12, 29)),
    ("Pacific/Apia", date(2012, 1, 8)),
    ("America/New_York", date(2024, 11, 3)),
]
HUMANS = ["ana", "bob", "Ünï", "10", "9", "u1", "U1", "u 2", "ы", "user-7"]
BOTS = ["robot", "11"]
GHOSTS = ["zed", "ghost"]
CHANNELS = ["c1", "c2", "1", "v1"]
THREADS: list[str | None] = [None, None, None, "t1", "9"]
EMOJI = ["👍", "❤️", "🙏", "blob:1"]
ODD_IDS = ["m-7", "007", "7", "５", "1_0", "é", "-5", "+5", "0", " 8", "8", "8 ", "1e3"]
HUGE_IDS = ["9223372036854775807", "9223372036854775808", "18446744073709551616", "9" * 30]
TICK = timedelta(milliseconds=1)
SNOWFLAKES_SINCE = datetime(2015, 1, 1, tzinfo=UTC)
LIMITS = [timedelta(minutes=m) for m in (0, 1, 5, 30, 60, 24 * 60, 49 * 60, 7 * 24 * 60)]
STEPS = [
    *LIMITS,
    *LIMITS[:5],
    *LIMITS[:4],
    *(limit + TICK for limit in LIMITS),
    timedelta(seconds=20),
]
CHAT = [*LIMITS[:5], *LIMITS[:4], *(limit + TICK for limit in LIMITS[2:6]), LIMITS[5]]
STAYS = [timedelta(minutes=m) for m in (1, 2, 3, 4, 5, 6, 60, 600)] + [5 * LIMITS[1] - TICK]


def text(at: datetime) -> str:
    """An instant as lines write it, with milliseconds only where there are any."""
    precision = "milliseconds" if at.microsecond else "seconds"
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision) + "Z"


class Teller:
    """Makes up what happens, from one source of chance.

    Message ids are odd strings, or Discord snowflakes that tell their instant `drift` ms late.
    """

    def __init__(self, dice: Random, zone: str, until: date) -> None:
        self.dice = dice
        self.platforms = dice.sample(["discord", "telegram"], 2)
        self.abroad = dice.choice([[], [], ["c2"], ["v1", "1"]])
        self.zone = ZoneInfo(zone)
        self.end = self._midnight(until + timedelta(days=1))
        self.until = until
        self.humans = dice.sample(HUMANS, dice.randint(2, len(HUMANS)))
        self.channels = dice.sample(CHANNELS, dice.randint(1, len(CHANNELS)))
        self.threads: list[str | None] = THREADS if dice.random() < 0.5 else [None]
        self.liveliness = dice.choice([0.3, 0.6, 0.85])
        self.drift: int | None = dice.choice([None, 0, 60_000])
        self.lines: list[Line] = []
        self.messages: list[tuple[Line, datetime]] = []
        self.stays: list[tuple[str, str, datetime, datetime]] = []
        self.unseen: dict[tuple[str, str], str | None] = {}
        self.taken: set[object] = set()

    def _midnight(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def anybody(self) -> str:
        return self.dice.choice(self.humans + (BOTS if self.chance(0.3) else []))

    def moment(self) -> datetime:
        """Near an earlier message, on a local midnight, or anywhere; sometimes after T."""
        if self.messages and self.chance(0.3):
            return self.dice.choice(self.messages[-6:])[1] + self.dice.choice(STEPS)
        if self.chance(0.15):
            midnight = self._midnight(self.until - timedelta(days=self.dice.randint(-3, 70)))
            return midnight + self.dice.choice([-TICK, 0 * TICK, TICK, 10 * LIMITS[1]])
        reach = self.dice.choice([2, 9, 30, 70, 120])
        seconds = self.dice.randint(-86_400 * 2, 86_400 * reach)
        return self.end - timedelta(seconds=seconds, milliseconds=self.dice.choice([0, 0, 7]))

    def fresh_id(self, channel: str, author: str, at: datetime) -> str | None:
        """An id that is new in its channel; None where two first posts could not be ordered."""
        odd = [] if self.chance(0.6) else ODD_IDS + HUGE_IDS
        number = self.dice.choice([*odd, str(self.dice.randint(1, 150))])
        if self.drift is not None and at > SNOWFLAKES_SINCE and self.chance(0.8):
            since = (at - SNOWFLAKES_SINCE) // TICK + self.drift
            number = str((since << 22) + self.dice.randint(0, 2))
        keys = {(channel, number), (author, at, number)}
        if keys & self.taken:
            return None
        self.taken |= keys
        return number

    def message(self) -> None:
        """A message, often soon after another one in the same room."""
        author, thread = self.anybody(), self.dice.choice(self.threads)
        if self.messages and self.chance(self.liveliness):
            line, at = self.dice.choice(self.messages[-2:])
            author = self.dice.choice([author, self._recent_author(), self._recent_author()])
            self.write(author, at + self.dice.choice(CHAT), line["channel"], line.get("thread"))
        else:
            self.write(author, self.moment(), self.dice.choice(self.channels), thread)

    def _recent_author(self) -> str:
        author: str = self.dice.choice(self.messages[-4:])[0]["author"]
        return author

    def write(self, author: str, at: datetime, channel: str, thread: str | None) -> None:
        number = self.fresh_id(channel, author, at)
        if number is None:
            return
        more = self._reply(channel, at) if self.chance(0.45) else {}
        mentions = self._mentions() if self.chance(0.3) else []
        line = said(number, author, text(at), *mentions, channel=channel, **more)
        line |= {"has_question": self.dice.choice([True, True, False, None]), "colour": 1}
        line |= {"thread": thread} if thread else {}
        self.messages.append((line, at))
        self.lines.append(line)

    def newcomer(self) -> None:
        """Somebody new, who may write, come back on a limit, or leave on one."""
        user = f"n{len(self.lines)}"
        at = self.end - timedelta(days=self.dice.randint(0, 100), minutes=self.dice.randint(0, 999))
        self.lines.append(joined(user, text(at), source="promo"))
        self.humans.append(user)
        if self.chance(0.5):
            days = timedelta(days=self.dice.choice([0, 0, 0, 1, 27, 28]))
            self.write(user, at + days + self.dice.choice(STEPS), self.channels[0], None)
        if self.chance(0.5):
            day = self.dice.choice([1, 2, 6, 7, 13, 14, 27, 28, 34, 35])
            self.lines.append(voted(user, text(at + timedelta(days=day))))
        if self.chance(0.3):
            self.taken.add((user, leave := at + self.dice.choice(STEPS[1:])))
            self.lines.append(left(user, text(leave)))

    def _mentions(self) -> list[str]:
        everyone = self.dice.sample([*self.humans, *BOTS, *GHOSTS], self.dice.randint(1, 3))
        recent = [self._recent_author()] if self.messages and self.chance(0.7) else []
        return list(dict.fromkeys(recent + everyone))

    def _reply(self, channel: str, at: datetime) -> Line:
        early = self.chance(0.85)
        here = [
            line
            for line, sent in self.messages
            if line["channel"] == channel and (sent <= at or not early)
        ][-self.dice.choice([1, 1, 2, 8]) :]
        if not here or self.chance(0.1):
            place = (channel, self.dice.choice(["gone", "99999"]))
            author = self.unseen.setdefault(place, self.dice.choice([None, *self.humans, "zed"]))
            return {"reply_to": place[1], "reply_to_author": author}
        target = self.dice.choice(here)
        authors = [None, target["author"], target["author"], self.anybody()]
        return {"reply_to": target["id"], "reply_to_author": self.dice.choice(authors)}

    def reaction(self) -> None:
        """A chain of adds and removals, the first an add."""
        author: str | None
        if self.messages and self.chance(0.9):
            line, at = self.dice.choice(self.messages[-12:])
            place = (line["channel"], line["id"])
            author = self.dice.choice([None, line["author"], line["author"], self.anybody()])
        else:
            at, place = self.moment(), (self.channels[0], "gone-2")
            author = self.unseen.setdefault(place, self.dice.choice([None, *self.humans, "robot"]))
        user, emoji = self.anybody(), self.dice.choice(EMOJI)
        for op in ["add", "add", "remove", "add", "remove"][self.dice.randint(0, 1) :]:
            at += self.dice.choice(STEPS)
            line = reacted(user, place[1], text(at), op=op, channel=place[0], emoji=emoji)
            self.lines.append(line | {"message_author": author})
            if self.chance(0.6):
                return

    def coming_and_going(self) -> None:
        """Joins and leaves of one human, at instants of their own."""
        user, at = self.anybody(), self.moment()
        for _ in range(self.dice.randint(1, 3)):
            if (user, at) not in self.taken:
                self.taken.add((user, at))
                how = self.dice.choice([{}, {"how": "left"}, {"how": "kicked"}, {"how": "banned"}])
                comes = self.chance(0.65)
                self.lines.append(joined(user, text(at)) if comes else left(user, text(at), **how))
            at += self.dice.choice(STEPS)

    def voice(self) -> None:
        """A stay, often beside another one; nobody is in two channels at once."""
        user, channel, start = self.anybody(), self.dice.choice(["v1", "v2"]), self.moment()
        if self.stays and self.chance(0.7):
            _, channel, begun, _ = self.dice.choice(self.stays[-4:])
            start = begun + self.dice.choice([*LIMITS[:4], TICK])
        end = start + self.dice.choice(STAYS)
        for who, where, since, until in self.stays:
            if who == user and where != channel and since < end and start < until:
                return
        self.stays.append((user, channel, start, end))
        self.lines.append(talked(user, text(start), text(end), channel))

    def deletion(self) -> None:
        if self.messages:
            line, at = self.dice.choice(self.messages)
            at += self.dice.choice([*STEPS, timedelta(days=20)])
            more = {"by_moderator": self.chance(0.6), "channel": line["channel"]}
            self.lines.append(deleted(line["id"], text(at), **more))

    def small_things(self) -> None:
        user, at = self.anybody(), self.moment()
        later = at + self.dice.choice([*STEPS, timedelta(days=9)]) + TICK
        channel = self.dice.choice([None, None, "c1"])
        count = {"kind": "member_count", "at": text(at), "count": 50}
        choices = [voted(user, text(at)), opened(user, text(at)), count]
        self.lines.append(self.dice.choice([*choices, gap(text(at), text(later), channel)]))

    def description(self) -> None:
        """Staff, silent people and bots, said late or never."""
        user = self.dice.choice([*self.humans, "silent"])
        self.lines.append(member(user, **self.dice.choice([{}, {"is_staff": True}])))

    def _on_its_platform(self, line: Line) -> Line:
        """Some channels, and the accounts seen there, belong to another platform."""
        here, elsewhere = self.platforms
        if "channel" not in line and self.abroad and self.chance(0.15):
            return line | {"platform": elsewhere}
        if line.get("channel") in self.abroad:
            return line | {"platform": elsewhere}
        return line | {"platform": here} if self.chance(0.1) else line

    def tell(self, size: int) -> list[Line]:
        """About `size` lines, in any order, some of them twice."""
        acts: list[Callable[[], None]] = [
            *[self.message] * 12,
            *[self.reaction] * 3,
            *[self.coming_and_going] * 3,
            *[self.voice] * 2,
            *[self.newcomer] * 2,
            *[self.deletion, self.small_things, self.description],
        ]
        while len(self.lines) < size:
            self.dice.choice(acts)()
        lines = [self._on_its_platform(line) for line in self.lines]
        lines += [line for line in lines if self.chance(0.05)]
        lines += [member(bot, is_bot=True) for bot in BOTS] if lines else []
        if self.chance(0.7):
            self.dice.shuffle(lines)
        return lines


def imagine(dice: Random, size: int, stages: list[tuple[str, date]] = STAGES) -> World:
    """A community of about `size` events from a source of chance."""
    zone, until = dice.choice(stages)
    teller = Teller(dice, zone, until)
    header = {"format": "foyer-events/1", "platform": teller.platforms[0], "community": "w"}
    return World(header | {"timezone": zone}, teller.tell(size), until)


def world(seed: int, size: int, stages: list[tuple[str, date]] = STAGES) -> World:
    """The same community for the same seed and size."""
    return imagine(Random(seed), size, stages)  # noqa: S311  chance that repeats, no secret


@st.composite
def worlds(draw: st.DrawFn, stages: list[tuple[str, date]] = STAGES, size: int = 60) -> World:
    """Communities that Hypothesis can make smaller."""
    dice = draw(st.randoms(use_true_random=False))
    return imagine(dice, draw(st.integers(0, size)), stages)


def with_quarrels(dice: Random, told: World) -> World:
    """The same world with other messages under ids that are taken, further down the file."""
    messages = [line for line in told.lines if line["kind"] == "message"]
    others = [
        line | {"author": "ana", "mentions": ["bob"]} for line in messages if dice.random() < 0.3
    ]
    return told._replace(lines=told.lines + others)


def smallest(told: World, fails: Callable[[World], bool]) -> World:
    """A world that still fails and would not with any one line less."""
    step = len(told.lines) // 2
    while step:
        for start in range(len(told.lines) - step, -1, -step):
            less = told._replace(lines=told.lines[:start] + told.lines[start + step :])
            told = less if fails(less) else told
        step //= 2
    return told
