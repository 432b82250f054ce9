"""A scenario for `tests.crashing`: the whole bot hears a Sunday evening and speaks on Monday.

Variants: `nonce` and `plain`, whether the platform looks at nonces. Updates come from a stream that
gives them again until it is told, by the stored cursor, that they were taken.
"""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.adapters import Arrival, Capabilities, Cursor, News
from bot.app import on_stage
from bot.clock import MINUTE_MS, ManualClock
from bot.engine import Stage
from bot.events import Event, MemberJoined, MemberLeft, MessageSent
from bot.intake import Defaults
from bot.post import Post
from bot.render.text import render_text
from bot.telemetry import Telemetry
from tests.bot import CLUB, GENERAL, MODERATORS, PLATFORM
from tests.crash_outbox import MortalPlatform, url
from tests.crashing import Steps
from tests.platforms import NONCE_MS

EVENING = round(datetime.fromisoformat("2026-10-25T20:00+01:00").timestamp() * 1000)
MONDAY = round(datetime.fromisoformat("2026-10-26T10:00+01:00").timestamp() * 1000)
STREAM = "telegram:updates"
SPEAKERS = tuple("ABCDEFGHIJKLMN")
COUNTED = {"COMMIT"}
BATCH = 3


class WholePosts(MortalPlatform):
    """Says every post in one message."""

    def render(self, post: Post) -> list[str]:
        choices = [(one.label, one.command, dict(one.arguments)) for one in post.choices]
        return [json.dumps({"text": render_text(post), "choices": choices, "markup": True})]


def updates() -> list[Event]:
    """What happens: newcomers, of whom two leave again, and talk enough for a digest."""

    def at(minute: int) -> int:
        return EVENING + minute * MINUTE_MS

    said = [
        MessageSent(
            platform=PLATFORM,
            channel=GENERAL.external_id,
            id=str(100 + n),
            author=name,
            at=at(1) + n,
            reply_to=str(99 + n) if n else None,
        )
        for n, name in enumerate(SPEAKERS)
    ]
    return [
        MemberJoined(platform=PLATFORM, user="Zoe", at=at(0)),
        MemberJoined(platform=PLATFORM, user="Gus", at=at(0) + 1),
        *said,
        MemberLeft(platform=PLATFORM, user="Gus", at=at(30)),
        MemberJoined(platform=PLATFORM, user="Hal", at=at(40)),
        MemberLeft(platform=PLATFORM, user="Hal", at=at(60)),
    ]


def platform(variant: str, folder: Path, clock: ManualClock) -> WholePosts:
    abilities = Capabilities(NONCE_MS if variant == "nonce" else 0)
    return WholePosts(folder / "telegram.jsonl", clock, PLATFORM, abilities)


async def prepare(variant: str, folder: Path) -> None:
    clock = ManualClock(EVENING - MINUTE_MS)
    chat = platform(variant, folder, clock)
    chat.steps = Steps()
    async with staged(folder, chat, clock) as stage:
        await stage.arrive(Arrival(CLUB, clock.now(), GENERAL, MODERATORS, "en"))
        await stage.settle()


def staged(folder: Path, chat: WholePosts, clock: ManualClock) -> Any:
    defaults = Defaults("Europe/Paris", "en")
    return on_stage(url(folder), {PLATFORM: chat}, clock, defaults, Telemetry())


async def live(variant: str, folder: Path, life: int, steps: Steps) -> None:
    clock = ManualClock(EVENING)
    chat = platform(variant, folder, clock)
    chat.steps = steps
    async with staged(folder, chat, clock) as stage:
        await hear(stage, clock)
        await stage.advance(MONDAY)
        await stage.advance(MONDAY + 5 * MINUTE_MS)


async def hear(stage: Stage, clock: ManualClock) -> None:
    """Take what the stream gives, some at a time, from where the store says."""
    stream = updates()
    taken = int(await stage.cursor(STREAM) or 0)
    while taken < len(stream):
        batch = [stream[taken]]
        for event in stream[taken + 1 : taken + BATCH]:
            if moment(event) - moment(batch[0]) < MINUTE_MS:
                batch.append(event)
        await stage.advance(max(clock.at, moment(batch[-1])))
        taken += len(batch)
        names = {name: name for name in ("Zoe", "Gus", "Hal")}
        await stage.take(News(CLUB.id, batch, names, Cursor(STREAM, str(taken))))
    await stage.settle()


def moment(event: Event) -> int:
    at: int = getattr(event, "at")  # noqa: B009  all of these have one
    return at


def complaints(variant: str, folder: Path) -> list[str]:
    chat = platform(variant, folder, ManualClock(MONDAY))
    copies = Counter(one.nonce for one in chat.everything)
    found = [f"{nonce} was said {n} times" for nonce, n in copies.items() if n > 1]
    with closing(sqlite3.connect(folder / "foyer.db")) as store:
        found += recorded_wrongly(store)
        found += said_wrongly(store, chat, is_sure=variant == "nonce")
    return found


def recorded_wrongly(store: sqlite3.Connection) -> list[str]:
    counted = {
        "message": len(SPEAKERS),
        "membership": 5,
        "slot": 2,
        "alarm WHERE alarm_name = 'greet'": 0,
    }
    found = []
    for table, expected in counted.items():
        [[count]] = store.execute(f"SELECT COUNT(*) FROM {table}")
        if count != expected:
            found.append(f"{count} instead of {expected} in {table}")
    states = {row[0] for row in store.execute("SELECT state FROM slot")}
    return found if states == {"done"} else [*found, f"turns are {states}"]


def said_wrongly(store: sqlite3.Connection, chat: WholePosts, *, is_sure: bool) -> list[str]:
    """Each post stands once; in doubt stands only what moderators were asked about."""
    rows = store.execute("SELECT post_key, op, state FROM outbox").fetchall()
    doubts = {key for key, op, state in rows if state == "unknown"}
    open_rows = [row for row in rows if row[2] in ("pending", "sending")]
    found = [f"{row} is not decided" for row in open_rows if row[0] not in doubts]
    reports = {key for key, *_ in rows if key.startswith("report:")}
    told = {key.removeprefix("report:").rsplit(":", 2)[0] for key in reports}
    if is_sure and doubts:
        found.append(f"in doubt: {doubts}")
    silent = {key for key in doubts if key not in told and not key.startswith("report:")}
    found += [f"{key} is in doubt and nobody was told" for key in silent]
    if doubts:
        return found
    standing = [one.text for one in chat.everything if not one.is_deleted]
    greetings = [text for text in standing if "Zoe" in text or "Gus" in text or "Hal" in text]
    if len(greetings) != 1 or "Zoe" not in greetings[0] or "Gus" in greetings[0]:
        found.append(f"greetings: {greetings}")
    digests = [text for text in standing if "the week of" in text or "our week" in text]
    return found if len(digests) == 2 else [*found, f"{len(digests)} digests"]
