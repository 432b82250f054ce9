from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import date_of
from bot.events import Event, MessageSent
from bot.gather import gather
from bot.stats import document
from db.connection import Connection
from db.links import link, unlink
from db.reading import Reader
from tests.happenings import START, streams
from tests.stores import in_store, recorded
from tests.test_reading import FIRST

UNTIL: date = date_of(FIRST + 9)


async def metrics(connection: Connection, community: Any) -> Any:
    told = document(await gather(Reader(connection), community, UNTIL))
    return told["metrics"]


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=streams, pair=st.tuples(st.integers(1, 4), st.integers(1, 4)))
def test_link_then_unlink_restores_every_figure(
    store_url: str, events: list[Event], pair: tuple[int, int]
) -> None:
    async def figures(connection: Connection) -> tuple[Any, Any]:
        community = await recorded(connection, [events])
        before = await metrics(connection, community)
        await link(connection, community.id, *pair, START)
        await unlink(connection, community.id, pair[1])
        return before, await metrics(connection, community)

    before, after = in_store(store_url, figures)
    assert after == before


def test_linked_accounts_are_one_person_in_the_figures(store_url: str) -> None:
    told = [
        MessageSent(platform="discord", channel="c1", id=id, author=author, at=START)
        for id, author in [("1", "ana"), ("2", "ana too"), ("3", "bob")]
    ]

    async def heads(connection: Connection) -> list[tuple[int, int]]:
        community = await recorded(connection, [told])
        apart = await metrics(connection, community)
        await link(connection, community.id, 1, 2, START)
        together = await metrics(connection, community)
        return [(found["headcount"]["value"], found["mau"]["value"]) for found in (apart, together)]

    assert in_store(store_url, heads) == [(3, 3), (2, 2)]
