"""A tiny community and the figures that a reading states for it."""

from datetime import date
from typing import NamedTuple

from tests.worlds_lines import Line, joined, said

Expected = float | tuple[int, int] | dict[str, int] | None
SUNDAY = date(2025, 3, 2)


class Example(NamedTuple):
    """Events, and what they amount to: a value, (x, n) of a share, or the parts of growth."""

    lines: list[Line]
    expected: dict[str, Expected]
    until: date = SUNDAY


def alone(author: str, *days: str) -> list[Line]:
    """A message at noon of each day, with ids that are nobody else's."""
    return [said(f"{author} {day}", author, f"{day} 12:00") for day in days]


def edge(sender: str, receiver: str, day: str = "02-10") -> Line:
    """One mention at noon."""
    return said(f"{sender} to {receiver} {day}", sender, f"{day} 12:00", receiver)


def everybody(joins: dict[str, str]) -> list[Line]:
    """People who joined at noon of a day."""
    return [joined(user, f"{day} 12:00") for user, day in joins.items()]
