"""Reads the lines of a console script: a directive, a command, or what somebody says."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from bot.adapters.console.directives import (
    Appoint,
    Ask,
    Begin,
    Directive,
    Empty,
    Explain,
    Join,
    Leave,
    Press,
    Quit,
    React,
    Say,
    Speak,
    Speech,
    Wait,
)
from bot.adapters.console.place import person
from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.errors import UsageError
from bot.files import shown
from bot.languages import languages
from bot.weeks import FIRST_DAY, LAST_DAY


class Step(NamedTuple):
    """A directive and where it stands, as `month.console:12`; empty in a terminal."""

    where: str
    directive: Directive


LONGEST_WAIT = 400
"""Days that one directive may let pass."""
_UNITS = {"d": DAY_MS, "h": HOUR_MS, "m": MINUTE_MS}
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:\s+(.*))?")
_DIRECTIVE = re.compile(r":([A-Za-z_]+)(?:\s+(.*))?")
_NUMBERED = re.compile(r"([0-9]{1,9})\s+(.+)")


def steps(lines: Iterable[str], name: str) -> Iterator[Step]:
    """The steps of a script, as its lines come.

    Raises:
        UsageError: a line cannot be understood; it is named.
    """
    for number, line in enumerate(lines, 1):
        where = f"{shown(name)}:{number}"
        try:
            directive = parse(line)
        except UsageError as error:
            raise UsageError(f"{where}: {error}") from None
        if directive is not None:
            yield Step(where, directive)


def parse(line: str) -> Directive | None:
    """What a line asks for; None for a comment.

    A backslash in front lets a message begin with `:`, `/`, `#` or a backslash.

    Raises:
        UsageError: it cannot be understood.
    """
    text = line.strip()
    if text.startswith("#"):
        return None
    if directive := _DIRECTIVE.fullmatch(text):
        return _directive(directive[1], (directive[2] or "").strip())
    if command := _COMMAND.fullmatch(text):
        return Ask(command[1].lower(), (command[2] or "").strip())
    return Say(_plain(text)) if text else Empty()


def _directive(word: str, rest: str) -> Directive:
    read = _READERS.get(word)
    if read is None:
        raise UsageError(f"unknown directive :{shown(word)}; :help lists them")
    return read(rest)


def _plain(text: str) -> str:
    return text[1:] if re.match(r"\\[:/#\\]", text) else text


def _numbered(rest: str, form: str) -> tuple[int, str]:
    parts = _NUMBERED.fullmatch(rest)
    if parts is None:
        raise UsageError(f"write {form}, with the number of a message")
    return int(parts[1]), parts[2]


def _reply(rest: str) -> Say:
    number, text = _numbered(rest, ":reply N text")
    return Say(text, number)


def _react(rest: str) -> React:
    number, emoji = _numbered(rest, ":react N EMOJI")
    if len(emoji.split()) > 1:
        raise UsageError("write :react N EMOJI, with one emoji")
    return React(number, emoji)


def _press(rest: str) -> Press:
    if not rest:
        raise UsageError("write :press LABEL")
    return Press(rest)


def _begin(rest: str) -> Begin:
    try:
        moment = datetime.fromisoformat(rest)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not FIRST_DAY <= moment.date() <= LAST_DAY:
        raise UsageError(f"{shown(rest)!r} is not an instant like 2026-10-05T06:00:00Z")
    return Begin(round(moment.astimezone(UTC).timestamp() * 1000))


def _wait(rest: str) -> Wait:
    parts = re.fullmatch(r"([0-9]{1,6})([dhm])", rest)
    length = int(parts[1]) * _UNITS[parts[2]] if parts else 0
    if not 0 < length <= LONGEST_WAIT * DAY_MS:
        raise UsageError(f"write :advance 7d, 3h or 10m, and at most {LONGEST_WAIT}d at a time")
    return Wait(length)


def _speech(rest: str) -> Speech:
    if rest not in languages():
        raise UsageError(f"write :lang with one of {', '.join(languages())}")
    return Speech(rest)


def _alone(directive: Directive) -> Callable[[str], Directive]:
    def read(rest: str) -> Directive:
        if rest:
            raise UsageError(f"nothing may follow, but here is {shown(rest)!r}")
        return directive

    return read


_READERS: Mapping[str, Callable[[str], Directive]] = {
    "join": lambda rest: Join(person(rest)),
    "leave": lambda rest: Leave(person(rest)),
    "as": lambda rest: Speak(person(rest)),
    "admin": lambda rest: Appoint(person(rest)),
    "reply": _reply,
    "react": _react,
    "press": _press,
    "at": _begin,
    "advance": _wait,
    "lang": _speech,
    "help": _alone(Explain()),
    "quit": _alone(Quit()),
}
