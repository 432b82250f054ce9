"""How many people there are, and how many of them are within reach."""

from bot.facts import Facts
from bot.metrics.figure import Figure
from bot.metrics.metric import people, share

REACH_DAYS = 91


def headcount(facts: Facts) -> Figure:
    """Humans who are here (METRICS §1.2 H, READINGS M1, M2). Needs memberships."""
    return people(sum(person.is_present for person in facts.people.values()), facts.days)


def reachable(facts: Facts) -> Figure:
    """Humans here who did anything in 91 days or joined in the window (METRICS §1.2 Rch)."""
    return people(len(_reachable(facts)), REACH_DAYS)


def participation_rate(facts: Facts) -> Figure:
    """Share of the reachable who communicated in the window (METRICS A4, READINGS M6)."""
    within_reach = _reachable(facts)
    active = facts.a2.people(facts.days) & within_reach
    return share(len(active), len(within_reach), facts.days)


def _reachable(facts: Facts) -> set[int]:
    lately = facts.a1.people(REACH_DAYS).union(facts.joined(facts.days))
    return {person for person in lately if facts.people[person].is_present}
