"""What a running bot counts about itself; labels name parts of Foyer, never a person or place."""

import re
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
UNKNOWN = "unknown"
_WORD = re.compile(r"(?!.*[0-9]{3})[a-z][a-z0-9_]{0,39}")
"""What a label may say; no id of a platform reads like this."""


class Telemetry:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.last_tick: int | None = None
        """The instant (epoch ms) at which the bot last looked at what is due."""
        self._commands: frozenset[str] = frozenset()
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._recorded = Counter(
            "foyer_events_recorded", "Events stored for the first time.", ["platform"],
            registry=registry,
        )  # fmt: skip
        self._heard = Counter(
            "foyer_events_heard", "Events that features heard of.", ["cog", "outcome"],
            registry=registry,
        )  # fmt: skip
        self._answered = Counter(
            "foyer_commands", "Commands that were answered.", ["command", "outcome"],
            registry=registry,
        )  # fmt: skip
        self._ran = Counter(
            "foyer_slots", "Turns of routines that were decided.", ["routine", "state"],
            registry=registry,
        )  # fmt: skip
        self._posted = Counter(
            "foyer_posts", "What became of what was to be said.", ["platform", "state"],
            registry=registry,
        )  # fmt: skip
        self._connected = Gauge(
            "foyer_connected", "Whether a platform can be talked to.", ["platform"],
            registry=registry,
        )  # fmt: skip
        self._ticked = Gauge(
            "foyer_last_tick_seconds", "When the bot last looked at what is due, Unix time.",
            registry=registry,
        )  # fmt: skip

    def declare(self, commands: Iterable[str]) -> None:
        """The commands that are counted by name; every other one counts as `unknown`."""
        self._commands = frozenset(commands)

    def recorded(self, platform: str, count: int) -> None:
        """So many events of a platform were stored."""
        self._recorded.labels(_word(platform)).inc(count)

    def heard(self, cog: str, outcome: str) -> None:
        """A feature heard of an event, and how it went."""
        self._heard.labels(_word(cog), _word(outcome)).inc()

    def answered(self, command: str, outcome: str) -> None:
        """Somebody typed a command, and how it went."""
        name = command if command in self._commands else UNKNOWN
        self._answered.labels(name, _word(outcome)).inc()

    def ran(self, routine: str, state: str) -> None:
        """A routine's turn was decided."""
        self._ran.labels(_word(routine), _word(state)).inc()

    def posted(self, platform: str, state: str) -> None:
        """Something that was to be said came into a state."""
        self._posted.labels(_word(platform), _word(state)).inc()

    def connected(self, platform: str, is_connected: bool) -> None:
        """A platform can be talked to, or cannot any more."""
        self._connected.labels(_word(platform)).set(is_connected)

    def ticked(self, at: int) -> None:
        """The bot looked at what is due, at this instant (epoch ms)."""
        self.last_tick = at
        self._ticked.set(at / 1000)

    def exposition(self) -> bytes:
        """Everything that was counted, in Prometheus' text format."""
        return generate_latest(self._registry)


def _word(name: str) -> str:
    return name if _WORD.fullmatch(name) else UNKNOWN
