"""What the words after a command mean on Telegram: people, chats and topics by their ids."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from bot.commands import Command, Kind
from bot.errors import UserError
from bot.text.phrase import phrase

HERE, ME = "here", "me"
"""How the chat at hand and one's own private chat are named, besides their French names."""

_OWN_WORDS: Mapping[str, str] = {"here": HERE, "ici": HERE, "me": ME, "moi": ME}
_TOKEN = re.compile(r"(?<!\S)\S+")
_ACCOUNT = re.compile(r"(?:user|channel)[1-9]\d{0,18}", re.ASCII)
_NUMBER = re.compile(r"[1-9]\d{0,18}", re.ASCII)
_CHAT = re.compile(r"(-?[1-9]\d{0,18})(?:/([1-9]\d{0,9}))?", re.ASCII)
_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t|telegram)\.me/(?:c/([1-9]\d{0,15})|([a-z]\w{3,31}))"
    r"(?:/([1-9]\d{0,9}))?(?:/([1-9]\d{0,9}))?/?(?:\?\S*)?",
    re.ASCII | re.IGNORECASE,
)
_PUBLIC = re.compile(r"@([a-z]\w{3,31})", re.ASCII | re.IGNORECASE)

_NOBODY = phrase(
    "I do not know who “{word}” is. Answer one of their messages with the command, or pick their"
    " name from the list that Telegram offers after an @."
)
_NOWHERE = phrase(
    "I know no chat called “{word}”. Write “here”, or paste a link to the topic or to a message in"
    " the group."
)


class Named(NamedTuple):
    """A chat as somebody names it: `HERE`, `ME`, an id, or a public name after an `@`.

    `is_vague` says that what looks like a topic may as well be a message.
    """

    chat: str
    thread: str | None = None
    is_vague: bool = False


def read(
    command: Command, words: str, mentions: Mapping[str, str], reply_to: str | None
) -> dict[str, str]:
    """The arguments by their names; members are ids of accounts, chats are as they were named.

    Who is not named is the author of the message that the command answers. Who nobody can tell
    stays as they were named, which `account_named` refuses.

    Raises:
        UserError: there are too many words, or there is no parameter of a name.
    """
    named = command.read_words(_marked(command, words))
    for param in command.params:
        if param.kind is Kind.MEMBER:
            word = named.get(param.name, "")
            if word:
                with suppress(UserError):
                    named[param.name] = account_named(word, mentions)
            elif reply_to is not None:
                named[param.name] = reply_to
    return named


def account_named(word: str, mentions: Mapping[str, str] | None = None) -> str:
    """The id of an account that somebody named; Telegram lets no bot look up an `@name`.

    `mentions` leads from such names to the accounts that are known by other means.

    Raises:
        UserError: nobody can tell who that is.
    """
    known = {name.casefold(): account for name, account in (mentions or {}).items()}
    if (account := known.get(word.casefold())) is not None:
        return account
    bare = word.removeprefix("@").casefold()
    if _ACCOUNT.fullmatch(bare):
        return bare
    if _NUMBER.fullmatch(word):
        return f"user{word}"
    raise UserError(_NOBODY, word=word)


def chat_of(word: str) -> Named:
    """The chat that somebody named.

    Raises:
        UserError: it reads like none.
    """
    bare = word.removeprefix("#").casefold()
    if (own := _OWN_WORDS.get(bare)) is not None:
        return Named(own)
    if match := _CHAT.fullmatch(bare):
        return Named(match[1], match[2])
    if match := _LINK.fullmatch(bare):
        number, name, first, second = match.groups()
        # Three parts name a topic and a message of it; two may name either.
        return Named(f"-100{number}" if number else f"@{name}", first, second is None)
    if match := _PUBLIC.fullmatch(bare):
        return Named(f"@{match[1]}")
    raise UserError(_NOWHERE, word=word)


def unknown_chat(word: str) -> UserError:
    """The polite no where a chat reads well, and is none that Foyer can find."""
    return UserError(_NOWHERE, word=word)


def _marked(command: Command, words: str) -> str:
    """The words, each that can only be a person or a chat bearing the mark that tells so."""
    kinds = {param.kind for param in command.params}
    takes_chats, takes_members = Kind.CHANNEL in kinds, Kind.MEMBER in kinds

    def mark(match: re.Match[str]) -> str:
        word = match[0].casefold()
        if takes_chats and _is_chat(word):
            return f"#{match[0]}"
        return f"@{match[0]}" if takes_members and _ACCOUNT.fullmatch(word) else match[0]

    return _TOKEN.sub(mark, words)


def _is_chat(word: str) -> bool:
    is_id = word.startswith("-") and _CHAT.fullmatch(word)
    return word in _OWN_WORDS or bool(is_id) or bool(_LINK.fullmatch(word))
