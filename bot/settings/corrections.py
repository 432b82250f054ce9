"""What moderators know better than the platform: who is a bot or staff, which channels count."""

from bot.model import AccountId, ChannelId
from db.connection import Connection
from db.directory import find_account
from db.tables import CORRECTION


async def correct_account(
    connection: Connection,
    community: int,
    account: AccountId,
    now: int,
    *,
    is_bot: bool | None = None,
    is_staff: bool | None = None,
) -> bool:
    """Note what an account is, for all time; what is None stays as it was noted.

    False, and nothing noted, where the community does not know the account.
    """
    number = await find_account(connection, community, account)
    if number is None:
        return False
    known = await connection.row("correction_of", community=community, account=number)
    was_bot, was_staff = (None, None) if known is None else known
    await connection.run("drop_correction", community=community, account=number)
    marks = (
        was_bot if is_bot is None else int(is_bot),
        was_staff if is_staff is None else int(is_staff),
    )
    await connection.insert(CORRECTION, [(community, number, *marks, now)])
    return True


async def trust_platform(connection: Connection, community: int, account: AccountId) -> bool:
    """Go by what the platform says of an account again; False where it is not known."""
    number = await find_account(connection, community, account)
    if number is None:
        return False
    await connection.run("drop_correction", community=community, account=number)
    return True


async def exclude_channel(
    connection: Connection, community: int, channel: ChannelId, is_excluded: bool
) -> bool:
    """Leave a channel out of every figure, or take it in again; False where it is not known."""
    number = await connection.value("whole_channel", community=community, **channel._asdict())
    if number is None:
        return False
    await connection.run(
        "exclude_channel", community=community, channel=number, is_excluded=int(is_excluded)
    )
    return True


async def count_corrections(connection: Connection, community: int) -> tuple[int, int]:
    """How many accounts were corrected, and how many channels are left out."""
    row = await connection.row("corrected", community=community)
    assert row is not None  # noqa: S101  counts always come
    return row[0], row[1]
