"""Whether questions and newcomers get an answer."""

from bot.digest.wording import Wording, lines, untold
from bot.post import Block, FigureLine, Section
from bot.stats import Statistics
from bot.text.phrase import phrase, phrases
from bot.text.texts import Texts

_QUESTIONS = (
    Wording(
        "answer_rate_24h",
        phrase("of questions got an answer within 24 hours."),
        phrase("answers to questions"),
        phrases("{n} question out of {of}", "{n} questions out of {of}"),
    ),
    Wording(
        "answer_rate_1h",
        phrase("got one within the hour."),
        phrase("answers within the hour"),
        phrases("{n} question out of {of}", "{n} questions out of {of}"),
    ),
    Wording(
        "first_response_time",
        phrase(
            "went by until half of the questions had an answer; the others waited longer or got "
            "none."
        ),
        phrase("the wait for a first answer"),
        show=Texts.duration,
        optional=True,
    ),
)
_NEWCOMERS = (
    Wording(
        "newcomer_first_reply_24h",
        phrase("of newcomers’ first messages got a reply or a reaction within 24 hours."),
        phrase("the welcome that newcomers’ first messages get"),
        phrases("{n} first message out of {of}", "{n} first messages out of {of}"),
        needs_joins=True,
    ),
)


def section(statistics: Statistics, texts: Texts) -> Section:
    """What happens to those who ask and those who speak for the first time."""
    blocks: tuple[Block, ...] = (
        *lines(statistics, texts, _QUESTIONS),
        *_long_wait(statistics, texts),
        *lines(statistics, texts, _NEWCOMERS),
        *untold(statistics, texts, _questions(statistics), _NEWCOMERS),
    )
    return Section("answers", texts.text("Questions and newcomers"), blocks)


def _questions(statistics: Statistics) -> tuple[Wording, ...]:
    return _QUESTIONS[:2] if _is_censored(statistics) else _QUESTIONS


def _is_censored(statistics: Statistics) -> bool:
    """Whether fewer than half the questions were ever answered (METRICS.md §2.7)."""
    figure = statistics.figures.get("first_response_time")
    are_counted = statistics.figures["answer_rate_24h"].enough
    return figure is not None and are_counted and bool((figure.parts or {}).get("censored"))


def _long_wait(statistics: Statistics, texts: Texts) -> tuple[FigureLine, ...]:
    if not _is_censored(statistics):
        return ()
    value = texts.text("over 24 h")
    sentence = texts.text(
        "is how long more than half of the questions waited, those without any answer included."
    )
    return (FigureLine("first_response_time", value, sentence),)
