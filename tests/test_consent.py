import asyncio
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import beside, suppression_of, writing
from bot.clock import DAY_MS, MINUTE_MS
from bot.events import Event
from bot.model import AccountId
from bot.privacy.consent import Consent
from bot.recorder import Recorder
from bot.recorder.consent import without
from db.connection import Connection
from db.keys import PassingKey
from db.suppression import Suppression
from db.tables import USER_SETTING
from tests.canary import ME, NAME, OTHER_ME, WORD, deeds, planted, traces
from tests.happenings import START, streams
from tests.stores import RolledBackError, dump, in_store, record_more, recorded


class Ear:
    """Counts how often it is told that rows are gone."""

    def __init__(self) -> None:
        self.heard = 0

    def __call__(self) -> None:
        self.heard += 1


def test_whoever_keeps_numbers_is_told_of_each_decision(store_url: str) -> None:
    ear = Ear()

    async def decide(connection: Connection) -> list[int]:
        consent = Consent(Suppression(PassingKey()), ear)
        community = (await planted(connection)).id
        told = []
        await consent.opt_out(connection, community, ME, START)
        told.append(ear.heard)
        await consent.opt_in(connection, community, ME, START)
        told.append(ear.heard)
        await consent.forget(connection, ME, START)
        return [*told, ear.heard]

    assert in_store(store_url, decide) == [1, 2, 3]


def test_a_recorder_that_is_renewed_in_time_brings_back_only_what_comes_later(
    store_url: str,
) -> None:
    async def told(connection: Connection) -> tuple[list[str], list[list[bool]]]:
        suppression = Suppression(PassingKey())
        community = await recorded(connection, [])
        recorders: list[Recorder] = []

        def renew() -> None:
            recorders[:] = [Recorder(connection, community, suppression)]

        renew()
        consent = Consent(suppression, renew)
        [early, *later] = deeds(WORD)[3:8]
        await recorders[0].record([early])
        await consent.opt_out(connection, community.id, ME, START)
        fresh = [await recorders[0].record([early, later[2]])]
        hidden = await traces(connection, {})
        await consent.opt_in(connection, community.id, ME, START + 4 * MINUTE_MS)
        fresh.append(await recorders[0].record([early, later[2]]))
        return hidden, fresh

    hidden, fresh = in_store(store_url, told)
    assert hidden == []
    assert fresh == [[False, False], [False, True]]


def test_coming_back_to_one_community_opens_no_other(store_url: str) -> None:
    async def standings(connection: Connection) -> list[list[bool]]:
        consent = Consent(Suppression(PassingKey()), lambda: None)
        here, there = [(await planted(connection)).id for _ in range(2)]

        async def now() -> list[bool]:
            return [await consent.is_recorded(connection, one, ME) for one in (here, there)]

        told = [await now()]
        await consent.forget(connection, ME, START)
        told.append(await now())
        await consent.opt_in(connection, here, ME, START)
        told.append(await now())
        await consent.opt_out(connection, here, ME, START)
        told.append(await now())
        await consent.opt_in(connection, here, ME, START)
        await consent.forget(connection, ME, START)
        return [*told, await now()]

    assert in_store(store_url, standings) == [
        [True, True],
        [False, False],
        [True, False],
        [False, False],
        [False, False],
    ]


def test_somebody_is_forgotten_when_nothing_is_left_to_forget(store_url: str) -> None:
    async def answers(connection: Connection) -> list[bool]:
        consent = Consent(Suppression(PassingKey()), lambda: None)
        stranger = AccountId("discord", "stranger")
        await planted(connection)
        told = [await consent.has_forgotten(connection, who) for who in (ME, stranger)]
        await consent.forget(connection, ME, START)
        told += [await consent.has_forgotten(connection, who) for who in (ME, OTHER_ME)]
        await connection.insert(USER_SETTING, [(*ME, "fr")])
        told.append(await consent.has_forgotten(connection, ME))
        return told

    assert in_store(store_url, answers) == [False, False, True, True, False]


