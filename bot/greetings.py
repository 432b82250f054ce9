"""Newcomers who wait for their greeting, and those who had it a short while ago.

A greeting's key names its window: everybody who came in it is greeted in one message.
"""

from typing import NamedTuple

from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.model import AccountId
from bot.outbox import blank_posts
from db.alarms import set_alarm
from db.connection import Connection
from db.tables import GREETING

GREET = "greet"
REWRITE = "rewrite_greeting"
RETRACT = "retract_greeting"
"""Alarms; the key of each is a greeting's."""

LATE_MS = 6 * HOUR_MS
"""Nobody is greeted later than this after their turn."""

KEPT_MS = DAY_MS
"""Names are kept, and nobody is greeted again, for as long after a greeting.

Housekeeping comes once an hour, so a name may stay for an hour more."""

MOST_PER_HOUR = 4


class Newcomer(NamedTuple):
    """Somebody who came in at an instant (epoch ms); `name` is safe to be said."""

    account: AccountId
    name: str
    at: int


async def gather(
    connection: Connection, community: int, newcomer: Newcomer, minutes: int, now: int
) -> None:
    """Let a newcomer wait for the greeting of their window, `minutes` after it opened.

    Not so whoever came too long ago, or was greeted a short while ago.
    """
    account = await _number(connection, community, newcomer.account)
    if account is None or newcomer.at < _oldest(minutes, now):
        return
    await forget_names(connection, community, now)
    window = await connection.row("open_greeting", community=community)
    if window is None:
        due_at = await _next_window(connection, community, newcomer.at + minutes * MINUTE_MS, now)
        window = f"greeting:{due_at}", due_at
    key, due_at = window
    row = (community, account, newcomer.name, key, newcomer.at, due_at, None)
    if await connection.insert(GREETING, [row]):
        await set_alarm(connection, community, GREET, due_at, key)


async def names_to_greet(
    connection: Connection, community: int, key: str, minutes: int, now: int
) -> list[str]:
    """The names to be said now, in the order of arrival; from here on they count as greeted."""
    window = {"community": community, "post_key": key}
    await connection.run("drop_strangers", **window, oldest=_oldest(minutes, now))
    await connection.run("mark_said", **window, now=now)
    return await names_said(connection, community, key)


async def names_said(connection: Connection, community: int, key: str) -> list[str]:
    """The names that a greeting still holds, in the order of arrival."""
    rows = await connection.rows("newcomers_named", community=community, post_key=key)
    return [name for (name,) in rows]


async def drop_window(connection: Connection, community: int, key: str) -> None:
    """Forget whoever waits for a greeting that will not be."""
    await connection.run("drop_unsaid", community=community, post_key=key)


async def note_leave(
    connection: Connection, community: int, account: AccountId, at: int, now: int
) -> None:
    """Take whoever left at an instant out of their greeting, as long as its names are kept."""
    number = await _number(connection, community, account)
    known = await connection.row("newcomer", community=community, account=number)
    if number is None or known is None:
        return
    _, _, came_at, said_at = known
    is_over = said_at is not None and now >= said_at + KEPT_MS
    if came_at <= at and not is_over:
        await take_back_greeting(connection, community, number, now)


async def take_back_greeting(
    connection: Connection, community: int, account: int, now: int
) -> None:
    """Take an account out of its greeting, said or not; call it before the account is erased.

    What was said is edited or deleted at the next tick, once for all who went since the last.
    """
    who = {"community": community, "account": account}
    known = await connection.row("newcomer", **who)
    if known is None:
        return
    name, key, _, said_at = known
    if said_at is None:
        await connection.run("drop_newcomer", **who)
    elif name:
        await connection.run("unname_newcomer", **who)
        others = await names_said(connection, community, key)
        await set_alarm(connection, community, REWRITE if others else RETRACT, now, key)


async def forget_names(connection: Connection, community: int, now: int) -> None:
    """Drop everybody whose greeting is a day old, and leave unsaid what still names them.

    Without its rows nobody could tell any more which post names whom.
    """
    rows = await connection.rows("drop_greeted", community=community, before=now - KEPT_MS)
    await blank_posts(connection, community, {key for (key,) in rows})


async def _number(connection: Connection, community: int, account: AccountId) -> int | None:
    number: int | None = await connection.value(
        "newcomer_number",
        community=community,
        platform=account.platform,
        external_id=account.external_id,
    )
    return number


def _oldest(minutes: int, now: int) -> int:
    """The first join that is still greeted now."""
    return now - minutes * MINUTE_MS - LATE_MS


async def _next_window(connection: Connection, community: int, wanted: int, now: int) -> int:
    """When a window that opens now ends: as wanted, and not too soon after the last ones."""
    rows = await connection.rows("greetings_said", community=community, most=MOST_PER_HOUR)
    said: list[int] = [at for (at,) in rows]
    due_at = max([wanted, now, *(at + 1 for at in said)])
    return max(due_at, said[-1] + HOUR_MS) if len(said) == MOST_PER_HOUR else due_at
