"""When the community is awake, and how often its people come by."""

from bot.digest.slots import Matrix, liveliest, quietest_hours
from bot.digest.times import named
from bot.digest.wording import Wording, lines, untold
from bot.metrics.figure import Figure
from bot.post import Block, Para, Section, WeekGrid
from bot.stats import Statistics
from bot.text.phrase import phrase, phrases
from bot.text.texts import Texts, rounded

_HABIT = (
    Wording(
        "stickiness",
        phrase("of those who took part {lately} are there on an average day."),
        phrase("how often people come by"),
    ),
    Wording(
        "regularity",
        phrase("of them are there in an average week."),
        phrase("how many of them come by in a week"),
    ),
    Wording(
        "l28_4plus",
        phrase("of those who took part did so on four days or more."),
        phrase("people who take part on four days or more"),
        phrases("{n} person out of {of}", "{n} people out of {of}"),
    ),
)
_HOURS = (
    Wording(
        "rhythm",
        "",
        phrase("the best and the quietest times"),
        needs=phrase("it takes 4 weeks and 200 hours of presence"),
    ),
)


def section(statistics: Statistics, texts: Texts) -> Section:
    """The week hour by hour, then the habits of the month."""
    blocks = (
        *_hours(statistics.figures["rhythm"], texts),
        *lines(statistics, texts, _HABIT),
        *_untold(statistics, texts),
    )
    return Section("rhythm", texts.text("The rhythm of the week"), blocks)


def _untold(statistics: Statistics, texts: Texts) -> tuple[Block, ...]:
    groups = (_HABIT,) if statistics.figures["rhythm"].enough else (_HABIT, _HOURS)
    return untold(statistics, texts, *groups)


def _hours(figure: Figure, texts: Texts) -> tuple[Block, ...]:
    matrix: Matrix | None = (figure.parts or {}).get("matrix")
    if matrix is None or not figure.enough:
        return ()
    return (*_times(matrix, texts), _grid(matrix, texts))


def _times(matrix: Matrix, texts: Texts) -> tuple[Para, ...]:
    slots = liveliest(matrix)
    if not slots:
        return ()
    text = texts.text("Liveliest: {times}.", times=named(slots, texts))
    quiet = quietest_hours(matrix)
    if quiet is None:
        return (Para(text),)
    hours = texts.hours(quiet[0], quiet[1] or 24)
    quietest = texts.text("Quietest: {hours}.", hours=hours)
    return (Para(f"{text} {quietest}"),)


def _grid(matrix: Matrix, texts: Texts) -> WeekGrid:
    return WeekGrid(
        days=tuple(texts.short_weekday(day) for day in range(7)),
        matrix=tuple(tuple(float(value) for value in day) for day in matrix),
        caption=texts.plural(
            "One mark per hour, from midnight to midnight; the tallest stands for {n} person in "
            "that hour, on average.",
            "One mark per hour, from midnight to midnight; the tallest stands for {n} people in "
            "that hour, on average.",
            rounded(max(map(max, matrix)), 1),
        ),
    )
