"""Chance that falls the same way on every machine and every Python."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from random import Random
from typing import TypeVar

T = TypeVar("T")

Curve = tuple[tuple[int, int], ...]
"""A distribution by its quantiles: (per cent, value), from 0 to 100, straight between them."""


class Dice:
    """One stream of draws; every part of a world throws its own and disturbs no other.

    It rests on `random()`, the only draw Python promises never to change, and on whole numbers
    and the four operations: logarithms, powers and sums of floats differ between machines.
    """

    def __init__(self, seed: int, part: str) -> None:
        self._random = Random(f"{seed}/{part}").random  # noqa: S311  a simulation keeps no secret

    def chance(self, likely: int, of: int = 100) -> bool:
        """True `likely` times out of `of`."""
        return self._random() * of < likely

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both possible."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, all equally likely."""
        return options[int(self._random() * len(options))]

    def weigh(self, options: Sequence[T], weights: Sequence[int]) -> T:
        """One of the options, as likely as its weight; not all weights are 0."""
        reached = list(accumulate(weights))
        return options[bisect_right(reached, int(self._random() * reached[-1]))]

    def draw(self, curve: Curve) -> int:
        """A value of the distribution."""
        at = self._random() * 100
        low, high = next((low, high) for low, high in pairwise(curve) if at < high[0])
        return low[1] + int((at - low[0]) * (high[1] - low[1]) / (high[0] - low[0]))
