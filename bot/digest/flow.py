"""Who comes, who comes back and who falls silent."""

from bot.digest import history, newcomers
from bot.digest.wording import Group, Wording, lines, untold
from bot.post import Block, FigureLine, Note, Section
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
            "person took part for the first time on record.",
            "people took part for the first time on record.",
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
    phrases(
        "arrival or return for each person who fell silent.",
        "arrivals or returns for each person who fell silent.",
    ),
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

_WEEKLY = (_GROWTH, _BALANCE)


def section(statistics: Statistics, texts: Texts) -> Section:
    """Growth accounting and retention."""
    title = texts.text("Coming and going")
    blocks = (*_weekly(statistics, texts), *_lasting(statistics, texts))
    return Section("flow", title, blocks)


def _weekly(statistics: Statistics, texts: Texts) -> tuple[Block, ...]:
    """This week against the one before, where both are known."""
    if not history.tells_of_week_before(statistics):
        figures = tuple(wording.figure for wording in _WEEKLY)
        return (Note(history.unknown_week_before(statistics, texts), figures),)
    parts = _parts(statistics)
    return (*_growth(parts, texts), *lines(statistics, texts, _compared(parts)[1:]))


def _lasting(statistics: Statistics, texts: Texts) -> tuple[Block, ...]:
    """Who stays, and everything about coming and going that cannot be told."""
    is_comparable = history.tells_of_week_before(statistics)
    weekly = _compared(_parts(statistics)) if is_comparable else ()
    rest = (_REGULARS, newcomers.STAYING)
    return (*lines(statistics, texts, *rest), *untold(statistics, texts, weekly, *rest))


def _compared(parts: dict[str, int]) -> Group:
    # Where nobody was silent there is nothing to weigh arrivals against.
    return (_GROWTH,) if parts.get("churned") == 0 else _WEEKLY


def _parts(statistics: Statistics) -> dict[str, int]:
    growth = statistics.figures["growth"]
    return dict(growth.parts or {}) if growth.enough else {}


def _growth(parts: dict[str, int], texts: Texts) -> tuple[FigureLine, ...]:
    return tuple(
        FigureLine("growth", texts.number(parts[name]), texts.plural(*words, parts[name]))
        for name, words in _PARTS
        if parts
    )
