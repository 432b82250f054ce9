"""A second opinion on every figure: slow, plain, straight from METRICS.md and its readings."""

import math
from collections import Counter, defaultdict
from datetime import date, timedelta
from statistics import median
from typing import Any

from tests.oracle_conversations import Conversations
from tests.oracle_events import Line, Post, Seen, Span, instant, length, midnight
from tests.oracle_graph import Graph
from tests.oracle_people import People

Answer = dict[str, Any]
ONE_DAY = timedelta(hours=24)
ONE_HOUR = timedelta(hours=1)


def plain(value: float | None, **more: object) -> Answer:
    """A figure that is no share."""
    return {"value": value, "x": None, "n": None, **more}


def share(x: int, n: int) -> Answer:
    """x of n; no value where n is 0 (METRICS-READINGS O1)."""
    return {"value": x / n if n else None, "x": x, "n": n}


class Oracle:
    """One community at one T."""

    def __init__(self, seen: Seen, days: int) -> None:
        self.days, self.weeks = days, days // 7
        self.seen = seen
        self.people = People(self.seen)
        self.graph = Graph(self.seen, days)
        self.talk = Conversations(self.seen)
        self.mau = self.people.active(days)

    def size(self) -> dict[str, Answer]:
        """METRICS.md §3.1."""
        people, mau = self.people, self.mau
        reachable = people.reachable(self.days)
        daily = sum(len(people.active(back + 1, back)) for back in range(self.days))
        weekly = sum(len(people.active(7 * week + 7, 7 * week)) for week in range(self.weeks))
        often = [user for user in mau if self._active_days(user) >= 4]
        return {
            "headcount": plain(len(people.heads)),
            "reachable": plain(len(reachable)),
            "dau": plain(len(people.active(1))),
            "wau": plain(len(people.active(7))),
            "mau": plain(len(mau)),
            "stickiness": plain(daily / self.days / len(mau) if mau else None),
            "regularity": plain(weekly / self.weeks / len(mau) if mau else None),
            "participation_rate": share(len(reachable & mau), len(reachable)),
            "l28_4plus": share(len(often), len(mau)),
            "non_new_communicators": plain(len(people.active(7) - people.cohort(7, 0))),
        }

    def _active_days(self, user: str) -> int:
        window = self.seen.days(self.days, 0)
        return sum(day in window for who, day in self.seen.communicated if who == user)

    def _window_posts(self) -> list[Post]:
        window = self.seen.days(self.days, 0)
        return [post for post in self.seen.human_posts if self.seen.day(post.at) in window]

    def inequality(self) -> dict[str, Answer]:
        """METRICS.md C1, C3, C4 and METRICS-READINGS I1."""
        counts = sorted(Counter(post.author for post in self._window_posts()).values())
        total, people = sum(counts), len(counts)
        ranked = sum(rank * count for rank, count in enumerate(counts, 1))
        gini = 2 * ranked / (people * total) - (people + 1) / people if people >= 3 else None
        halves = (k for k in range(1, people + 1) if 2 * sum(counts[-k:]) > total)
        return {
            "gini": plain(gini),
            "n2_voices": plain(total**2 / sum(c * c for c in counts) if counts else None),
            "top1_share": share(counts[-1] if counts else 0, total),
            "bus_factor": plain(next(halves, None)),
        }

    def relations(self) -> dict[str, Answer]:
        """METRICS.md C4 to C6, V1 and METRICS-READINGS I2 to I5."""
        survivors = self.graph.survivors()
        return {
            "hero_survival": share(*survivors) if survivors else plain(None),
            "degree_centralisation": plain(self.graph.centralisation()),
            "giant_component": share(self.graph.giant(self.mau), len(self.mau)),
            "reciprocity": share(*self.graph.returned()),
        }

    def growth(self) -> dict[str, Answer]:
        """METRICS.md N6 and METRICS-READINGS O3, N5 to N7."""
        people = self.people
        now, last = people.active(7), people.active(14, 7)
        week_start = self.seen.today - timedelta(days=7)
        before = {user for user, day in self.seen.communicated if day < week_start}
        parts = {
            "new": len(now - before),
            "retained": len(now & last),
            "resurrected": len((now & before) - last),
            "churned": len(last - now),
        }
        came, lost = parts["new"] + parts["resurrected"], parts["churned"]
        firsts = range(2 * self.days, self.days, -7)
        weeks = [people.active(first, first - 7) for first in firsts]
        core = {user for user, n in Counter(u for week in weeks for u in week).items() if n >= 2}
        return {
            "growth": plain(came - lost, parts=parts),
            "quick_ratio": plain(came / lost if lost else None),
            "core_kept": share(len(core & self.mau), len(core)),
        }

    def newcomers(self) -> dict[str, Answer]:
        """METRICS.md N1, N3, N7 and METRICS-READINGS N1, N4, N8."""
        people = self.people
        figures = {"activation_7d": self._kept(people.cohort(63, 7), 0, 6)}
        for name, elapsed, first, last in (("d1", 2, 1, 1), ("w1", 14, 7, 13), ("w4", 35, 28, 34)):
            cohort = people.cohort(elapsed + 56, elapsed)
            figures[f"retention_{name}"] = self._kept(cohort, first, last)
        came = people.cohort(self.days + 1, 1)
        figures["early_leave_rate"] = share(sum(map(people.left_early, came)), len(came))
        posts = self._newcomer_posts()
        figures["newcomer_first_reply_24h"] = share(sum(map(self._welcomed, posts)), len(posts))
        return figures

    def _kept(self, cohort: set[str], first: int, last: int) -> Answer:
        return share(len(self.people.returned(cohort, first, last)), len(cohort))

    def _newcomer_posts(self) -> list[Post]:
        """First-ever posts of METRICS-READINGS N2."""
        firsts: dict[str, Post] = {}
        for post in self.seen.human_posts:
            firsts.setdefault(post.author, post)
        window, joined = self.seen.days(57, 1), self.people.joined_on
        return [
            post
            for author, post in firsts.items()
            if self.seen.day(post.at) in window
            and author in joined
            and 0 <= (self.seen.day(post.at) - joined[author]).days <= 27
        ]

    def _welcomed(self, post: Post) -> bool:
        """Another human replied or reacted within 24 h (METRICS-READINGS N3)."""
        answers = [
            other.at
            for other, parent in self.talk.parents.items()
            if parent == post and other.author != post.author and self.seen.human(other.author)
        ]
        answers += [
            each.at
            for each in self.seen.reactions
            if each.place == post.place and each.user != post.author
        ]
        return any(at - post.at <= ONE_DAY for at in answers)

    def conversations(self) -> dict[str, Answer]:
        """METRICS.md Q1, Q2, V2, V3 and METRICS-READINGS C6 to C9."""
        talk, window = self.talk, self.seen.days(self.days, 0)
        starts = [post for post in talk.by_start if self.seen.day(post.at) in window]
        sizes = [len(talk.people(start)) for start in starts]
        several = [size for size in sizes if size >= 2]
        crowds = [len({post.author for post in talk.people(start)}) >= 3 for start in starts]
        met = [talk.is_met(start) for start in starts]
        return {
            "answer_rate_24h": self._answered(ONE_DAY),
            "answer_rate_1h": self._answered(ONE_HOUR),
            "conversation_depth": plain(median(several) if several else None),
            "conversations_3plus": share(sum(crowds), len(starts)),
            "response_ratio": share(sum(met), len(starts)),
        }

    def _answered(self, within: timedelta) -> Answer:
        window = self.seen.days(self.days + 1, 1)
        asked = [p for p in self.talk.by_start if p.asks and self.seen.day(p.at) in window]
        met = [any(a.at - q.at <= within for a in self.talk.answers(q)) for q in asked]
        return share(sum(met), len(asked))

    def channel_entropy(self) -> Answer:
        """METRICS.md X1 and METRICS-READINGS L5."""
        window = self.seen.days(self.days, 0)
        members = {(post.place[0], post.author) for post in self._window_posts()}
        members |= {
            (channel, user)
            for day, user, channel in self.seen.voice
            if day in window and (user, day) in self.seen.spoke
        }
        sizes = Counter(channel for channel, _ in members).values()
        if len(sizes) < 2:
            return plain(None)
        parts = [size / sum(sizes) for size in sizes]
        return plain(-math.fsum(p * math.log(p) for p in parts) / math.log(len(parts)))

    def rhythm(self) -> Answer:
        """Distinct humans an hour, by weekday, as a mean of the weeks (METRICS.md R1)."""
        window = self.seen.days(self.days, 0)
        there: dict[tuple[date, int], set[str]] = defaultdict(set)
        for post in self._window_posts():
            local = post.at.astimezone(self.seen.zone)
            there[local.date(), local.hour].add(post.author)
        for (day, user, _), spans in self.seen.voice.items():
            if day in window and (user, day) in self.seen.spoke:
                for hour in self._hours(spans):
                    there[day, hour].add(user)
        matrix = [[0.0] * 24 for _ in range(7)]
        for (day, hour), users in there.items():
            matrix[day.weekday()][hour] += len(users) / (self.days / 7)
        return plain(None, matrix=matrix)

    def _hours(self, spans: list[Span]) -> set[int]:
        """Local hours that the spans touch; zones change on quarters of an hour."""
        quarter, hours = timedelta(minutes=15), set()
        for start, end in spans:
            at = start
            while at < end:
                hours.add(at.astimezone(self.seen.zone).hour)
                at += quarter - timedelta(minutes=at.minute % 15, seconds=at.second)
                at = at.replace(microsecond=0)
        return hours

    def coverage(self) -> Answer:
        """The share of the window's seconds outside gaps of everything (METRICS-READINGS O4)."""
        first = midnight(self.seen.today - timedelta(days=self.days), self.seen.zone)
        gaps = [
            (max(instant(line["start"]), first), min(instant(line["end"]), self.seen.end))
            for line in self.seen.of("gap")
            if line.get("channel") is None
        ]
        lost = length((start, end) for start, end in gaps if start < end)
        return plain(1 - lost / (self.seen.end - first))


def figures(
    lines: list[Line], until: date, timezone: str, days: int = 28, platform: str = "discord"
) -> dict[str, dict[str, Any]]:
    """Every figure of a community when `until` ends.

    `lines` are events without the header, `timezone` and `platform` are what it says.
    """
    oracle = Oracle(Seen(lines, until, timezone, platform), days)
    return {
        **oracle.size(),
        **oracle.inequality(),
        **oracle.relations(),
        **oracle.growth(),
        **oracle.newcomers(),
        **oracle.conversations(),
        "channel_entropy": oracle.channel_entropy(),
        "rhythm": oracle.rhythm(),
        "coverage": oracle.coverage(),
    }
