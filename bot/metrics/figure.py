"""One figure: a number about a community with everything needed to judge it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.sight import Sight


class Unit(StrEnum):
    """What a figure counts in."""

    PEOPLE = "people"
    SHARE = "share"
    RATIO = "ratio"
    COUNT = "count"
    SECONDS = "seconds"
    PER_100 = "per_100"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric's value at the end of a window.

    `value` is None only where the formula has none; `enough` is False below the minimum of
    METRICS.md §2, and the value is then still given. Shares carry `x` of `n` and their Wilson
    interval `low`..`high` (0..1). `previous` is the value seven days earlier; `changed` is None
    where METRICS.md §4 has no rule. `parts` holds what one number cannot. `people` is how many
    different people stand behind x, None where that is unknown. `unavailable` names what was
    hidden so long that there is no value.
    """

    value: float | None
    n: int
    unit: Unit
    enough: bool
    x: int | None = None
    low: float | None = None
    high: float | None = None
    previous: float | None = None
    changed: bool | None = None
    window_days: int = 28
    parts: Mapping[str, Any] | None = None
    people: int | None = None
    unavailable: tuple[Sight, ...] = ()
