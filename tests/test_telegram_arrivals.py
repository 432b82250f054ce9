"""Wherever the bot is, comes or goes, Foyer knows; a group that moved is the one it was."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.adapters import Arrival
from bot.adapters.telegram.groups.arrivals import ABSENT_MS, MOST_ASKED, Arrivals
from bot.adapters.telegram.line.client import Client, connected
from bot.adapters.telegram.reading.told import Call, Told
from bot.adapters.telegram.reading.wire import Chat, User
from bot.clock import ManualClock
from bot.errors import StoreError
from bot.events import MemberDescribed, MessageSent
from bot.model import ChannelId, Place, PlaceId
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import page
from tests.telegram_bots import Listener, place, settings_for, standing

NOW = 1_714_564_800_000


@pytest.fixture(scope="module")
def serving() -> Iterator[FakeTelegram]:
    with serving_telegram(ManualClock(NOW)) as fake:
        yield fake


@pytest.fixture
def fake(serving: FakeTelegram) -> FakeTelegram:
    serving.calls.clear()
    serving.faults.clear()
    return serving


@pytest.fixture
async def client(fake: FakeTelegram) -> AsyncIterator[Client]:
    async with connected(settings_for(fake)) as opened:
        yield opened


class Door:
    """Arrivals at a host that remembers."""

    def __init__(self, client: Client) -> None:
        self.host = Listener(ManualClock(NOW))
        self.arrivals = Arrivals(self.host, client)

    @property
    def told(self) -> list[tuple[object, ...]]:
        return [
            (words[0], words[1].place.id) if isinstance(words[1], Arrival) else words
            for words in self.host.told
        ]

    @property
    def present(self) -> set[PlaceId]:
        return set(self.arrivals.present())


@pytest.fixture
def door(client: Client) -> Door:
    return Door(client)


def heard(chat: int, title: str = "Runners", kind: str = "supergroup", at: int = NOW) -> Told:
    """An ordinary message in a group."""
    message = MessageSent(platform="telegram", channel=str(chat), id="5", author="user7", at=at)
    described = MemberDescribed(platform="telegram", user="user7", is_bot=True)
    events = (described, message)
    return Told(place=place(chat), events=events, chat=Chat(chat, kind, title))


def arrival(chat: int, title: str = "Runners", kind: str = "supergroup") -> Told:
    here = Place(place(chat), title, kind)
    return Told(place=here.id, chat=Chat(chat, kind, title), arrival=Arrival(here, NOW))


async def test_it_begins_with_what_the_store_knows(door: Door) -> None:
    door.host.standings = [standing(-1, "Runners"), standing(-2, "Readers", is_in=False)]
    await door.arrivals.load()
    assert door.present == {place(-1)}
    await door.arrivals.heed(heard(-1))
    assert door.told == []


async def test_coming_and_going_are_told(door: Door) -> None:
    await door.arrivals.heed(arrival(-1))
    assert door.present == {place(-1)}
    await door.arrivals.heed(Told(place=place(-1), departure=place(-1)))
    assert door.present == set()
    await door.arrivals.heed(arrival(-1))
    assert [words[0] for words in door.told] == ["arrive", "depart", "arrive"]
    assert door.present == {place(-1)}


async def test_a_group_that_nobody_announced_is_met_with_what_is_known_of_it(door: Door) -> None:
    user = User(7, False, "Ana", language_code="fr-CA")
    call = Call(kind="command", chat=Chat(-5, "group", "Les coureurs"), user=user)
    told = heard(-5, "Les coureurs", "group", NOW - 90_000)
    named = Told(place=told.place, events=told.events, chat=told.chat, call=call)
    await door.arrivals.heed(named)
    [(_, met)] = door.host.told
    assert met == Arrival(
        Place(place(-5), "Les coureurs", "group"),
        NOW - 90_000,
        main=ChannelId("telegram", "-5"),
        language="fr",
    )


async def test_a_group_is_met_once_however_much_is_heard_at_a_time(door: Door) -> None:
    await asyncio.gather(*[door.arrivals.heed(heard(-1)) for _ in range(20)])
    assert door.told == [("arrive", place(-1))]


async def test_what_is_in_no_group_is_no_meeting(door: Door) -> None:
    for told in (
        Told(),
        Told(vote_in="poll"),
        Told(call=Call(kind="words", chat=Chat(7, "private"))),
    ):
        await door.arrivals.heed(told)
    assert door.told == []


async def test_what_could_not_be_noted_is_noted_next_time(door: Door) -> None:
    for told in (arrival(-1), heard(-2)):
        door.host.failures = 1
        with pytest.raises(StoreError):
            await door.arrivals.heed(told)
        await door.arrivals.heed(told)
    assert [words[0] for words in door.told] == ["arrive", "arrive"]


async def test_news_from_before_a_departure_bring_nobody_back(
    fake: FakeTelegram, door: Door
) -> None:
    mona = fake.person("Mona")
    chat = fake.group(owner=mona)
    door.host.standings = [standing(chat, "Runners", is_in=False)]
    await door.arrivals.load()
    fake.removes_bot(chat, mona)
    for _ in range(50):
        await door.arrivals.heed(heard(chat))
    assert door.told == []
    assert len(fake.called("getChatMember")) == 1


async def test_whose_return_was_lost_is_met_again(fake: FakeTelegram, door: Door) -> None:
    chat = fake.group()
    door.host.standings = [standing(chat, "Runners", is_in=False)]
    await door.arrivals.load()
    await door.arrivals.heed(heard(chat))
    assert door.told == [("arrive", place(chat))]
    assert door.present == {place(chat)}


async def test_absence_is_looked_at_again_after_a_while(fake: FakeTelegram, door: Door) -> None:
    mona = fake.person("Mona")
    chat = fake.group(owner=mona)
    fake.removes_bot(chat, mona)
    door.host.standings = [standing(chat, "Runners", is_in=False)]
    await door.arrivals.load()
    clock = door.host.clock
    assert isinstance(clock, ManualClock)
    await door.arrivals.heed(heard(chat))
    fake.adds_bot(chat, mona)
    clock.at += ABSENT_MS - 1
    await door.arrivals.heed(heard(chat))
    assert door.told == []
    clock.at += 1
    await door.arrivals.heed(heard(chat))
    assert door.told == [("arrive", place(chat))]


async def test_where_telegram_does_not_answer_nobody_is_brought_back(
    fake: FakeTelegram, door: Door
) -> None:
    chat = fake.group()
    door.host.standings = [standing(chat, "Runners", is_in=False)]
    await door.arrivals.load()
    fake.faults.add("getChatMember", page(502))
    await door.arrivals.heed(heard(chat))
    assert door.told == []
    await door.arrivals.heed(heard(chat))
    assert door.told == [("arrive", place(chat))]


# A group becomes a supergroup

MOVE = (place(-5), place(-1005))
OLD, NEW = MOVE


async def begun(door: Door) -> None:
    door.host.standings = [standing(-5, "Runners", "group")]
    await door.arrivals.load()


async def test_a_move_is_told_once_however_often_it_is_heard(door: Door) -> None:
    await begun(door)
    for _ in range(3):
        await door.arrivals.heed(Told(moves=(MOVE,)))
    assert door.told == [("move", *MOVE)]
    assert door.present == {NEW}
    await door.arrivals.heed(heard(-1005))
    await door.arrivals.heed(heard(-5, kind="group"))  # what was said before comes late
    assert len(door.told) == 1
    assert door.present == {NEW}


async def test_a_move_that_could_not_be_noted_is_noted_next_time(door: Door) -> None:
    await begun(door)
    door.host.failures = 1
    with pytest.raises(StoreError):
        await door.arrivals.heed(Told(moves=(MOVE,)))
    assert door.present == {OLD}
    await door.arrivals.heed(Told(moves=(MOVE,)))
    assert door.present == {NEW}


async def test_a_move_that_comes_after_news_of_the_new_group_still_joins_them(door: Door) -> None:
    await begun(door)
    await door.arrivals.heed(heard(-1005, "another title"))
    assert door.told == [("arrive", NEW)]
    await door.arrivals.heed(Told(moves=(MOVE,)))
    assert door.told[-1] == ("move", *MOVE)
    assert door.present == {NEW}


@pytest.mark.parametrize("is_announced", [False, True], ids=["heard of", "arrived"])
async def test_a_new_supergroup_is_asked_for_among_groups_that_may_have_moved(
    fake: FakeTelegram, door: Door, is_announced: bool
) -> None:
    old, others = fake.group("Runners", kind="group"), [fake.group(kind="group") for _ in range(3)]
    door.host.standings = [standing(old, "Runners", "group")]
    door.host.standings += [standing(other, "Readers", "group") for other in others]
    await door.arrivals.load()
    new = fake.migrate(old, tell_old=False, tell_new=False)
    await door.arrivals.heed(arrival(new) if is_announced else heard(new))
    assert door.told[0] == ("move", place(old), place(new))
    assert door.present == {place(new), *map(place, others)}
    assert len(fake.called("getChatMemberCount")) == 1  # the one of the same title, first


async def test_a_move_to_elsewhere_is_learned_on_the_way(fake: FakeTelegram, door: Door) -> None:
    old = fake.group("Readers", kind="group")
    elsewhere = fake.migrate(old, tell_old=False, tell_new=False)
    door.host.standings = [standing(old, "Readers", "group")]
    await door.arrivals.load()
    chat = fake.group("Runners")
    await door.arrivals.heed(heard(chat))
    assert door.told == [("move", place(old), place(elsewhere)), ("arrive", place(chat))]
    assert door.present == {place(elsewhere), place(chat)}


async def test_a_group_that_does_not_tell_is_no_former_self(fake: FakeTelegram, door: Door) -> None:
    old = fake.group("Runners", kind="group")
    door.host.standings = [standing(old, "Runners", "group")]
    await door.arrivals.load()
    fake.faults.add("getChatMemberCount", page(502))
    await door.arrivals.heed(heard(fake.group("Runners")))
    assert [words[0] for words in door.told] == ["arrive"]


async def test_basic_groups_and_known_ones_are_not_asked_about(
    fake: FakeTelegram, door: Door
) -> None:
    door.host.standings = [standing(fake.group(kind="group"), "Runners", "group")]
    await door.arrivals.load()
    await door.arrivals.heed(heard(fake.group(kind="group"), kind="group"))
    chat = fake.group()
    for _ in range(3):
        await door.arrivals.heed(arrival(chat))
    assert len(fake.called("getChatMemberCount")) == 2  # for the supergroup, the first time


async def test_so_many_groups_are_asked_and_no_more(fake: FakeTelegram, door: Door) -> None:
    many = [fake.group(kind="group") for _ in range(MOST_ASKED + 5)]
    door.host.standings = [standing(one, "Runners", "group") for one in many]
    await door.arrivals.load()
    await door.arrivals.heed(heard(fake.group()))
    assert len(fake.called("getChatMemberCount")) == MOST_ASKED
