"""Reduces what people wrote to what may be kept of it."""

import re
from typing import NamedTuple

_QUESTION_MARKS = re.compile("[?？؟⸮]")
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)

CUSTOM_EMOJI = "custom"
"""Stands for an emoji that is not told apart from others."""
_LONGEST_EMOJI = 32
_LONGEST_EMOJI_NAME = 64


class Reduction(NamedTuple):
    """What is kept of a text; `length` counts its characters (Unicode code points)."""

    length: int
    has_question: bool
    has_link: bool


def reduce_text(text: str) -> Reduction:
    """The reduction of a text in which code is written between backticks.

    A question has one of the question marks of METRICS.md §1.1 outside addresses and code.
    """
    prose = _CODE.sub(" ", text) if "`" in text else text
    return Reduction(len(text), asks(prose), links(text))


def asks(prose: str) -> bool:
    """Whether a text without code has a question mark outside its addresses."""
    if _QUESTION_MARKS.search(prose) is None:
        return False
    return not _may_link(prose) or _QUESTION_MARKS.search(_URL.sub(" ", prose)) is not None


def links(prose: str) -> bool:
    """Whether a text holds an address of the web."""
    return _may_link(prose) and _URL.search(prose) is not None


def _may_link(prose: str) -> bool:
    """Whether there may be an address, told far quicker than by looking for one."""
    return "://" in prose or "w." in prose or "W." in prose


def reduce_emoji(emoji: str) -> str:
    """An emoji of Unicode as it is; `CUSTOM_EMOJI` for anything that may be words or numbers."""
    is_text = emoji.isascii() or any(map(str.isalpha, emoji))
    return CUSTOM_EMOJI if is_text or len(emoji) > _LONGEST_EMOJI else emoji


def reduce_emoji_name(name: str) -> str:
    """An emoji, or the name or id of one; `CUSTOM_EMOJI` for what may be a sentence."""
    is_text = any(map(str.isspace, name))
    return CUSTOM_EMOJI if is_text or len(name) > _LONGEST_EMOJI_NAME else name
