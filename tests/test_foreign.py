"""In a basic group every account numbers the messages anew; what both know still counts once."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.events import AlbumItemSent, Event, MessageSent, ReactionChanged
from bot.joining import absorb
from bot.model import PlaceId
from bot.recorder import Recorder
from db.connection import Connection
from db.directory import add_place
from db.keys import PassingKey
from db.places import leave_behind
from db.suppression import Suppression
from tests.happenings import START
from tests.stores import dump, in_store, record_more, recorded

CHAT, LATER = "-77", "-100900"
LAW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FOREIGN = -1_000_000_000


def said(
    number: int, second: int, author: int = 1, channel: str = CHAT, **more: Any
) -> MessageSent:
    return MessageSent(
        platform="telegram", channel=channel, id=str(number), author=f"user{author}",
        at=START + second * 1000, length=5, has_question=False, **more,
    )  # fmt: skip


def pictured(number: int, second: int) -> AlbumItemSent:
    return AlbumItemSent(
        platform="telegram", channel=CHAT, id=str(number), author="user1", album="a",
        at=START + second * 1000,
    )  # fmt: skip


def reacted(number: int, second: int, user: int = 2, channel: str = CHAT) -> ReactionChanged:
    return ReactionChanged(
        platform="telegram", channel=channel, message=str(number), user=f"user{user}", emoji="👍",
        at=START + second * 1000, message_author="user1",
    )  # fmt: skip


class Moment(NamedTuple):
    """A message of some author, and who knows of it."""

    second: int
    author: int
    is_heard: bool
    is_exported: bool
    reacted: int | None


moments = st.lists(
    st.builds(
        Moment,
        st.sampled_from([0, 1, 2, 90_000]),
        st.integers(1, 3),
        st.booleans(),
        st.booleans(),
        st.none() | st.integers(1, 3),
    ),
    max_size=12,
)


def both_tell(history: Sequence[Moment], channel: str = CHAT) -> tuple[list[Event], list[Event]]:
    """What the bot heard, and what an export tells; the two number the messages otherwise."""
    heard: list[Event] = []
    exported: list[Event] = []
    for position, one in enumerate(history):
        for is_known, told, number, where in (
            (one.is_heard, heard, 5 + position, CHAT),
            (one.is_exported, exported, FOREIGN + 5 + 3 * position, channel),
        ):
            if is_known:
                told.append(said(number, one.second, one.author, where))
                if one.reacted is not None:
                    told.append(reacted(number, one.second + 1 + position, one.reacted, where))
    return heard, exported


def kept(heard: Sequence[Event], exported: Sequence[Event]) -> list[Event]:
    """What the bot heard, and of the export what it did not."""
    known = set(map(deed, heard))
    return [*heard, *(event for event in exported if deed(event) not in known)]


def deed(event: Event) -> tuple[object, ...]:
    match event:
        case MessageSent():
            return event.author, event.at
        case ReactionChanged():
            return event.user, event.emoji, event.at
    raise AssertionError(event)


def told(content: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: content[name] for name in ("message", "reaction", "activity_day", "contact_day")}


@LAW
@given(history=moments, data=st.data())
def test_whatever_the_order_what_the_bot_heard_counts_once(
    store_url: str, history: list[Moment], data: st.DataObject
) -> None:
    heard, exported = both_tell(history)
    events = data.draw(st.permutations([*heard, *exported]))
    cut = data.draw(st.integers(0, len(events)))

    async def each(connection: Connection) -> tuple[Any, Any, Any]:
        mixed = await recorded(connection, [events[:cut], events[cut:]])
        first = told(await dump(connection, mixed.id))
        await record_more(connection, mixed, [exported])
        again = told(await dump(connection, mixed.id))
        native = await recorded(connection, [kept(heard, exported)])
        return first, again, told(await dump(connection, native.id))

    first, again, native = in_store(store_url, each)
    assert first == native
    assert again == native


@LAW
@given(history=moments, is_keeper=st.booleans())
def test_joining_an_imported_with_a_live_community_doubles_nothing(
    store_url: str, history: list[Moment], is_keeper: bool
) -> None:
    heard, exported = both_tell(history)

    async def each(connection: Connection) -> tuple[Any, Any]:
        past = await recorded(connection, [exported])
        live = await recorded(connection, [heard])
        keeper, absorbed = (past, live) if is_keeper else (live, past)
        await absorb(connection, keeper, absorbed, Suppression(PassingKey()), START)
        native = await recorded(connection, [kept(heard, exported)])
        return told(await dump(connection, keeper.id)), told(await dump(connection, native.id))

    joined, native = in_store(store_url, each)
    assert joined == native


async def moved(connection: Connection, batches: Sequence[Sequence[Event]]) -> dict[str, Any]:
    """What is kept where the group became a supergroup, whose export tells of the days before."""
    group = await recorded(connection, [])
    old, new = PlaceId("telegram", CHAT), PlaceId("telegram", LATER)
    for place in (old, new):
        await add_place(connection, group.id, place, "group", None)
    await leave_behind(connection, old, new, START)
    await record_more(connection, group, batches)
    return await dump(connection, group.id)


@pytest.mark.parametrize("order", [1, -1])
def test_a_group_that_moved_meanwhile_is_still_the_same(store_url: str, order: int) -> None:
    history = [Moment(second, 1, second < 3, second > 1, None) for second in range(6)]
    batches = both_tell(history, LATER)[::order]

    async def each(connection: Connection) -> tuple[Any, Any]:
        stranger = await recorded(connection, batches)
        return await dump(connection, stranger.id), await moved(connection, batches)

    stranger, group = in_store(store_url, each)
    assert [len(content["message"]) for content in (stranger, group)] == [7, 6]
    days = sorted((row[1], row[3]) for row in group["activity_day"])
    assert days == [(f"telegram:{LATER}", 3), (f"telegram:{CHAT}", 3)]


@pytest.mark.parametrize("order", [1, -1])
def test_reactions_count_once_there_as_well(store_url: str, order: int) -> None:
    batches = [[reacted(FOREIGN, 9, channel=LATER)], [reacted(4, 9)]][::order]
    group = in_store(store_url, lambda connection: moved(connection, batches))
    assert [row[1] for row in group["reaction"]] == [4]
    assert [(row[1], row[6]) for row in group["contact_day"]] == [(f"telegram:{CHAT}", 1)]


@pytest.mark.parametrize("is_told_as_items", [True, False])
@pytest.mark.parametrize("is_heard_first", [True, False])
def test_the_pictures_of_a_heard_album_do_not_come_back_one_by_one(
    store_url: str, is_heard_first: bool, is_told_as_items: bool
) -> None:
    seconds = [0, 0, 1, 2]
    heard: list[Event] = [
        pictured(n, second) if is_told_as_items and n else said(n, second, album="a")
        for n, second in enumerate(seconds)
    ]
    exported: list[Event] = [said(FOREIGN + n, second) for n, second in enumerate(seconds)]
    batches = [heard, exported] if is_heard_first else [exported, heard]

    async def each(connection: Connection) -> dict[str, list[Any]]:
        return await dump(connection, (await recorded(connection, batches)).id)

    content = in_store(store_url, each)
    assert [(row[2], row[3]) for row in content["message"]] == [(0, "telegram:user1")]
    assert len(content["album_item"]) == 4
    assert [row[3] for row in content["activity_day"]] == [1]


@pytest.mark.parametrize("order", [1, -1])
def test_whoever_is_mentioned_by_a_double_is_mentioned_once(store_url: str, order: int) -> None:
    exported, heard = said(FOREIGN, 0, mentions=("user2",)), said(4, 0, mentions=("user2",))

    async def each(connection: Connection) -> list[Any]:
        community = await recorded(connection, [[exported], [heard]][::order])
        return (await dump(connection, community.id))["mention"]

    assert [row[2] for row in in_store(store_url, each)] == [4]


def test_what_counts_once_is_new_once_and_heard_of_by_nobody_else(store_url: str) -> None:
    both = [said(4, 0), reacted(4, 9)]
    foreign = [said(FOREIGN, 0), reacted(FOREIGN, 9)]

    async def each(connection: Connection) -> list[Any]:
        nobody = Suppression(PassingKey())
        first = Recorder(connection, await recorded(connection, []), nobody)
        told = [await first.record(foreign), await first.record_new(both)]
        other = Recorder(connection, await recorded(connection, []), nobody)
        return [*told, await other.record_new(both), await other.record(foreign)]

    new, heard, live, known = in_store(store_url, each)
    assert new == [True, True]
    assert heard == []
    assert live == both
    assert known == [False, False]


def test_a_recorder_made_later_knows_of_foreign_numbers(store_url: str) -> None:
    """Only reactions are left of them where the bot heard every message."""

    async def each(connection: Connection) -> dict[str, list[Any]]:
        community = await recorded(connection, [[said(4, 0)], [said(FOREIGN, 0)]])
        await record_more(connection, community, [[reacted(FOREIGN, 9)]])
        await record_more(connection, community, [[reacted(4, 9)]])
        return await dump(connection, community.id)

    content = in_store(store_url, each)
    assert [row[1] for row in content["reaction"]] == [4]
    assert [row[2] for row in content["message"]] == [4]


@pytest.mark.parametrize(
    "other",
    [
        said(4, 1),
        said(4, 0, author=2),
        said(4, 0, channel="-78"),
        said(FOREIGN + 1, 0),
    ],
    ids=["another second", "another author", "another chat", "the export's own"],
)
def test_other_messages_are_left_alone(store_url: str, other: MessageSent) -> None:
    async def each(connection: Connection) -> int:
        community = await recorded(connection, [[said(FOREIGN, 0)], [other]])
        return len((await dump(connection, community.id))["message"])

    assert in_store(store_url, each) == 2


def test_numbers_below_zero_mean_nothing_elsewhere(store_url: str) -> None:
    events = [
        msgspec.structs.replace(one, platform="discord", channel="9")
        for one in (said(-4, 0), said(4, 0))
    ]

    async def each(connection: Connection) -> int:
        community = await recorded(connection, [events])
        return len((await dump(connection, community.id))["message"])

    assert in_store(store_url, each) == 2


def test_nothing_is_asked_for_where_no_number_is_foreign(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    rows = Connection.rows

    async def noting(self: Connection, query: str, **parameters: Any) -> Any:
        asked.append(query)
        return await rows(self, query, **parameters)

    async def each(connection: Connection) -> None:
        monkeypatch.setattr(Connection, "rows", noting)
        await recorded(connection, [[said(4, 0), reacted(4, 9)]], settled=False)

    in_store(store_url, each)
    assert "foreign_channels" in asked
    assert "kin" not in asked
