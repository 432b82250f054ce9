"""The parts of a head count, and the real size of a community (METRICS.md §6.2)."""

from dataclasses import dataclass
from math import exp, fsum, log

from bot.facts import Facts

NEW_DAYS = 14
"""Who joined less than so many local days ago is new."""


@dataclass(frozen=True, slots=True)
class HeadCount:
    """Present humans, each in one part (METRICS-READINGS R2); nobody is judged hollow.

    `engaged` had company in the window, `new` joined of late, `dormant` was active once, `quiet`
    never was. `real_size` is the number of equally engaged people that would be as diverse.
    """

    engaged: float
    new: float
    dormant: float
    quiet: float
    real_size: float


def head_count(facts: Facts) -> HeadCount:
    """The parts at T, as far as activity alone tells (METRICS-READINGS R1, M5)."""
    present = [number for number, person in facts.people.items() if person.is_present]
    company = {number: facts.a3.count(number, facts.days) for number in present}
    parts = {"engaged": 0, "new": 0, "dormant": 0, "quiet": 0}
    for number in present:
        parts[_part(facts, number, company[number])] += 1
    days = [days for days in company.values() if days]
    return HeadCount(
        **{part: float(people) for part, people in parts.items()}, real_size=_hill(days)
    )


def _part(facts: Facts, number: int, engaged_days: int) -> str:
    if engaged_days:
        return "engaged"
    joined_on = facts.joined_on.get(number)
    if joined_on is not None and joined_on >= facts.today - NEW_DAYS:
        return "new"
    return "dormant" if facts.people[number].has_acted else "quiet"


def _hill(days: list[int]) -> float:
    """The Hill number of order 1 of engaged days; 0 where nobody is engaged."""
    total = sum(days)
    if not total:
        return 0.0
    return exp(-fsum(count / total * log(count / total) for count in days))
