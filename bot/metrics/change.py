"""When a week differs from the weeks before it by more than chance (METRICS.md §2, §4)."""

from collections.abc import Sequence
from math import sqrt
from statistics import median

from bot.facts import Facts
from bot.metrics.wilson import newcombe
from bot.sight import Sight

BASELINE_WEEKS = 8
FEWEST_POINTS = 5
UNUSUAL_Z = 2.0
SEEN_ENOUGH = 0.9
FEWEST_ITEMS = 20
SMALLEST_STEP = 0.10


def robust_z(value: float, baseline: Sequence[float]) -> float:
    """How many robust deviations a value lies from its baseline (METRICS.md §2.3)."""
    middle = median(baseline)
    spread = 1.4826 * median(abs(point - middle) for point in baseline)
    return (value - middle) / max(spread, sqrt(max(middle, 1)), 0.5)


def baseline_weeks(facts: Facts) -> list[tuple[int, int]]:
    """The windows of the eight weeks before the last one; none where they cannot be compared.

    A week of which more than a tenth was not seen, or without its messages, is missing, not low
    (METRICS.md §2.4). Empty when the last week is missing, when the community is younger, or when
    fewer than five are left.
    """
    oldest = facts.today - 7 * (BASELINE_WEEKS + 1)
    if facts.began_on is None or facts.began_on > oldest or not _is_seen(facts, (7, 0)):
        return []
    weeks = [(7 * k + 7, 7 * k) for k in range(1, BASELINE_WEEKS + 1)]
    weeks = [week for week in weeks if _is_seen(facts, week)]
    return weeks if len(weeks) >= FEWEST_POINTS else []


def _is_seen(facts: Facts, week: tuple[int, int]) -> bool:
    return min(facts.seen(*week), 1 - facts.hidden(Sight.MESSAGES, *week)) >= SEEN_ENOUGH


def is_unusual(value: float, baseline: Sequence[float]) -> bool:
    """Whether a weekly value stands out from its baseline (METRICS.md §4.1)."""
    return bool(baseline) and abs(robust_z(value, baseline)) >= UNUSUAL_Z


def is_other_rate(x1: int, n1: int, x2: int, n2: int) -> bool:
    """Whether x1 of n1 is another rate than x2 of n2, and by enough to matter (METRICS.md §4.2)."""
    if min(n1, n2) < FEWEST_ITEMS or abs(x1 / n1 - x2 / n2) < SMALLEST_STEP:
        return False
    interval = newcombe(x1, n1, x2, n2)
    return interval.low > 0 or interval.high < 0
