"""A command's parameters: what each takes, and how words become their values."""

import inspect
import re
import types
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from bot.model import AccountId, ChannelId
from bot.text.texts import Texts
from bot.weeks import FIRST_DAY, LAST_DAY


class Kind(StrEnum):
    """What a parameter takes."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    SWITCH = "switch"
    DAY = "day"
    CHOICE = "choice"
    MEMBER = "member"
    CHANNEL = "channel"


_KINDS: Mapping[type, Kind] = {
    str: Kind.TEXT,
    int: Kind.WHOLE,
    float: Kind.NUMBER,
    bool: Kind.SWITCH,
    date: Kind.DAY,
    AccountId: Kind.MEMBER,
    ChannelId: Kind.CHANNEL,
}
_MARKS: Mapping[Kind, str] = {Kind.MEMBER: "@", Kind.CHANNEL: "#"}
"""How people write what they mean, and never what they do not."""

SWITCHES = ("on", "off")
"""What a form offers for a switch."""

_YES, _NO = {"yes", "on", "true", "1", "oui"}, {"no", "off", "false", "0", "non"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LIKE_A_DAY = re.compile(r"(\d{4}[-/.]\w{1,3}[-/.]\d+|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})[:,;.]?")
"""What somebody writes who means a day."""


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter; `description` is a sentence of the catalogues, `options` those of a choice.

    `labels` tell which answer each word means that people read in place of it.
    """

    name: str
    description: str
    kind: Kind
    options: tuple[str, ...] = ()
    default: Any = None
    required: bool = False
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def answers(self) -> tuple[str, ...]:
        """The words that may be given, none where any may."""
        return SWITCHES if self.kind is Kind.SWITCH else self.options

    def in_languages(self, spoken: Iterable[Texts]) -> "Param":
        """This, its answers known by what they are called in some languages too."""
        labels = {
            _folded(texts.in_context("option", answer)): answer
            for texts in spoken
            for answer in self.answers
        }
        return replace(self, labels=tuple(labels.items()))


def param_of(parameter: inspect.Parameter, hint: Any) -> Param:
    """The parameter that a function's annotated one declares."""
    described, description = get_args(hint) if get_origin(hint) is Annotated else (hint, "")
    meant = _without_none(described)
    required = parameter.default is inspect.Parameter.empty
    default = None if required else parameter.default
    if get_origin(meant) is Literal:
        options = get_args(meant)
        return Param(parameter.name, description, Kind.CHOICE, options, default, required)
    return Param(parameter.name, description, _KINDS[meant], (), default, required)


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        (meant,) = (part for part in get_args(hint) if part is not type(None))
        return meant
    return hint


def value_of(param: Param, word: str, platform: str) -> Any:
    """What a word stands for; ValueError where it does not fit."""
    match param.kind:
        case Kind.WHOLE:
            return int(_plain_number(word, r"[+-]?\d{1,15}"))
        case Kind.NUMBER:
            return float(_plain_number(word, r"[+-]?\d{1,15}(\.\d{1,9})?"))
        case Kind.SWITCH:
            return _switch(_answer(param, word))
        case Kind.DAY:
            return _day(word)
        case Kind.CHOICE:
            return _option(_answer(param, word), param.options)
        case Kind.MEMBER:
            return AccountId(platform, word)
        case Kind.CHANNEL:
            return ChannelId(platform, word)
    return word


def taker_of(params: Sequence[Param], word: str) -> Param:
    """The first parameter that a word fits, none that must be given being passed over."""
    for param in params:
        if fits(param, word):
            return param
        if param.required:
            break
    return params[0]


def fits(param: Param, word: str) -> bool:
    """Whether a word can be meant for a parameter."""
    if param.kind in _MARKS:
        return not word.startswith(tuple(_MARKS.values())) or word.startswith(_MARKS[param.kind])
    if param.kind is Kind.DAY and _LIKE_A_DAY.fullmatch(word):
        return True
    try:
        value_of(param, word, "")
    except ValueError:
        return False
    return True


def _plain_number(word: str, pattern: str) -> str:
    """The word, where it is written as people write numbers: no `nan`, no `1_000`, no `1e9`."""
    if not re.fullmatch(pattern, word, re.ASCII):
        raise ValueError
    return word


def _day(word: str) -> date:
    """A day that anything can be about, written as `2026-10-05`."""
    if not _DAY.fullmatch(word):
        raise ValueError
    day = date.fromisoformat(word)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError
    return day


def _answer(param: Param, word: str) -> str:
    """The answer that a word means, be it the word that a form offers or its label."""
    said = _folded(word)
    return said if said in param.options else dict(param.labels).get(said, said)


def _folded(word: str) -> str:
    return unicodedata.normalize("NFC", word.casefold())


def _switch(word: str) -> bool:
    if word not in _YES | _NO:
        raise ValueError
    return word in _YES


def _option(word: str, options: Sequence[str]) -> str:
    if word not in options:
        raise ValueError
    return word
