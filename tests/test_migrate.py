import asyncio
import hashlib
import sqlite3
from pathlib import Path

import pytest

from bot.errors import StoreError
from db import sqlite
from db.migrate import MIGRATIONS, Migration, migrate, migrations, pending
from db.opening import read_sqlite, write_sqlite

EXTRA = Migration(
    len(migrations()) + 1,
    "extra",
    "CREATE TABLE extra (\n  id {int} NOT NULL PRIMARY KEY\n) {keyed};\n"
    "INSERT INTO extra VALUES (7);",
)
BROKEN = Migration(EXTRA.version, "broken", "CREATE TABLE half (id {int});\nCREATE TABL oops;")


def apply(path: Path, known: list[Migration]) -> list[int]:
    async def run() -> list[int]:
        connection = await sqlite.connect(path, read_only=False)
        try:
            return await migrate(connection, known)
        finally:
            await connection.close()

    return asyncio.run(run())


def tables(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    finally:
        connection.close()


def test_migrations_are_numbered_without_gaps() -> None:
    assert [one.version for one in migrations()] == list(range(1, len(migrations()) + 1))


def test_a_second_run_applies_nothing(tmp_path: Path) -> None:
    path = tmp_path / "foyer.db"
    assert apply(path, migrations()) == [one.version for one in migrations()]
    assert apply(path, migrations()) == []


def test_a_later_migration_is_applied_to_an_older_store(tmp_path: Path) -> None:
    path = tmp_path / "foyer.db"
    apply(path, migrations())
    assert apply(path, [*migrations(), EXTRA]) == [EXTRA.version]
    assert "extra" in tables(path)


def test_a_migration_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "foyer.db"
    apply(path, migrations())
    before = tables(path)
    with pytest.raises(sqlite3.OperationalError):
        apply(path, [*migrations(), BROKEN])
    assert tables(path) == before
    assert apply(path, [*migrations(), EXTRA]) == [EXTRA.version]


def test_refuses_a_newer_store_and_leaves_it_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "foyer.db"
    apply(path, [*migrations(), EXTRA])
    before = hashlib.sha256(path.read_bytes()).hexdigest()

    async def use() -> None:
        async with write_sqlite(path):
            pass

    with pytest.raises(StoreError, match="newer"):
        asyncio.run(use())
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_refuses_a_store_made_by_an_altered_migration(tmp_path: Path) -> None:
    path = tmp_path / "foyer.db"
    first = migrations()[0]
    apply(path, [Migration(first.version, first.name, first.text + "\n-- changed")])

    async def look() -> None:
        connection = await sqlite.connect(path, read_only=False)
        try:
            await pending(connection, migrations())
        finally:
            await connection.close()

    with pytest.raises(StoreError, match="changed after"):
        asyncio.run(look())


def test_reading_an_older_store_asks_for_its_migration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "foyer.db"
    apply(path, migrations())
    newer = tmp_path / "migrations"
    newer.mkdir()
    for file in MIGRATIONS.glob("*.sql"):
        (newer / file.name).write_text(file.read_text())
    (newer / f"{EXTRA.version:04d}_extra.sql").write_text(EXTRA.text)
    monkeypatch.setattr("db.opening.migrations", lambda: migrations(newer))

    async def read() -> None:
        async with read_sqlite(path):
            pass

    async def write() -> None:
        async with write_sqlite(path):
            pass

    with pytest.raises(StoreError, match="foyer db migrate"):
        asyncio.run(read())
    asyncio.run(write())
    asyncio.run(read())
    [backup] = tmp_path.glob("foyer.db.before-*")
    assert "extra" not in tables(backup)
    assert "message" in tables(backup)
