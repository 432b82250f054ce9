"""How a log line reads: JSON for machines, columns for people; secrets hidden last of all.

A value is plain: text, a number, or a list of them. Of everything else, exceptions included, only
the type is told, as their texts may hold secrets or people's words.
"""

import logging
import sys
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.clock import iso_instant, now_ms
from bot.logs.mask import Mask
from bot.logs.story import headline, story

Plain = str | int | float | bool | None | list["Plain"]


class LineFormatter(ProcessorFormatter):
    """Writes Foyer's events and the libraries' records alike."""

    def __init__(self, mask: Mask, *, is_pretty: bool) -> None:
        render: list[Processor] = (
            [_one_line_each, structlog.dev.ConsoleRenderer(sort_keys=False, pad_event_to=0)]
            if is_pretty
            else [structlog.processors.JSONRenderer()]
        )
        super().__init__(
            processors=[_tell_failure, ProcessorFormatter.remove_processors_meta, _plain, *render],
            foreign_pre_chain=[*MARKS],
        )
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        """The line, without secrets."""
        return self._mask(super().format(record))


def _stamp(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {"timestamp": iso_instant(now_ms()), **event}


def _mark_first(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    first = {key: event.pop(key) for key in ("timestamp", "level", "logger", "event")}
    return {**first, **event}


MARKS: tuple[Processor, ...] = (_stamp, add_log_level, add_logger_name, _mark_first)
"""What every line says beside its event."""


def _tell_failure(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    given = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if isinstance(given, tuple):
        given = given[1]
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        event["exception"] = story(error)
    return event


def _plain(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {str(key): _told(value) for key, value in event.items()}


def _told(value: Any) -> Plain:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case BaseException():
            return headline(value)
        case list() | tuple() | set() | frozenset():
            return [_told(part) for part in value]
    return f"<{type(value).__qualname__}>"


def _one_line_each(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """JSON escapes control characters by itself; a terminal must not be given any."""
    lines = event.pop("exception", None)
    shown = {_visible(key): _shown(value) for key, value in event.items()}
    if lines:
        shown["exception"] = "\n".join(_visible(line) for line in lines)
    return shown


def _shown(value: Plain) -> Plain:
    if isinstance(value, list):
        return [_shown(part) for part in value]
    return _visible(value) if isinstance(value, str) else value


def _visible(text: str) -> str:
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text
    )
