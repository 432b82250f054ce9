"""Which newcomers stay; every figure names its cohort, for no two have the same (READINGS N4)."""

from bot.digest.wording import Wording
from bot.text.phrase import phrase, phrases

_COUNTED = phrases("{n} newcomer out of {of}", "{n} newcomers out of {of}")

STAYING = (
    Wording(
        "activation_7d",
        phrase("of newcomers did something in their first week, be it a single reaction."),
        phrase("newcomers’ first steps"),
        _COUNTED,
        cohort=phrase("{count} who joined 1 to 9 weeks ago"),
        optional=True,
        needs_joins=True,
    ),
    Wording(
        "retention_d1",
        phrase("of newcomers were active on the day after joining."),
        phrase("newcomers who come back"),
        _COUNTED,
        cohort=phrase("{count} who joined 2 to 58 days ago"),
        needs_joins=True,
    ),
    Wording(
        "retention_w1",
        phrase("of newcomers were active in their second week."),
        phrase("newcomers in their second week"),
        _COUNTED,
        cohort=phrase("{count} who joined 2 to 10 weeks ago"),
        needs_joins=True,
    ),
    Wording(
        "retention_w4",
        phrase("of newcomers were active in their fifth week."),
        phrase("newcomers in their fifth week"),
        _COUNTED,
        cohort=phrase("{count} who joined 5 to 13 weeks ago"),
        needs_joins=True,
    ),
    Wording(
        "early_leave_rate",
        phrase("of newcomers left again by themselves within 24 hours."),
        phrase("newcomers who leave at once"),
        _COUNTED,
        cohort=phrase("{count} who joined 1 to 29 days ago"),
        optional=True,
        needs_joins=True,
    ),
)
"""Wordings in the order of a newcomer's life."""
