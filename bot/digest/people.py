"""Who takes part, and with whom."""

from bot.digest import history
from bot.digest.hidden import is_hidden, nothing_seen
from bot.digest.wording import Group, Wording, lines, untold, window_days
from bot.post import Block, Para, Section
from bot.stats import Statistics
from bot.text.phrase import phrase, phrases
from bot.text.texts import Texts

_HERE = (
    Wording(
        "wau",
        phrases(
            "person took part this week: they wrote, or talked with somebody by voice.",
            "people took part this week: they wrote, or talked with somebody by voice.",
        ),
        phrase("how many people take part"),
        show=Texts.number,
    ),
    Wording(
        "mau",
        phrases("person took part {lately}.", "people took part {lately}."),
        phrase("how many people take part over several weeks"),
        show=Texts.number,
    ),
)
_REACH = (
    Wording(
        "participation_rate",
        phrase(
            "of the people within reach took part {lately}; "
            "within reach means active in the last 13 weeks, or newly arrived."
        ),
        phrase("the share of people within reach who take part"),
        phrases("{n} person out of {of}", "{n} people out of {of}"),
    ),
)
_TIES = (
    Wording(
        "reciprocity",
        phrase(
            "of links are returned: when one person replies to, mentions or reacts to another, "
            "the other does so too."
        ),
        phrase("who talks to whom"),
        phrases("{n} link out of {of}", "{n} links out of {of}"),
    ),
    Wording(
        "giant_component",
        phrase(
            "of the people who took part belong to one circle, each linked to the next by "
            "replies, mentions or reactions; the others stand apart."
        ),
        phrase("the circle that people form"),
        phrases("{n} person out of {of}", "{n} people out of {of}"),
    ),
)
_CONVERSATIONS = (
    Wording(
        "conversations_3plus",
        phrase("of conversations brought three people or more together."),
        phrase("conversations of three people or more"),
        phrases("{n} conversation out of {of}", "{n} conversations out of {of}"),
    ),
    Wording(
        "response_ratio",
        phrase("of the messages that open a conversation got a reply from somebody else."),
        phrase("replies to opening messages"),
        phrases("{n} opening message out of {of}", "{n} opening messages out of {of}"),
    ),
    Wording(
        "conversation_depth",
        phrase(
            "messages: half of the conversations are no longer than that, half no shorter, "
            "leaving aside messages that stayed alone."
        ),
        phrase("the length of conversations"),
        show=Texts.decimal,
    ),
)
_NOBODY = phrase(
    "Nobody wrote or talked {lately}, so there is nothing to say about conversations, answers, "
    "voices or rhythm."
)


def section(statistics: Statistics, texts: Texts) -> Section:
    """The section that opens the digest."""
    return Section(
        "people", texts.text("Who takes part, and with whom"), _blocks(statistics, texts)
    )


def _blocks(statistics: Statistics, texts: Texts) -> tuple[Block, ...]:
    if not history.tells_of_week(statistics):
        return (Para(history.unknown_week(statistics, texts)),)
    if is_hidden(statistics, "wau") and is_hidden(statistics, "mau"):
        return (Para(nothing_seen(texts)),)
    if statistics.figures["mau"].value == 0:
        lately = texts.lately(window_days(statistics))
        return (_nobody(statistics, texts, texts.text(_NOBODY, lately=lately)),)
    groups = _groups(statistics)
    told = lines(statistics, texts, *groups)
    return (*_quiet_week(statistics, texts), *told, *untold(statistics, texts, *groups))


def _groups(statistics: Statistics) -> tuple[Group, ...]:
    here = _HERE[1:] if statistics.figures["wau"].value == 0 else _HERE
    return (here, _REACH, _TIES, _CONVERSATIONS)


def _quiet_week(statistics: Statistics, texts: Texts) -> tuple[Para, ...]:
    if statistics.figures["wau"].value != 0:
        return ()
    return (_nobody(statistics, texts, texts.text("Nobody took part this week.")),)


def _nobody(statistics: Statistics, texts: Texts, said: str) -> Para:
    """Silence, with how far the history reaches where it may only seem so."""
    return Para(" ".join((said, *history.reach(statistics, texts))))
