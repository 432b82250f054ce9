"""`foyer run` on Telegram, ended before every COMMIT, and before and after every answer.

What a second life has stored in the end is what a bot stores that never died.
"""

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.adapters.telegram.line.client import ALLOWED_UPDATES
from bot.clock import ManualClock, now_ms
from tests.crashing import EVERY, KILLED
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.nursery import Child, Nursery, nursing

NOON = round(datetime.fromisoformat("2026-10-21T12:00+02:00").timestamp() * 1000)
BATCH = 14
"""So many updates Telegram gives at once."""
WORKERS = 2
PATIENCE = 20.0

WHO = "account a ON a.community_id = x.community_id AND a.account_no = x."
STORED = {
    "communities": "SELECT name, language, timezone FROM community",
    "places": "SELECT p.external_id, p.kind, p.name, p.moved_to, c.name FROM place p"
    " JOIN community c USING (community_id)",
    "presence": "SELECT external_id, left_at IS NULL FROM presence",
    "memberships": f"SELECT a.external_id, x.at, x.joined, x.how FROM membership x"
    f" JOIN {WHO}account_no",
    "messages": "SELECT c.external_id, x.message_no, x.at, a.external_id, x.reply_no, x.length,"
    f" x.flags FROM message x JOIN {WHO}author_no"
    " JOIN channel c ON c.community_id = x.community_id AND c.channel_no = x.channel_no",
    "reactions": f"SELECT x.message_no, a.external_id, x.emoji, x.at, x.added FROM reaction x"
    f" JOIN {WHO}account_no",
    "albums": "SELECT message_no, album, at FROM album_item",
    "requests": f"SELECT x.at, a.external_id FROM join_request x JOIN {WHO}account_no",
    "misfits": "SELECT stream, mark, reason, skeleton FROM quarantine",
    "posts": "SELECT post_key, part FROM outbox WHERE op = 'send'",
    "alarms": "SELECT alarm_name FROM alarm",
    "cursor": "SELECT value FROM cursor WHERE stream = 'telegram:updates'",
}
"""What two bots have in common that lived at different times; who moderates and how many there are
is asked for anew."""

Stored = dict[str, list[tuple[Any, ...]]]


def stored(folder: Path) -> Stored:
    """What is in the store, row by row."""
    file = folder / "foyer.db"
    if not file.exists():
        return {}
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
        try:
            return {name: sorted(store.execute(sql), key=repr) for name, sql in STORED.items()}
        except sqlite3.OperationalError:  # it is not set up yet
            return {}


def happens(fake: FakeTelegram) -> None:
    """Forty updates and more: the bot comes, goes, moves; people do what they do."""
    fake.allowed = list(ALLOWED_UPDATES)
    give = fake.updates.take
    setattr(fake.updates, "take", lambda at, most: give(at, min(most, BATCH)))  # noqa: B010  typed
    ana = fake.person("Ana Lisa", "en", id=901)
    bea, gus, zoe = (fake.person(name, id=at) for at, name in enumerate(("Bea", "Gus", "Zoe"), 902))
    old = fake.group("The runners", "group", id=-501, bot=None, owner=ana)
    shop = fake.group("The shop", id=-1_000_000_000_502, bot=None, owner=bea)
    away = fake.group("The walkers", id=-1_000_000_000_503, bot="administrator", owner=ana)
    fake.adds_bot(old, ana, admin=True)
    fake.adds_bot(shop, bea, admin=True)
    said = [fake.says(old, user, "Who runs?")["message_id"] for user in (ana, bea, gus)]
    fake.joins(old, zoe)
    fake.push(b'{"update_id":UPDATE_ID,"message":{"message_id":"secret","chat":7}}', poison=True)
    fake.says(old, zoe, "I do", reply_to=said[0])
    fake.reacts(old, said[0], zoe, "👍")
    new = fake.migrate(old)
    fake.rooms[new].title = "The runners"
    hello = fake.says(new, gus, "We moved")["message_id"]
    fake.says(new, zoe, "So we did", reply_to=hello)
    fake.reacts(new, hello, ana, "❤", "🔥")
    for _ in range(3):
        fake.says(shop, bea, "", album="7001")
    entity = {"type": "bot_command", "offset": 0, "length": len("/privacy")}
    fake.says(shop, bea, "/privacy", entities=[entity])
    fake.says(away, gus, "anybody here?")
    fake.removes_bot(away, ana)
    fake.push(b'{"update_id":UPDATE_ID,"no such kind":[]}', poison=True)
    fake.leaves(new, zoe)
    fake.reacts(new, hello, ana)
    fake.joins(shop, gus, added_by=bea)
    fake.asks_to_join(shop, zoe, fake.link(shop, "Flyer", gated=True))
    for number in range(6):
        fake.says(shop, gus, f"number {number}")
    fake.adds_bot(away, ana, admin=True)
    for number in range(6):
        fake.says(away, gus, f"number {number}")
    fake.opens_poll(shop, bea)
    fake.says(new, bea, "edited", edit_of=fake.says(new, bea, "Shall we?")["message_id"])


