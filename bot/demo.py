"""Plays a simulated community into a store of its own, through the same recorder as real life."""

from pathlib import Path

from bot.app import reading, recorder_for, writing
from bot.clock import LocalDays, date_of
from bot.errors import ContentError, FoyerError
from bot.gather import gather
from bot.model import Community
from bot.simulate import Simulation, simulate
from bot.simulate.simulation import instant
from bot.stats import Statistics
from db.connection import Connection
from db.directory import add_place, create_community, list_communities, list_places

BATCH = 1_000


async def play(store: Path, seed: int, language: str) -> Statistics:
    """A fresh store with the community of a seed, and the statistics of its last week.

    Raises:
        ContentError: there is already a store that is not the demo's.
    """
    simulation = simulate(seed)
    await _make_room(store, simulation)
    url = f"sqlite:///{store}"
    async with writing(url) as open_store:
        community = await open_store.write(lambda c: _record(c, url, simulation, language))
    async with reading(url) as reader:
        last = LocalDays(community.timezone).day(max(map(instant, simulation.events)) - 1)
        return await gather(reader, community, date_of(last))


async def _record(
    connection: Connection, url: str, simulation: Simulation, language: str
) -> Community:
    community = await create_community(
        connection, simulation.community_name, simulation.timezone, language
    )
    for place in simulation.places:
        await add_place(connection, community.id, place.id, place.kind, place.name)
    recorder = recorder_for(connection, url, community)
    for start in range(0, len(simulation.events), BATCH):
        await recorder.record(simulation.events[start : start + BATCH])
    await recorder.settle()
    return community


async def _make_room(store: Path, simulation: Simulation) -> None:
    """Take an earlier demo away; anything else stays."""
    if not store.exists():  # noqa: ASYNC240  a glance at a local file
        return
    if not await _is_of_a_demo(store, simulation):
        raise ContentError(f"{store}: is no store of an earlier demo; choose another --out")
    for ending in ("", "-wal", "-shm", ".lock"):
        store.with_name(store.name + ending).unlink(missing_ok=True)


async def _is_of_a_demo(store: Path, simulation: Simulation) -> bool:
    """Whether a store holds the simulated community alone, or nothing: a demo cut short."""
    try:
        async with reading(f"sqlite:///{store}") as reader:
            known = await list_communities(reader.connection)
            places = [p for one in known for p in await list_places(reader.connection, one.id)]
    except FoyerError:
        return False
    return not known or (len(known) == 1 and places == [place.id for place in simulation.places])
