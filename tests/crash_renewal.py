"""A scenario for `tests.crashing`: a post that is renewed after somebody deleted a part of it.

Variants: `plain` (no nonce, as on Telegram) and `nonce`, and as a defect `nonce-forgotten` (the
platform does not keep its promise).
"""

import sqlite3
from collections import Counter
from pathlib import Path

from bot.app import writing
from bot.clock import HOUR_MS, MINUTE_MS, ManualClock
from bot.delivery import Op, Parcel
from bot.outbox import Outbox
from bot.post import plain
from bot.telemetry import Telemetry
from bot.text import texts_for
from db.connection import Connection
from db.directory import list_communities
from db.outbox import next_operation
from tests.crash_outbox import COUNTED, platform, prepare, url
from tests.crashing import Steps
from tests.outboxes import CHAT, MODERATORS, NOON, Desk

__all__ = ["COUNTED", "complaints", "live", "prepare"]

KEY = "digest:moderators:standing"
SECOND = 1000


async def live(variant: str, folder: Path, life: int, steps: Steps) -> None:
    clock = ManualClock(NOON + life * (MINUTE_MS + 1))
    chat = platform(variant, folder, clock)
    chat.steps = steps
    chat.forgets = variant == "nonce-forgotten"
    telemetry = Telemetry()
    async with writing(url(folder)) as store:
        [community] = await store.write(list_communities)
        outbox = Outbox(store, {"telegram": chat}, clock, telemetry, texts_for, str(life))
        it = Desk(store, clock, {"telegram": chat}, outbox, telemetry, community)
        await week(it, 0, "1a", "1b")
        await it.live(SECOND)
        chat.remove("1a")
        await week(it, 1, "2a", "2b", "2c")
        await it.live(5 * MINUTE_MS)


async def week(it: Desk, before: int, *paragraphs: str) -> None:
    """Renew the post unless an earlier life has: before that, it had so many operations at most."""
    post, until = plain(*paragraphs), NOON + 36 * HOUR_MS

    async def renew(connection: Connection) -> None:
        if await next_operation(connection, it.community.id, KEY) == before:
            parcel = Parcel(Op.EDIT, KEY, CHAT, post, until)
            await it.outbox.put(connection, it.community, parcel)

    await it.store.write(renew)


def complaints(variant: str, folder: Path) -> list[str]:
    chat = platform(variant, folder, ManualClock(NOON))
    sent = [one for one in chat.everything if one.target != MODERATORS.external_id]
    found = [
        f"{nonce} was said {n} times"
        for nonce, n in Counter(one.nonce for one in sent).items()
        if n > 1
    ]
    rows = _rows(folder)
    doubted = {
        part for key, part, op, state in rows if (key, op, state) == (KEY, "send", "unknown")
    }
    found += [
        f"{row} is not decided"
        for row in rows
        if row[3] in ("pending", "sending") and (row[2] == "send" or row[1] not in doubted)
    ]
    if doubted and not any(key.startswith("report:") for key, *_ in rows):
        found.append("nobody was told of a doubt")
    standing = [one.text for one in sent if not one.is_deleted]
    if not doubted and standing != ["2a", "2b", "2c"]:
        found.append(f"these stand: {standing}")
    elif Counter(standing) - Counter(["2a", "2b", "2c", "1a", "1b"]):
        found.append(f"these stand, some twice: {standing}")
    return found


def _rows(folder: Path) -> list[tuple[str, int, str, str]]:
    connection = sqlite3.connect(folder / "foyer.db")
    try:
        return connection.execute("SELECT post_key, part, op, state FROM outbox").fetchall()
    finally:
        connection.close()
