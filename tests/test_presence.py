"""Where the bot is, until when it was listening, and how far its history is known by that."""

from datetime import date

from bot.clock import DAY_MS, date_of
from bot.events import MessageSent
from bot.gather import gather
from bot.model import Community, PlaceId
from db.connection import Connection
from db.directory import add_place, create_community
from db.presence import arrive, depart, presence_span, see
from db.reading import Reader
from tests.stores import PARIS, fetch, in_store, recorded
from tests.test_reading import DAYS, FIRST

GUILD, GROUP = PlaceId("discord", "1"), PlaceId("telegram", "-100")
START = DAYS.start(FIRST)


async def settled_in(connection: Connection, *places: PlaceId) -> Community:
    community = await create_community(connection, "club", PARIS, "en")
    for place in places:
        await add_place(connection, community.id, place, "group", None)
    return community


def test_the_bot_is_new_in_a_place_once_and_again_after_it_left(store_url: str) -> None:
    async def met(connection: Connection) -> list[bool]:
        first = await arrive(connection, GUILD, 10), await arrive(connection, GUILD, 20)
        await depart(connection, GUILD, 30)
        return [*first, await arrive(connection, GUILD, 40), await arrive(connection, GROUP, 50)]

    assert in_store(store_url, met) == [True, False, True, True]


def test_a_place_is_seen_with_its_platform_and_never_back_in_time(store_url: str) -> None:
    async def seen(connection: Connection) -> list[tuple[object, ...]]:
        for place in (GUILD, GROUP, PlaceId("discord", "2")):
            await arrive(connection, place, 10)
        await depart(connection, PlaceId("discord", "2"), 15)
        await see(connection, "discord", 100)
        await see(connection, "discord", 90)
        rows = await fetch(
            connection, "SELECT platform, external_id, seen_at FROM presence ORDER BY 1, 2"
        )
        return [tuple(row) for row in rows]

    assert in_store(store_url, seen) == [
        ("discord", "1", 100),
        ("discord", "2", 10),
        ("telegram", "-100", 10),
    ]


def test_a_community_was_listened_to_in_any_of_its_places(store_url: str) -> None:
    async def spans(connection: Connection) -> list[tuple[int, int] | None]:
        both = await settled_in(connection, GUILD, GROUP)
        other = await settled_in(connection, PlaceId("discord", "7"))
        await arrive(connection, GROUP, 10)
        await arrive(connection, GUILD, 50)
        await see(connection, "discord", 70)
        await depart(connection, GUILD, 80)
        return [await presence_span(connection, both.id), await presence_span(connection, other.id)]

    assert in_store(store_url, spans) == [(10, 70), None]


def test_history_is_known_up_to_the_last_moment_of_listening(store_url: str) -> None:
    said = MessageSent(at=START + 1, platform="discord", channel="1", id="9", author="1")

    async def known(connection: Connection) -> list[tuple[date, date] | None]:
        community = await recorded(connection, [[said]])
        await add_place(connection, community.id, GUILD, "guild", None)
        reader = Reader(connection)

        async def days() -> tuple[date, date] | None:
            return (await gather(reader, community, date_of(FIRST))).known

        found = [await days()]
        await arrive(connection, GUILD, START + 2 * DAY_MS)
        await see(connection, "discord", START + 5 * DAY_MS)
        found.append(await days())
        assert await reader.event_span(community.id) == (START + 1, START + 1)
        return found

    assert in_store(store_url, known) == [
        (date_of(FIRST), date_of(FIRST)),
        (date_of(FIRST), date_of(FIRST + 5)),
    ]


def test_a_community_where_nothing_happened_is_known_since_the_bot_came(store_url: str) -> None:
    async def known(connection: Connection) -> list[tuple[int, int] | None]:
        community = await settled_in(connection, GUILD)
        reader = Reader(connection)
        before = await reader.known_span(community.id)
        await arrive(connection, GUILD, START)
        await see(connection, "discord", START + DAY_MS)
        return [before, await reader.known_span(community.id)]

    assert in_store(store_url, known) == [None, (START, START + DAY_MS)]
