"""The lists of commands that Telegram shows: who sees which, in their language."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
    BotCommandScopeDefault,
)

from bot.adapters import Cursor, Host
from bot.adapters.telegram.line.errors import delivery
from bot.commands import Command
from bot.delivery import (
    ContentError,
    DeliveryError,
    NotDeliveredError,
    TargetGoneError,
    TargetMovedError,
)
from bot.errors import StoreError
from bot.languages import SOURCE_LANGUAGE, languages
from bot.model import PlaceId

STREAM = "telegram:menus"
"""Where it is remembered what was published."""
LONGEST = 100
"""Characters of a description that fit into a line on most phones; Telegram takes 256."""
APP_LANGUAGES = (
    *("", "ar", "be", "ca", "de", "en", "es", "fa", "fr", "hr", "id", "it"),
    *("kk", "ko", "ms", "nl", "pl", "pt", "ru", "sr", "tr", "uk", "uz"),
)
"""Those of Telegram's apps, "" for all others: a list that somebody left for one hides ours."""

PATIENCE_MS = 60_000

Rest = Callable[[float], Awaitable[None]]

log = structlog.get_logger(__name__)


class Menu(NamedTuple):
    """What people of a language see in a kind of chat."""

    scope: BotCommandScope
    language: str
    commands: tuple[tuple[str, str], ...]


async def publish(
    bot: Bot, host: Host, places: Collection[PlaceId], rest: Rest = asyncio.sleep
) -> bool:
    """Show the commands of this version, once, and no list that stood before in their way.

    `places` are the groups that Foyer is in. What fails is logged; False means that it is to be
    tried again.
    """
    menus, board = list(menus_of(host)), _Board(bot, rest)
    try:
        known = _Published.read(await host.cursor(STREAM))
        mark = _mark(menus)
        if known.mark != mark:
            await board.publish(menus)
        cleared = known.cleared if known.mark == mark else frozenset[str]()
        here = {place.external_id for place in places}
        for chat in sorted(here - cleared):
            await board.clear(chat)
        published = _Published(mark, cleared | here)
        if published != known:
            await host.take(cursor=Cursor(STREAM, published.written()))
    except (DeliveryError, StoreError) as error:
        log.warning("the lists of commands were not published", reason=type(error).__name__)
        return False
    return True


def menus_of(host: Host) -> Iterator[Menu]:
    """Every list, each in every language; the source language is for all that have none."""
    shown = [one for one in host.commands.values() if not one.hidden]
    everybody = [one for one in shown if not one.staff_only]
    for language in languages():
        code = "" if language == SOURCE_LANGUAGE else language
        for scope, commands in (
            (BotCommandScopeAllPrivateChats(), everybody),
            (BotCommandScopeAllGroupChats(), everybody),
            (BotCommandScopeAllChatAdministrators(), shown),
        ):
            yield Menu(scope, code, _described(commands, host, language))


class _Published(NamedTuple):
    """What was published last: a mark of it, and the groups whose own lists were cleared."""

    mark: str = ""
    cleared: frozenset[str] = frozenset()

    @classmethod
    def read(cls, value: str | None) -> "_Published":
        mark, _, cleared = (value or "").partition(" ")
        return cls(mark, frozenset(cleared.split()))

    def written(self) -> str:
        return " ".join((self.mark, *sorted(self.cleared)))


def _described(
    commands: Collection[Command], host: Host, language: str
) -> tuple[tuple[str, str], ...]:
    texts = host.texts(language)
    told = ((one.name, texts.text(one.summary)[:LONGEST]) for one in commands)
    return tuple(sorted(told))


def _mark(menus: Collection[Menu]) -> str:
    told = [(menu.scope.type, menu.language, menu.commands) for menu in menus]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


class _Board:
    """Where the lists hang."""

    def __init__(self, bot: Bot, rest: Rest) -> None:
        self._bot, self._rest = bot, rest

    async def publish(self, menus: Collection[Menu]) -> None:
        """Take away first, lest people see old commands longer than none."""
        ours = {(menu.scope.type, menu.language) for menu in menus}
        scopes = {menu.scope.type: menu.scope for menu in menus}
        scopes[BotCommandScope.DEFAULT] = BotCommandScopeDefault()
        for kind, scope in scopes.items():
            for language in APP_LANGUAGES:
                if (kind, language) not in ours:
                    await self._call(self._bot.delete_my_commands, scope, language or None)
        for menu in menus:
            listed = [BotCommand(name, summary) for name, summary in menu.commands]
            await self._call(self._bot.set_my_commands, listed, menu.scope, menu.language or None)

    async def clear(self, chat: str) -> None:
        """Take away the lists that somebody left for one group alone."""
        number = int(chat)
        for scope in (BotCommandScopeChat(number), BotCommandScopeChatAdministrators(number)):
            for language in ("", *languages()):
                with suppress(ContentError, TargetGoneError, TargetMovedError):
                    await self._call(self._bot.delete_my_commands, scope, language or None)

    async def _call(self, method: Callable[..., Awaitable[bool]], *what: Any) -> None:
        """So many calls may be too many at once: one that has to wait is made a second time."""
        try:
            with delivery():
                await method(*what)
        except NotDeliveredError as error:
            if not 0 < error.retry_after <= PATIENCE_MS:
                raise
            await self._rest(error.retry_after / 1000)
            with delivery():
                await method(*what)
