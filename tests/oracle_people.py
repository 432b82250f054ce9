"""Who is there, who came when, and how active people were, by brute force."""

from datetime import date, timedelta
from functools import cached_property

from tests.oracle_events import DAY, Line, Seen, instant


class People:
    """The humans of a community at T."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen

    @cached_property
    def acted(self) -> set[str]:
        """Humans who did anything or have a `member` line (METRICS-READINGS M1)."""
        kinds = {"reaction", "poll_vote", "voice", "thread_created", "member"}
        users = {line["user"] for line in self.seen.lines if line["kind"] in kinds}
        authors = {post.author for post in self.seen.stored.values()}
        return {user for user in users | authors if self.seen.human(user)}

    @cached_property
    def changes(self) -> dict[str, list[Line]]:
        """Joins and leaves of every human, in time."""
        found: dict[str, list[Line]] = {}
        lines = [*self.seen.of("member_joined"), *self.seen.of("member_left")]
        for line in sorted(lines, key=lambda line: instant(line["at"])):
            if self.seen.human(line["user"]):
                found.setdefault(line["user"], []).append(line)
        return found

    @cached_property
    def heads(self) -> set[str]:
        """Humans present at T: the last join or leave decides (METRICS-READINGS M1, M2)."""
        last = {user: lines[-1]["kind"] for user, lines in self.changes.items()}
        everybody = self.acted | set(last)
        return {user for user in everybody if last.get(user, "member_joined") == "member_joined"}

    @cached_property
    def joins(self) -> dict[str, Line]:
        """The first known join of everybody who has one (METRICS-READINGS M3)."""
        found: dict[str, Line] = {}
        for user, lines in self.changes.items():
            for line in lines:
                if line["kind"] == "member_joined":
                    found.setdefault(user, line)
        return found

    @cached_property
    def joined_on(self) -> dict[str, date]:
        """The local day of the first known join."""
        return {user: self.seen.day(instant(line["at"])) for user, line in self.joins.items()}

    def cohort(self, first: int, end: int) -> set[str]:
        """Humans who first joined in `[T-first, T-end)`, leavers too."""
        days = self.seen.days(first, end)
        return {user for user, day in self.joined_on.items() if day in days}

    def active(self, first: int, end: int = 0) -> set[str]:
        """Humans with A2 in `[T-first, T-end)`."""
        days = self.seen.days(first, end)
        return {user for user, day in self.seen.communicated if day in days}

    def reachable(self, recent: int) -> set[str]:
        """Present humans with A1 in 91 days, or joined within `recent` days."""
        days = self.seen.days(91, 0)
        lately = {user for user, day in self.seen.present if day in days}
        return self.heads & (lately | self.cohort(recent, 0))

    def returned(self, cohort: set[str], first: int, last: int) -> set[str]:
        """Those of a cohort with A1 on local days `first`..`last` after joining."""
        return {
            user
            for user in cohort
            for age in range(first, last + 1)
            if (user, self.joined_on[user] + age * DAY) in self.seen.present
        }

    def left_early(self, user: str) -> bool:
        """Left by themselves within 24 h of the first join (METRICS-READINGS N8)."""
        joined = instant(self.joins[user]["at"])
        return any(
            line["kind"] == "member_left"
            and (line.get("how") or "left") == "left"
            and joined <= instant(line["at"]) <= joined + timedelta(hours=24)
            for line in self.changes[user]
        )
