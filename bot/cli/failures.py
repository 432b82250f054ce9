"""What the command line says when a command fails: one line, an exit code, and for bugs a file."""

import contextlib
import errno
import os
import platform
import sys
import tempfile
from pathlib import Path

import click

from bot import __version__
from bot.errors import FoyerError


class Interrupted(FoyerError):  # noqa: N818  nobody made an error
    """Somebody pressed Ctrl-C."""

    exit_code = 130


def explain(error: Exception) -> tuple[str, int]:
    """The line for stderr (empty: say nothing) and the exit code of a failed command."""
    match error:
        case Interrupted() | click.Abort():
            return "interrupted", Interrupted.exit_code
        case FoyerError():
            return one_line(str(error)), error.exit_code
        case click.ClickException():
            return one_line(_said_by_click(error)), error.exit_code
        case OSError(errno=errno.EPIPE):
            return "", 1
        case OSError(strerror=str(reason)):
            where = error.filename or "input or output"
            return one_line(f"{os.fsdecode(where)}: {reason}"), 1
    return f"something went wrong inside Foyer; {_kept(error)}", 1


def one_line(text: str) -> str:
    """The text without line breaks; other control characters and bidi tricks shown as escapes."""
    return "".join(_visible(character) for character in " ".join(text.split()))


def give_up_output() -> None:
    """Write what stdout still holds; where that fails, keep the interpreter from trying again."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def _said_by_click(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    if context is None:
        return error.format_message()
    path = context.command_path
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return f"'{path}' needs more words; see '{path} --help'"
    return f"{error.format_message().rstrip('.')}; see '{path} --help'"


def _kept(error: Exception) -> str:
    from bot.logs.story import story

    report = "\n".join([f"Foyer {__version__}, Python {platform.python_version()}", *story(error)])
    try:
        handle, name = tempfile.mkstemp(prefix="foyer-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(report + "\n")
    except OSError:
        return "the details could not be written to the temporary folder"
    return f"details in {one_line(str(Path(name)))}"