def test_whoever_came_back_somewhere_is_forgotten_elsewhere_alone(store_url: str) -> None:
    async def answers(connection: Connection) -> list[tuple[bool, ...]]:
        consent = Consent(Suppression(PassingKey()), lambda: None)
        here, there = [(await planted(connection)).id for _ in range(2)]

        async def now() -> tuple[bool, ...]:
            scopes = (here, there, None)
            told = [await consent.is_forgotten(connection, scope, ME) for scope in scopes]
            return (*told, await consent.has_forgotten(connection, ME))

        told = [await now()]
        await consent.forget(connection, ME, START)
        told.append(await now())
        await consent.opt_in(connection, there, OTHER_ME, START)
        told.append(await now())
        await consent.opt_in(connection, there, ME, START)
        told.append(await now())
        await consent.forget(connection, ME, START)
        told.append(await now())
        await consent.opt_in(connection, here, ME, START)
        await consent.opt_out(connection, here, ME, START)
        return [*told, await now()]

    all_over, nowhere = (True,) * 4, (False,) * 4
    assert in_store(store_url, answers) == [
        nowhere,
        all_over,
        all_over,
        (True, False, False, False),
        all_over,
        all_over,
    ]


def test_a_decision_that_is_rolled_back_was_never_taken(store_url: str) -> None:
    async def standings(connection: Connection) -> list[bool]:
        consent = Consent(Suppression(PassingKey()), lambda: None)
        community = (await planted(connection)).id
        with suppress(RolledBackError):
            async with connection.savepoint():
                await consent.forget(connection, ME, START)
                raise RolledBackError
        return [
            await consent.is_recorded(connection, community, ME),
            await consent.has_forgotten(connection, ME),
        ]

    assert in_store(store_url, standings) == [True, False]


def test_no_byte_of_the_file_holds_whoever_was_forgotten(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'foyer.db'}"

    def left() -> bytes:
        with closing(sqlite3.connect(tmp_path / "foyer.db")) as second:
            [busy, _, _] = second.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert not busy
        return b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()))

    async def live() -> tuple[bytes, bytes]:
        async with writing(url) as store:
            consent = Consent(suppression_of(url), lambda: None)
            await store.write(planted)
            before = left()
            await store.write(lambda connection: consent.forget(connection, ME, START))
            return before, left()

    before, after = asyncio.run(live())
    for word in (WORD, NAME):
        assert word.encode() in before
        for shape in (word.encode(), word.encode("utf-16-le"), word.encode().hex().encode()):
            assert shape not in after
    key = beside(url, ".key", alone="")
    assert key.read_bytes() not in b"".join(
        path.read_bytes() for path in tmp_path.iterdir() if path != key
    )
    assert os.stat(key).st_mode & 0o077 == 0  # noqa: PTH116  as the system tells it


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=streams, days=st.integers(0, 10))
def test_whoever_comes_back_is_recorded_as_if_they_had_never_been_there_before(
    store_url: str, events: list[Event], days: int
) -> None:
    back = START + days * DAY_MS
    ana = AccountId("discord", "ana")

    async def both(connection: Connection) -> tuple[Any, Any]:
        suppression = Suppression(PassingKey())
        consent = Consent(suppression, lambda: None)
        earlier = [event for event in events if instant(event, back) < back]
        community = await recorded(connection, [earlier])
        await consent.opt_out(connection, community.id, ana, back)
        await consent.opt_in(connection, community.id, ana, back)
        await record_more(connection, community, [events], suppression=suppression)
        later = [kept for event in events if (kept := lived_by(event, back)) is not None]
        fresh = await recorded(connection, [later])
        return await told(connection, community.id), await told(connection, fresh.id)

    again, fresh = in_store(store_url, both)
    assert again == fresh


def lived_by(event: Event, back: int) -> Event | None:
    """What a platform would tell of a world that Ana enters at an instant."""
    return without(event, {("discord", "ana")}) if instant(event, back) < back else event


def instant(event: Event, default: int) -> int:
    """When something happened or began."""
    at: int = getattr(event, "start", getattr(event, "at", default))
    return at


async def told(connection: Connection, community: int) -> dict[str, Any]:
    """What the store says of Ana, and of what others did with her."""
    content = await dump(connection, community)
    return {
        name: [row for row in content[name] if "discord:ana" in row]
        for name in ("membership", "message", "mention", "reaction", "voice", "vote", "thread")
    }
