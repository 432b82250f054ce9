"""`foyer run` on Telegram, ended by `kill -9` again and again: nothing is lost, nothing doubled.

FOYER_KILLS says how often; outside of CI it is seldom, because nobody wants to wait so long.
"""

import os
import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.nursery import Child, Nursery, nursing

KILLS = int(os.environ.get("FOYER_KILLS", "30" if os.environ.get("CI") else "6"))
UPDATES_PER_LIFE = 250
GROUPS = 5
PEOPLE = 200
REACTS, JOINS = 20, 25
"""Each so manieth update is a reaction, a join."""
PATIENCE = 90.0


def begin(nursery: Nursery, folder: Path, fake: FakeTelegram, **further: Any) -> Child:
    """A life of the bot on the store in a folder."""
    return nursery.begin(
        folder,
        "--db",
        f"sqlite:///{folder / 'foyer.db'}",
        FOYER_TELEGRAM__TOKEN=fake.token,
        FOYER_TELEGRAM__API_URL=fake.api_url,
        FOYER_TELEGRAM__FILE_URL=fake.file_url,
        **further,
    )


def crowd(fake: FakeTelegram) -> list[int]:
    """Groups in which the bot sees everything."""
    fake.person("Owner", id=900)
    return [fake.group(f"Group {n}", bot="administrator", owner=900) for n in range(GROUPS)]


def updates(fake: FakeTelegram, groups: list[int], count: int) -> list[dict[str, Any]]:
    """Messages with some reactions and joins among them, each told once."""
    date = fake.clock.now() // 1000 - 3600
    told: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        chat = {"id": groups[number % GROUPS], "type": "supergroup", "title": "Group"}
        user = {"id": 1000 + number % PEOPLE, "is_bot": False, "first_name": "P"}
        stamp = {"chat": chat, "date": date + number // 50}
        if number % JOINS == 0:
            new = {"id": 10_000 + number, "is_bot": False, "first_name": "N"}
            moved = {
                "old_chat_member": {"status": "left", "user": new},
                "new_chat_member": {"status": "member", "user": new},
            }
            told.append({"chat_member": {**stamp, "from": new, **moved}})
        elif number % REACTS == 0:
            thumb = [{"type": "emoji", "emoji": "👍"}]
            change: dict[str, Any] = {
                "old_reaction": [],
                "new_reaction": thumb,
                "message_id": number - 1,
            }
            told.append({"message_reaction": {**stamp, "user": user, **change}})
        else:
            told.append(
                {"message": {**stamp, "message_id": number, "from": user, "text": "Shall we?"}}
            )
    return told


def stored(folder: Path) -> Counter[str]:
    """How many of each there are in the store, which is whole."""
    with closing(sqlite3.connect(folder / "foyer.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        counts = {
            "message": "SELECT count(*), count(DISTINCT message_no) FROM message",
            "message_reaction": "SELECT count(*), count(DISTINCT message_no) FROM reaction",
            "chat_member": "SELECT count(*), count(DISTINCT account_no) FROM membership m"
            " JOIN account a USING (community_id, account_no) WHERE joined = 1"
            " AND CAST(substr(a.external_id, 5) AS INTEGER) > 10000",
        }
        found: Counter[str] = Counter()
        for kind, sql in counts.items():
            rows, distinct = connection.execute(sql).fetchone()
            assert rows == distinct
            found[kind] = rows
        return found


@pytest.mark.timeout(600)
def test_whatever_kills_it_and_whenever_every_update_is_stored_once(tmp_path: Path) -> None:
    dice = random.Random(4)  # noqa: S311  a seed, so that it can be played again
    with serving_telegram() as fake, nursing() as nursery:
        groups = crowd(fake)
        told = updates(fake, groups, KILLS * UPDATES_PER_LIFE)
        fake.push_many(told)
        for life in range(KILLS):
            bot = begin(nursery, tmp_path, fake)
            goal = min((life + 1) * UPDATES_PER_LIFE, len(told))
            deadline = time.monotonic() + PATIENCE
            while len(told) - len(fake.updates) < goal - dice.randrange(UPDATES_PER_LIFE):
                assert not bot.has_ended, bot.said
                assert time.monotonic() < deadline, bot.said
                time.sleep(0.001)
            time.sleep(dice.random() * 0.02)
            bot.killed()
        bot = begin(nursery, tmp_path, fake)
        fake.wait_for(lambda: len(fake.updates) == 0, PATIENCE)
        assert bot.stopped() == 0, bot.said
    kinds = Counter(next(iter(update)) for update in told)
    assert stored(tmp_path) == kinds
