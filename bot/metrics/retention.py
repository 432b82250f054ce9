"""Who of those who joined is still there a day, a week, a month later."""

from bot.facts import Facts
from bot.metrics.figure import Figure
from bot.metrics.metric import share

COHORT_DAYS = 56


def retention_d1(facts: Facts) -> Figure:
    """Share of joins present on the day after (METRICS N3, READINGS N4). Needs joins."""
    return _retained(facts, first=1, last=1, elapsed=2)


def retention_w1(facts: Facts) -> Figure:
    """Share of joins present on any of days 7 to 13 (METRICS N3, READINGS N4). Needs joins."""
    return _retained(facts, first=7, last=13, elapsed=14)


def retention_w4(facts: Facts) -> Figure:
    """Share of joins present on any of days 28 to 34 (METRICS N3, READINGS N4). Needs joins."""
    return _retained(facts, first=28, last=34, elapsed=35)


def _retained(facts: Facts, first: int, last: int, elapsed: int) -> Figure:
    """A1 on days `first`..`last` after joining, the joining day being day 0 (READINGS T2)."""
    joined = facts.joined(elapsed + COHORT_DAYS, elapsed)
    on = facts.joined_on
    kept = sum(facts.a1.was_on(who, on[who] + first, on[who] + last) for who in joined)
    return share(kept, len(joined), COHORT_DAYS)
