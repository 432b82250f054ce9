"""Whoever opted out of one of two communities is out of the one that they become."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.events import Event, MessageSent
from bot.joining import absorb
from bot.model import AccountId, Community
from bot.privacy.forgetting import forget, opt_out
from db.connection import Connection
from db.directory import create_community
from db.keys import PassingKey
from db.suppression import Standing, Suppression
from db.tables import GREETING
from tests.happenings import PLATFORM, START
from tests.stores import dump, in_store, record_more, recorded

DAY = 86_400_000
NOW = START + 30 * DAY
ZOE = AccountId(PLATFORM, "zoe")
HERS = f"{PLATFORM}:zoe"

Scene = Callable[[Connection, Suppression, Community, Community], Awaitable[Any]]


def says(who: str, id: str, at: int = START) -> Event:
    return MessageSent(
        platform=PLATFORM, channel="c1", id=id, author=who, at=at, mentions=("zoe", "ana")
    )


def played(store_url: str, scene: Scene) -> Any:
    """What comes of a scene between two communities in which Zoé and Ana talk."""

    async def play(connection: Connection) -> Any:
        suppression = Suppression(PassingKey())
        keeper = await recorded(connection, [[says("zoe", "k1"), says("ana", "k2")]])
        absorbed = await recorded(connection, [[says("zoe", "a1"), says("ana", "a2")]])
        return await scene(connection, suppression, keeper, absorbed)

    return in_store(store_url, play)


async def heard_after(
    connection: Connection, suppression: Suppression, community: Community, at: int
) -> str:
    """Everything that the joint community holds, once Zoé has spoken again."""
    await record_more(
        connection, community, [[says("zoe", "n1", at), says("bob", "n2", at)]],
        suppression=suppression,
    )  # fmt: skip
    return repr(await dump(connection, community.id))


def test_who_opted_out_of_what_is_absorbed_leaves_no_trace_in_what_keeps(store_url: str) -> None:
    async def scene(
        connection: Connection, suppression: Suppression, keeper: Community, absorbed: Community
    ) -> Any:
        await opt_out(connection, suppression, absorbed.id, ZOE, NOW)
        await absorb(connection, keeper, absorbed, suppression, NOW)
        standing = await suppression.standing(connection, keeper.id, ZOE)
        return standing, await heard_after(connection, suppression, keeper, NOW)

    standing, content = played(store_url, scene)
    assert standing is Standing.OPTED_OUT
    assert HERS not in content
    assert "bob" in content


def test_who_opted_out_of_what_keeps_is_not_brought_in_from_the_other(store_url: str) -> None:
    async def scene(
        connection: Connection, suppression: Suppression, keeper: Community, absorbed: Community
    ) -> Any:
        row = (absorbed.id, 2, "Zoé", "greeting:1", START, START, None)
        await connection.insert(GREETING, [row])
        await opt_out(connection, suppression, keeper.id, ZOE, NOW)
        await absorb(connection, keeper, absorbed, suppression, NOW)
        return await heard_after(connection, suppression, keeper, NOW)

    content = played(store_url, scene)
    assert HERS not in content
    assert "Zoé" not in content
    assert "ana" in content


def test_opting_in_again_is_for_the_whole_community(store_url: str) -> None:
    """What was said in the part that is gone must not keep her out any more, nor the earlier in."""

    async def scene(
        connection: Connection, suppression: Suppression, keeper: Community, absorbed: Community
    ) -> Any:
        await opt_out(connection, suppression, absorbed.id, ZOE, NOW)
        await absorb(connection, keeper, absorbed, suppression, NOW)
        await suppression.opt_in(connection, keeper.id, ZOE, NOW + DAY)
        early = await heard_after(connection, suppression, keeper, NOW)
        late = await heard_after(connection, suppression, keeper, NOW + 2 * DAY)
        await opt_out(connection, suppression, keeper.id, ZOE, NOW + 3 * DAY)
        return early, late, await heard_after(connection, suppression, keeper, NOW + 4 * DAY)

    early, late, out = played(store_url, scene)
    assert [HERS in content for content in (early, late, out)] == [False, True, False]


def test_who_came_back_to_one_but_stayed_out_of_the_other_is_out(store_url: str) -> None:
    async def scene(
        connection: Connection, suppression: Suppression, keeper: Community, absorbed: Community
    ) -> Any:
        await opt_out(connection, suppression, absorbed.id, ZOE, START)
        await suppression.opt_in(connection, absorbed.id, ZOE, START + DAY)
        await opt_out(connection, suppression, keeper.id, ZOE, START + 2 * DAY)
        await absorb(connection, keeper, absorbed, suppression, NOW)
        return await heard_after(connection, suppression, keeper, NOW)

    assert HERS not in played(store_url, scene)


def test_who_was_forgotten_and_came_back_to_one_is_back_in_both(store_url: str) -> None:
    async def scene(
        connection: Connection, suppression: Suppression, keeper: Community, absorbed: Community
    ) -> Any:
        await forget(connection, suppression, ZOE, START)
        await suppression.opt_in(connection, absorbed.id, ZOE, START + DAY)
        back = says("zoe", "a9", START + 2 * DAY)
        await record_more(connection, absorbed, [[back]], suppression=suppression)
        await absorb(connection, keeper, absorbed, suppression, NOW)
        await heard_after(connection, suppression, keeper, START + DAY - 1)
        return await dump(connection, keeper.id), await suppression.has_returned(connection, ZOE)

    content, has_returned = played(store_url, scene)
    assert [row[0] for row in content["message"] if row[3] == HERS] == [START + 2 * DAY]
    assert has_returned


def test_being_forgotten_everywhere_lifts_what_was_said_in_what_is_gone(store_url: str) -> None:
    async def scene(
        connection: Connection, suppression: Suppression, keeper: Community, absorbed: Community
    ) -> Any:
        await opt_out(connection, suppression, absorbed.id, ZOE, START)
        await suppression.opt_in(connection, absorbed.id, ZOE, START + DAY)
        await absorb(connection, keeper, absorbed, suppression, NOW)
        await forget(connection, suppression, ZOE, NOW)
        return await heard_after(connection, suppression, keeper, NOW + DAY)

    assert HERS not in played(store_url, scene)


def test_a_new_community_inherits_nobodys_choice(store_url: str) -> None:
    async def scene(
        connection: Connection, suppression: Suppression, keeper: Community, absorbed: Community
    ) -> Any:
        await opt_out(connection, suppression, absorbed.id, ZOE, NOW)
        await absorb(connection, keeper, absorbed, suppression, NOW)
        fresh = await create_community(connection, "fresh", "UTC", "en")
        return await heard_after(connection, suppression, fresh, NOW)

    assert HERS in played(store_url, scene)


def test_what_was_said_of_two_parts_of_parts_holds(store_url: str) -> None:
    async def scene(
        connection: Connection, suppression: Suppression, keeper: Community, absorbed: Community
    ) -> Any:
        await opt_out(connection, suppression, absorbed.id, ZOE, NOW)
        whole = await recorded(connection, [[says("zoe", "w1")]])
        await absorb(connection, keeper, absorbed, suppression, NOW)
        await absorb(connection, whole, keeper, suppression, NOW)
        return await heard_after(connection, suppression, whole, NOW)

    assert HERS not in played(store_url, scene)
