"""How far conversations go, and who starts them."""

from statistics import median

from bot.facts import Facts
from bot.metrics.figure import Figure
from bot.metrics.metric import number, share


def conversation_depth(facts: Facts) -> Figure:
    """Median number of human messages of the conversations with at least two (METRICS V2,
    READINGS C6, C7)."""
    sizes = [talk.messages for talk in facts.started(facts.days) if talk.messages >= 2]
    return number(float(median(sizes)) if sizes else None, len(sizes), facts.days)


def conversations_3plus(facts: Facts) -> Figure:
    """Share of conversations with three people or more (METRICS V2, READINGS C6, C7)."""
    talks = facts.started(facts.days)
    wide = [talk for talk in talks if talk.people >= 3]
    starters = {talk.starter for talk in wide}
    return share(len(wide), len(talks), facts.days, people=len(starters))


def response_ratio(facts: Facts) -> Figure:
    """Share of conversations that got any answer, however late (METRICS V3, READINGS C7, C8)."""
    talks = facts.started(facts.days)
    return share(sum(talk.is_answered for talk in talks), len(talks), facts.days)


def member_voice_share(facts: Facts) -> Figure:
    """Share of conversations started by members who are no staff (METRICS V5, READINGS C7)."""
    talks = facts.started(facts.days)
    by_members = sum(not facts.people[talk.starter].is_staff for talk in talks)
    return share(by_members, len(talks), facts.days)
