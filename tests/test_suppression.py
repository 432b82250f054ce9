import stat
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.events import Event, MemberJoined, MessageSent, ReactionChanged
from bot.model import AccountId
from db.connection import Connection
from db.suppression import Suppression
from tests.happenings import START
from tests.stores import dump, fetch, in_store, record_more, recorded

ZOE = AccountId("discord", "zoe")


def said(id: str, author: str, **more: object) -> MessageSent:
    return MessageSent(
        platform="discord",
        channel="c1",
        id=id,
        author=author,
        at=START,
        **more,  # type: ignore[arg-type]  # fields by name
    )


TOLD: list[Event] = [
    said("1", "zoe"),
    said("2", "ana", reply_to="1", reply_to_author="zoe", mentions=("zoe", "bob")),
    ReactionChanged(
        platform="discord", channel="c1", message="2", user="zoe", emoji="👍", at=START
    ),
    MemberJoined(platform="discord", user="bob", at=START, inviter="zoe"),
    MemberJoined(platform="discord", user="zoe", at=START),
]


def test_somebody_on_the_list_is_in_no_table(store_url: str, tmp_path: Path) -> None:
    async def told(connection: Connection) -> tuple[list[list[bool]], str]:
        nobody = await Suppression.load(connection, tmp_path / "foyer.key")
        await nobody.add(connection, ZOE)
        community = await recorded(connection, [])
        listed = await Suppression.load(connection, tmp_path / "foyer.key")
        fresh = await record_more(connection, community, [TOLD], suppression=listed)
        return fresh, repr(await dump(connection, community.id))

    fresh, content = in_store(store_url, told)
    assert fresh == [[False, True, False, True, False]]
    assert "zoe" not in content
    assert "discord:bob" in content


def test_a_list_of_one_community_does_not_bind_another(store_url: str, tmp_path: Path) -> None:
    async def covered(connection: Connection) -> list[bool]:
        suppression = await Suppression.load(connection, tmp_path / "foyer.key")
        await suppression.add(connection, ZOE, community=3)
        return [suppression.covers(community, ZOE) for community in (3, 4)]

    assert in_store(store_url, covered) == [True, False]


def test_the_list_names_nobody_and_its_key_is_private(store_url: str, tmp_path: Path) -> None:
    key = tmp_path / "foyer.key"

    async def hashes(connection: Connection) -> str:
        suppression = await Suppression.load(connection, key)
        await suppression.add(connection, ZOE)
        return repr([tuple(row) for row in await fetch(connection, "SELECT * FROM suppression")])

    assert "zoe" not in in_store(store_url, hashes)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.parametrize("left", [None, b"", b"short"])
def test_a_lost_key_stops_the_recording(store_url: str, tmp_path: Path, left: bytes | None) -> None:
    key = tmp_path / "foyer.key"

    async def record(connection: Connection) -> None:
        suppression = await Suppression.load(connection, key)
        await suppression.add(connection, ZOE)
        key.unlink()
        if left is not None:
            key.write_bytes(left)
        listed = await Suppression.load(connection, key)
        community = await recorded(connection, [])
        await record_more(connection, community, [TOLD], suppression=listed)

    with pytest.raises(StoreError, match="restore it"):
        in_store(store_url, record)
