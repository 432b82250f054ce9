"""Where the console's people meet, and what they may be called."""

import unicodedata

from bot.errors import UsageError
from bot.model import AccountId, ChannelId, Place, PlaceId, Platform
from bot.post import inert_name

PLATFORM = Platform.CONSOLE
ROOM = PlaceId(PLATFORM, "console")
PLACE = Place(ROOM, "Console", "group")
GENERAL = ChannelId(PLATFORM, "general")
MODERATORS = ChannelId(PLATFORM, "moderators")
BOT = "Foyer"
"""The name and the account of the bot itself."""

LONGEST_NAME = 32
_UNPRINTABLE = frozenset({"Cc", "Cn", "Co", "Cs", "Zl", "Zp"})


def person(name: str) -> str:
    """The account of whoever is called that.

    Raises:
        UsageError: nobody can be called that.
    """
    called = unicodedata.normalize("NFC", name.strip())
    if not called or not inert_name(called, ""):
        raise UsageError("a name is missing")
    if len(called) > LONGEST_NAME or _UNPRINTABLE & set(map(unicodedata.category, called)):
        raise UsageError(f"a name has 1 to {LONGEST_NAME} printable characters")
    if called.casefold() == BOT.casefold():
        raise UsageError(f"{BOT} is the bot's own name")
    return called


def account(name: str) -> AccountId:
    """The account of a person of that name."""
    return AccountId(PLATFORM, name)
