"""Keeps a SQLite store to one writing process."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from bot.errors import StoreError


@contextmanager
def only_writer(store: Path) -> Iterator[None]:
    """Hold `STORE.lock` as long as the context is open; the system lets go of it after a crash.

    The lock is SQLite's own exclusive lock on an empty file, which every system has. A file that
    this context made is taken away again when the context fails.

    Raises:
        StoreError: another process writes to the store, or its folder cannot be written.
    """
    path = store.with_name(store.name + ".lock")
    is_new = not path.exists()
    try:
        connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    except sqlite3.Error:
        raise StoreError(f"{store}: its folder cannot be written; choose another --db") from None
    with closing(connection):
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise StoreError(
                    f"{store}: another foyer process is writing to this store; wait or stop it"
                ) from None
            _take_away(path, is_new)
            raise StoreError(
                f"{store}: its folder cannot be written; check its rights and space, or choose"
                " another --db"
            ) from None
        try:
            yield
        except BaseException:
            _take_away(path, is_new)
            raise


def _take_away(path: Path, is_new: bool) -> None:
    if is_new:
        with suppress(OSError):
            path.unlink(missing_ok=True)
