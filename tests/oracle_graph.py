"""Who deals with whom in the window: hero, centralisation, components and reciprocity."""

from collections import Counter
from functools import cached_property

from tests.oracle_events import Seen


class Graph:
    """Explicit replies, mentions and reactions of a window (METRICS-READINGS A4, I3)."""

    def __init__(self, seen: Seen, days: int) -> None:
        window = seen.days(days, 0)
        self.interactions = [(a, b) for a, b, day in seen.interactions if day in window]

    @cached_property
    def neighbours(self) -> dict[str, set[str]]:
        """Everybody with at least one edge, and whom they have one with."""
        found: dict[str, set[str]] = {}
        for one, other in self.interactions:
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
        return found

    @property
    def hero(self) -> str:
        """The human with most interactions, ties to the lowest id (METRICS-READINGS I2)."""
        weight = Counter(user for pair in self.interactions for user in pair)
        return min(weight, key=lambda user: (-weight[user], user))

    def survivors(self) -> tuple[int, int] | None:
        """Who keeps a partner without the hero, of how many; None below three people."""
        if len(self.neighbours) < 3:
            return None
        hero = self.hero
        others = {user: near for user, near in self.neighbours.items() if user != hero}
        return sum(bool(near - {hero}) for near in others.values()), len(others)

    def centralisation(self) -> float | None:
        """Freeman's degree centralisation over humans with an edge (METRICS-READINGS I4)."""
        degrees = [len(near) for near in self.neighbours.values()]
        people = len(degrees)
        if people < 3:
            return None
        return sum(max(degrees) - each for each in degrees) / ((people - 1) * (people - 2))

    def component(self, user: str) -> set[str]:
        """Everybody who can be reached from a human, themselves too."""
        reached, waiting = {user}, [user]
        while waiting:
            for other in self.neighbours.get(waiting.pop(), set()) - reached:
                reached.add(other)
                waiting.append(other)
        return reached

    def giant(self, active: set[str]) -> int:
        """The most of the active that one component holds (METRICS-READINGS I5)."""
        return max((len(self.component(user) & active) for user in active), default=0)

    def returned(self) -> tuple[int, int]:
        """Directed pairs with a way back, of all directed pairs (METRICS.md V1)."""
        pairs = set(self.interactions)
        return sum((b, a) in pairs for a, b in pairs), len(pairs)
