"""The messages of an album are one post, however and however often they are told."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import DAY_MS, MINUTE_MS
from bot.events import AlbumItemSent, Event, MessageSent
from bot.exporter import event_lines
from bot.importers import examine
from bot.model import first_snowflake
from bot.recorder import Recorder
from db.connection import Connection
from db.keys import PassingKey
from db.suppression import Suppression
from tests.albums import item, pictures, posts, reacted, rebuilt, sent, told
from tests.exports import group, happened, said, saved
from tests.happenings import START
from tests.stores import dump, in_store, record_more, recorded

LAW = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# One post


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("lot", [1, 3, 10])
def test_ten_pictures_are_one_post_that_is_heard_of_once(
    store_url: str, order: int, lot: int
) -> None:
    events = pictures(5)[::order]
    lots = [events[start : start + lot] for start in range(0, 10, lot)]

    async def kept(connection: Connection) -> tuple[list[int], int, list[Any]]:
        community = await recorded(connection, [])
        recorder = Recorder(connection, community, Suppression(PassingKey()))
        heard = [event for lot in lots for event in await recorder.record_new(lot)]
        await recorder.settle()
        days = (await dump(connection, community.id))["activity_day"]
        return await posts(connection, community.id), len(heard), [row[3] for row in days]

    assert in_store(store_url, kept) == ([5], 1, [1])


def test_the_post_has_what_its_first_picture_has_and_names_whom_that_names(store_url: str) -> None:
    first = sent(3, album="a", length=9, has_question=True, mentions=("user2",), reply_to="1")
    other = sent(4, album="a", length=0, mentions=("user3",), reply_to="2")

    async def kept(connection: Connection) -> tuple[Any, ...]:
        community = await recorded(connection, [[other], [first]])
        content = await dump(connection, community.id)
        [row] = content["message"]
        return row[2], row[4], row[7], [row[-1] for row in content["mention"]]

    assert in_store(store_url, kept) == (3, 1, 9, ["telegram:user2"])


def test_albums_of_two_channels_have_nothing_to_do_with_each_other(store_url: str) -> None:
    elsewhere = MessageSent(
        platform="telegram", channel="-5", id="1", author="user1", at=START, album="a"
    )

    async def kept(connection: Connection) -> list[int]:
        community = await recorded(connection, [[*pictures(7), elsewhere]])
        return await posts(connection, community.id)

    assert in_store(store_url, kept) == [1, 7]


def test_albums_whose_ids_tell_the_time_are_one_post_too(store_url: str) -> None:
    ids = [first_snowflake(START + place) for place in range(6)]
    album = [
        MessageSent(platform="discord", channel="c", id=str(id), author="1", at=START, album="a")
        for id in ids
    ]

    async def kept(connection: Connection) -> tuple[list[int], list[Any]]:
        community = await recorded(connection, [[one] for one in album[::-1]])
        return await posts(connection, community.id), await told(connection, community.id)

    numbers, events = in_store(store_url, kept)
    assert numbers == ids[:1]
    assert [type(one) for one in events] == [MessageSent] + [AlbumItemSent] * 5
    assert [one.at - START for one in events] == list(range(6))


def test_a_recorder_that_was_lost_on_the_way_is_not_missed(store_url: str) -> None:
    """After a crash another one goes on where the store stands."""

    async def kept(connection: Connection) -> list[list[int]]:
        found = []
        for cut in range(11):
            community = await recorded(connection, [])
            for part in (pictures(5)[cut:], pictures(5)[:cut], pictures(5)):
                await record_more(connection, community, [part])
            found.append(await posts(connection, community.id))
        return found

    assert in_store(store_url, kept) == [[5]] * 11


# Whatever the order


@st.composite
def streams(draw: st.DrawFn) -> list[Event]:
    """Two albums and messages beside them; some are told as plain messages or as items, too."""
    events: list[Event] = []
    for number in range(1, 13):
        id = draw(st.sampled_from([str(number), f"m{number}"]))
        album = draw(st.sampled_from(["a", "a", "b", None]))
        author = draw(st.sampled_from(["user1", "user2"]))
        at = START + draw(st.integers(0, 2)) * DAY_MS
        answered = draw(st.sampled_from([None, "1", "5", "11", "m5", "m99"]))
        mentions = draw(st.sampled_from([(), ("user3",)]))
        plain = sent(id, author, at, reply_to=answered, mentions=mentions)
        ways = draw(st.sampled_from(["album", "album", "item", "item, plain", "album, plain"]))
        if album is None or "plain" in ways:
            events.append(plain)
        if album is not None and "album" in ways:
            events.append(sent(id, author, at, reply_to=answered, mentions=mentions, album=album))
        if album is not None and "item" in ways:
            events.append(item(id, album, author, at))
        if draw(st.booleans()):
            events.append(reacted(id, at=at + draw(st.sampled_from([MINUTE_MS, DAY_MS]))))
    return events


@LAW
@given(events=streams(), data=st.data())
def test_any_order_and_repetition_gives_the_same_store_and_export(
    store_url: str, events: list[Event], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(events), max_size=8))
    shuffled = data.draw(st.permutations(events + again))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    batches = [shuffled[a:b] for a, b in pairwise([0, *cuts, len(shuffled)])]

    async def both(connection: Connection) -> list[tuple[Any, list[bytes]]]:
        found = []
        for parts in ([events], batches):
            community = await recorded(connection, parts)
            lines = event_lines(await told(connection, community.id), "telegram")
            found.append((await dump(connection, community.id), sorted(lines.splitlines())))
        return found

    plain, mixed = in_store(store_url, both)
    assert mixed == plain


@LAW
@given(events=streams(), cut=st.integers(0, 30))
def test_rollups_kept_up_to_date_equal_rollups_built_anew(
    store_url: str, events: list[Event], cut: int
) -> None:
    async def both(connection: Connection) -> tuple[Any, Any]:
        community = await recorded(connection, [events[cut:], events[:cut]])
        return await dump(connection, community.id), await rebuilt(connection, community.id)

    kept, anew = in_store(store_url, both)
    assert anew == kept


@LAW
@given(events=streams())
def test_what_is_told_and_recorded_again_is_the_same_and_brings_nothing_back(
    store_url: str, events: list[Event]
) -> None:
    async def both(connection: Connection) -> tuple[Any, Any, list[list[bool]]]:
        community = await recorded(connection, [events])
        before = await told(connection, community.id)
        again = await recorded(connection, [before[::-1]])
        fresh = await record_more(connection, community, [before])
        assert await told(connection, community.id) == before
        contents = [await dump(connection, one.id) for one in (community, again)]
        for content in contents:
            del content["account"], content["channel"]
        return contents[0], contents[1], fresh

    first, second, fresh = in_store(store_url, both)
    assert second == first
    assert not any(fresh[0])


# What an export lists


def exported(tmp_path: Path) -> list[Event]:
    """Ten messages as Telegram Desktop writes an album, one before it and one after it."""
    messages = [said(number) for number in range(4, 16)]
    return happened(examine([saved(tmp_path / "result.json", group(*messages))]))


def test_an_export_that_lists_ten_messages_adds_none_to_a_live_album(
    store_url: str, tmp_path: Path
) -> None:
    listed = exported(tmp_path)
    at = next(event.at for event in listed if isinstance(event, MessageSent))
    live: list[Event] = [sent(5 + place, at=at, album="a", length=5) for place in range(10)]

    async def kept(connection: Connection) -> list[tuple[list[int], int]]:
        found = []
        for parts in ([listed, live], [live, listed]):
            community = await recorded(connection, [])
            fresh = await record_more(connection, community, parts)
            found.append((await posts(connection, community.id), sum(map(sum, fresh))))
        return found

    import_first, live_first = in_store(store_url, kept)
    assert import_first == ([4, 5, 15], 12)  # twelve messages were heard of before the album was
    assert live_first == ([4, 5, 15], 3)


def test_nothing_is_asked_for_messages_that_are_of_no_album(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    rows = Connection.rows

    async def noting(self: Connection, query: str, /, **parameters: Any) -> Any:
        asked.append(query)
        return await rows(self, query, **parameters)

    async def plain(connection: Connection) -> int:
        community = await recorded(connection, [])
        recorder = Recorder(connection, community, Suppression(PassingKey()))
        await recorder.record([sent(1), *pictures(5)])
        monkeypatch.setattr(Connection, "rows", noting)
        await recorder.record([sent(2), sent(4), sent(15), sent(16)])
        among = len(asked)
        await recorder.record([sent(9), sent(10)])
        return len(asked) - among

    assert in_store(store_url, plain) == 1
    assert asked == ["higher_items"]
