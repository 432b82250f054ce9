"""Intervals for shares and for the difference of two shares (METRICS.md §2.1, §4.2)."""

from math import sqrt
from typing import NamedTuple

Z = 1.96


class Interval(NamedTuple):
    """The values from `low` to `high` that the data leave possible, at 95 %."""

    low: float
    high: float


def wilson(x: int, n: int) -> Interval:
    """Wilson's score interval for x of n, n at least 1 (METRICS.md §2.1)."""
    share, z2 = x / n, Z * Z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    # At x = 0 and x = n the exact bounds are 0 and 1; floats land just beside them.
    return Interval(0.0 if x == 0 else centre - half, 1.0 if x == n else centre + half)


def newcombe(x1: int, n1: int, x2: int, n2: int) -> Interval:
    """Newcombe's interval for x1/n1 - x2/n2, from the two Wilson intervals (METRICS.md §4.2)."""
    one, two = wilson(x1, n1), wilson(x2, n2)
    p1, p2 = x1 / n1, x2 / n2
    return Interval(
        p1 - p2 - sqrt((p1 - one.low) ** 2 + (two.high - p2) ** 2),
        p1 - p2 + sqrt((one.high - p1) ** 2 + (p2 - two.low) ** 2),
    )
