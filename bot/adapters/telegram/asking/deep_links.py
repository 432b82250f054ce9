"""Links that open the private chat and say there what was asked for: a community and a command.

Anybody can make or pass on such a link, so it proves nothing. What was typed beside the command is
kept in memory for a while, for whoever typed it.
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from typing import NamedTuple

from bot.clock import MINUTE_MS, Clock
from bot.model import ChannelId, PlaceId, Platform

KEPT_MS = 15 * MINUTE_MS
MOST_KEPT = 1000
MOST_EACH = 50
"""So much is kept of what one person typed, or of all whom nobody can see."""
LONGEST = 64
"""Characters that Telegram takes of letters, digits, `_` and `-`."""

_TOKEN = re.compile(r"([1-9a-z][0-9a-z]{0,10})-([0-9a-f]{8})-([a-z0-9_]{1,32})", re.ASCII)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Link(NamedTuple):
    """What a link asks for.

    `is_own` says that whoever follows it asked for exactly this a short while ago. Elsewhere it
    may be somebody else's trick, and whoever follows it has to be asked first.
    """

    place: PlaceId
    channel: ChannelId
    command: str
    arguments: Mapping[str, str]
    is_own: bool = False


class _Kept(NamedTuple):
    user: int | None
    link: Link
    until: int


class DeepLinks:
    """Makes links to the bot of a name, and reads them."""

    def __init__(self, username: str, clock: Clock) -> None:
        self._username, self._clock = username, clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    @property
    def home(self) -> str:
        """The address of the private chat."""
        return f"https://t.me/{self._username}"

    def url(self, token: str) -> str:
        """The address that brings a token along."""
        return f"{self.home}?start={token}"

    def token(self, link: Link, user: int | None) -> str:
        """A token for what somebody asks for; `user` is None where nobody can see who that is."""
        place, command = link.place, link.command
        mark = secrets.token_hex(4)
        theirs = [known for known, kept in self._kept.items() if kept.user == user]
        for known in theirs[: max(0, len(theirs) + 1 - MOST_EACH)]:
            del self._kept[known]
        self._kept[mark] = _Kept(user, link, self._clock.now() + KEPT_MS)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return f"{_base36(-int(place.external_id))}-{mark}-{command}"

    def read(self, token: str, user: int) -> Link | None:
        """What a token asks for when somebody brings it along; None where it is none of ours.

        What was typed beside the command comes back to whoever typed it; where nobody knows who
        that was, to anybody.
        """
        match = _TOKEN.fullmatch(token)
        if match is None:
            return None
        chat, mark, command = match.groups()
        place = PlaceId(Platform.TELEGRAM, str(-int(chat, 36)))
        kept = self._kept.get(mark)
        if kept is not None and kept.until > self._clock.now():
            is_same = (kept.link.place, kept.link.command) == (place, command)
            if is_same and kept.user in (user, None):
                return kept.link._replace(is_own=kept.user == user)
        return Link(place, ChannelId(*place), command, {}, is_own=False)


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits
