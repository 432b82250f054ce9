"""What is said of figures that rest on something which could not be seen."""

from collections.abc import Sequence

from bot.post import Note
from bot.sight import named
from bot.stats import Statistics
from bot.text.texts import Texts


def is_hidden(statistics: Statistics, figure: str) -> bool:
    """Whether a figure is not available, because something was hidden."""
    found = statistics.figures.get(figure)
    return found is not None and bool(found.unavailable)


def not_available(
    statistics: Statistics, texts: Texts, topics: Sequence[tuple[str, str]]
) -> tuple[Note, ...]:
    """One note on figures that are not available, each given with its topic (a msgid)."""
    if not topics:
        return ()
    figures = tuple(figure for figure, _ in topics)
    lost = {sight for figure in figures for sight in statistics.figures[figure].unavailable}
    said = texts.text(
        "Not available: {topics}. For too much of the time, Foyer could not see {what} here.",
        topics=texts.items([texts.text(topic) for _, topic in topics]),
        what=named(texts, lost),
    )
    return (Note(said, figures),)


def nothing_seen(texts: Texts) -> str:
    """What there is to say of weeks in which messages were hidden."""
    return texts.text(
        "Who takes part, and with whom, is not available: for too much of the time, Foyer could "
        "not see messages here."
    )


def summary(statistics: Statistics, texts: Texts) -> tuple[str, ...]:
    """What was hidden for too much of the window."""
    if not statistics.hidden:
        return ()
    what = named(texts, statistics.hidden)
    return (
        texts.text(
            "For more than a tenth of that time, Foyer could not see {what} here.",
            what=what,
        ),
    )
