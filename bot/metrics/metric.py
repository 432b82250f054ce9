"""How a metric is declared, and the three shapes of a figure."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.facts import Facts
from bot.metrics.figure import Figure, Unit
from bot.metrics.wilson import wilson

FEWEST_FOR_RATE = 5
"""METRICS.md §2: below this a rate is printed as "x of n"."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of the catalogue; the docstring of `measure` says what it needs and its source."""

    id: str
    measure: Callable[[Facts], Figure]


def people(count: int, window: int, *, changed: bool | None = None) -> Figure:
    """A number of people; it is exact, so there is always enough to give it."""
    return Figure(count, count, Unit.PEOPLE, enough=True, window_days=window, changed=changed)


def share(
    x: int,
    n: int,
    window: int,
    *,
    enough: bool | None = None,
    changed: bool | None = None,
    people: int | None = None,
) -> Figure:
    """x of n with its Wilson interval; no value where n is 0 (METRICS-READINGS O1)."""
    is_enough = n >= FEWEST_FOR_RATE if enough is None else enough
    if n == 0:
        return Figure(None, 0, Unit.SHARE, enough=False, x=0, window_days=window, changed=changed)
    low, high = wilson(x, n)
    return Figure(
        x / n,
        n,
        Unit.SHARE,
        is_enough,
        x,
        low,
        high,
        window_days=window,
        changed=changed,
        people=people,
    )


def number(
    value: float | None,
    n: int,
    window: int,
    *,
    unit: Unit = Unit.NUMBER,
    enough: bool | None = None,
    changed: bool | None = None,
) -> Figure:
    """A value that rests on n people or items; None where the formula has none."""
    is_enough = n >= FEWEST_FOR_RATE if enough is None else enough
    return Figure(
        value, n, unit, is_enough and value is not None, window_days=window, changed=changed
    )
