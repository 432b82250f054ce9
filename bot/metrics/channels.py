"""How people spread over the channels."""

from math import log

from bot.facts import Facts
from bot.metrics.figure import Figure
from bot.metrics.metric import number


def channel_entropy(facts: Facts) -> Figure:
    """Normalised entropy of active people over channels, 1 is even (METRICS X1, READINGS L5).

    No value with fewer than two channels; `n` counts each person once in each of theirs.
    """
    sizes = sorted(len(active) for active in facts.channels.values())
    n = sum(sizes)
    value = None
    if len(sizes) > 1:
        value = -sum(size / n * log(size / n) for size in sizes) / log(len(sizes))
    return number(value, n, facts.days)
