"""`foyer run` on Telegram when nothing can be written: it says so, keeps what waits, goes on."""

import json
import shutil
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.fakes.telegram import serving_telegram
from tests.nursery import Child, nursing
from tests.test_cli_processes import mounted

MESSAGES = 300


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    if shutil.which("mount") is None:
        pytest.skip("there is no `mount` here to make a small file system with")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted(folder, "size=6m")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607  ours


def reasons(bot: Child, path: str) -> list[str]:
    """What is wrong with a bot, as it says itself."""
    [line] = [line for line in bot.said.splitlines() if line.startswith("foyer: listening on ")]
    url = line.removeprefix("foyer: listening on ") + path
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  it is our own
            body = answer.read()
    except urllib.error.HTTPError as error:
        body = error.read()
    told: list[str] = json.loads(body)["reasons"]
    return told


def fill(file: Path) -> None:
    """Leave no room on a disk."""
    with suppress(OSError), file.open("wb", buffering=0) as ballast:
        while True:
            ballast.write(b"x" * 4096)


def stored(file: Path) -> list[tuple[int]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
        return store.execute("SELECT message_no FROM message ORDER BY 1").fetchall()


@pytest.mark.timeout(120)
def test_on_a_full_disk_nothing_is_acknowledged_and_afterwards_nothing_is_missing(
    small: Path, tmp_path: Path
) -> None:
    with serving_telegram() as fake, nursing() as nursery:
        ana = fake.person()
        chat = fake.group(owner=ana, bot="administrator")
        bot = nursery.begin(
            tmp_path,
            "--db",
            f"sqlite:///{small / 'foyer.db'}",
            FOYER_TELEGRAM__TOKEN=fake.token,
            FOYER_TELEGRAM__API_URL=fake.api_url,
        )
        said = [(fake.says(chat, ana, "hello")["message_id"],)]
        fake.wait_for(lambda: not len(fake.updates) and fake.sent, 20)
        fill(small / "ballast")
        asked = len(fake.called("getUpdates"))
        said += [(fake.says(chat, ana, f"heron {n}")["message_id"],) for n in range(MESSAGES)]
        fake.wait_for(lambda: "the disk is full" in bot.said, 20)
        assert reasons(bot, "/healthz") == ["the store takes no writes"]
        time.sleep(1)
        assert len(fake.updates) == MESSAGES
        assert len(fake.called("getUpdates")) - asked < 6
        (small / "ballast").unlink()
        fake.wait_for(lambda: not len(fake.updates), 60)
        assert reasons(bot, "/readyz") == []
        assert stored(small / "foyer.db") == said
        assert bot.stopped() == 0
    assert "Traceback" not in bot.said
    assert "heron" not in bot.said
