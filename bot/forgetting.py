"""Forgets a person: erases their account wherever it is, and remembers not to record them."""

from bot.clock import LocalDays
from bot.model import AccountId, Community
from db.connection import Connection
from db.erasure import erase
from db.suppression import EVERYWHERE, Suppression


async def forget(
    connection: Connection,
    suppression: Suppression,
    account: AccountId,
    only: Community | None = None,
) -> int:
    """Forget an account in one community or in all; the number of communities that knew it."""
    found = [
        (community, number, timezone)
        for community, number, timezone in await connection.rows(
            "find_accounts", platform=account.platform, external_id=account.external_id
        )
        if only is None or community == only.id
    ]
    for community, number, timezone in found:
        await erase(connection, community, number, LocalDays(timezone))
    await suppression.add(connection, account, EVERYWHERE if only is None else only.id)
    return len(found)
