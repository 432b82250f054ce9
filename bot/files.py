"""Files that are written whole or not at all, and names as they may be shown."""

import contextlib
import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from bot.errors import StoreError

_LONGEST_SHOWN = 200


def shown(name: object) -> str:
    """A name from outside on one line: what cannot be printed is escaped, and the rest cut."""
    text = str(name)
    text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def unwritable(path: Path, error: OSError) -> StoreError:
    """The failure that says, in one line, why a file cannot be written."""
    return StoreError(f"{shown(path)}: cannot be written ({error.strerror or 'unknown error'})")


class NewFile:
    """A file that appears under its name only when it is complete; after an error nothing is left.

    A private one is for the eyes of its owner alone (mode 0600).

    Raises:
        StoreError: it cannot be written.
    """

    def __init__(self, path: Path, *, is_private: bool = False) -> None:
        self._path = path
        self._unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._mode = 0o600 if is_private else 0o666
        self._file: BinaryIO

    def write(self, data: bytes) -> None:
        """Adds bytes."""
        try:
            self._file.write(data)
        except OSError as error:
            raise unwritable(self._path, error) from None

    def __enter__(self) -> Self:
        try:
            self._file = self._open()
        except OSError as error:
            raise unwritable(self._path, error) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._finish()
            else:
                with contextlib.suppress(OSError):
                    self._file.close()
        finally:
            self._unfinished.unlink(missing_ok=True)

    def _open(self) -> BinaryIO:
        """A new file: one left by a killed process would keep its own mode, or lead elsewhere."""
        self._unfinished.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        return os.fdopen(os.open(self._unfinished, flags, self._mode), "wb")

    def _finish(self) -> None:
        try:
            self._file.close()
            self._unfinished.replace(self._path)
        except OSError as failure:
            raise unwritable(self._path, failure) from None
