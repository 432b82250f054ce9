"""Writes the records an import refused: position, reason and skeleton, never a text."""

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from bot.files import NewFile
from bot.importers.record import Record


class RejectsFile:
    """A JSON Lines file that is there only if a record was rejected and the import was finished.

    Raises:
        StoreError: it cannot be written.
    """

    def __init__(self, path: Path, unit: str) -> None:
        self._path = path
        self._unit = unit
        self._opened = ExitStack()
        self._file: NewFile | None = None

    def write(self, record: Record) -> None:
        """Adds a rejected record."""
        if record.rejection is None:
            return
        line = {
            "file": record.position.file,
            self._unit: record.position.number,
            "reason": record.rejection.reason,
            **record.rejection.skeleton,
        }
        if self._file is None:
            self._file = self._opened.enter_context(NewFile(self._path, is_private=True))
        self._file.write(msgspec.json.encode(line) + b"\n")

    def keep(self) -> Path | None:
        """Gives the file its name; None when nothing was rejected."""
        self._opened.close()
        return None if self._file is None else self._path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.__exit__(kind, error, trace)
