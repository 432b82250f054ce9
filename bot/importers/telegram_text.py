"""Reduces the text of a Telegram message, whose marked parts the export tells apart."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from bot.importers.record import Unfit
from bot.importers.telegram_chats import account_of
from bot.reduction import asks, links

_CODE = frozenset(("code", "pre"))


class Text(NamedTuple):
    """What is kept of a text; length and question are None where there was no text to see."""

    length: int | None = None
    has_question: bool | None = None
    has_link: bool = False
    mentions: tuple[str, ...] = ()


def reduce_parts(message: dict[str, Any]) -> Text:
    """The reduction of `text` (a string, or a list of strings and marked parts).

    Only `mention_name` parts tell whom they mention; a `@name` leads to no id.
    """
    text = message.get("text", message.get("text_entities"))
    if text is None:
        return Text()
    if not isinstance(text, str | list):
        raise Unfit("text is neither a string nor a list")
    length, is_linked, prose, mentions = 0, False, [], dict[str, None]()
    for kind, words, user in _parts(text):
        length += len(words)
        is_linked |= kind in ("link", "text_link")
        prose.append(" " if kind in _CODE or kind == "link" else words)
        if kind == "mention_name" and (account := account_of(user)):
            mentions[account] = None
    joined = "".join(prose)
    return Text(length, asks(joined), is_linked or links(joined), tuple(mentions))


def _parts(text: str | list[Any]) -> Iterator[tuple[str, str, object]]:
    for part in [text] if isinstance(text, str) else text:
        if isinstance(part, str):
            yield "plain", part, None
        elif isinstance(part, dict) and isinstance(words := part.get("text"), str):
            yield str(part.get("type")), words, part.get("user_id")
