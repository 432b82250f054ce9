"""Who and where: platforms, accounts, places and communities."""

from enum import StrEnum
from typing import NamedTuple

DISCORD_EPOCH_MS = 1_420_070_400_000
"""The instant that Discord's ids count from, 2015-01-01T00:00:00Z."""

_SEQUENCE_BITS = 22


class Platform(StrEnum):
    """A place where communities live."""

    DISCORD = "discord"
    TELEGRAM = "telegram"
    CONSOLE = "console"


class AccountId(NamedTuple):
    """An account as its platform names it; ids are opaque strings."""

    platform: str
    external_id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.external_id}"


class PlaceId(NamedTuple):
    """A Discord guild or a Telegram chat that belongs to one community."""

    platform: str
    external_id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.external_id}"


class ChannelId(NamedTuple):
    """Where something can be said: a channel, a chat, or one of its threads as `CHAT/THREAD`."""

    platform: str
    external_id: str

    @property
    def whole(self) -> "ChannelId":
        """The channel or chat of a thread; any other is itself."""
        return self._replace(external_id=self.external_id.partition("/")[0])

    def __str__(self) -> str:
        return f"{self.platform}:{self.external_id}"


class Place(NamedTuple):
    """A guild or chat as it is called; `kind` is `guild`, `group` or `supergroup`."""

    id: PlaceId
    name: str | None
    kind: str


class Community(NamedTuple):
    """A community as the store knows it; `timezone` is an IANA name, `language` `en` or `fr`."""

    id: int
    name: str
    timezone: str
    language: str


def private_chat(account: AccountId) -> ChannelId | None:
    """Where somebody and Foyer write to each other alone; None where the account does not tell.

    On Telegram that chat bears the person's own number.
    """
    kind, number = account.external_id[:4], account.external_id[4:]
    if account.platform != Platform.TELEGRAM or kind != "user":
        return None
    return ChannelId(account.platform, number)


def split_id(text: str) -> tuple[str, str] | None:
    """The platform and the id of `platform:id`, None where it is not written so."""
    platform, _, external_id = text.partition(":")
    is_known = platform in set(Platform) and external_id
    return (platform, external_id) if is_known else None


def snowflake_ms(number: int) -> int:
    """The instant that a Discord id tells, in UTC epoch milliseconds."""
    return (number >> _SEQUENCE_BITS) + DISCORD_EPOCH_MS


def first_snowflake(at: int) -> int:
    """The first Discord id of an instant, given in UTC epoch milliseconds from 2015 on."""
    return (at - DISCORD_EPOCH_MS) << _SEQUENCE_BITS
