"""When a new store is taken away again, and by whom."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StoreError
from db import opening
from db.directory import create_community, list_communities
from db.lock import only_writer
from db.opening import write_memory, write_sqlite


@pytest.mark.parametrize("end", [asyncio.CancelledError, KeyboardInterrupt])
async def test_a_new_file_is_taken_away_when_its_first_use_is_interrupted(
    tmp_path: Path, end: type[BaseException]
) -> None:
    with pytest.raises(end):
        async with write_sqlite(tmp_path / "foyer.db"):
            raise end
    assert list(tmp_path.iterdir()) == []


async def test_nothing_stays_beside_a_file_that_is_taken_away(tmp_path: Path) -> None:
    """Somebody who looks at the file keeps SQLite from tidying up itself."""
    path = tmp_path / "foyer.db"

    async def look_and_fail() -> None:
        async with write_sqlite(path):
            onlooker.append(sqlite3.connect(path))
            onlooker[0].execute("SELECT * FROM community").fetchall()
            raise RuntimeError

    onlooker: list[sqlite3.Connection] = []
    with pytest.raises(RuntimeError):
        await look_and_fail()
    with closing(onlooker[0]):
        assert list(tmp_path.iterdir()) == []


async def test_only_the_holder_of_the_lock_asks_whether_the_file_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the loser of a race would take the winner's new store away."""
    asked: list[Path] = []
    monkeypatch.setattr(opening, "_taking_away", asked.append)
    with only_writer(tmp_path / "foyer.db"), pytest.raises(StoreError, match="another foyer"):
        async with write_sqlite(tmp_path / "foyer.db"):
            pass
    assert asked == []


async def test_stores_in_memory_know_nothing_of_each_other() -> None:
    async with write_memory() as one, write_memory() as other:
        await one.write(lambda c: create_community(c, "club", "UTC", "en", at=0))
        assert await other.write(list_communities) == []


async def test_a_link_to_nothing_is_refused_in_one_line(tmp_path: Path) -> None:
    link = tmp_path / "foyer.db"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(StoreError, match="is a link to nothing"):
        async with write_sqlite(link):
            pass
