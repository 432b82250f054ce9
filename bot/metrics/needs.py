"""What must be seen for each figure of the catalogue; without it the figure is not available."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from bot.facts import Facts
from bot.metrics.figure import Figure
from bot.metrics.size import REACH_DAYS
from bot.sight import Sight

MOST_HIDDEN = 0.1
"""A figure is not available where more than this share of its time was hidden in any place."""
COMPARED_DAYS = 64
"""Rates of the last week are compared with those of the eight weeks before it."""

Sights = tuple[Sight, ...]
NOTHING: Sights = ()
MESSAGES: Sights = (Sight.MESSAGES,)
JOINS: Sights = (Sight.JOINS,)
TIES: Sights = (Sight.MESSAGES, Sight.REACTIONS)
"""A reaction is a contact, and an answer to somebody's first message."""
ALL: Sights = (Sight.MESSAGES, Sight.REACTIONS, Sight.JOINS)
"""Newcomers by anything they do."""


class Need(NamedTuple):
    """What must be seen, and since when: `times` the figure's window and `plus` days before T.

    `compared` are the days before T that its change rests on, 0 where it looks after that itself.
    """

    sights: Sights
    times: int = 1
    plus: int = 0
    least: int = 0
    compared: int = 0

    def days(self, window: int) -> int:
        """How many days before T must have been seen for a figure of that window."""
        return max(self.times * window + self.plus, self.least)


NEEDS: Mapping[str, Need] = {
    "headcount": Need(MESSAGES),
    "reachable": Need(ALL),
    "dau": Need(MESSAGES),
    "wau": Need(MESSAGES),
    "mau": Need(MESSAGES),
    "stickiness": Need(MESSAGES),
    "regularity": Need(MESSAGES),
    "participation_rate": Need(ALL, least=REACH_DAYS),
    "l28_4plus": Need(MESSAGES),
    "non_new_communicators": Need((Sight.MESSAGES, Sight.JOINS)),
    "member_types": Need(ALL),
    "gini": Need(MESSAGES),
    "n2_voices": Need(MESSAGES),
    "top1_share": Need(MESSAGES),
    "bus_factor": Need(MESSAGES),
    "hero_survival": Need(TIES),
    "degree_centralisation": Need(TIES),
    "giant_component": Need(TIES),
    "clustering": Need(TIES),
    "reciprocity": Need(TIES),
    "activation_7d": Need(ALL, plus=7),
    "time_to_first_message": Need((Sight.MESSAGES, Sight.JOINS)),
    "newcomer_first_reply_24h": Need(ALL, plus=1, compared=COMPARED_DAYS),
    "retention_d1": Need(ALL, plus=2),
    "retention_w1": Need(ALL, plus=14),
    "retention_w4": Need(ALL, plus=35),
    "welcome_effect": Need(ALL),
    "growth": Need(MESSAGES, times=2),
    "quick_ratio": Need(MESSAGES, times=2),
    "core_kept": Need(MESSAGES, times=2),
    "early_leave_rate": Need(JOINS, plus=1),
    "answer_rate_24h": Need(MESSAGES, plus=1, compared=COMPARED_DAYS),
    "answer_rate_1h": Need(MESSAGES, plus=1),
    "first_response_time": Need(MESSAGES, plus=1),
    "helpful_answer_rate": Need(TIES),
    "conversation_depth": Need(MESSAGES),
    "conversations_3plus": Need(MESSAGES),
    "response_ratio": Need(MESSAGES),
    "reaction_rate": Need(TIES),
    "member_voice_share": Need(MESSAGES),
    "poll_turnout": Need(MESSAGES),
    "gratitude_rate": Need(TIES),
    "kindness_reach": Need(TIES),
    "moderator_load": Need(NOTHING),
    "staff_first_reply_share": Need(MESSAGES),
    "channel_entropy": Need(MESSAGES),
    "rhythm": Need(MESSAGES),
    "needs_met": Need(NOTHING),
    "needs_ship_time": Need(NOTHING),
    "prompt_effect": Need(TIES),
    "noise_share": Need(MESSAGES),
}


def hidden(facts: Facts, sights: Sights, days: int) -> Sights:
    """What of these was hidden for too much of the last `days` days before T."""
    return tuple(sight for sight in sights if facts.hidden(sight, days) > MOST_HIDDEN)


def honest(id_: str, figure: Figure, facts: Facts) -> Figure:
    """A figure as it may be told: without a value, or without a change, where too much of what it
    rests on was hidden."""
    need = NEEDS[id_]
    lost = hidden(facts, need.sights, need.days(figure.window_days))
    if lost:
        window = figure.window_days
        return Figure(None, 0, figure.unit, enough=False, window_days=window, unavailable=lost)
    if figure.changed and hidden(facts, need.sights, need.compared):
        return replace(figure, changed=False)
    return figure
