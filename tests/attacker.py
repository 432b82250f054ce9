"""Somebody who reads the members' editions of two weeks and takes out a pencil.

Knows only what is public: the rendered text, the number of members that the platform shows, and
how many came and went between the weeks. Reads "60 ... or more" as 60 to 64 and "65%" as 65 to
70 %, and looks for groups that must then have fewer than five people.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

FEW = 5

_PEOPLE = re.compile("newcomers|nouveaux membres")
"""Shares of questions or conversations have a whole that nobody knows; newcomers are people."""
_LINE = re.compile(r"^ +(?P<number>\d[\d,\u202f\xa0]*?)(?P<percent>[\u202f\xa0]?%)?  \S")


class Range(NamedTuple):
    """What a number can be, both ends included."""

    low: float
    high: float

    def minus(self, other: "Range") -> "Range":
        """This less a part of it."""
        return Range(max(0.0, self.low - other.high), self.high - other.low)


class Public(NamedTuple):
    """What everybody sees of a week: the edition, and the platform's number of members."""

    edition: str
    members: int


class Reading(NamedTuple):
    """The numbers of an edition; `percents_of_people` are those of members."""

    people: tuple[int, ...]
    percents: tuple[int, ...]
    percents_of_people: tuple[int, ...]


def read(edition: str) -> Reading:
    """The numbers at the beginning of lines, where figures stand."""
    found = [match for line in edition.splitlines() if (match := _LINE.match(line))]
    told = [(int(re.sub(r"\D", "", m["number"])), bool(m["percent"]), m.string) for m in found]
    return Reading(
        tuple(number for number, is_share, _ in told if not is_share),
        tuple(number for number, is_share, _ in told if is_share),
        tuple(number for number, is_share, line in told if is_share and _PEOPLE.search(line)),
    )


def groups_of_a_week(week: Public) -> Iterator[tuple[str, Range]]:
    """Every group that subtraction gives within one edition."""
    people, _, percents = read(week.edition)
    counts = [Range(number, number + FEW - 1) for number in people]
    everybody = Range(week.members, week.members)
    for index, count in enumerate(counts):
        yield f"count {index}", Range(people[index], people[index])
        yield f"everybody but count {index}", everybody.minus(count)
        for other, smaller in enumerate(counts):
            if other != index and smaller.low <= count.low:
                yield f"count {index} but count {other}", count.minus(smaller)
    for index, percent in enumerate(percents):
        yield f"share {index}", Range(0, week.members * (percent + FEW) / 100)
        yield f"all but share {index}", Range(0, week.members * (100 - percent) / 100)


def groups_of_two_weeks(first: Public, second: Public, joined: int) -> Mapping[str, Range]:
    """Every group that two editions give together, each week's count being of the same people."""
    before, now = read(first.edition).people, read(second.edition).people
    if not (before and now):
        return {}
    here = Range(before[0], before[0] + FEW - 1), Range(now[0], now[0] + FEW - 1)
    everybody = first.members + joined
    in_both = Range(
        max(0.0, here[0].low + here[1].low - everybody), min(here[0].high, here[1].high)
    )
    return {
        "in both weeks": in_both,
        "silent after the first": here[0].minus(in_both),
        "arrived in the second": here[1].minus(in_both),
        "in neither": Range(0, everybody - max(here[0].low, here[1].low)),
    }


def small_groups(first: Public, second: Public, joined: int) -> list[str]:
    """The groups that must have fewer than five people."""
    groups = [
        *(("first week: " + name, size) for name, size in groups_of_a_week(first)),
        *(("second week: " + name, size) for name, size in groups_of_a_week(second)),
        *groups_of_two_weeks(first, second, joined).items(),
    ]
    return [name for name, size in groups if size.high < FEW]
