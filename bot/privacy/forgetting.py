"""Takes people out of the store: what was recorded of them, and what is still to be said."""

from bot.clock import LocalDays
from bot.greetings import take_back_greeting
from bot.model import AccountId
from bot.outbox import blank_posts
from bot.privacy.private_chats import communities_writing_to, leave_private_chat
from db.connection import Connection
from db.erasure import erase, erase_settings
from db.suppression import Suppression


async def forget(
    connection: Connection, suppression: Suppression, account: AccountId, now: int
) -> int:
    """Forget a person in the whole installation; the number of communities that knew them.

    All their linked accounts go, and none is recorded again.
    """
    accounts = await _one_person(connection, account, None)
    known = await _erase(connection, accounts, None, now)
    for one in accounts:
        await erase_settings(connection, one)
        await suppression.forget(connection, one, now)
    return known


async def opt_out(
    connection: Connection, suppression: Suppression, community: int, account: AccountId, now: int
) -> int:
    """Forget a person in one community; 1 where it knew them, else 0.

    All their accounts that are linked there go, and none is recorded there again.
    """
    accounts = await _one_person(connection, account, community)
    known = await _erase(connection, accounts, community, now)
    for one in accounts:
        await suppression.opt_out(connection, community, one, now)
    return known


async def _one_person(
    connection: Connection, account: AccountId, community: int | None
) -> list[AccountId]:
    """An account and those it is linked with, there or (None) anywhere, from link to link."""
    found = [account]
    for one in found:  # it grows on the way
        rows = await connection.rows("linked_accounts", community=community, **one._asdict())
        found += [linked for row in rows if (linked := AccountId(*row)) not in found]
    return found


async def _erase(
    connection: Connection, accounts: list[AccountId], only: int | None, now: int
) -> int:
    known: set[int] = set()
    for account in accounts:
        for community in await communities_writing_to(connection, account):
            if only is None or community == only:
                await leave_private_chat(connection, community, account)
        for community, number, timezone in await connection.rows(
            "find_accounts", **account._asdict()
        ):
            if only is None or community == only:
                await _unsay(connection, community, number, now)
                await erase(connection, community, number, LocalDays(timezone))
                known.add(community)
    return len(known)


async def _unsay(connection: Connection, community: int, account: int, now: int) -> None:
    """Take a name out of the greeting that holds it, and out of what is still to be sent."""
    greeting = await connection.row("newcomer", community=community, account=account)
    if greeting is not None:
        await take_back_greeting(connection, community, account, now)
        await blank_posts(connection, community, [greeting[1]])
