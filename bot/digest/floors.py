"""What may be told in public: numbers rounded down so far that no group of fewer than five shows.

Every number is told as "so many or more", and never comes so near to the whole that fewer than
five could be missing from it. A share is left out where fewer than ten people, not five, stand
behind it, so that silence tells nobody of a small group either. Of those who take part one number
a week is told, with no part of it and never beside that of four weeks: numbers one inside the
other would give away their difference, in one week or from one week to the next.
"""

from dataclasses import replace

from bot.digest.slots import Slot, liveliest
from bot.metrics.figure import Figure
from bot.stats import Statistics

FLOOR = 5
"""No group of fewer people than this may be known from what is told."""
BAR = 2 * FLOOR
"""So many people must stand behind a share before it is told."""
_SHARE_STEPS = 20
"""Shares are told in steps of 5 %."""
_SHARES = ("answer_rate_24h", "newcomer_first_reply_24h", "conversations_3plus")


def floored(statistics: Statistics) -> Statistics:
    """The statistics with nothing in them that members may not read.

    A figure that may be told has a value rounded down and `enough`; its counts, range and the
    week before are gone. `rhythm` has the liveliest hours in `parts.liveliest`, as (weekday,
    start, end, people), the people always 0.
    """
    figures = {id_: _silent(figure) for id_, figure in statistics.figures.items()}
    people = _people(statistics)
    if people:
        figures |= _told(statistics, people)
    return replace(statistics, figures=figures, reported=None, head_count=None)


def _told(statistics: Statistics, people: int) -> dict[str, Figure]:
    """The figures that may be told where so many people, rounded down, took part in the week."""
    told = {"wau": _wau(statistics.figures["wau"], people)}
    hours = _lively_hours(statistics.figures["rhythm"])
    if hours:
        silent = _silent(statistics.figures["rhythm"])
        told["rhythm"] = replace(silent, enough=True, parts={"liveliest": hours})
    for id_ in _SHARES:
        share = _share(statistics.figures[id_])
        if share:
            told[id_] = replace(_silent(statistics.figures[id_]), value=share, enough=True)
    return told


def _people(statistics: Statistics) -> int:
    """Those who took part in the week, rounded down; 0 where they are too few to be told."""
    value = statistics.figures["wau"].value or 0
    return _rounded_down(min(value, _head_count(statistics) - FLOOR))


def _head_count(statistics: Statistics) -> float:
    """The smaller of the head counts that anybody could subtract from."""
    known = (statistics.figures["headcount"].value or 0, statistics.reported)
    return min(count for count in known if count is not None)


def _share(figure: Figure) -> float:
    """A share rounded down; 0 where too few people stand behind it."""
    if not figure.enough or figure.x is None or (figure.people or 0) < BAR:
        return 0.0
    told = min(figure.x, figure.n - FLOOR)
    return max(0, told * _SHARE_STEPS // figure.n) / _SHARE_STEPS


def _lively_hours(figure: Figure) -> tuple[Slot, ...]:
    """The liveliest hours of the week that see five people or more on average."""
    matrix = (figure.parts or {}).get("matrix")
    if matrix is None or not figure.enough:
        return ()
    return tuple(
        slot._replace(people=0)
        for slot in liveliest(matrix)
        if min(matrix[slot.day][slot.start : slot.end]) >= FLOOR
    )


def _rounded_down(count: float) -> int:
    return max(0, int(count) // FLOOR * FLOOR)


def _wau(figure: Figure, people: int) -> Figure:
    has_grown = figure.previous is not None and (figure.value or 0) > figure.previous
    changed = True if figure.changed and has_grown else None
    return replace(_silent(figure), value=people, enough=True, changed=changed)


def _silent(figure: Figure) -> Figure:
    """A figure of which nothing is told but what it would count, and why it is not available."""
    return Figure(
        None,
        0,
        figure.unit,
        enough=False,
        window_days=figure.window_days,
        unavailable=figure.unavailable,
    )
