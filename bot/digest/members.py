"""The members' edition: short, warm and public, written from nothing but floored figures."""

from datetime import date

from bot.digest.hidden import is_hidden, not_available
from bot.digest.slots import Slot
from bot.digest.times import named
from bot.digest.wording import window_days
from bot.post import Block, FigureLine, Note, Para, Section
from bot.stats import Statistics
from bot.text.phrase import phrase
from bot.text.texts import Texts

_SHARES = (
    (
        "answer_rate_24h",
        phrase("answers to questions"),
        phrase("or more of the questions asked {lately} got an answer within 24 hours."),
    ),
    (
        "newcomer_first_reply_24h",
        phrase("the welcome that newcomers’ first messages get"),
        phrase(
            "or more of newcomers’ first messages got a reply or a reaction within 24 hours, over "
            "8 weeks."
        ),
    ),
    (
        "conversations_3plus",
        phrase("conversations of three people or more"),
        phrase(
            "or more of the conversations begun {lately} brought three people or more together."
        ),
    ),
)
_TOPICS = {"rhythm": phrase("the best and the quietest times")} | {
    id_: topic for id_, topic, _ in _SHARES
}
"""What may not be available, by its name."""


def title(name: str, start: date, end: date, texts: Texts) -> str:
    """What stands above the edition."""
    return texts.text("{community}: our week, {days}", community=name, days=texts.days(start, end))


def sections(floored: Statistics, texts: Texts) -> tuple[Section, ...]:
    """The edition of a week, of which the figures tell that people took part."""
    together = (*_people(floored, texts), *_times(floored, texts))
    parts = (
        Section("together", texts.text("Here together"), together),
        Section("care", texts.text("There for each other"), _shares(floored, texts)),
        Section("counted", texts.text("What these numbers are"), (_counted(texts),)),
    )
    return tuple(section for section in parts if section.blocks)


def too_little(texts: Texts) -> tuple[Section, ...]:
    """All there is to say in public of a week that saw too few people, or that is not known."""
    said = texts.text(
        "There is too little to tell about this week without telling of somebody in particular."
    )
    return (Section("together", "", (Para(said),)),)


def _people(floored: Statistics, texts: Texts) -> tuple[Block, ...]:
    wau = floored.figures["wau"]
    change = texts.text("more than in most of the weeks before") if wau.changed else ""
    here = texts.text("people or more took part this week: they wrote, or talked by voice.")
    thanks = texts.text("Thank you for being here; if it was your first time, welcome!")
    line = FigureLine("wau", texts.number(wau.value or 0), here, change=change)
    return (Para(thanks), line)


def _times(floored: Statistics, texts: Texts) -> tuple[Block, ...]:
    slots: tuple[Slot, ...] = (floored.figures["rhythm"].parts or {}).get("liveliest", ())
    if not slots:
        return ()
    said = texts.text("When to find company here: {times}.", times=named(slots, texts))
    return (Para(said),)


def _shares(floored: Statistics, texts: Texts) -> tuple[Block, ...]:
    lately = texts.lately(window_days(floored))
    told = [(id_, sentence, floored.figures[id_]) for id_, _, sentence in _SHARES]
    lines = tuple(
        FigureLine(id_, texts.percent(figure.value or 0), texts.text(sentence, lately=lately))
        for id_, sentence, figure in told
        if figure.enough
    )
    hidden = [(id_, topic) for id_, topic in _TOPICS.items() if is_hidden(floored, id_)]
    return (*lines, *not_available(floored, texts, hidden))


def _counted(texts: Texts) -> Note:
    return Note(
        texts.text(
            "They are rounded down, and none speaks of fewer than five people. I keep none of your "
            "words: /privacy says what I do keep, and what you can do about it."
        )
    )
