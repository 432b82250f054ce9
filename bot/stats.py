"""The statistics of a community at the end of a day, and their JSON document."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.authenticity.headcount import HeadCount, head_count
from bot.clock import date_of
from bot.facts import Facts
from bot.metrics import measure
from bot.metrics.figure import Figure
from bot.metrics.needs import ALL, hidden
from bot.model import Community
from bot.sight import Sight
from bot.weeks import week_name

PILLARS: Mapping[str, float] = {
    "participation": 0.20,
    "responsiveness": 0.20,
    "newcomers": 0.15,
    "connection": 0.15,
    "resilience": 0.15,
    "momentum": 0.15,
}
"""The pillars of the health index with their weights (METRICS.md §6.1)."""


@dataclass(frozen=True, slots=True)
class Window:
    """The local days `start`..`end`, both counted; `week` is set when they are one ISO week."""

    start: date
    end: date
    timezone: str
    week: str | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Every figure of the catalogue; `coverage` is the share of the window that was seen.

    `reported` is the platform's own last head count, where it gave one. `known` are the local
    days of the first and the last event in the store, None where there is none; `tells_joins`
    says whether anybody's joining was known at T; `head_count` are the parts of the head count,
    None where they cannot be told. `hidden` names what was hidden for too much of the window.
    """

    community: Community
    window: Window
    coverage: float
    figures: Mapping[str, Figure]
    reported: int | None = None
    known: tuple[date, date] | None = None
    tells_joins: bool = True
    head_count: HeadCount | None = None
    hidden: tuple[Sight, ...] = ()


def compose(
    community: Community, facts: Facts, before: Facts, known: tuple[date, date] | None
) -> Statistics:
    """The statistics at T, every figure with its value in `before`, the facts a week earlier."""
    earlier = measure(before)
    lost = hidden(facts, ALL, facts.days)
    return Statistics(
        community=community,
        window=_window(facts.today, facts.days, community.timezone),
        coverage=facts.seen(facts.days),
        figures={
            id_: replace(figure, previous=earlier[id_].value)
            for id_, figure in measure(facts).items()
        },
        reported=facts.reported,
        known=known,
        tells_joins=bool(facts.joined_on),
        head_count=None if lost else head_count(facts),
        hidden=lost,
    )


def document(statistics: Statistics) -> dict[str, Any]:
    """The `stats` document of CONTRACT.md §2, schema 1; nothing is rounded."""
    window = statistics.window
    return {
        "schema": 1,
        "community": statistics.community.name,
        "community_id": statistics.community.id,
        "coverage": statistics.coverage,
        "window": {
            "start": window.start.isoformat(),
            "end": window.end.isoformat(),
            "timezone": window.timezone,
            "week": window.week,
        },
        "metrics": {id_: _metric(figure) for id_, figure in statistics.figures.items()},
        "index": _index(),
        "authenticity": _authenticity(statistics),
        "sources": [],
        "sections": [],
        "actions": [],
    }


def _window(today: int, days: int, timezone: str) -> Window:
    end = date_of(today - 1)
    is_week = days == 7 and end.isoweekday() == 7
    return Window(date_of(today - days), end, timezone, week_name(end) if is_week else None)


def _metric(figure: Figure) -> dict[str, Any]:
    return {
        "value": figure.value,
        "x": figure.x,
        "n": figure.n,
        "low": figure.low,
        "high": figure.high,
        "unit": figure.unit.value,
        "previous": figure.previous,
        "changed": figure.changed,
        "enough": figure.enough,
        "window_days": figure.window_days,
        "parts": None if figure.parts is None else dict(figure.parts),
        "unavailable": list(figure.unavailable),
    }


def _index() -> dict[str, Any]:
    """The health index, which is not computed yet."""
    return {
        "value": None,
        "low": None,
        "high": None,
        "word": None,
        "enough": False,
        "pillars": {
            name: {"score": None, "weight": weight, "points_lost": None}
            for name, weight in PILLARS.items()
        },
    }


def _authenticity(statistics: Statistics) -> dict[str, Any]:
    """The parts that activity alone tells; nobody was assessed, so nobody is counted as hollow."""
    headcount = statistics.figures["headcount"].value
    reported = statistics.reported
    parts = statistics.head_count
    return {
        "headcount": headcount,
        "reported": reported,
        "unseen": None if reported is None or headcount is None else max(0, reported - headcount),
        "engaged": parts and parts.engaged,
        "dormant": parts and parts.dormant,
        "new": parts and parts.new,
        "quiet": parts and parts.quiet,
        "hollow": parts and 0.0,
        "hollow_low": None,
        "hollow_high": None,
        "real_size": parts and parts.real_size,
        "real_size_low": None,
        "real_size_high": None,
        "low": None,
        "high": None,
        "verifiable": False,
        "assessed": 0.0,
        "reason": "not_visible" if statistics.hidden else "not_assessed",
    }
