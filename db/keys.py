"""Secret keys that hashes in the store are made with, kept outside of it."""

import os
import secrets
from pathlib import Path
from typing import Protocol

from bot.errors import StoreError

_KEY_BYTES = 32


class Key(Protocol):
    """Where a key comes from."""

    def read(self) -> bytes:
        """The key.

        Raises:
            StoreError: there is none.
        """
        ...

    def make(self) -> None:
        """Make the key unless there is one.

        Raises:
            StoreError: it cannot be made.
        """
        ...


class KeyFile:
    """A key in a file for its owner's eyes alone, made when it is first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._key: bytes | None = None

    def read(self) -> bytes:
        """The key.

        Raises:
            StoreError: the file is missing or damaged.
        """
        if self._key is None:
            self._key = self._load()
        return self._key

    def make(self) -> None:
        """Make the file unless there is one.

        Raises:
            StoreError: it cannot be written.
        """
        if self._path.exists():
            return
        unfinished = self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
        try:
            self._write(unfinished)
        except OSError:
            raise StoreError(
                f"{self._path}: cannot be written; check the rights of its folder"
            ) from None
        finally:
            unfinished.unlink(missing_ok=True)

    def _write(self, unfinished: Path) -> None:
        """On the disk before any hash is: without its key the list is of no use."""
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _load(self) -> bytes:
        try:
            key = self._path.read_bytes()
        except OSError:
            key = b""
        if len(key) != _KEY_BYTES:
            raise StoreError(
                f"{self._path}: the key of the list of forgotten people is missing or damaged;"
                " restore it"
            )
        return key


class PassingKey:
    """A key that is gone with the process, for a store that is too."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(_KEY_BYTES)

    def read(self) -> bytes:
        """The key."""
        return self._key

    def make(self) -> None:
        """Nothing to do: it is there."""
