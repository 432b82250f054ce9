"""`foyer run` on Telegram as a process: who is not wanted ends in time, with one clear line."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.telegram.listening.poller import SETTLED
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import UNAUTHORIZED, page
from tests.nursery import Child, Nursery, nursing


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with nursing() as made:
        yield made


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with serving_telegram() as serving:
        yield serving


def begin(nursery: Nursery, folder: Path, fake: FakeTelegram, **further: Any) -> Child:
    """A bot with a store of its own."""
    folder.mkdir(exist_ok=True)
    known = {
        "FOYER_TELEGRAM__TOKEN": fake.token,
        "FOYER_TELEGRAM__API_URL": fake.api_url,
        "FOYER_TELEGRAM__FILE_URL": fake.file_url,
    }
    store = f"sqlite:///{folder / 'foyer.db'}"
    return nursery.begin(folder, "--db", store, **{**known, **further})


def last_line(child: Child) -> str:
    """What it said last to people."""
    return [line for line in child.said.splitlines() if not line.startswith("{")][-1]


def is_listening(fake: FakeTelegram) -> bool:
    """Whether somebody holds a question open."""
    return any(call.params["timeout"] for call in fake.called("getUpdates"))


def test_of_two_processes_the_newcomer_ends_with_one_clear_line(
    tmp_path: Path, nursery: Nursery, fake: FakeTelegram
) -> None:
    winner = begin(nursery, tmp_path / "1", fake)
    fake.wait_for(lambda: is_listening(fake), 20)
    time.sleep(SETTLED)
    loser = begin(nursery, tmp_path / "2", fake)
    assert loser.ended() == 1
    assert last_line(loser) == (
        "foyer: no platform is left"
        " (telegram: another process reads this bot's updates; stop one of them)"
    )
    assert fake.token not in loser.said
    assert "Traceback" not in loser.said
    ana = fake.person()
    fake.says(fake.group(owner=ana), ana, "hello")
    fake.wait_for(lambda: not len(fake.updates), 20)
    assert winner.stopped() == 0


def test_it_ends_within_seconds_of_the_conflict(
    tmp_path: Path, nursery: Nursery, fake: FakeTelegram
) -> None:
    child = begin(nursery, tmp_path, fake)
    fake.wait_for(lambda: is_listening(fake), 20)
    fake.webhook = {"url": "https://elsewhere.example/"}
    ana = fake.person()
    began = time.monotonic()
    fake.says(fake.group(owner=ana), ana, "hello")
    assert child.ended(10) == 1
    assert time.monotonic() - began < 5
    assert "a webhook is set for this bot elsewhere; stop whoever sets it" in last_line(child)


def test_a_withdrawn_token_ends_it_and_is_not_shown(
    tmp_path: Path, nursery: Nursery, fake: FakeTelegram
) -> None:
    fake.faults.add("getMe", UNAUTHORIZED)
    child = begin(nursery, tmp_path, fake)
    assert child.ended(20) == 1
    assert last_line(child) == (
        "foyer: no platform accepts the bot"
        " (telegram: Telegram does not accept the token); check the tokens"
    )
    assert fake.token not in child.said


def test_it_stops_at_once_though_a_question_is_open(
    tmp_path: Path, nursery: Nursery, fake: FakeTelegram
) -> None:
    child = begin(nursery, tmp_path, fake)
    fake.wait_for(lambda: is_listening(fake), 20)
    began = time.monotonic()
    os.kill(child.pid, signal.SIGTERM)
    assert child.ended(20) == 0
    assert time.monotonic() - began < 5


def test_menus_that_fail_at_the_start_come_a_moment_later(
    tmp_path: Path, nursery: Nursery, fake: FakeTelegram
) -> None:
    fake.faults.add("setMyCommands", page(502))
    child = begin(nursery, tmp_path, fake)
    fake.wait_for(lambda: ("all_group_chats", None, "fr") in fake.commands, 20)
    assert child.stopped() == 0
