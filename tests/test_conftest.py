"""The fixtures themselves: the network is out of reach, stores are fresh."""

import socket
from pathlib import Path

import pytest

from db.migrate import migrations, pending
from db.postgres import connect
from tests.conftest import is_local


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_the_network_is_out_of_reach(method: str) -> None:
    with socket.socket() as plug, pytest.raises(pytest.fail.Exception, match="network"):
        getattr(plug, method)(("192.0.2.1", 80))


def test_loopback_and_unix_sockets_are_within_reach(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
    with socket.socket(socket.AF_UNIX) as plug, pytest.raises(FileNotFoundError):
        plug.connect(str(tmp_path / "nobody"))


@pytest.mark.parametrize("host", ["example.org", "192.168.0.1", "::2", "0.0.0.1"])
def test_other_hosts_are_not_local(host: str) -> None:
    assert not is_local((host, 80))


def test_each_test_has_a_store_of_its_own(store_url: str, tmp_path: Path) -> None:
    assert str(tmp_path) in store_url or store_url.startswith("postgresql://")


async def test_a_postgresql_store_is_migrated(postgres_url: str) -> None:
    connection = await connect(postgres_url, read_only=True)
    try:
        assert await pending(connection, migrations()) == []
    finally:
        await connection.close()
