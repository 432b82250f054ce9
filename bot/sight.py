"""What a bot may be kept from seeing in a guild or chat, in words, and how to put that right."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from bot.model import Platform
from bot.text.phrase import phrase
from bot.text.texts import Texts


class Sight(StrEnum):
    """What a bot may be kept from seeing in a guild or chat.

    `UPDATES` says why something is hidden: the platform keeps back what it was asked for.
    """

    MESSAGES = "messages"
    REACTIONS = "reactions"
    JOINS = "joins"
    UPDATES = "updates"


_NAMES: Mapping[Sight, str] = {
    Sight.MESSAGES: phrase("messages"),
    Sight.REACTIONS: phrase("reactions"),
    Sight.JOINS: phrase("who comes and goes"),
}
_ADMINISTRATOR = phrase("I do not see {what}: make me an administrator of the group.")
_FIXES: Mapping[tuple[str, Sight], str] = {
    (Platform.TELEGRAM, Sight.MESSAGES): phrase(
        "I do not see {what}: make me an administrator of the group; or send /setprivacy to "
        "@BotFather, choose Disable, then remove me from the group and add me again."
    ),
    (Platform.TELEGRAM, Sight.REACTIONS): _ADMINISTRATOR,
    (Platform.TELEGRAM, Sight.JOINS): _ADMINISTRATOR,
    (Platform.TELEGRAM, Sight.UPDATES): phrase(
        "Telegram does not send me {what}, because another program asked it not to: let no other "
        "program use my token, then start me again."
    ),
}
_ANYWHERE = phrase("I do not see {what}.")


def named(texts: Texts, blind: Collection[str]) -> str:
    """What is hidden, as an enumeration: `reactions and who comes and goes`."""
    return texts.items([texts.text(name) for sight, name in _NAMES.items() if sight in blind])


def fixes(texts: Texts, platform: str, blind: Collection[str]) -> tuple[str, ...]:
    """A sentence for each cause of what is hidden, with what would put it right."""
    causes: dict[str, list[Sight]] = {}
    for sight in _NAMES:
        if sight in blind:
            cause = Sight.UPDATES if Sight.UPDATES in blind else sight
            fix = _FIXES.get((platform, cause), _ANYWHERE)
            causes.setdefault(fix, []).append(sight)
    return tuple(texts.text(fix, what=named(texts, seen)) for fix, seen in causes.items())
