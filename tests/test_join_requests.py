"""Asking to be let in is recorded like coming in, and goes with its time."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from bot.clock import DAY_MS, LocalDays, date_of
from bot.cog import Cog
from bot.context import Context
from bot.events import Event, JoinRequested, MemberJoined
from bot.exporter import event_lines
from bot.gather import gather
from bot.importers import examine
from bot.model import AccountId
from bot.privacy.forgetting import forget, opt_out
from bot.privacy.mydata import own_data
from bot.source_tally import SourceTally, count_sources
from db.connection import Connection
from db.keys import PassingKey
from db.reading import Reader
from db.retention import prune
from db.suppression import Suppression
from db.tables import RAW_DAYS
from db.telling import Teller
from tests.bot import Bot
from tests.exports import happened, lines
from tests.happenings import START
from tests.stages import in_club
from tests.stores import PARIS, dump, in_store, record_more, recorded

DAYS = LocalDays(PARIS)
ANA = AccountId("telegram", "user1")


def asked(user: str = "user1", at: int = START, source: str | None = "poster") -> JoinRequested:
    return JoinRequested(platform="telegram", user=user, at=at, source=source)


def came(user: str = "user1", at: int = START, source: str | None = "poster") -> MemberJoined:
    return MemberJoined(
        platform="telegram", user=user, at=at, source=source, certainty="exact" if source else None
    )


async def requests(connection: Connection, community: int) -> list[Any]:
    return (await dump(connection, community))["join_request"]


async def tallies(connection: Connection, community: int) -> dict[str, SourceTally]:
    tally = await count_sources(connection, community, START + DAY_MS)
    return {one.name: one for one in tally.sources}


def test_a_request_is_stored_once_with_its_source(store_url: str) -> None:
    async def kept(connection: Connection) -> tuple[list[list[bool]], list[Any]]:
        community = await recorded(connection, [])
        told = [[asked(), asked()], [asked(), asked("user2", source=None)]]
        fresh = await record_more(connection, community, told)
        return fresh, await requests(connection, community.id)

    assert in_store(store_url, kept) == (
        [[True, False], [False, True]],
        [(START, "telegram:user1", "poster"), (START, "telegram:user2", 0)],
    )


def test_whoever_asked_and_did_not_come_counts_nowhere(store_url: str) -> None:
    others = [came("user2"), came("user3")]

    async def both(connection: Connection) -> list[Any]:
        found = []
        for events in (others, [*others, asked(), asked("user2")]):
            community = await recorded(connection, [events])
            counts = await gather(Reader(connection), community, date_of(DAYS.day(START) + 1))
            found.append((counts.figures, counts.head_count))
        return found

    without, together = in_store(store_url, both)
    assert together == without


def test_what_came_of_requests_is_told_whatever_the_order(store_url: str) -> None:
    told: list[Event] = [asked(), came(at=START + 1), asked("user2"), came("user3")]

    async def kept(connection: Connection) -> set[str]:
        return {
            repr(await tallies(connection, (await recorded(connection, [order])).id))
            for order in map(list, permutations(told))
        }

    assert in_store(store_url, kept) == {
        repr({"poster": SourceTally("poster", joins=2, exact=2, recent=2, asked=2, waiting=1)})
    }


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        ([asked(), came()], (1, 0)),  # in the same second
        ([came(at=START - 1), asked()], (1, 1)),  # came before, and left again
        ([asked(), asked(at=START + 5), came(at=START + 3)], (1, 1)),
        ([asked(), came(source=None, at=START + 3)], (1, 0)),  # let in by another way
        ([asked(source=None)], None),
    ],
)
def test_who_waits_asked_and_has_not_come_since(
    store_url: str, told: list[Event], counts: tuple[int, int] | None
) -> None:
    async def kept(connection: Connection) -> Any:
        community = await recorded(connection, [told])
        one = (await tallies(connection, community.id)).get("poster")
        return one and (one.asked, one.waiting)

    assert in_store(store_url, kept) == counts


def test_requests_are_told_and_read_again(store_url: str, tmp_path: Path) -> None:
    async def both(connection: Connection) -> tuple[bytes, Any, Any]:
        community = await recorded(connection, [[asked(), asked("user2", source=None)]])
        teller = Teller(connection, community.id, "telegram")
        told = event_lines([one async for lot in teller.tell() for one in lot], "telegram")
        path = lines(tmp_path / "e.jsonl", *told.splitlines(), platform="telegram")
        again = await recorded(connection, [happened(examine([path]))])
        first, second = [await requests(connection, one.id) for one in (community, again)]
        return told, first, second

    told, first, second = in_store(store_url, both)
    assert b'{"kind":"join_request","user":"user2","at":"2025-03-25T00:00:00Z"}' in told
    assert second == first


def test_a_request_goes_with_its_time(store_url: str) -> None:
    async def left(connection: Connection) -> list[int]:
        community = await recorded(connection, [[asked(), asked(at=START + DAY_MS)]])
        await prune(connection, community.id, DAYS, DAYS.day(START) + 1 + RAW_DAYS)
        return [row[0] for row in await requests(connection, community.id)]

    assert in_store(store_url, left) == [START + DAY_MS]


@pytest.mark.parametrize("everywhere", [True, False])
def test_whoever_is_not_recorded_leaves_no_request(store_url: str, everywhere: bool) -> None:
    async def left(connection: Connection) -> list[Any]:
        community = await recorded(connection, [[asked(), asked("user2")]])
        suppression = Suppression(PassingKey())
        if everywhere:
            await forget(connection, suppression, ANA, START)
        else:
            await opt_out(connection, suppression, community.id, ANA, START)
        await record_more(
            connection, community, [[asked(), asked(at=START + 9)]], suppression=suppression
        )
        return [row[1] for row in await requests(connection, community.id)]

    assert in_store(store_url, left) == ["telegram:user2"]


def test_a_persons_own_data_holds_their_requests(store_url: str) -> None:
    async def own(connection: Connection) -> bytes:
        await recorded(connection, [[asked(), asked("user2")]])
        [data] = await own_data(connection, ANA)
        return data.events

    told = in_store(store_url, own)
    assert told.count(b"join_request") == 1
    assert b"user2" not in told


def test_features_hear_of_it_once() -> None:
    cog, heard = Cog("listener"), list[str]()

    @cog.on(JoinRequested)
    async def hear(ctx: Context, event: JoinRequested) -> None:
        heard.append(f"{event.user} by {event.source}")

    async def scene(bot: Bot) -> None:
        for _ in range(2):
            await bot.hears(asked())

    in_club(cog, scene)
    assert heard == ["user1 by poster"]
