"""Who came, stayed, returned and went, week on week."""

from dataclasses import replace
from typing import NamedTuple

from bot.facts import Facts
from bot.metrics.figure import Figure, Unit
from bot.metrics.metric import number, share


class Growth(NamedTuple):
    """The people active in the last week or the one before it, by what became of them."""

    new: int
    retained: int
    resurrected: int
    churned: int


def account(facts: Facts) -> Growth:
    """Growth accounting of the last week (METRICS N6, READINGS N5, T5): this week's active are
    last week's plus new plus resurrected minus churned."""
    this, last = facts.a2.people(7), facts.a2.people(14, 7)
    new = {person for person in this if facts.first_spoke_on[person] >= facts.today - 7}
    return Growth(
        new=len(new),
        retained=len(this & last),
        resurrected=len(this - last - new),
        churned=len(last - this),
    )


def growth(facts: Facts) -> Figure:
    """Net change of weekly active people, with its parts (METRICS N6, READINGS O3)."""
    parts = account(facts)
    net = parts.new + parts.resurrected - parts.churned
    figure = number(net, sum(parts), 7, unit=Unit.PEOPLE, enough=True)
    return replace(figure, parts=parts._asdict())


def quick_ratio(facts: Facts) -> Figure:
    """Gained per lost in the last week (METRICS N6, READINGS N6); no value when nobody was lost."""
    parts = account(facts)
    gained = parts.new + parts.resurrected
    value = gained / parts.churned if parts.churned else None
    return number(value, gained + parts.churned, 7, unit=Unit.RATIO)


def core_kept(facts: Facts) -> Figure:
    """Share of the people active in two weeks of the window before who are active in this one
    (METRICS N6, READINGS N7)."""
    window = facts.days
    weeks = [
        facts.a2.people(window + 7 * k + 7, window + 7 * k) for k in range(max(1, window // 7))
    ]
    core = {person for week in weeks for person in week if sum(person in w for w in weeks) >= 2}
    return share(len(core & facts.a2.people(window)), len(core), window)
