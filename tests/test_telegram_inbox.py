"""What is understood is taken in one piece, and what is not is put aside and stops nothing."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, cast

import pytest

from bot.adapters import Cursor
from bot.adapters.telegram.groups.arrivals import Arrivals
from bot.adapters.telegram.groups.staff import Staff
from bot.adapters.telegram.line.client import Client, connected
from bot.adapters.telegram.listening.calls import Calls
from bot.adapters.telegram.listening.inbox import POLLS_KNOWN, Inbox, Numbered
from bot.adapters.telegram.reading.told import Call
from bot.clock import ManualClock
from bot.delivery import AmbiguousError
from bot.errors import StoreError
from bot.events import MemberJoined, PollVoted
from bot.model import PlaceId
from tests import telegram_updates as raw
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.telegram_bots import Listener, place, settings_for, standing
from tests.test_logs import logged

OTHER = raw.chat(-1_000_000_000_078, title="Readers")
HERE, THERE = place(raw.CHAT), place(OTHER["id"])


class Administrators:
    """Knows who moderates; fails while `is_deaf`."""

    def __init__(self) -> None:
        self.members: Mapping[int, object] = {}
        self.is_deaf = False
        self.asked: list[int] = []
        self.forgotten: list[int] = []

    async def administrators(self, chat: int) -> Mapping[int, object]:
        self.asked.append(chat)
        if self.is_deaf:
            raise AmbiguousError("no answer")
        return self.members

    def forget(self, chat: int) -> None:
        self.forgotten.append(chat)


class Post:
    """An inbox, and everything that it hands on."""

    def __init__(self, client: Client, stream: str | None = "stream") -> None:
        clock = ManualClock(raw.NOW)
        self.host = Listener(clock)
        self.host.standings = [standing(raw.CHAT, "Les amis"), standing(OTHER["id"], "Readers")]
        self.staff = Administrators()
        self.calls: list[Call] = []
        self.looks: list[PlaceId] = []
        self.arrivals = Arrivals(self.host, client)
        self.inbox = Inbox(
            self.host,
            raw.ME,
            self.arrivals,
            cast("Staff", self.staff),
            Calls(clock, self._answer, self._answer),
            self.looks.append,
            stream,
        )

    async def _answer(self, call: Call) -> None:
        self.calls.append(call)

    async def take(self, *updates: dict[str, Any] | bytes) -> int:
        return await self.inbox.take(numbered(*updates))


def numbered(*updates: dict[str, Any] | bytes) -> list[Numbered]:
    told = [one if isinstance(one, bytes) else raw.raw(one) for one in updates]
    return list(enumerate(told, 100))


def said(id: int = 5, **more: Any) -> dict[str, Any]:
    return raw.update("message", raw.said("the heron told nobody", id, **more))


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeTelegram]:
    with serving_telegram() as serving:
        yield serving


@pytest.fixture
async def post(fake: FakeTelegram) -> AsyncIterator[Post]:
    async with connected(settings_for(fake)) as client:
        made = Post(client)
        await made.arrivals.load()
        yield made


async def test_updates_are_taken_in_one_piece_group_by_group_with_the_cursor(post: Post) -> None:
    assert await post.take(said(1), said(2, chat=OTHER), said(3)) == 3
    [(news, cursor, misfits)] = post.host.taken
    assert [one.place for one in news] == [HERE, THERE]
    assert post.host.messages == ["1", "3", "2"]
    assert (cursor, misfits) == (Cursor("stream", "103"), ())
    assert news[0].names == {"user1": "Ana Martin"}


async def test_updates_that_come_by_themselves_have_no_cursor(fake: FakeTelegram) -> None:
    async with connected(settings_for(fake)) as client:
        post = Post(client, None)
        await post.arrivals.load()
        await post.take(said(), b"{")
    [(_, cursor, misfits)] = post.host.taken
    assert cursor is None
    assert len(misfits) == 1


async def test_what_tells_nothing_moves_the_cursor_all_the_same(post: Post) -> None:
    await post.take(raw.update("edited_message", raw.said()), {"update_id": 7, "something": {}})
    assert [(news, cursor) for news, cursor, _ in post.host.taken] == [
        ((), Cursor("stream", "102"))
    ]


async def test_what_nobody_understands_is_put_aside_and_its_neighbours_live(post: Post) -> None:
    bad = said(2)
    bad["message"]["date"] = "the heron told nobody"
    assert await post.take(said(1), bad, b"\xff{", said(3)) == 2
    assert post.host.messages == ["1", "3"]
    [first, second] = post.host.misfits
    assert "date" in first.reason
    assert "heron" not in json.dumps([first, second])
    assert len(post.host.taken) == 1


async def test_a_mistake_of_ours_costs_one_update(post: Post) -> None:
    post.host.faults["user2"] = KeyError("what Ana said")
    with logged() as stream:
        taken = await post.take(said(1), said(2, from_=raw.BOB), said(3))
    assert taken == 2
    assert post.host.messages == ["1", "3"]
    [misfit] = post.host.misfits
    assert misfit.reason == "KeyError"
    assert post.host.cursors == {"stream": "103"}
    assert [cursor for _, cursor, _ in post.host.taken] == [None, None, Cursor("stream", "103")]
    assert "Ana" not in stream.getvalue()
    assert "heron" not in stream.getvalue()


async def test_where_nothing_can_be_taken_no_update_is_to_blame(post: Post) -> None:
    post.host.faults = {"user1": KeyError("ours"), "user2": KeyError("ours")}
    with logged(), pytest.raises(KeyError):
        await post.take(said(1), said(2, from_=raw.BOB), b"{")
    assert post.host.cursors == {}
    with logged(), pytest.raises(KeyError):
        await post.take(said(1))
    post.host.faults.clear()
    await post.take(said(1), said(2, from_=raw.BOB))
    assert post.host.messages == ["1", "2"]


async def test_a_store_that_fails_is_not_the_updates_fault(post: Post) -> None:
    post.host.failures = 1
    with pytest.raises(StoreError):
        await post.take(said(1), said(2))
    assert post.host.taken == []
    await post.take(said(1), said(2))
    assert post.host.messages == ["1", "2"]
    assert post.host.misfits == []


async def test_calls_are_handed_over_only_once_all_is_on_the_disk(post: Post) -> None:
    call = raw.update("message", raw.command("/help", date=raw.NOON))
    post.host.failures = 1
    with pytest.raises(StoreError):
        await post.take(call)
    await beats()
    assert post.calls == []
    await post.take(call)
    await beats()
    assert [one.command for one in post.calls] == ["help"]
    assert len(post.host.messages) == 1


async def beats() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_change_of_rights_makes_stale_what_is_known_of_moderators(post: Post) -> None:
    promoted = raw.changed(raw.member("member"), raw.member("administrator"), by=raw.ANA)
    await post.take(raw.update("chat_member", promoted))
    assert post.staff.forgotten == [raw.CHAT]
    assert post.looks == [HERE]


async def test_an_arrival_is_noted_first_and_looked_at_then(post: Post) -> None:
    me = raw.robot(raw.ME.id)
    came = raw.changed(raw.member("left", me), raw.member("member", me), by=raw.ANA)
    new = raw.chat(-1_000_000_000_099, title="Cooks")
    await post.take(raw.update("my_chat_member", {**came, "chat": new}), said(chat=new))
    assert [words[0] for words in post.host.told] == ["arrive"]
    assert post.looks == [place(new["id"])]
    went = raw.changed(raw.member("member", me), raw.member("left", me), by=raw.ANA)
    await post.take(raw.update("my_chat_member", {**went, "chat": new}))
    assert [words[0] for words in post.host.told] == ["arrive", "depart"]


async def test_a_first_sight_is_an_arrival_before_anything_is_taken(post: Post) -> None:
    new = raw.chat(-1_000_000_000_098, title="Cooks")
    post.host.failures = 1
    with pytest.raises(StoreError):
        await post.take(said(chat=new))
    assert post.host.told == []
    await post.take(said(chat=new))
    assert [words[0] for words in post.host.told] == ["arrive"]


# Joins that only service messages tell of

JOINED = raw.update("message", raw.message(8, new_chat_members=[raw.BOB]))


def joins(post: Post) -> int:
    events = [event for news, *_ in post.host.taken for one in news for event in one.events]
    return sum(isinstance(event, MemberJoined) for event in events)


async def test_an_administrator_does_not_believe_service_messages(post: Post) -> None:
    post.staff.members = {raw.ME.id: object()}
    await post.take(JOINED)
    assert joins(post) == 0
    assert post.staff.asked == [raw.CHAT]


@pytest.mark.parametrize("is_deaf", [False, True])
async def test_whoever_hears_of_joins_in_no_other_way_believes_them(
    post: Post, is_deaf: bool
) -> None:
    post.staff.is_deaf = is_deaf
    await post.take(JOINED)
    assert joins(post) == 1


async def test_nobody_is_asked_who_moderates_for_ordinary_messages(post: Post) -> None:
    await post.take(*[said(number) for number in range(1, 20)])
    assert post.staff.asked == []


# Votes

OPENED = raw.update("message", raw.message(9, poll=raw.POLL))
VOTED = raw.update("poll_answer", raw.voted(1))


def votes(post: Post) -> list[PlaceId]:
    taken = [one for news, *_ in post.host.taken for one in news]
    return [one.place for one in taken for event in one.events if isinstance(event, PollVoted)]


async def test_a_vote_belongs_where_its_poll_is(post: Post) -> None:
    await post.take(OPENED, VOTED)
    await post.take(VOTED)
    assert votes(post) == [HERE, HERE]
    assert post.host.taken[0][0][0].polls == ["5300"]
    assert post.host.told == []


async def test_where_a_poll_is_the_store_is_asked_once(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def place_of_poll(_: str, poll: str) -> PlaceId | None:
        asked.append(poll)
        return THERE if poll == "5300" else None

    monkeypatch.setattr(post.host, "place_of_poll", place_of_poll)
    unknown = raw.update("poll_answer", raw.voted(1, poll_id="77"))
    for _ in range(3):
        await post.take(VOTED, unknown)
    assert votes(post) == [THERE] * 3
    assert asked == ["5300", "77"]


async def test_it_remembers_a_bounded_number_of_polls(post: Post) -> None:
    for number in range(0, POLLS_KNOWN + 200, 100):
        polls = [
            raw.update("poll_answer", raw.voted(1, poll_id=str(number + i))) for i in range(100)
        ]
        await post.take(*polls)
    assert len(post.inbox._poll_places) <= POLLS_KNOWN
