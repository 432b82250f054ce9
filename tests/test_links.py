from typing import Any

from db.connection import Connection
from db.links import link, unlink
from tests.stores import in_store, recorded


async def links(connection: Connection, community: int) -> dict[int, int]:
    rows = await connection.rows("links", community=community)
    return {row[0]: row[1] for row in rows}


def test_a_person_is_numbered_by_the_lowest_of_their_accounts(store_url: str) -> None:
    async def joined(connection: Connection) -> Any:
        community = await recorded(connection, [])
        await link(connection, community.id, 5, 3, 0)
        await link(connection, community.id, 4, 2, 0)
        await link(connection, community.id, 5, 4, 0)
        return await links(connection, community.id)

    assert in_store(store_url, joined) == {2: 2, 3: 2, 4: 2, 5: 2}


def test_unlinking_leaves_the_others_together(store_url: str) -> None:
    async def left(connection: Connection) -> Any:
        community = await recorded(connection, [])
        await link(connection, community.id, 1, 2, 0)
        await link(connection, community.id, 2, 3, 0)
        await unlink(connection, community.id, 1)
        return await links(connection, community.id)

    assert in_store(store_url, left) == {2: 2, 3: 2}


def test_linking_and_unlinking_a_pair_leaves_nothing(store_url: str) -> None:
    async def left(connection: Connection) -> Any:
        community = await recorded(connection, [])
        await link(connection, community.id, 1, 2, 0)
        await unlink(connection, community.id, 2)
        return await links(connection, community.id)

    assert in_store(store_url, left) == {}
