"""How many voices carry the community, and how much hangs on the busiest."""

from bot.digest.wording import Wording, lines, untold
from bot.post import Block, Section
from bot.stats import Statistics
from bot.text.phrase import phrase, phrases
from bot.text.texts import Texts

_VOICES = (
    Wording(
        "n2_voices",
        phrases(
            "voice carries the conversation: one person writes most of it.",
            "voices carry the conversation, as if that many people each wrote the same amount.",
        ),
        phrase("voices"),
        needs=phrase("it takes 3 people and 30 messages"),
        show=Texts.number,
    ),
    Wording(
        "bus_factor",
        phrases(
            "person alone writes more than half of all messages.",
            "people together write more than half of all messages.",
        ),
        phrase("the people who write half of all messages"),
        show=Texts.number,
    ),
    Wording(
        "top1_share",
        phrase("of messages come from the person who writes most."),
        phrase("the share of the person who writes most"),
        phrases("{n} message out of {of}", "{n} messages out of {of}"),
    ),
)
_RESILIENCE = (
    Wording(
        "hero_survival",
        phrase(
            "of the people with a link would still have one if the best connected person took a "
            "week off; a link is a reply, a mention or a reaction, so people who only react count "
            "here too."
        ),
        phrase("what would hold without the best connected person"),
        phrases("{n} person out of {of}", "{n} people out of {of}"),
        optional=True,
    ),
)
_GROUPS = (_VOICES, _RESILIENCE)


def section(statistics: Statistics, texts: Texts) -> Section:
    """Voices and resilience."""
    told = lines(statistics, texts, *_GROUPS)
    blocks: tuple[Block, ...] = (*told, *untold(statistics, texts, *_GROUPS))
    return Section("voices", texts.text("Many voices or few"), blocks)
