"""How evenly the talking is spread: inequality, effective voices, dependence on a few."""

from collections.abc import Collection
from itertools import accumulate

from bot.facts import Facts
from bot.metrics.change import baseline_weeks, is_unusual
from bot.metrics.figure import Figure, Unit
from bot.metrics.metric import number, share

FEWEST_TO_COMPARE = 10
"""METRICS.md §2: contributors below which weeks are not compared."""


def gini(facts: Facts) -> Figure:
    """Inequality of messages over those who wrote any (METRICS C1, READINGS I1), 0 is equal."""
    messages = sorted(facts.written(facts.days).values())
    n, value = len(messages), None
    if n >= 3:
        ranked = sum(rank * written for rank, written in enumerate(messages, 1))
        value = 2 * ranked / (n * sum(messages)) - (n + 1) / n
    return number(value, n, facts.days, enough=_is_enough(messages))


def n2_voices(facts: Facts) -> Figure:
    """How many equal voices the messages are worth, 1 / sum p² (METRICS C3; change by §4.1)."""
    messages = facts.written(facts.days).values()
    return number(
        _effective(messages),
        len(messages),
        facts.days,
        enough=_is_enough(messages),
        changed=_has_changed(facts),
    )


def top1_share(facts: Facts) -> Figure:
    """The share of the messages that one person wrote, the one who wrote most (METRICS C3)."""
    messages = facts.written(facts.days).values()
    top = max(messages, default=0)
    return share(top, sum(messages), facts.days, enough=_is_enough(messages))


def bus_factor(facts: Facts) -> Figure:
    """The fewest people who wrote more than half of the messages together (METRICS C4)."""
    messages = sorted(facts.written(facts.days).values(), reverse=True)
    total = sum(messages)
    sums = enumerate(accumulate(messages), 1)
    fewest = next((people for people, written in sums if 2 * written > total), None)
    enough = _is_enough(messages)
    return number(fewest, len(messages), facts.days, unit=Unit.PEOPLE, enough=enough)


def _is_enough(messages: Collection[int]) -> bool:
    return len(messages) >= 3 and sum(messages) >= 30


def _effective(messages: Collection[int]) -> float | None:
    total = sum(messages)
    return total * total / sum(written * written for written in messages) if total else None


def _has_changed(facts: Facts) -> bool:
    """Whether the last week's effective voices stand out from the weeks before it."""
    weeks = [facts.written(*week).values() for week in [(7, 0), *baseline_weeks(facts)]]
    if any(len(messages) < FEWEST_TO_COMPARE for messages in weeks):
        return False
    last, *baseline = [_effective(messages) or 0.0 for messages in weeks]
    return is_unusual(last, baseline)
