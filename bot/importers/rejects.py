"""Writes the records an import refused: position, reason and skeleton, never a text."""

import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from bot.errors import StoreError
from bot.importers.files import shown
from bot.importers.record import Record


class RejectsFile:
    """A JSON Lines file that is there only if a record was rejected and the import was finished.

    Raises:
        StoreError: it cannot be written.
    """

    def __init__(self, path: Path, unit: str) -> None:
        self._path = path
        self._unit = unit
        self._unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._file: BinaryIO | None = None

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
        try:
            if self._file is None:
                self._file = self._open()
            self._file.write(msgspec.json.encode(line) + b"\n")
        except OSError as error:
            raise self._failed(error) from None

    def keep(self) -> Path | None:
        """Gives the file its name; None when nothing was rejected."""
        if self._file is None:
            return None
        try:
            self._file.close()
            self._unfinished.replace(self._path)
        except OSError as error:
            raise self._failed(error) from None
        return self._path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is None:
            return
        try:
            self._file.close()
        except OSError as failure:
            if kind is None:
                raise self._failed(failure) from None
        finally:
            self._unfinished.unlink(missing_ok=True)

    def _open(self) -> BinaryIO:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        return os.fdopen(os.open(self._unfinished, flags, 0o600), "wb")

    def _failed(self, error: OSError) -> StoreError:
        why = (error.strerror or "unknown error").lower()
        return StoreError(f"{shown(self._path)}: cannot be written ({why})")
