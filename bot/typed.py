"""How what was typed after a command becomes the words of its parameters."""

import re
from collections.abc import Iterable, Sequence

from bot.errors import UserError
from bot.params import Kind, Param, fits, taker_of
from bot.text.phrase import phrase

_QUOTED = re.compile(r'"([^"]*)"')
_WRAPPED = re.compile(r"“\s*([^“”]*?)\s*”|«\s*([^«»]*?)\s*»")
"""A whole word between the quotes that telephones and the French make of `"`."""
_WORD = re.compile(r'(?:"[^"]*"|“[^“”]*”|«[^«»]*»|\S)+')
_NAME = re.compile("[a-z_]+")


def read_typed(command: str, params: Sequence[Param], words: str) -> dict[str, str]:
    """The words of each parameter by its name, as `Command.read_words` tells.

    Raises:
        UserError: there are too many words, or there is no parameter of a name.
    """
    named: dict[str, str] = {}
    loose: list[str] = []
    names = {param.name for param in params}
    for word in _split(words):
        name, mark, value = word.partition(":")
        if mark and name in names and name not in named:
            named[name] = _unwrapped(value)
        else:
            loose.append(word)
    if not params or params[-1].kind is not Kind.TEXT:
        check_names(command, params, (name for word in loose for name in _named_by(word)))
    waiting = [param for param in params if param.name not in named]
    while loose and waiting:
        param = taker_of(waiting, _unwrapped(loose[0]))
        waiting = waiting[waiting.index(param) + 1 :]
        end = _end(param, waiting, loose)
        taken = " ".join(loose[:end])
        is_free = param.kind is Kind.TEXT and not waiting
        named[param.name] = taken if is_free else _unwrapped(taken)
        loose = loose[end:]
    if loose:
        raise UserError(
            phrase("/{command} does not understand “{word}”."), command=command, word=loose[0]
        )
    return named


def check_names(command: str, params: Sequence[Param], given: Iterable[str]) -> None:
    """Make sure that there is a parameter of every name.

    Raises:
        UserError: there is none.
    """
    known = {param.name for param in params}
    for name in given:
        if name not in known:
            raise UserError(phrase("/{command} has no “{name}”."), command=command, name=name)


def _end(param: Param, waiting: Sequence[Param], words: Sequence[str]) -> int:
    """How many of the words are one parameter's."""
    if param.kind is not Kind.TEXT:
        return 1
    ends = (end for end in range(1, len(words)) if _can_be_for(waiting, words[end:]))
    return next(ends, len(words))


def _can_be_for(params: Sequence[Param], words: Sequence[str]) -> bool:
    """Whether words after a text are for other parameters; a number in it is no switch."""
    if not params or (len(words) > len(params) and params[-1].kind is not Kind.TEXT):
        return False
    return all(
        any(
            fits(param, word) and not (param.kind is Kind.SWITCH and word.isdecimal())
            for param in params
        )
        for word in map(_unwrapped, words)
    )


def _named_by(word: str) -> list[str]:
    """The name in `name:value`, if there is one."""
    name, mark, _ = word.partition(":")
    return [name] if mark and _NAME.fullmatch(name) else []


def _split(words: str) -> list[str]:
    """The words, those between double quotes as one; apostrophes are letters."""
    return [_QUOTED.sub(r"\1", word) for word in _WORD.findall(words)]


def _unwrapped(word: str) -> str:
    match = _WRAPPED.fullmatch(word)
    return word if match is None else match[match.lastindex or 0]
