"""What Foyer says on Telegram while `kill -9` ends it again and again: never twice.

FOYER_KILLS says how often; outside of CI it is seldom, because nobody wants to wait so long.
"""

import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.echo_cog import CHATS, FIRST
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.nursery import Nursery, nursing
from tests.test_telegram_kills import KILLS, begin

LIVES = KILLS // 2
POSTS = min(300, 12 * LIVES)
SHORTEST = 21
HOUSES = 5
LONGEST_LIFE = 5.0
"""Seconds; towards the end there is little to say."""
PATIENCE = 90.0


def states(folder: Path) -> dict[str, str]:
    """What became of each post, by its key."""
    with closing(sqlite3.connect(f"file:{folder / 'foyer.db'}?mode=ro", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return dict(connection.execute("SELECT post_key, state FROM outbox WHERE op = 'send'"))


def houses(fake: FakeTelegram, nursery: Nursery, folder: Path) -> list[tuple[int, int]]:
    """Groups whose moderators read reports in private, and the chats that are spoken to."""
    owner = fake.person("Owner")
    for number in range(CHATS):
        fake.group(f"Room {number}", id=FIRST - number, bot="administrator", owner=owner)
    found = []
    bot = begin(nursery, folder, fake)
    entity = {"type": "bot_command", "offset": 0, "length": len("/setup")}
    for number in range(HOUSES):
        mona = fake.person(f"Mona {number}", "en")
        chat = fake.group(f"Club {number}", bot="administrator", owner=mona)
        fake.starts(mona)
        fake.says(chat, mona, "/setup moderators:me", entities=[entity])
        found.append((chat, mona))
    asked = {mona for _, mona in found}
    fake.wait_for(lambda: asked <= {one.chat for one in fake.sent}, PATIENCE)
    assert bot.stopped() == 0
    return found


def said_by(fake: FakeTelegram) -> Counter[str]:
    """How often each number was said."""
    return Counter(one.text for one in fake.sent if one.text.startswith("number"))


@pytest.mark.timeout(1800)
def test_no_post_is_said_twice_and_what_nobody_knows_is_asked(tmp_path: Path) -> None:
    dice = random.Random(36)  # noqa: S311  a seed, so that it can be played again
    with serving_telegram() as fake, nursing() as nursery:
        clubs = houses(fake, nursery, tmp_path)
        for number in range(POSTS):
            chat, mona = clubs[number % HOUSES]
            fake.says(chat, mona, "x" * (SHORTEST + number))
        for life in range(LIVES):
            before = sum(said_by(fake).values())
            rivals = 2 if life % 5 == 0 else 1  # only one of two has the store
            bots = [begin(nursery, tmp_path, fake, cogs=["tests.echo_cog"]) for _ in range(rivals)]
            ends = time.monotonic() + LONGEST_LIFE
            while sum(said_by(fake).values()) == before and time.monotonic() < ends:
                time.sleep(0.001)
            time.sleep(dice.uniform(0.0, 0.25))
            for one in bots:
                one.killed()
        bot = begin(nursery, tmp_path, fake, cogs=["tests.echo_cog"])
        began = time.monotonic()
        fake.wait_for(lambda: '"listening"' in bot.said, PATIENCE)
        fake.wait_for(lambda: not len(fake.updates) and not is_open(tmp_path), PATIENCE + 3 * LIVES)
        took = time.monotonic() - began
        assert bot.stopped() == 0, bot.said
        said, became = said_by(fake), states(tmp_path)
        moderators = {mona for _, mona in clubs}
        reports = [one for one in fake.sent if one.chat in moderators and "Resend" in one.labels]
    echoed = {f"number {number}": f"echo:{number}" for number in numbers()}
    unknown = {key for key in echoed.values() if became[key] == "unknown"}
    assert max(said.values()) == 1
    assert {text for text, key in echoed.items() if not said[text] and key not in unknown} == set()
    asked = " ".join(key for key in became if key.startswith("report:"))
    assert all(f"report:{key}:" in asked for key in unknown)
    arrived = sum(said[text] for text, key in echoed.items() if key in unknown)
    print(  # noqa: T201  figures for whoever asks for many kills
        f"\n{LIVES} kills: {POSTS} posts, 0 doubled, {len(unknown)} in doubt ({arrived} of them had"
        f" arrived), {len(reports)} questions to moderators, all asked {took:.0f} s after the last"
    )


def numbers() -> range:
    """What is to be said."""
    return range(SHORTEST, SHORTEST + POSTS)


def is_open(folder: Path) -> bool:
    """Whether anything is still to be said."""
    return bool({"pending", "sending"} & set(states(folder).values()))
