"""Who and where: platforms, accounts, places and communities."""

from enum import StrEnum
from typing import NamedTuple


class Platform(StrEnum):
    """A place where communities live."""

    DISCORD = "discord"
    TELEGRAM = "telegram"


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


class Community(NamedTuple):
    """A community as the store knows it; `timezone` is an IANA name, `language` `en` or `fr`."""

    id: int
    name: str
    timezone: str
    language: str


def split_id(text: str) -> tuple[str, str] | None:
    """The platform and the id of `platform:id`, None where it is not written so."""
    platform, _, external_id = text.partition(":")
    is_known = platform in set(Platform) and external_id
    return (platform, external_id) if is_known else None