class Attempt(NamedTuple):
    """What one point came to."""

    was_whole: bool
    complaint: str


class Trial:
    """A world and a store in which a bot is ended at one step."""

    def __init__(self, nursery: Nursery, fake: FakeTelegram, folder: Path) -> None:
        self.nursery, self.fake, self.folder = nursery, fake, folder
        fake.slows_repeats = False
        happens(fake)
        folder.mkdir()
        self._ahead = folder / "ahead"
        self._ahead.write_text(str(NOON - now_ms()))

    def begin(self, step: int | None) -> Child:
        further: dict[str, Any] = {} if step is None else {"TELEGRAM_STEP": str(step)}
        return self.nursery.begin(
            self.folder,
            "--db",
            f"sqlite:///{self.folder / 'foyer.db'}",
            cogs=["tests.crash_telegram"],
            clock=self._ahead,
            FOYER_TELEGRAM__TOKEN=self.fake.token,
            FOYER_TELEGRAM__API_URL=self.fake.api_url,
            FOYER_TELEGRAM__FILE_URL=self.fake.file_url,
            **further,
        )

    def lived(self, bot: Child, goal: Stored) -> bool:
        """Wait until the store is as it should be; whether it was before the bot ended."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            if not len(self.fake.updates) and stored(self.folder) == goal:
                return True
            if bot.has_ended:
                return False
            time.sleep(0.02)
        return False

    def twice_said(self) -> list[str]:
        """What stands twice in one chat."""
        said = [(one.chat, one.text) for one in self.fake.sent]
        return sorted({text for chat, text in said if said.count((chat, text)) > 1})


def unharmed(nursery: Nursery, folder: Path) -> Stored:
    """What a bot stores that lives as long as it likes."""
    with serving_telegram(ManualClock(NOON)) as fake:
        trial = Trial(nursery, fake, folder)
        told = len(fake.updates)
        assert 2 * BATCH < told <= 4 * BATCH
        bot = trial.begin(None)
        fake.wait_for(lambda: not len(fake.updates) and fake.sent, PATIENCE)
        time.sleep(0.3)
        assert bot.stopped() == 0, bot.said
        return stored(folder)


def ended_at(nursery: Nursery, goal: Stored, folder: Path, step: int) -> Attempt:
    """End a bot at a step, and let another go on."""
    with serving_telegram(ManualClock(NOON)) as fake:
        trial = Trial(nursery, fake, folder / str(step))
        bot = trial.begin(step)
        if trial.lived(bot, goal):
            bot.killed()
            return Attempt(was_whole=True, complaint="")
        if bot.ended() != KILLED:
            return Attempt(was_whole=False, complaint=f"{step}: it did not die: {bot.said}")
        bot = trial.begin(None)
        is_whole = trial.lived(bot, goal)
        bot.killed()
        found = stored(trial.folder)
        wrong = [f"{name}: {found.get(name)}" for name in goal if found.get(name) != goal[name]]
        wrong += [f"said twice: {text}" for text in trial.twice_said()]
        complaint = "" if is_whole and not wrong else f"{step}: {wrong}"
        return Attempt(was_whole=False, complaint=complaint)


def sweep(goal: Stored, folder: Path, first: int, every: int) -> list[Attempt]:
    """Try each so manieth step from a first one on, until a bot has done all before it dies."""
    attempts: list[Attempt] = []
    with nursing() as nursery:
        while not attempts or not attempts[-1].was_whole:
            attempts.append(ended_at(nursery, goal, folder, first + len(attempts) * every))
    return attempts


@pytest.mark.timeout(600)
def test_wherever_it_ends_the_next_life_stores_what_one_would_have(tmp_path: Path) -> None:
    with nursing() as nursery:
        goal = unharmed(nursery, tmp_path / "unharmed")
    assert all(goal[name] for name in STORED)
    work = partial(sweep, goal, tmp_path, every=WORKERS * EVERY)
    with ThreadPoolExecutor(WORKERS) as pool:
        tried = [
            one for part in pool.map(work, range(1, 1 + WORKERS * EVERY, EVERY)) for one in part
        ]
    print(f"\n{len(tried) - WORKERS} points")  # noqa: T201  a figure for whoever asks for all
    assert [one.complaint for one in tried if one.complaint] == []
