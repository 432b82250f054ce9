"""What Telegram's answers and the network's failures mean for whatever was to be done."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)

from bot.delivery import (
    AmbiguousError,
    AuthError,
    ConflictError,
    ContentError,
    DeliveryError,
    MessageGoneError,
    NotDeliveredError,
    TargetGoneError,
    TargetMovedError,
)

_MARGIN_MS = 500
"""Telegram counts whole seconds, and a call on the very edge of a flood wait makes it longer."""

_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""Failures before the first byte of a request was sent."""

_NOT_MODIFIED = "message is not modified"
_TOO_LARGE = "request entity too large"

_MESSAGE_GONE = re.compile(
    r"message (to .*)?not found|(reply|replied) message not found|message_id_invalid"
)

_TARGET_GONE = re.compile(
    r"chat not found|peer_id_invalid|user_is_blocked|bot is not a member"
    r"|chat was deactivated|group chat was upgraded"
    r"|no rights to send|not enough rights to (send (text|message)|manage chat invite)"
    r"|need administrator rights|chat_(write|send_plain)_forbidden|chat_(restricted|admin_required)"
    r"|message thread not found|topic_(closed|deleted|id_invalid)|topic (is )?(closed|deleted)"
)
"""That the bot may not send pictures, say, is about what it sends: a text may still be welcome."""

_QUOTED = re.compile(r"[:\"“«]|'(?!t\b)|\d{3}")
"""Where a description begins to quote what it is about, which may be anybody's words."""
_LONGEST = 80


class FloodError(TelegramError):
    """Telegram wants to be left alone for `seconds`.

    The library's own class warns of its own future each time that it is made.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__("Too many requests")
        self.seconds = seconds


@contextmanager
def delivery() -> Iterator[None]:
    """Give failures inside the context, of a bot that `client.py` made, the names of ours.

    Raises:
        DeliveryError: what became of it, by its class; the text shows no token and no words.
    """
    try:
        yield
    except TelegramError as error:
        # Not even as a context: the library's own texts show tokens, addresses and answers.
        raise _judged(error) from None


def is_unchanged(error: DeliveryError) -> bool:
    """Whether an edit failed only because the message already says so."""
    return isinstance(error, ContentError) and _NOT_MODIFIED in str(error)


def _judged(error: TelegramError) -> DeliveryError:
    """By class, the most special first: to the library a bad request is a failing network."""
    match error:
        case FloodError():
            return NotDeliveredError("too many requests", round(error.seconds * 1000) + _MARGIN_MS)
        case ChatMigrated():
            return TargetMovedError(str(error.new_chat_id))
        case InvalidToken():
            return AuthError("Telegram does not accept the token")
        case Conflict():
            return ConflictError(_conflict(error.message))
        case Forbidden():
            return TargetGoneError(_said(error.message))
        case BadRequest():
            return _refused(error.message)
        case NetworkError():
            return _lost(error)
        case _:
            return AmbiguousError("an answer that cannot be read")


def _refused(message: str) -> DeliveryError:
    told = message.casefold()
    if _MESSAGE_GONE.search(told):
        return MessageGoneError(_said(message))
    if _TARGET_GONE.search(told):
        return TargetGoneError(_said(message))
    return ContentError(_said(message))


def _lost(error: NetworkError) -> DeliveryError:
    cause = error.__cause__
    if isinstance(cause, _NEVER_LEFT):
        return NotDeliveredError(f"no connection ({type(cause).__name__})")
    if isinstance(cause, httpx.HTTPError):
        return AmbiguousError(f"the connection failed ({type(cause).__name__})")
    if error.message.casefold().startswith(_TOO_LARGE):
        return ContentError("too large")
    return AmbiguousError("Telegram's server failed")


def _conflict(message: str) -> str:
    if "webhook" in message.casefold():
        return "a webhook is set for this bot elsewhere; stop whoever sets it"
    return "another process reads this bot's updates; stop one of them"


def _said(message: str) -> str:
    """The part of a description that is always the same."""
    return _QUOTED.split(message)[0].strip()[:_LONGEST].casefold()
