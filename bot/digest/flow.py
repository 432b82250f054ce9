"""Who comes, who comes back and who falls silent."""

from bot.digest.wording import Wording, lines, untold
from bot.post import Block, FigureLine, Section
from bot.stats import Statistics
from bot.text.phrase import Plural, phrase, phrases
from bot.text.texts import Texts

_PARTS: tuple[tuple[str, Plural], ...] = (
    (
        "retained",
        phrases(
            "person from the week before took part again.",
            "people from the week before took part again.",
        ),
    ),
    (
        "new",
        phrases(
            "person took part for the first time.",
            "people took part for the first time.",
        ),
    ),
    (
        "resurrected",
        phrases(
            "person came back after a silence.",
            "people came back after a silence.",
        ),
    ),
    (
        "churned",
        phrases(
            "person from the week before was silent this week.",
            "people from the week before were silent this week.",
        ),
    ),
)
_GROWTH = Wording("growth", "", phrase("comings and goings from one week to the next"))
_BALANCE = Wording(
    "quick_ratio",
    phrase("arrived or came back for each person who was silent this week."),
    phrase("the balance of comings and goings"),
    show=Texts.decimal,
)
_REGULARS = (
    Wording(
        "core_kept",
        phrase(
            "of regulars took part again; regulars were there in at least two of the four weeks "
            "before."
        ),
        phrase("regulars who stay"),
        phrases("{n} regular out of {of}", "{n} regulars out of {of}"),
    ),
)
_NEWCOMERS = (
    Wording(
        "activation_7d",
        phrase("of newcomers did something in their first week, be it a single reaction."),
        phrase("newcomers’ first steps"),
        phrases("{n} newcomer out of {of}", "{n} newcomers out of {of}"),
        optional=True,
    ),
    Wording(
        "retention_d1",
        phrase("of newcomers were active on the day after joining."),
        phrase("newcomers who come back"),
        phrases("{n} newcomer out of {of}", "{n} newcomers out of {of}"),
    ),
    Wording(
        "retention_w1",
        phrase("of newcomers were active one week after joining."),
        phrase("newcomers one week later"),
        phrases("{n} newcomer out of {of}", "{n} newcomers out of {of}"),
    ),
    Wording(
        "retention_w4",
        phrase("of newcomers were active four weeks after joining."),
        phrase("newcomers four weeks later"),
        phrases("{n} newcomer out of {of}", "{n} newcomers out of {of}"),
    ),
    Wording(
        "early_leave_rate",
        phrase("of newcomers left again by themselves within 24 hours."),
        phrase("newcomers who leave at once"),
        phrases("{n} newcomer out of {of}", "{n} newcomers out of {of}"),
        optional=True,
    ),
)


def section(statistics: Statistics, texts: Texts) -> Section:
    """Growth accounting and retention."""
    title = texts.text("Coming and going")
    return Section("flow", title, _blocks(statistics, texts))


def _blocks(statistics: Statistics, texts: Texts) -> tuple[Block, ...]:
    parts = _parts(statistics)
    # Where nobody was silent there is nothing to weigh arrivals against.
    weeks = (_GROWTH,) if parts.get("churned") == 0 else (_GROWTH, _BALANCE)
    return (
        *_growth(parts, texts),
        *lines(statistics, texts, weeks[1:], _REGULARS, _NEWCOMERS),
        *untold(statistics, texts, weeks, _REGULARS, _NEWCOMERS),
    )


def _parts(statistics: Statistics) -> dict[str, int]:
    growth = statistics.figures["growth"]
    return dict(growth.parts or {}) if growth.enough else {}


def _growth(parts: dict[str, int], texts: Texts) -> tuple[FigureLine, ...]:
    return tuple(
        FigureLine("growth", texts.number(parts[name]), texts.plural(*words, parts[name]))
        for name, words in _PARTS
        if parts
    )
