"""Reduces the text of a message, whose marked parts Telegram tells apart."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.adapters.telegram.reading.people import account_of
from bot.adapters.telegram.reading.wire import Entity
from bot.reduction import asks, links

_CODE = ("code", "pre")
_ADDRESS = "url"


class Text(NamedTuple):
    """What is kept of a text; length and question are None where its words were not told.

    `robots` are those of the mentioned accounts that are no person's.
    """

    length: int | None
    has_question: bool | None
    has_link: bool = False
    mentions: tuple[str, ...] = ()
    robots: tuple[str, ...] = ()


def reduced(text: str, entities: Sequence[Entity]) -> Text:
    """The reduction of a text: code and addresses are no prose.

    Only picked names tell whom they mention; a `@name` leads to no id.
    """
    if not entities:
        return Text(len(text), asks(text), links(text))
    prose = without(text, [one for one in entities if one.type in (*_CODE, _ADDRESS)])
    is_linked = any(one.type in (_ADDRESS, "text_link") for one in entities)
    picked = [one.user for one in entities if one.type == "text_mention" and one.user]
    return Text(
        len(text),
        asks(prose),
        is_linked or links(prose),
        tuple(dict.fromkeys(account_of(user.id) for user in picked)),
        tuple(dict.fromkeys(account_of(user.id) for user in picked if user.is_bot)),
    )


def without(text: str, entities: Sequence[Entity]) -> str:
    """The text with a blank in place of each of some marked parts."""
    return replaced(text, [(entity, " ") for entity in entities]) if entities else text


def replaced(text: str, words: Sequence[tuple[Entity, str]]) -> str:
    """The text with other words in place of some marked parts."""
    units = text.encode("utf-16-le")
    pieces, end = [], 0
    for entity, word in sorted(words, key=lambda pair: pair[0].offset):
        pieces += [_words(units, end, entity.offset), word]
        end = max(end, entity.offset + entity.length)
    return "".join([*pieces, _words(units, end, len(text) * 2)])


def marked(text: str, entity: Entity) -> str:
    """The words of a marked part."""
    return _words(text.encode("utf-16-le"), entity.offset, entity.offset + entity.length)


def _words(units: bytes, first: int, last: int) -> str:
    return units[2 * first : 2 * last].decode("utf-16-le", "replace")
