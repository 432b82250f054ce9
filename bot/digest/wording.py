"""How a figure becomes a line, and what is said of figures that have too little data."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.digest.hidden import is_hidden, not_available
from bot.metrics.figure import Figure
from bot.post import FigureLine, Note
from bot.stats import Statistics
from bot.text.phrase import Plural
from bot.text.texts import Texts, rounded


@dataclass(frozen=True)
class Wording:
    """The words of one figure.

    `sentence` reads on from the value, `topic` names the figure where its value cannot be told.
    `counted` says what x of n counts, `cohort` who the n are where they are not those of the
    window, `needs` what a figure without x waits for. An `optional` figure is passed over in
    silence where it was never measured; one that `needs_joins` cannot be told of a history
    without any.
    """

    figure: str
    sentence: str | Plural
    topic: str
    counted: Plural | None = None
    cohort: str = ""
    needs: str = ""
    show: Callable[[Texts, float], str] = Texts.percent
    optional: bool = False
    needs_joins: bool = False


Group = Sequence[Wording]
"""Figures that rest on the same data: where none can be told, only the first is mentioned."""


def lines(statistics: Statistics, texts: Texts, *groups: Group) -> tuple[FigureLine, ...]:
    """The lines of all figures that have a value and enough data."""
    return tuple(
        line(statistics, texts, wording)
        for wording in chain.from_iterable(groups)
        if _is_told(statistics, wording)
    )


def line(statistics: Statistics, texts: Texts, wording: Wording) -> FigureLine:
    """The line of one figure that has a value."""
    figure = statistics.figures[wording.figure]
    value = figure.value or 0.0
    return FigureLine(
        figure=wording.figure,
        value=wording.show(texts, value),
        sentence=_sentence(statistics, texts, wording, value),
        detail=_detail(statistics, texts, wording, figure),
        change=_change(texts, wording, figure),
    )


def untold(statistics: Statistics, texts: Texts, *groups: Group) -> tuple[Note, ...]:
    """A note each on the figures that lack data, that the history cannot tell, and that rest on
    what was hidden."""
    missing = list(chain.from_iterable(_missing(statistics, group) for group in groups))
    hidden = [w for w in missing if is_hidden(statistics, w.figure)]
    seen = [w for w in missing if w not in hidden]
    unknown = [w for w in seen if w.needs_joins and not statistics.tells_joins]
    lacking = [w for w in seen if w not in unknown]
    return (
        *_lacking(statistics, texts, lacking),
        *_without_joins(texts, unknown),
        *not_available(statistics, texts, [(w.figure, w.topic) for w in hidden]),
    )


def window_days(statistics: Statistics) -> int:
    """The length of the window in days."""
    return (statistics.window.end - statistics.window.start).days + 1


def _lacking(statistics: Statistics, texts: Texts, wordings: Sequence[Wording]) -> tuple[Note, ...]:
    topics = texts.items([_topic(statistics, texts, wording) for wording in wordings])
    text = texts.text("Not enough data yet on {topics}.", topics=topics)
    return _note(text, wordings)


def _without_joins(texts: Texts, wordings: Sequence[Wording]) -> tuple[Note, ...]:
    topics = texts.items([texts.text(wording.topic) for wording in wordings])
    text = texts.text(
        "This history does not tell who joined when, so nothing can be said about {topics}.",
        topics=topics,
    )
    return _note(text, wordings)


def _note(text: str, wordings: Sequence[Wording]) -> tuple[Note, ...]:
    return (Note(text, tuple(wording.figure for wording in wordings)),) if wordings else ()


def _is_told(statistics: Statistics, wording: Wording) -> bool:
    figure = statistics.figures.get(wording.figure)
    return figure is not None and figure.enough and figure.value is not None


def _missing(statistics: Statistics, group: Group) -> Iterable[Wording]:
    expected = [wording for wording in group if not _is_passed_over(statistics, wording)]
    lacking = [wording for wording in expected if not _is_told(statistics, wording)]
    return lacking[:1] if len(lacking) == len(expected) else lacking


def _is_passed_over(statistics: Statistics, wording: Wording) -> bool:
    figure = statistics.figures.get(wording.figure)
    if figure is None:
        return wording.optional
    return wording.optional and figure.value is None and figure.n == 0 and not figure.unavailable


def _sentence(statistics: Statistics, texts: Texts, wording: Wording, value: float) -> str:
    lately = texts.lately(window_days(statistics))
    if not isinstance(wording.sentence, Plural):
        return texts.text(wording.sentence, lately=lately)
    places = 1 if wording.show is Texts.decimal else 0
    return texts.plural(*wording.sentence, rounded(value, places), lately=lately)


def _detail(statistics: Statistics, texts: Texts, wording: Wording, figure: Figure) -> str:
    if wording.counted is None or figure.x is None:
        return ""
    count = _count(texts, wording.counted, figure.x, figure.n)
    if wording.cohort:
        count = texts.text(wording.cohort, count=count)
    elif figure.window_days not in (7, window_days(statistics)):
        span = texts.span(figure.window_days)
        count = texts.text("{count} in {span}", count=count, span=span)
    if figure.low is None or figure.high is None:
        return count
    likely = texts.percent_range(figure.low, figure.high)
    return texts.text("{count}, likely {range}", count=count, range=likely)


def _change(texts: Texts, wording: Wording, figure: Figure) -> str:
    if not figure.changed or figure.previous is None or figure.value is None:
        return ""
    before = wording.show(texts, figure.previous)
    if before == wording.show(texts, figure.value):
        # The verdict compares with eight weeks, so a week like the last one can still stand out.
        return texts.text("unlike the weeks before")
    if figure.value > figure.previous:
        return texts.text("up from {before} a week earlier", before=before)
    return texts.text("down from {before} a week earlier", before=before)


def _topic(statistics: Statistics, texts: Texts, wording: Wording) -> str:
    figure = statistics.figures.get(wording.figure)
    topic = texts.text(wording.topic)
    reason = texts.text(wording.needs) if wording.needs else ""
    if wording.counted is not None and figure is not None and figure.x is not None:
        reason = _count(texts, wording.counted, figure.x, figure.n)
    if not reason:
        return topic
    return texts.text("{topic} ({reason})", topic=topic, reason=reason)


def _count(texts: Texts, counted: Plural, x: int, n: int) -> str:
    if n == 0:
        return texts.text("there were none")
    return texts.plural(*counted, x, of=texts.number(n))
