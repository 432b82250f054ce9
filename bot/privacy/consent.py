"""What people decide about being recorded: to be forgotten, to stay out, to come back."""

from collections.abc import Callable

from bot.model import AccountId
from bot.privacy import forgetting
from bot.privacy.user_language import language_of
from db.connection import Connection
from db.erasure import is_known
from db.suppression import EVERYWHERE, Standing, Suppression


class Consent:
    """Carries people's decisions out; `forgotten` is told after each, for recorders to know."""

    def __init__(self, suppression: Suppression, forgotten: Callable[[], None]) -> None:
        self._suppression = suppression
        self._forgotten = forgotten

    async def is_recorded(self, connection: Connection, community: int, account: AccountId) -> bool:
        """Whether somebody is recorded in a community.

        Raises:
            StoreError: the key of the list is missing.
        """
        standing = await self._suppression.standing(connection, community, account)
        return standing is Standing.RECORDED

    async def is_forgotten(
        self, connection: Connection, community: int | None, account: AccountId
    ) -> bool:
        """Whether somebody was forgotten and did not come back there or (None) anywhere.

        Raises:
            StoreError: the key of the list is missing.
        """
        scope = EVERYWHERE if community is None else community
        standing = await self._suppression.standing(connection, scope, account)
        if standing is not Standing.FORGOTTEN:
            return False
        return community is not None or not await self._suppression.has_returned(
            connection, account
        )

    async def has_forgotten(self, connection: Connection, account: AccountId) -> bool:
        """Whether there is nothing left to forget: nothing is stored, nor will it be.

        Raises:
            StoreError: the key of the list is missing.
        """
        if not await self.is_forgotten(connection, None, account):
            return False
        is_stored = await is_known(connection, account) or await language_of(connection, account)
        return not is_stored

    async def forget(self, connection: Connection, account: AccountId, now: int) -> int:
        """Forget a person everywhere, for good; the number of communities that knew them.

        Raises:
            StoreError: the key of the list is missing or cannot be made.
        """
        known = await forgetting.forget(connection, self._suppression, account, now)
        self._forgotten()
        return known

    async def opt_out(
        self, connection: Connection, community: int, account: AccountId, now: int
    ) -> int:
        """Forget a person in one community, for good; 1 where it knew them, else 0.

        Raises:
            StoreError: the key of the list is missing or cannot be made.
        """
        known = await forgetting.opt_out(connection, self._suppression, community, account, now)
        self._forgotten()
        return known

    async def opt_in(
        self, connection: Connection, community: int, account: AccountId, now: int
    ) -> None:
        """Let an account be recorded in one community from now on.

        Raises:
            StoreError: the key of the list is missing.
        """
        await self._suppression.opt_in(connection, community, account, now)
        self._forgotten()
