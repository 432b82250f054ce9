"""When the community is awake."""

from dataclasses import replace

from bot.clock import date_of
from bot.facts import RHYTHM_DAYS, Facts
from bot.metrics.figure import Figure
from bot.metrics.metric import number

FEWEST_USER_HOURS = 200


def rhythm(facts: Facts) -> Figure:
    """Distinct people who wrote or had company in voice, by local weekday and hour, mean of four
    weeks (METRICS R1); `n` is the number of user-hours, `parts.matrix` starts Monday 00."""
    matrix = [[0.0] * 24 for _ in range(7)]
    for (_, day), hours in facts.hours.items():
        row = matrix[date_of(day).weekday()]
        for hour in range(24):
            row[hour] += hours >> hour & 1
    user_hours = sum(hours.bit_count() for hours in facts.hours.values())
    weeks = RHYTHM_DAYS // 7
    is_enough = (
        user_hours >= FEWEST_USER_HOURS
        and facts.began_on is not None
        and facts.began_on <= facts.today - RHYTHM_DAYS
    )
    return replace(
        number(None, user_hours, RHYTHM_DAYS),
        enough=is_enough,
        parts={"matrix": [[people / weeks for people in row] for row in matrix]},
    )
