import asyncio
import random
import stat
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bot.app import reading, writing
from bot.errors import StoreError
from db.connection import Connection
from db.directory import create_community, list_communities
from db.opening import read_sqlite, write_memory, write_sqlite
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


async def test_an_inner_part_that_fails_and_then_the_whole_leave_nothing(store_url: str) -> None:
    """A savepoint outlives its own rollback: an outer one must not stop at it."""

    async def unit(connection: Connection) -> None:
        await add(connection, "before")
        with suppress(ValueError):
            async with connection.savepoint():
                await add(connection, "inner")
                raise ValueError("inner")
        await add(connection, "after")
        raise ValueError("whole")

    async with writing(store_url) as store:
        outcomes = await asyncio.gather(
            store.write(adding("other"), is_patient=True),
            store.write(unit, is_patient=True),
            return_exceptions=True,
        )
    assert [type(outcome) for outcome in outcomes] == [type(None), ValueError]
    assert await names(store_url) == ["other"]


async def test_a_store_in_memory_is_gone_when_it_is_closed() -> None:
    for _ in range(2):
        async with write_memory() as store:
            assert await store.write(list_communities) == []
            await store.write(adding("club"))
            assert [one.name for one in await store.write(list_communities)] == ["club"]


async def test_the_store_counts_what_was_lost(tmp_path: Path) -> None:
    async with write_sqlite(tmp_path / "foyer.db") as store:
        await store.write(adding("one"))
        assert store.losses == 0
        with pytest.raises(ValueError, match="two"):
            await store.write(adding("two", fails=True))
        assert store.losses == 1


async def test_a_closed_store_refuses_instead_of_keeping_callers_waiting() -> None:
    async with write_memory() as store:
        await store.write(adding("club"))
    with pytest.raises(StoreError, match="closed"):
        await asyncio.wait_for(store.write(adding("late")), 5)


async def test_units_that_wait_when_the_store_is_left_in_a_hurry_are_told() -> None:
    waiting: list[asyncio.Future[None]] = []

    async def leave_in_a_hurry() -> None:
        async with write_memory() as store:
            waiting.extend(asyncio.ensure_future(store.write(adding(str(n)))) for n in range(300))
            await asyncio.sleep(0)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await leave_in_a_hurry()
    outcomes = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5)
    assert {type(outcome) for outcome in outcomes} <= {type(None), StoreError}


async def test_a_checkpoint_leaves_nothing_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "foyer.db-wal"
    async with write_sqlite(tmp_path / "foyer.db") as store:
        await store.write(adding("canary"))
        assert b"canary" in log.read_bytes()
        await asyncio.gather(store.checkpoint(), store.write(adding("other"), is_patient=True))
        assert log.stat().st_size == 0
        await store.write(adding("later"))
    with pytest.raises(StoreError, match="closed"):
        await store.checkpoint()


async def test_a_checkpoint_is_harmless_on_each_engine(store_url: str) -> None:
    async with writing(store_url) as store:
        await store.write(adding("club"))
        await store.checkpoint()
    assert await names(store_url) == ["club"]


async def test_a_new_store_stays_once_something_is_written_to_it(tmp_path: Path) -> None:
    """A bot that fails after weeks must not take its own store away."""
    path = tmp_path / "foyer.db"

    async def live_and_fail(*units: Callable[[Connection], Awaitable[None]]) -> None:
        async with write_sqlite(path) as store:
            for unit in units:
                await store.write(unit)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await live_and_fail()
    assert not path.exists()
    with pytest.raises(ValueError, match="none"):
        await live_and_fail(adding("none", fails=True))
    assert not path.exists()
    with pytest.raises(RuntimeError, match="stop"):
        await live_and_fail(adding("club"))
    assert await names(f"sqlite:///{path}") == ["club"]


async def test_callers_whose_group_was_under_way_when_the_store_was_left_are_told() -> None:
    waiting: list[asyncio.Future[None]] = []

    async def hang(connection: Connection) -> None:
        await asyncio.Event().wait()

    async def leave_in_a_hurry() -> None:
        async with write_memory() as store:
            waiting.extend(asyncio.ensure_future(store.write(hang)) for _ in range(3))
            await asyncio.sleep(0.05)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await leave_in_a_hurry()
    outcomes = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5)
    assert {type(outcome) for outcome in outcomes} == {StoreError}


async def test_a_database_that_hangs_up_is_known_to_be_lost(postgres_url: str) -> None:
    async with writing(postgres_url) as store:
        await store.write(adding("club"))
        assert not store.lost.is_set()
        with pytest.raises(StoreError):
            await store.write(hang_up)
        with suppress(StoreError):
            await store.write(adding("later"))
        assert store.lost.is_set()


async def hang_up(connection: Connection) -> None:
    await connection.statement("SELECT pg_terminate_backend(pg_backend_pid())")


async def test_a_clean_exit_finishes_what_still_waits(store_url: str) -> None:
    async with writing(store_url) as store:
        units = [asyncio.ensure_future(store.write(adding(str(n)))) for n in range(50)]
        await asyncio.sleep(0)
    assert await asyncio.wait_for(asyncio.gather(*units), 10) == [None] * 50
    assert len(await names(store_url)) == 50
