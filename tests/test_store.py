import asyncio
import random
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.app import reading, writing
from bot.errors import StoreError
from db.connection import Connection
from db.directory import create_community, list_communities
from db.opening import read_sqlite, write_sqlite
from db.store import Store


async def names(url: str) -> list[str]:
    async with reading(url) as reader:
        return [one.name for one in await list_communities(reader.connection)]


async def add(connection: Connection, name: str) -> None:
    await create_community(connection, name, "UTC", "en")


def adding(name: str, *, fails: bool = False) -> Callable[[Connection], Awaitable[None]]:
    async def unit(connection: Connection) -> None:
        await add(connection, name)
        if fails:
            raise ValueError(name)

    return unit


async def test_what_was_written_can_be_read(store_url: str) -> None:
    async with writing(store_url) as store:
        await store.write(adding("club"))
    assert await names(store_url) == ["club"]


async def test_a_unit_that_fails_leaves_no_trace_and_the_others_stay(store_url: str) -> None:
    async with writing(store_url) as store:
        units = [store.write(adding(str(n), fails=bool(n % 2)), is_patient=True) for n in range(8)]
        outcomes = await asyncio.gather(*units, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), ValueError] * 4
    assert sorted(await names(store_url)) == ["0", "2", "4", "6"]


async def test_patient_units_share_a_commit(tmp_path: Path) -> None:
    async with write_sqlite(tmp_path / "foyer.db") as store:
        seen: list[list[str]] = []

        async def look(connection: Connection) -> None:
            async with read_sqlite(tmp_path / "foyer.db") as reader:
                seen.append([one.name for one in await list_communities(reader.connection)])

        await asyncio.gather(
            store.write(adding("one"), is_patient=True),
            store.write(look, is_patient=True),
            store.write(adding("two"), is_patient=True),
        )
        await store.write(look)
    assert seen == [[], ["one", "two"]]


async def test_cancelled_callers_leave_no_transaction_open(store_url: str) -> None:
    dice = random.Random(7)  # noqa: S311  no secret
    async with writing(store_url) as store:
        for round_ in range(40):
            units = [
                asyncio.ensure_future(store.write(adding(f"{n}")))
                for n in range(round_ * 5, round_ * 5 + 5)
            ]
            await asyncio.sleep(dice.random() * 0.004)
            for unit in dice.sample(units, 2):
                unit.cancel()
            await asyncio.gather(*units, return_exceptions=True)
        await store.write(adding("last"))
    stored = await names(store_url)
    assert stored[-1] == "last"
    assert len(stored) == len(set(stored))


async def test_a_store_that_is_left_in_a_hurry_rolls_back(store_url: str) -> None:
    started = asyncio.Event()

    async def linger(connection: Connection) -> None:
        await add(connection, "never")
        started.set()
        await asyncio.sleep(60)

    async def use(store: Store) -> None:
        unit = asyncio.ensure_future(store.write(linger))
        await started.wait()
        unit.cancel()
        raise KeyError

    async with writing(store_url) as store:
        await store.write(adding("kept"))
    with pytest.raises(KeyError):
        async with writing(store_url) as store:
            await use(store)
    assert await names(store_url) == ["kept"]


async def test_a_second_writer_is_refused(store_url: str) -> None:
    async with writing(store_url):
        with pytest.raises(StoreError, match="another foyer process"):
            async with writing(store_url):
                pass


async def test_a_reader_sees_a_still_picture(store_url: str) -> None:
    async with writing(store_url) as store:
        await store.write(adding("one"))
        async with reading(store_url) as reader:
            before = await list_communities(reader.connection)
            await store.write(adding("two"))
            assert await list_communities(reader.connection) == before


async def test_a_reader_cannot_write(store_url: str) -> None:
    async with writing(store_url):
        pass
    with pytest.raises(StoreError):
        async with reading(store_url) as reader:
            await add(reader.connection, "never")


async def test_a_new_file_is_taken_away_when_its_first_use_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        async with write_sqlite(tmp_path / "foyer.db"):
            raise RuntimeError
    assert list(tmp_path.iterdir()) == []


async def test_an_existing_file_stays_when_a_use_fails(tmp_path: Path) -> None:
    async with write_sqlite(tmp_path / "foyer.db"):
        pass
    with pytest.raises(RuntimeError):
        async with write_sqlite(tmp_path / "foyer.db"):
            raise RuntimeError
    assert (tmp_path / "foyer.db").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"not a database at all" * 100, "no Foyer store"), (b"", "store is empty")],
)
async def test_a_file_that_is_no_store_is_refused(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "foyer.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=said):
        async with read_sqlite(path):
            pass


async def test_the_database_of_another_program_is_refused(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE theirs (id)")
    other.commit()
    other.close()
    before = path.read_bytes()
    for use in (read_sqlite, write_sqlite):
        with pytest.raises(StoreError, match="another program"):
            async with use(path):
                pass
    assert path.read_bytes() == before


async def test_a_new_store_is_its_owners_alone(tmp_path: Path) -> None:
    async with write_sqlite(tmp_path / "foyer.db"):
        files = [tmp_path / f"foyer.db{ending}" for ending in ("", "-wal", "-shm")]
        modes = {stat.S_IMODE(file.stat().st_mode) for file in files}
    assert modes == {0o600}
