"""Reads lines at a terminal; the transcript takes the place of what was typed."""

import contextlib
import math
from collections.abc import Callable
from contextlib import AbstractContextManager

from rich.cells import cell_len
from rich.console import Console

_ERASE_ROW = "\x1b[1A\x1b[2K"


class Keyboard:
    """A prompt whose lines can be edited where the system knows how.

    `reading` is what surrounds the wait for a line; it may end it by an exception.
    """

    def __init__(
        self, console: Console, reading: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self.console, self._reading = console, reading
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401  input() edits lines as soon as it is there

    def ask(self, prompt: str) -> str | None:
        """A line as it was typed, and None at the end (Ctrl-D)."""
        try:
            with self._reading():
                line = input(prompt)
        except EOFError:
            return None
        if self.console.is_terminal:
            rows = math.ceil((cell_len(prompt + line) or 1) / self.console.width)
            self.console.file.write(_ERASE_ROW * rows)
        return line
