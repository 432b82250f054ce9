"""What every test may rely on: no network, and a fresh store on each engine."""

import asyncio
import ipaddress
import itertools
import os
import socket
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

POSTGRES_VARIABLE = "FOYER_TEST_POSTGRES_URL"

_numbers = itertools.count(1)


def is_local(address: Any) -> bool:
    """A unix socket, or a loopback address."""
    if not isinstance(address, tuple):
        return True
    if address[0] == "localhost":
        return True
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return False


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if not is_local(address):
            pytest.fail(f"a test reached for the network: {address!r}")
        return connect(self, address)

    return guarded


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("FOYER_") and "__" in name:
            monkeypatch.delenv(name)


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end in a thread of its own: the test's thread may have an event loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


def _database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def _execute(url: str, *statements: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _migrate(url: str) -> None:
    from db.migrate import migrate
    from db.postgres import connect

    connection = await connect(url, read_only=False)
    try:
        await migrate(connection)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[tuple[str, str]]:
    """The server's URL, and the name of a migrated database on it that others are copied from."""
    server = os.environ.get(POSTGRES_VARIABLE)
    if not server:
        pytest.skip(f"{POSTGRES_VARIABLE} is not set: no PostgreSQL to test against")
    name = f"foyer_test_{os.getpid()}_template"
    _run(_execute(server, f"CREATE DATABASE {name}"))
    try:
        _run(_migrate(_database(server, name)))
        yield server, name
    finally:
        _run(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def postgres_url(postgres_template: tuple[str, str]) -> Iterator[str]:
    """A migrated, empty PostgreSQL store of the test's own."""
    server, template = postgres_template
    name = f"foyer_test_{os.getpid()}_{next(_numbers)}"
    _run(_execute(server, f"CREATE DATABASE {name} TEMPLATE {template}"))
    try:
        yield _database(server, name)
    finally:
        _run(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store of the test's own, on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'foyer.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
