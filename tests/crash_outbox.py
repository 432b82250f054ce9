"""A scenario for `tests.crashing`: several posts in two chats, one of them changed, one deleted.

Variants: `nonce`, `nonce-late` (the next life begins an hour later), `plain` (no nonce), and as
defects `nonce-forgotten` (the platform does not keep its promise), `silent` (nobody to report to).
"""

import sqlite3
from collections import Counter
from functools import partial
from pathlib import Path

from bot.adapters import Capabilities
from bot.app import writing
from bot.clock import HOUR_MS, MINUTE_MS, ManualClock
from bot.delivery import AmbiguousError, NotDeliveredError, Op, Parcel
from bot.model import ChannelId
from bot.outbox import Outbox
from bot.post import plain
from bot.settings import save_settings
from bot.telemetry import Telemetry
from bot.text import texts_for
from db.connection import Connection
from db.directory import create_community, list_communities
from db.outbox import next_operation
from tests.crashing import Steps
from tests.outboxes import CHAT, MODERATORS, NOON, OTHER, Desk
from tests.platforms import NONCE_MS, HonestPlatform, lost, unheard

SECOND = 1000
POSTS = {"a": (CHAT, ["a1", "a2"]), "c": (OTHER, ["c"]), "d": (OTHER, ["d"])}
COUNTED = {"COMMIT"}
STANDING = {"a1 new", "a2 new", "c"}
"""What stands in the chats in the end."""


class MortalPlatform(HonestPlatform):
    """A platform to which the process may die on the way, and before the answer is heard."""

    steps: Steps
    forgets: bool = False

    def _remembered(self, nonce: str) -> str | None:
        return None if self.forgets else super()._remembered(nonce)

    async def send(self, target: str, payload: str, nonce: str) -> str:
        self.steps.take()
        sent_id = await super().send(target, payload, nonce)
        self.steps.take()
        return sent_id

    async def edit(self, target: str, sent_id: str, payload: str) -> None:
        self.steps.take()
        await super().edit(target, sent_id, payload)
        self.steps.take()

    async def delete(self, target: str, sent_id: str) -> None:
        self.steps.take()
        await super().delete(target, sent_id)
        self.steps.take()


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'foyer.db'}"


def platform(variant: str, folder: Path, clock: ManualClock) -> MortalPlatform:
    abilities = Capabilities(NONCE_MS if variant.startswith("nonce") else 0)
    return MortalPlatform(folder / "telegram.jsonl", clock, "telegram", abilities)


async def prepare(variant: str, folder: Path) -> None:
    async def found(connection: Connection) -> None:
        community = await create_community(connection, "club", "Europe/Paris", "en")
        moderators = None if variant == "silent" else MODERATORS
        await save_settings(connection, community.id, moderators=moderators)

    async with writing(url(folder)) as store:
        await store.write(found)


async def live(variant: str, folder: Path, life: int, steps: Steps) -> None:
    pause = HOUR_MS if variant == "nonce-late" else MINUTE_MS + 1
    clock = ManualClock(NOON + life * pause)
    chat = platform(variant, folder, clock)
    chat.steps = steps
    chat.forgets = variant == "nonce-forgotten"
    if life == 0:
        chat.fail(CHAT.external_id, lost(NotDeliveredError("429", 500)))
        chat.fail(OTHER.external_id, unheard(AmbiguousError("timeout")))
    telemetry = Telemetry()
    async with writing(url(folder)) as store:
        [community] = await store.write(list_communities)
        outbox = Outbox(store, {"telegram": chat}, clock, telemetry, texts_for, str(life))
        it = Desk(store, clock, {"telegram": chat}, outbox, telemetry, community)
        for key, (to, paragraphs) in POSTS.items():
            await it.say(key, *paragraphs, to=to)
        await it.live(SECOND)
        await once(it, Parcel(Op.EDIT, "a", None, plain("a1 new", "a2 new"), None))
        await once(it, Parcel(Op.DELETE, "d", None, None, None))
        await it.live(5 * MINUTE_MS)


async def once(it: Desk, parcel: Parcel) -> None:
    """Change a post unless an earlier life has, as a handler does that runs once for an event."""

    async def change(connection: Connection) -> None:
        if await next_operation(connection, it.community.id, parcel.key) == 1:
            await it.outbox.put(connection, it.community, parcel)

    await it.store.write(change)


def complaints(variant: str, folder: Path) -> list[str]:
    chat = platform(variant, folder, ManualClock(NOON))
    sent = [one for one in chat.everything if ChannelId("telegram", one.target) != MODERATORS]
    copies = Counter(one.nonce for one in sent)
    standing = Counter(one.text for one in sent if not one.is_deleted)
    rows = _rows(folder)
    found = [f"{nonce} was said {n} times" for nonce, n in copies.items() if n > 1]
    doubted = {row[:2] for row in rows if row[3] == "unknown"}
    found += [
        f"{row} is not decided"
        for row in rows
        if row[3] in ("pending", "sending") and (row[2] == "send" or row[:2] not in doubted)
    ]
    complain = partial(_with_nonce if variant.startswith("nonce") else _without_nonce, rows)
    return found + complain(standing)


Rows = list[tuple[str, int, str, str]]


def _with_nonce(rows: Rows, standing: Counter[str]) -> list[str]:
    found = [f"{row} is in doubt" for row in rows if row[3] == "unknown"]
    if standing != Counter(STANDING):
        found.append(f"these stand: {sorted(standing.elements())}")
    return found


def _without_nonce(rows: Rows, standing: Counter[str]) -> list[str]:
    """What is in doubt may have arrived or not, and stays as it is; nothing else may lack."""
    doubted = {(key, part) for key, part, op, state in rows if (op, state) == ("send", "unknown")}
    reported = {key.split(":")[1] for key, *_ in rows if key.startswith("report:")}
    found = [
        f"{key} is in doubt and nobody was told"
        for key, _ in doubted
        if not key.startswith("report:") and key not in reported
    ]
    texts = {("a", 0): "a1", ("a", 1): "a2", ("c", 0): "c", ("d", 0): "d"}
    sure = {
        f"{text} new" if text in ("a1", "a2") else text
        for post, text in texts.items()
        if post not in doubted and text != "d"
    }
    maybe = {texts[post] for post in doubted if post in texts}
    if not sure <= set(standing) <= sure | maybe:
        found.append(f"{sorted(standing)} stand instead of {sorted(sure)} and some of {maybe}")
    return found


def _rows(folder: Path) -> Rows:
    connection = sqlite3.connect(folder / "foyer.db")
    try:
        return connection.execute(
            "SELECT post_key, part, op, state FROM outbox"
            " WHERE error IS NULL OR error <> 'taken back'"
        ).fetchall()
    finally:
        connection.close()
