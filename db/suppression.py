"""Remembers, without naming them, the people who do not want to be recorded."""

import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import StrEnum

from bot.model import AccountId
from db.connection import Connection
from db.keys import Key
from db.numbers import Name
from db.tables import SUPPRESSION

EVERYWHERE = 0
"""Stands for all communities of the installation."""

_ROWS_WORTH_A_LOOK = 50
"""So many rows of the list are read in the time that looking for one account takes."""


class Standing(StrEnum):
    """Whether somebody is recorded in a community, and if not, where else they are not."""

    RECORDED = "recorded"
    OPTED_OUT = "opted_out"
    """Not in this community."""
    FORGOTTEN = "forgotten"
    """Nowhere in the installation, but where they came back."""


class _Kind(StrEnum):
    """What a row says: a community's own goes before the installation's."""

    FORGOTTEN = "forgotten"
    RETURNED = "returned"


class Returned:
    """Those who came back; what they did before they left was erased and stays so."""

    def __init__(
        self, instants: Mapping[str, int], hashes_of: Callable[[AccountId], Iterable[str]]
    ) -> None:
        self._instants = instants
        self._hashes_of = hashes_of
        self._known: dict[Name, int | None] = {}

    def since(self, accounts: AbstractSet[Name]) -> dict[Name, int]:
        """Those of some accounts that came back, and the instant (epoch ms) of it."""
        if not self._instants:
            return {}
        for name in accounts - self._known.keys():
            found = map(self._instants.get, self._hashes_of(AccountId(*name)))
            self._known[name] = max((at for at in found if at is not None), default=None)
        return {name: at for name in accounts if (at := self._known[name]) is not None}


class Suppression:
    """The list of people not to record: keyed hashes, whose key is not in the store.

    Whoever has the store alone cannot tell who is on the list. It is looked up in the transaction
    at hand and never kept in memory, so nothing that is rolled back can leave it wrong. What was
    said of a community that became part of another holds there.
    """

    def __init__(self, key: Key) -> None:
        self._key = key

    async def standing(
        self, connection: Connection, community: int, account: AccountId
    ) -> Standing:
        """How an account stands in a community, or (`EVERYWHERE`) in the installation.

        Raises:
            StoreError: the key is missing.
        """
        if not await connection.value("is_anybody_suppressed"):
            return Standing.RECORDED
        return await self._find(connection, await _scopes(connection, community), account)

    async def covered(
        self, connection: Connection, community: int, accounts: AbstractSet[Name]
    ) -> set[Name]:
        """Those of some accounts (platform and id) that must not be recorded in a community.

        Raises:
            StoreError: the key is missing.
        """
        worth = len(accounts) * _ROWS_WORTH_A_LOOK
        rows = await connection.rows("some_suppressed", most=worth + 1) if accounts else []
        if not rows:
            return set()
        whole = dict(map(tuple, rows)) if len(rows) <= worth else None
        scopes = await _scopes(connection, community)
        return {
            name
            for name in accounts
            if await self._find(connection, scopes, AccountId(*name), whole)
            is not Standing.RECORDED
        }

    async def forget(self, connection: Connection, account: AccountId, at: int) -> None:
        """Put an account on the list for the whole installation, wherever it came back before.

        Raises:
            StoreError: the key is missing or cannot be made.
        """
        everywhere = [row[0] for row in await connection.rows("scopes")]
        await self._make_key(connection)
        await self._lift(connection, everywhere, account)
        await self._put(connection, EVERYWHERE, account, _Kind.FORGOTTEN, at)

    async def opt_out(
        self, connection: Connection, community: int, account: AccountId, at: int
    ) -> None:
        """Put an account on the list for one community.

        Raises:
            StoreError: the key is missing or cannot be made.
        """
        await self._make_key(connection)
        await self._put(connection, community, account, _Kind.FORGOTTEN, at)

    async def opt_in(
        self, connection: Connection, community: int, account: AccountId, at: int
    ) -> None:
        """Let what an account does from an instant (epoch ms) on be recorded in one community.

        The other communities stay as they are.

        Raises:
            StoreError: the key is missing.
        """
        if await self.standing(connection, community, account) is not Standing.RECORDED:
            await self._put(connection, community, account, _Kind.RETURNED, at)

    async def has_returned(self, connection: Connection, account: AccountId) -> bool:
        """Whether an account came back to any community.

        Raises:
            StoreError: the key is missing.
        """
        rows = await connection.rows("returned", kind=_Kind.RETURNED.value)
        if not rows:
            return False
        returned = {row[0] for row in rows}
        everywhere = [row[0] for row in await connection.rows("scopes")]
        return any(self._hash(scope, account) in returned for scope in everywhere)

    async def returned(self, connection: Connection, community: int) -> "Returned":
        """Who came back to a community, and since when they are recorded again."""
        rows = await connection.rows("returned", kind=_Kind.RETURNED.value)
        scopes = await _scopes(connection, community)
        return Returned(
            dict(map(tuple, rows)), lambda one: [self._hash(scope, one) for scope in scopes]
        )

    async def _find(
        self,
        connection: Connection,
        scopes: Sequence[int],
        account: AccountId,
        whole: Mapping[str, str] | None = None,
    ) -> Standing:
        """How an account stands, told by the whole list where that is at hand.

        Of what was said in several scopes, staying out outweighs coming back.
        """
        own = [self._hash(scope, account) for scope in scopes]
        everywhere = self._hash(EVERYWHERE, account)
        kinds = whole or {}
        if whole is None:
            rows = [
                row
                for mark in own
                for row in await connection.rows("suppressed", own=mark, everywhere=everywhere)
            ]
            kinds = dict(map(tuple, rows))
        said = {kinds[mark] for mark in own if mark in kinds}
        if said == {_Kind.RETURNED}:
            return Standing.RECORDED
        if everywhere in kinds:
            return Standing.FORGOTTEN
        return Standing.OPTED_OUT if said else Standing.RECORDED

    async def _put(
        self, connection: Connection, scope: int, account: AccountId, kind: _Kind, at: int
    ) -> None:
        await self._lift(connection, await _scopes(connection, scope), account)
        await connection.insert(SUPPRESSION, [(self._hash(scope, account), kind.value, at)])

    async def _lift(
        self, connection: Connection, scopes: Sequence[int], account: AccountId
    ) -> None:
        entries = [{"hmac": self._hash(scope, account)} for scope in scopes]
        await connection.run_many("lift", entries)

    async def _make_key(self, connection: Connection) -> None:
        """A list that has entries already needs the key they were made with, not another."""
        if not await connection.value("is_anybody_suppressed"):
            self._key.make()

    def _hash(self, scope: int, account: AccountId) -> str:
        return hmac.new(self._key.read(), f"{scope}/{account}".encode(), "sha256").hexdigest()


async def _scopes(connection: Connection, community: int) -> list[int]:
    """A community, and those that became part of it."""
    rows = await connection.rows("inherited", community=community)
    return [community, *(row[0] for row in rows)]
