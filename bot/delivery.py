"""What is to be said, and what can become of it, in words that every platform shares."""

import hashlib
from enum import StrEnum
from typing import NamedTuple

from bot.model import ChannelId
from bot.post import Post

NONCE_LENGTH = 25
"""Discord takes no longer one."""
MARK_LENGTH = 12


class Op(StrEnum):
    """What is done to a message of ours."""

    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"


class Parcel(NamedTuple):
    """Something to be said, or done to what was said under `key`.

    `not_after` is the instant (epoch ms) from which on it is better left unsaid. An edit that has
    `to` and `not_after` is renewed: it is said anew in that channel where nothing stands there.
    """

    op: Op
    key: str
    to: ChannelId | None
    post: Post | None
    not_after: int | None


class Sighting(NamedTuple):
    """What a look at the channel's history told: `is_certain` says that nothing was overlooked."""

    sent_id: str | None
    is_certain: bool


class DeliveryError(Exception):
    """Something that Foyer wanted to say did not get through; the text is for operators."""


class NotDeliveredError(DeliveryError):
    """It surely did not arrive, and may be tried again after `retry_after` milliseconds.

    Until then the platform wants no call about that chat, or none at all where `is_global`.
    """

    def __init__(self, reason: str, retry_after: int = 0, *, is_global: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.is_global = is_global


class AmbiguousError(DeliveryError):
    """Nobody can say whether it arrived: a timeout, a reset, a server's failure."""


class TargetGoneError(DeliveryError):
    """The bot was removed or forbidden to write there, or the channel is no more."""


class TargetMovedError(DeliveryError):
    """The chat goes on under another id."""

    def __init__(self, new_target: str) -> None:
        super().__init__(f"the chat is now {new_target}")
        self.new_target = new_target


class ContentError(DeliveryError):
    """The platform does not take this content: too long, or marked up in a way it refuses."""


class MessageGoneError(ContentError):
    """The message that was to be changed or answered is no more."""


class AuthError(DeliveryError):
    """The platform does not accept the bot's token or intents; trying on would do harm."""


class ConflictError(AuthError):
    """Somebody else acts as this bot; of two that listen, neither would hear everything."""


def nonce_of(community: int, post_key: str, part: int) -> str:
    """The same short name for the same part of the same post, on every try."""
    digest = hashlib.sha256(f"{community}/{post_key}/{part}".encode()).hexdigest()
    return digest[:NONCE_LENGTH]


def mark_of(community: int, post_key: str) -> str:
    """A short name of a post, for buttons, which have no room for its key."""
    return nonce_of(community, post_key, 0)[:MARK_LENGTH]
