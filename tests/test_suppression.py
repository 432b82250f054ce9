from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import StoreError
from bot.events import Event, MemberJoined, MessageSent, ReactionChanged
from bot.model import AccountId
from db.connection import Connection
from db.directory import create_community
from db.keys import Key, KeyFile, PassingKey
from db.suppression import EVERYWHERE, Standing, Suppression
from tests.happenings import START
from tests.stores import RolledBackError, dump, fetch, in_store, record_more, recorded

ZOE = AccountId("discord", "zoe")
ANA = AccountId("discord", "ana")


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


def test_somebody_on_the_list_is_in_no_table(store_url: str) -> None:
    async def told(connection: Connection) -> tuple[list[list[bool]], str]:
        listed = Suppression(PassingKey())
        await listed.forget(connection, ZOE, START)
        community = await recorded(connection, [])
        fresh = await record_more(connection, community, [TOLD], suppression=listed)
        return fresh, repr(await dump(connection, community.id))

    fresh, content = in_store(store_url, told)
    assert fresh == [[False, True, False, True, False]]
    assert "zoe" not in content
    assert "discord:bob" in content


def test_a_list_of_one_community_does_not_bind_another(store_url: str) -> None:
    async def standings(connection: Connection) -> list[Standing]:
        suppression = Suppression(PassingKey())
        await suppression.opt_out(connection, 3, ZOE, START)
        return [
            await suppression.standing(connection, community, ZOE)
            for community in (3, 4, EVERYWHERE)
        ]

    assert in_store(store_url, standings) == [
        Standing.OPTED_OUT,
        Standing.RECORDED,
        Standing.RECORDED,
    ]


class Wishes:
    """What people said last, kept in plain words: the model of the list."""

    def __init__(self) -> None:
        self.gone: set[AccountId] = set()
        self.own: dict[tuple[int, AccountId], bool] = {}

    def forget(self, who: AccountId) -> None:
        self.gone.add(who)
        self.own = {key: wish for key, wish in self.own.items() if key[1] != who}

    def opt_in(self, community: int, who: AccountId) -> None:
        if self.standing(community, who) is not Standing.RECORDED:
            self.own[community, who] = True

    def standing(self, community: int, who: AccountId) -> Standing:
        wish = self.own.get((community, who))
        if wish or (wish is None and who not in self.gone):
            return Standing.RECORDED
        return Standing.FORGOTTEN if who in self.gone else Standing.OPTED_OUT


wishes = st.lists(
    st.tuples(
        st.sampled_from(["forget", "opt_out", "opt_in"]),
        st.sampled_from([1, 2]),
        st.sampled_from([ZOE, ANA]),
    ),
    max_size=8,
)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(said=wishes)
def test_the_last_word_counts_and_closes_or_opens_no_other_community(
    store_url: str, said: list[tuple[str, int, AccountId]]
) -> None:
    model = Wishes()
    both = [(community, who) for community in (1, 2) for who in (ZOE, ANA)]

    async def follow(
        connection: Connection,
    ) -> tuple[dict[tuple[int, AccountId], Standing], int, int]:
        suppression = Suppression(PassingKey())
        for name in ("one", "two"):
            await create_community(connection, name, "UTC", "en")
        for wish, community, who in said:
            if wish == "forget":
                await suppression.forget(connection, who, START)
            else:
                await getattr(suppression, wish)(connection, community, who, START)
        found = {(c, who): await suppression.standing(connection, c, who) for c, who in both}
        hidden = [await suppression.covered(connection, c, {ZOE, ANA}) for c in (1, 2)]
        [[rows]] = await fetch(connection, "SELECT COUNT(*) FROM suppression")
        return found, sum(map(len, hidden)), rows

    for wish, community, who in said:
        if wish == "forget":
            model.forget(who)
        elif wish == "opt_out":
            model.own[community, who] = False
        else:
            model.opt_in(community, who)
    found, hidden, rows = in_store(store_url, follow)
    assert found == {key: model.standing(*key) for key in both}
    assert hidden == sum(standing is not Standing.RECORDED for standing in found.values())
    assert rows == len(model.gone) + len(model.own)


