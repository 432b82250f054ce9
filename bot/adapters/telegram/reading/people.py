"""Who speaks on Telegram: people by their account, channels and groups that are nobody."""

import re
from typing import NamedTuple

from bot.adapters.telegram.reading.wire import Chat, User
from bot.events import MemberDescribed
from bot.model import Platform

TELEGRAM = str(Platform.TELEGRAM)

STAND_INS = frozenset((777000, 1087968824, 136817688))
"""Accounts that Telegram names where a channel, an anonymous administrator or a linked channel
speaks; they are nobody."""

_CHANNELS = 10**12
"""The Bot API writes the id of a channel or supergroup as minus the sum of this and the id."""
_SHORT_CHANNEL = re.compile(r"-100(\d+)", re.ASCII)
"""The same with fewer digits, as CONTRACT.md spells it."""


class Me(NamedTuple):
    """The bot itself; `reads_all` says whether its privacy mode is off."""

    id: int
    username: str
    reads_all: bool


class Speaker(NamedTuple):
    """Under which account something was said or done, and whether that is no person."""

    account: str
    is_bot: bool
    name: str | None = None

    @property
    def described(self) -> tuple[MemberDescribed, ...]:
        """Tells that it is no person; nothing where it may be one."""
        return (robot(self.account),) if self.is_bot else ()


def account_of(user: int) -> str:
    """The account of somebody."""
    return f"user{user}"


def channel_account(chat: int) -> str:
    """The account under which a channel or group speaks, from its id in the Bot API."""
    if chat <= -_CHANNELS:
        return f"channel{-chat - _CHANNELS}"
    short = _SHORT_CHANNEL.fullmatch(str(chat))
    return f"channel{abs(chat) if short is None else int(short[1])}"


def robot(account: str) -> MemberDescribed:
    """Tells that an account is no person's."""
    return MemberDescribed(platform=TELEGRAM, user=account, is_bot=True)


def name_of(user: User) -> str:
    """What somebody is called now."""
    return user.first_name if user.last_name is None else f"{user.first_name} {user.last_name}"


def speaker_of(user: User | None, sender: Chat | None, chat: int) -> Speaker:
    """Whoever speaks: a chat in whose name it was said, else the user.

    A stand-in without such a chat speaks for the chat it is heard in.
    """
    if sender is not None:
        return Speaker(channel_account(sender.id), True, sender.title)
    if user is None or user.id in STAND_INS:
        return Speaker(channel_account(chat), True)
    return Speaker(f"user{user.id}", user.is_bot, name_of(user))
