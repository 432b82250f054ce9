"""What a young history can tell so far, and from which week on it tells more."""

from datetime import date, timedelta
from typing import NamedTuple

from bot.digest import history
from bot.facts import RHYTHM_DAYS
from bot.metrics.change import BASELINE_WEEKS
from bot.post import Block, Bullets, Para, Section
from bot.sight import Sight
from bot.stats import Statistics
from bot.text.phrase import phrase
from bot.text.texts import Texts

_WEEK = 7
_SUNDAY = 6


class Milestone(NamedTuple):
    """The length of history (days) at which a figure means something; `joins` must be known."""

    days: int
    topic: str
    needs_joins: bool = False


MILESTONES = (
    Milestone(2 * _WEEK, phrase("who came, came back or fell silent")),
    Milestone(3 * _WEEK, phrase("newcomers in their second week"), needs_joins=True),
    Milestone(RHYTHM_DAYS, phrase("four whole weeks, and the rhythm of the week")),
    Milestone(6 * _WEEK, phrase("newcomers in their fifth week"), needs_joins=True),
    Milestone(2 * 4 * _WEEK, phrase("regulars who stay")),
    Milestone(
        (BASELINE_WEEKS + 1) * _WEEK,
        phrase("weeks that stand out from the eight before"),
    ),
)
"""In the order of time; those about newcomers wait until those of one whole week are so far."""


class Ahead(NamedTuple):
    """What is still to come: from the digest of the week that ends on `sunday`."""

    sunday: date
    topic: str


def ahead(statistics: Statistics) -> tuple[Ahead, ...]:
    """The milestones that the history has not reached by the end of the window."""
    known = statistics.known
    if known is None:
        return ()
    tells_joins = statistics.tells_joins and Sight.JOINS not in statistics.hidden
    coming = (
        Ahead(_first_sunday(known[0] + timedelta(days=milestone.days - 1)), milestone.topic)
        for milestone in MILESTONES
        if tells_joins or not milestone.needs_joins
    )
    return tuple(one for one in coming if one.sunday > statistics.window.end)


def sections(statistics: Statistics, texts: Texts) -> tuple[Section, ...]:
    """The section that opens the digests of a community's first weeks; later there is none."""
    coming = ahead(statistics)
    if not coming:
        return ()
    blocks: tuple[Block, ...] = (
        Para(" ".join((_so_far(statistics, texts), *_thin_averages(statistics, texts)))),
        Para(texts.text("The rest comes with time:")),
        Bullets(tuple(_announced(one, texts) for one in coming)),
    )
    return (Section("beginnings", texts.text("The first weeks"), blocks),)


def _so_far(statistics: Statistics, texts: Texts) -> str:
    assert statistics.known is not None  # noqa: S101  nothing is ahead of an unknown history
    first, end = statistics.known[0], statistics.window.end
    since = texts.in_context(
        "a day with its weekday",
        "{weekday} {day}",
        weekday=texts.weekday(first.weekday()),
        day=texts.day(first),
    )
    return texts.text(
        "What Foyer knows of this community begins on {since}: {span}, up to the end of this week. "
        "Who takes part, who talks with whom and whether questions are answered can be told from "
        "the first day.",
        since=since,
        span=texts.span((end - first).days + 1),
    )


def _thin_averages(statistics: Statistics, texts: Texts) -> tuple[str, ...]:
    if history.covers_start(statistics):
        return ()
    thin = texts.text(
        "Averages over four weeks still come out too low, because the days before that count as "
        "days without anybody."
    )
    return (thin,)


def _announced(one: Ahead, texts: Texts) -> str:
    day, topic = texts.day(one.sunday), texts.text(one.topic)
    return texts.text("From the week that ends on {day}: {topic}.", day=day, topic=topic)


def _first_sunday(on: date) -> date:
    return on + timedelta(days=_SUNDAY - on.weekday())
