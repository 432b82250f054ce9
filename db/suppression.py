"""Remembers, without naming them, the people who do not want to be recorded."""

import hmac
import os
import secrets
from pathlib import Path

from bot.clock import now_ms
from bot.errors import StoreError
from bot.model import AccountId
from db.connection import Connection
from db.tables import SUPPRESSION

EVERYWHERE = 0
"""Stands for all communities of the installation."""

_KEY_BYTES = 32


class Suppression:
    """The list of people not to record: one keyed hash each, the key in a file of its own.

    Whoever has the store alone cannot tell who is on the list.
    """

    def __init__(self, key_path: Path, hashes: set[str]) -> None:
        self._key_path = key_path
        self._hashes = hashes
        self._key: bytes | None = None

    @classmethod
    async def load(cls, connection: Connection, key_path: Path) -> "Suppression":
        """The list of a store."""
        return cls(key_path, {row[0] for row in await connection.rows("suppressed")})

    def covers(self, community: int, account: AccountId) -> bool:
        """Whether the account must not be recorded in a community.

        Raises:
            StoreError: the key is missing.
        """
        if not self._hashes:
            return False
        scopes = (EVERYWHERE, community)
        return any(self._hash(scope, account) in self._hashes for scope in scopes)

    async def add(
        self, connection: Connection, account: AccountId, community: int = EVERYWHERE
    ) -> None:
        """Put an account on the list, for one community or for all.

        Raises:
            StoreError: the key is missing or cannot be made.
        """
        if not self._hashes and not self._key_path.exists():
            _make_key(self._key_path)
        entry = self._hash(community, account)
        await connection.insert(SUPPRESSION, [(entry, "forgotten", now_ms())])
        self._hashes.add(entry)

    def _hash(self, scope: int, account: AccountId) -> str:
        if self._key is None:
            self._key = _read_key(self._key_path)
        return hmac.new(self._key, f"{scope}/{account}".encode(), "sha256").hexdigest()


def _read_key(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except OSError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise StoreError(
            f"{path}: the key of the list of forgotten people is missing or damaged; restore it"
        )
    return key


def _make_key(path: Path) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
    except OSError:
        raise StoreError(f"{path}: cannot be written; check the rights of its folder") from None
