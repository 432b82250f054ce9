"""How many people communicate, and how often they come back to it."""

from statistics import fmean, median

from bot.facts import Facts
from bot.metrics.change import baseline_weeks, is_unusual
from bot.metrics.figure import Figure, Unit
from bot.metrics.metric import number, people, share

FEWEST_WEEKLY = 30
"""METRICS.md §2: under this median even a real drop of 40 % would mostly go unnoticed."""


def dau(facts: Facts) -> Figure:
    """Humans who wrote or had company in voice on the last day (METRICS A1)."""
    return people(len(facts.a2.people(1)), 1)


def wau(facts: Facts) -> Figure:
    """The same in the last seven days (METRICS A1, READINGS T5; change by METRICS §4.1)."""
    active = len(facts.a2.people(7))
    baseline = [len(facts.a2.people(*week)) for week in baseline_weeks(facts)]
    is_large = bool(baseline) and median(baseline) >= FEWEST_WEEKLY
    return people(active, 7, changed=is_large and is_unusual(active, baseline))


def mau(facts: Facts) -> Figure:
    """The same in the whole window (METRICS A1)."""
    return people(len(facts.a2.people(facts.days)), facts.days)


def stickiness(facts: Facts) -> Figure:
    """Mean daily A2 over A2 of the window (METRICS A2, READINGS A2: young communities too)."""
    active = facts.a2.people(facts.days)
    person_days = sum(facts.a2.count(person, facts.days) for person in active)
    return _ratio(person_days / facts.days, len(active), facts.days)


def regularity(facts: Facts) -> Figure:
    """Mean weekly A2 over A2 of the window (METRICS A3, READINGS T5); less than a week has none."""
    weeks = facts.days // 7
    if not weeks:
        return _ratio(0, 0, facts.days)
    weekly = fmean(len(facts.a2.people(7 * k + 7, 7 * k)) for k in range(weeks))
    return _ratio(weekly, len(facts.a2.people(facts.days)), facts.days)


def l28_4plus(facts: Facts) -> Figure:
    """Share of the window's active members who were so on 4 days or more (METRICS A5)."""
    active = facts.a2.people(facts.days)
    often = sum(facts.a2.count(person, facts.days) >= 4 for person in active)
    return share(often, len(active), facts.days)


def non_new_communicators(facts: Facts) -> Figure:
    """The last week's communicators who are no newcomers (METRICS A6, READINGS A3, M4)."""
    settled = facts.today - 8
    weekly = facts.a2.people(7)
    return people(sum(facts.joined_on.get(person, settled) <= settled for person in weekly), 7)


def _ratio(of: float, active: int, window: int) -> Figure:
    return number(of / active if active else None, active, window, unit=Unit.RATIO)
