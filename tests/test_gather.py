"""How far back the facts of a community are fetched, and how far its history reaches."""

from datetime import date

import pytest

from bot.clock import date_of
from bot.events import Event, MemberJoined, MessageSent
from bot.gather import gather
from db.connection import Connection
from db.reading import Reader
from tests.builders import World, active, share
from tests.stores import in_store, recorded
from tests.test_reading import DAYS, FIRST

DAY_MS = 86_400_000


def test_the_history_is_known_from_its_first_to_its_last_local_day() -> None:
    world = World("Pacific/Auckland")
    world.joins("ana", "02-10 00:10")
    world.says("ana", "02-20 12:00", id="1")
    world.reacts("bob", "02-21 12:00", "1", until="03-05 00:10")
    assert world.statistics().known == (date(2025, 2, 10), date(2025, 3, 5))
    assert World().statistics().known is None


def test_the_store_knows_the_same_days(store_url: str) -> None:
    at = DAYS.start(FIRST) + 1
    events: list[Event] = [
        MemberJoined(at=at, platform="discord", user="1"),
        MessageSent(at=at + 3 * DAY_MS, platform="discord", channel="1", id="9", author="1"),
    ]

    async def known(connection: Connection) -> tuple[date, date] | None:
        community = await recorded(connection, [events])
        return (await gather(Reader(connection), community, date_of(FIRST))).known

    assert in_store(store_url, known) == (date_of(FIRST), date_of(FIRST + 3))


def test_whether_joins_are_told_is_seen_in_the_history_up_to_the_window() -> None:
    world = active("03-01")
    world.joins("ana", "03-03 10:00")
    assert not world.statistics().tells_joins
    assert world.statistics("2025-03-03").tells_joins


@pytest.mark.parametrize("days", [28, 91, 200])
def test_the_window_before_is_seen_whole(days: int) -> None:
    world = World()
    start = world.at("2025-03-03 12:00") - 2 * days * DAY_MS
    for week in (0, 1):
        world.says("kept", start + (7 * week + days % 7) * DAY_MS)
    world.says("kept", "03-01 12:00")
    world.says("somebody", start - DAY_MS)
    assert share(world.figures(days=days)["core_kept"]) == (1, 1)


@pytest.mark.parametrize("days", [28, 63, 70, 200])
def test_the_oldest_conversation_is_told_from_what_goes_on_from_before(days: int) -> None:
    world = World()
    first_day = world.at("2025-03-03 00:00") - (days + 1) * DAY_MS
    before = world.says("ana", first_day - 600_000)
    world.says("bob", first_day + 600_000, re=before, ask=True)
    assert world.figures(days=days)["answer_rate_24h"].n == 0
    world.says("cyd", first_day + 600_000, ask=True)
    assert world.figures(days=days)["answer_rate_24h"].n == 1


def test_the_oldest_cohort_and_the_oldest_presence_are_seen_in_a_short_window() -> None:
    world = active("2024-12-02")
    world.joins("bob", "2024-12-02 10:00")
    world.votes.append((world.at("2024-12-30 10:00"), "bob"))
    figures = world.figures(days=1)
    assert figures["reachable"].value == 2
    assert share(figures["retention_w4"]) == (1, 1)
