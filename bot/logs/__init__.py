"""Logs: one line for each event, from Foyer and its libraries alike, on one stream.

`faulthandler` writes around all this, but nothing except frames, so it may be on.
"""

import asyncio
import logging
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter

from bot.logs.lines import MARKS, LineFormatter
from bot.logs.mask import Mask

QUIET = ("aiohttp.access", "apscheduler", "asyncio", "discord", "httpcore", "httpx", "telegram")
"""Libraries of which only warnings are told: below, they write down addresses and messages."""


@contextmanager
def logging_to(stream: TextIO, secrets: Iterable[str]) -> Iterator[None]:
    """Send every log line, warning and uncaught exception to a stream, with secrets hidden."""
    handler = _Handler(stream, Mask(secrets))
    with ExitStack() as before:
        for logger in [logging.getLogger(), *_known_loggers()]:
            before.callback(logger.setLevel, logger.level)
            before.callback(setattr, logger, "handlers", logger.handlers)
            logger.handlers = []
        logging.getLogger().addHandler(handler)
        logging.getLogger().setLevel(logging.INFO)
        for name in QUIET:
            logging.getLogger(name).setLevel(logging.WARNING)
        logging.captureWarnings(True)
        before.callback(logging.captureWarnings, False)
        _configure_structlog()
        before.callback(structlog.reset_defaults)
        for module, name, hook in _HOOKS:
            before.callback(setattr, module, name, getattr(module, name))
            setattr(module, name, hook)
        yield


def tell_of_loop_failure(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What an event loop does with an exception that nobody waits for.

    Its own message shows what callbacks were called with, and is told only where that is all.
    """
    error = context.get("exception")
    what = {} if error else {"message": context.get("message")}
    _log().error("something failed in passing", exc_info=error, **what)


def _known_loggers() -> list[logging.Logger]:
    """The loggers that exist, and those of the quiet libraries."""
    quiet = [logging.getLogger(name) for name in QUIET]
    registered = logging.getLogger().manager.loggerDict.values()
    others = [one for one in registered if isinstance(one, logging.Logger) and one not in quiet]
    return quiet + others


def _configure_structlog() -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *MARKS,
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


class _Handler(logging.StreamHandler[TextIO]):
    """Writes masked lines; even its own failures show nothing of a record."""

    def __init__(self, stream: TextIO, mask: Mask) -> None:
        super().__init__(stream)
        self.setFormatter(LineFormatter(mask, is_pretty=stream.isatty()))
        self.addFilter(_is_told)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  the library's name
        """A record that cannot be formatted leaves its place in the source."""
        said = f"a log line of {record.pathname}:{record.lineno} could not be written"
        spare = logging.LogRecord(record.name, logging.ERROR, "", 0, said, None, None)
        self.stream.write(self.format(spare) + self.terminator)


def _is_told(record: logging.LogRecord) -> bool:
    """Whatever level somebody gave a quiet library's logger."""
    is_quiet = any(record.name == name or record.name.startswith(f"{name}.") for name in QUIET)
    return record.levelno >= logging.WARNING or not is_quiet


def _log() -> Any:
    return structlog.get_logger(__name__)


def _uncaught(_: type[BaseException], error: BaseException, __: Any) -> None:
    _log().critical("nobody caught this", exc_info=error)


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    _log().error("a thread failed", exc_info=args.exc_value)


def _uncaught_in_passing(args: "sys.UnraisableHookArgs") -> None:
    _log().error("something failed in passing", exc_info=args.exc_value)


_HOOKS = (
    (sys, "excepthook", _uncaught),
    (threading, "excepthook", _uncaught_in_thread),
    (sys, "unraisablehook", _uncaught_in_passing),
)
