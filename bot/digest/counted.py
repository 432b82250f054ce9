"""How the digest was counted: window, coverage, meanings, and the head count as a plain fact."""

from bot.digest import history
from bot.digest.hidden import summary
from bot.digest.wording import window_days
from bot.post import Bullets, Section
from bot.stats import Statistics
from bot.text.texts import Texts

_SEEN_LITTLE = 0.9


def section(statistics: Statistics, texts: Texts) -> Section:
    """The section that closes the digest."""
    items = (
        _window(statistics, texts),
        *_reach(statistics, texts),
        *_coverage(statistics, texts),
        *summary(statistics, texts),
        *_readings(statistics, texts),
    )
    return Section("counted", texts.text("How this was counted"), (Bullets(items),))


def _readings(statistics: Statistics, texts: Texts) -> tuple[str, ...]:
    """What the words and figures mean, where there is a week to speak of."""
    if not history.tells_of_week(statistics):
        return ()
    taking_part = texts.text(
        "Taking part means writing, or talking with somebody for five minutes by voice. "
        "A person counts once, however much they write; bots never count."
    )
    return (taking_part, *_meanings(statistics, texts), *_members(statistics, texts))


def _meanings(statistics: Statistics, texts: Texts) -> tuple[str, ...]:
    """How to read the figures, where there are any."""
    figures = statistics.figures
    if not figures["mau"].value:
        return ()
    likely = texts.text(
        "“Likely” allows for chance: in 95 cases out of 100 the true share lies in that range. "
        "A change is told only where chance would hardly explain it."
    )
    questions = texts.text(
        "Questions are known by their question mark, answers by replies, mentions and timing. "
        "No text is kept, so a few answers go unseen."
    )
    has_ranges = any(figure.enough and figure.low is not None for figure in figures.values())
    return (likely, questions) if has_ranges else (questions,)


def _window(statistics: Statistics, texts: Texts) -> str:
    window = statistics.window
    return texts.text(
        "The window is {span}, {days} ({timezone}), unless a line says otherwise; "
        "“this week” is its last seven days.",
        span=texts.span(window_days(statistics)),
        days=texts.days(window.start, window.end),
        timezone=window.timezone,
    )


def _reach(statistics: Statistics, texts: Texts) -> tuple[str, ...]:
    told = history.reach(statistics, texts)
    if not told or not history.tells_of_week(statistics):
        return told
    return (*told, texts.text("Days outside that history count as days without anybody."))


def _coverage(statistics: Statistics, texts: Texts) -> tuple[str, ...]:
    if not history.covers_window(statistics):
        return _gaps(statistics, texts)
    if statistics.coverage >= 1:
        return (texts.text("No gap is known in that time."),)
    share = texts.percent(statistics.coverage)
    if statistics.coverage >= _SEEN_LITTLE:
        return (texts.text("Foyer saw {share} of that time.", share=share),)
    return (
        texts.text(
            "Foyer saw only {share} of that time: take the figures as a part of the whole.",
            share=share,
        ),
    )


def _gaps(statistics: Statistics, texts: Texts) -> tuple[str, ...]:
    """Gaps of a window that the history does not cover, of which no share can be called seen."""
    if statistics.coverage >= 1:
        return ()
    share = texts.percent(1 - statistics.coverage)
    return (texts.text("Gaps are known for {share} of the window.", share=share),)


def _members(statistics: Statistics, texts: Texts) -> tuple[str, ...]:
    headcount = statistics.figures["headcount"].value
    reachable = statistics.figures["reachable"].value
    if not headcount:
        return ()
    known = (
        _seen(texts, headcount) if reachable is None else _within_reach(texts, headcount, reachable)
    )
    return (known, *_reported(statistics, texts, headcount))


def _within_reach(texts: Texts, headcount: float, reachable: float) -> str:
    return texts.plural(
        "The community has {n} member, {reachable} within reach.",
        "The community has {n} members, {reachable} of them within reach.",
        round(headcount),
        reachable=texts.number(reachable),
    )


def _seen(texts: Texts, headcount: float) -> str:
    """What is left to say where coming, going or reacting was hidden."""
    return texts.plural(
        "Foyer knows of {n} member; whoever went unseen is still counted.",
        "Foyer knows of {n} members; whoever went unseen is still counted.",
        round(headcount),
    )


def _reported(statistics: Statistics, texts: Texts, headcount: float) -> tuple[str, ...]:
    reported = statistics.reported
    if reported is None or reported <= headcount:
        return ()
    return (
        texts.text(
            "The platform itself counts {reported}: bots, and people who never did anything that"
            " could be seen, are among them.",
            reported=texts.number(reported),
        ),
    )
