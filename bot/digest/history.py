"""How far the history in the store reaches, and what cannot be said beyond it."""

from datetime import timedelta

from bot.stats import Statistics
from bot.text.texts import Texts

_WEEK = timedelta(days=6)
_TWO_WEEKS = timedelta(days=13)


def covers_start(statistics: Statistics) -> bool:
    """Whether the history begins before the window ends its first day."""
    known = statistics.known
    return known is not None and known[0] <= statistics.window.start


def covers_window(statistics: Statistics) -> bool:
    """Whether the history begins before the window ends its first day, and lasts to its end."""
    window, known = statistics.window, statistics.known
    return covers_start(statistics) and known is not None and window.end <= known[1]


def tells_of_week(statistics: Statistics) -> bool:
    """Whether any day of the digest's week lies in the history."""
    end, known = statistics.window.end, statistics.known
    return known is not None and known[0] <= end and end - _WEEK <= known[1]


def tells_of_week_before(statistics: Statistics) -> bool:
    """Whether the history began early enough to compare the week with the one before."""
    known = statistics.known
    return known is not None and known[0] <= statistics.window.end - _TWO_WEEKS


def unknown_week(statistics: Statistics, texts: Texts) -> str:
    """What there is to say of a week that lies outside the history."""
    if statistics.known is None:
        return texts.text("The store holds no history of this community yet.")
    first, last = statistics.known
    if last < statistics.window.end:
        return texts.text(
            "The store knows nothing of this week: its history ends on {day}.",
            day=texts.day(last),
        )
    return texts.text(
        "The store knows nothing of this week: its history begins on {day}.",
        day=texts.day(first),
    )


def unknown_week_before(statistics: Statistics, texts: Texts) -> str:
    """Why this week cannot be compared with the one before."""
    assert statistics.known is not None  # noqa: S101  an unknown week has a digest of its own
    return texts.text(
        "The history in the store begins on {day}: too late to tell who came, came back or fell "
        "silent this week.",
        day=texts.day(statistics.known[0]),
    )


def reach(statistics: Statistics, texts: Texts) -> tuple[str, ...]:
    """From when to when the history goes, where the window is not wholly inside it."""
    if statistics.known is None or covers_window(statistics):
        return ()
    first, last = statistics.known
    if first == last:
        return (texts.text("The history in the store holds {day} alone.", day=texts.day(first)),)
    days = texts.days(first, last)
    return (texts.text("The history in the store goes from {days}.", days=days),)