def test_what_is_rolled_back_leaves_the_list_as_it_was(store_url: str) -> None:
    async def standings(connection: Connection) -> list[Standing]:
        suppression = Suppression(PassingKey())
        found = []
        with suppress(RolledBackError):
            async with connection.savepoint():
                await suppression.forget(connection, ZOE, START)
                found.append(await suppression.standing(connection, 1, ZOE))
                raise RolledBackError
        found.append(await suppression.standing(connection, 1, ZOE))
        await suppression.forget(connection, ZOE, START)
        with suppress(RolledBackError):
            async with connection.savepoint():
                await suppression.opt_in(connection, 1, ZOE, START)
                found.append(await suppression.standing(connection, 1, ZOE))
                raise RolledBackError
        return [*found, await suppression.standing(connection, 1, ZOE)]

    assert in_store(store_url, standings) == [
        Standing.FORGOTTEN,
        Standing.RECORDED,
        Standing.RECORDED,
        Standing.FORGOTTEN,
    ]


def test_the_list_names_nobody(store_url: str) -> None:
    async def hashes(connection: Connection) -> str:
        suppression = Suppression(PassingKey())
        await suppression.forget(connection, ZOE, START)
        await suppression.opt_in(connection, 1, ZOE, START)
        await suppression.opt_out(connection, 2, ZOE, START)
        return repr([tuple(row) for row in await fetch(connection, "SELECT * FROM suppression")])

    content = in_store(store_url, hashes)
    assert content.count("returned") == 1
    assert "zoe" not in content


@pytest.mark.parametrize("left", [None, b"", b"short"])
def test_a_lost_key_stops_the_recording(store_url: str, tmp_path: Path, left: bytes | None) -> None:
    key = tmp_path / "foyer.key"

    async def record(connection: Connection) -> None:
        await Suppression(KeyFile(key)).forget(connection, ANA, START)
        key.unlink()
        if left is not None:
            key.write_bytes(left)
        community = await recorded(connection, [])
        listed = Suppression(KeyFile(key))
        await record_more(connection, community, [TOLD], suppression=listed)

    with pytest.raises(StoreError, match="restore it"):
        in_store(store_url, record)


def test_a_lost_key_is_not_replaced_by_another(store_url: str, tmp_path: Path) -> None:
    key = tmp_path / "foyer.key"

    async def forget(connection: Connection) -> None:
        await Suppression(KeyFile(key)).forget(connection, ANA, START)
        key.unlink()
        await Suppression(KeyFile(key)).forget(connection, ZOE, START)

    with pytest.raises(StoreError, match="restore it"):
        in_store(store_url, forget)
    assert not key.exists()


class CountingKey:
    def __init__(self, key: Key) -> None:
        self.key, self.reads = key, 0

    def read(self) -> bytes:
        self.reads += 1
        return self.key.read()

    def make(self) -> None:
        self.key.make()


def test_where_nobody_is_on_the_list_no_key_is_needed(store_url: str, tmp_path: Path) -> None:
    key = CountingKey(KeyFile(tmp_path / "none" / "foyer.key"))

    async def record(connection: Connection) -> list[list[bool]]:
        community = await recorded(connection, [])
        suppression = Suppression(key)
        await suppression.opt_in(connection, community.id, ZOE, START)
        return await record_more(connection, community, [TOLD], suppression=suppression)

    assert in_store(store_url, record) == [[True] * len(TOLD)]
    assert key.reads == 0


@pytest.mark.parametrize("others", [0, 60, 120])
def test_a_long_list_and_a_short_one_tell_the_same(store_url: str, others: int) -> None:
    async def hidden(connection: Connection) -> list[set[tuple[str, str]]]:
        suppression = Suppression(PassingKey())
        for number in range(others):
            await suppression.opt_out(connection, 9, AccountId("discord", str(number)), START)
        await suppression.forget(connection, ZOE, START)
        await suppression.opt_in(connection, 2, ZOE, START)
        await suppression.opt_out(connection, 2, ANA, START)
        return [await suppression.covered(connection, one, {ZOE, ANA}) for one in (1, 2)]

    assert in_store(store_url, hidden) == [{ZOE}, {ANA}]
