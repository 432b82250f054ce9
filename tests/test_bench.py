import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import pytest
from click.testing import CliRunner, Result

from bot.adapters.telegram.peer import PEER, Peer
from bot.adapters.telegram.reading.told import NOTHING
from bot.adapters.telegram.reading.translate import translate
from bot.adapters.telegram.reading.updates import decode, split
from bot.app import engine_for
from bot.bench import BENCHMARKS, benchmark
from bot.bench.report import Report, Row, document, table
from bot.bench.stopwatch import medians
from bot.bench.telegram import PLAIN, measure, stored
from bot.bench.telegram_updates import KINDS, bodies
from bot.cli import cli
from bot.clock import WallClock
from bot.events import MemberJoined, MessageSent, ReactionChanged
from bot.intake import Defaults
from bot.telemetry import Telemetry
from db.reading import Reader
from tests.fakes.telegram_spec import specification
from tests.stores import fetch
from tests.telegram_updates import ME

ROWS = [Row("reading", 1.0, 20.0, 0.1), Row("writing", 15.0, 10.0, 1.0), Row("idling", 1.0, 4.0)]
TINY = Report("tiny", "somebody 1.0", "seconds", ROWS)


def tiny() -> Report:
    return TINY


def foyer(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), prog_name="foyer")


# What is told of it


def test_a_ratio_is_ours_by_the_peers_and_a_goal_is_its_limit() -> None:
    assert [(row.ratio, row.is_met) for row in ROWS] == [(0.05, True), (1.5, False), (0.25, None)]


def test_a_document_holds_every_key_and_rounds_nothing() -> None:
    thirds = Report("t", "p", "s", [Row("a", 1.0, 3.0)])
    assert document([thirds]) == {
        "schema": 1,
        "benchmarks": [
            {
                "name": "t",
                "peer": "p",
                "unit": "s",
                "rows": [
                    {
                        "what": "a",
                        "ours": 1.0,
                        "peer": 3.0,
                        "goal": None,
                        "ratio": 1 / 3,
                        "met": None,
                    }
                ],
            }
        ],
    }


def test_a_table_says_what_was_reached() -> None:
    assert table(TINY).splitlines() == [
        "tiny: seconds, beside somebody 1.0",
        "",
        "          ours   peer  ratio  goal",
        "reading   1.00  20.00  0.050   0.1  reached",
        "writing  15.00  10.00  1.500     1  missed",
        "idling    1.00   4.00  0.250",
    ]


# The command


@pytest.fixture
def tiny_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "bot.bench.BENCHMARKS", dict.fromkeys(["tiny", "other"], f"{__name__}:tiny")
    )


@pytest.mark.usefixtures("tiny_ones")
@pytest.mark.parametrize(("words", "count"), [(["bench", "tiny"], 1), (["bench"], 2)])
def test_one_benchmark_or_all_are_run(words: list[str], count: int) -> None:
    told = foyer(*words)
    assert (told.exit_code, told.stderr) == (0, "")
    assert told.stdout.count(table(TINY)) == count
    as_json = foyer(*words, "--json")
    assert (as_json.exit_code, as_json.stderr) == (0, "")
    assert json.loads(as_json.stdout) == document([TINY] * count)


def test_a_benchmark_that_is_not_there_is_refused_in_one_line() -> None:
    told = foyer("bench", "discord")
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.count("\n") == 1
    assert "discord" in told.stderr
    assert "telegram" in told.stderr


def test_every_benchmark_can_be_loaded() -> None:
    assert all(callable(benchmark(name)) for name in BENCHMARKS)


# The watch


async def test_the_watch_takes_processor_time_and_the_median_of_turns() -> None:
    turns: list[str] = []

    def busy(name: str, seconds: list[float]) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            turns.append(name)
            end = time.process_time() + seconds.pop()
            while time.process_time() < end:
                pass
            await asyncio.sleep(0.02)  # which costs no processor

        return work

    works = {"a": busy("a", [0.08, 0.01, 0.01]), "b": busy("b", [0.0, 0.03, 0.03])}
    taken = await medians(works, 3)
    assert turns == ["a", "b"] * 3
    assert 0.01 <= taken["a"] < 0.025
    assert 0.03 <= taken["b"] < 0.045


# Telegram


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_measured_is_such_as_telegram_sends(kind: str) -> None:
    answers = [json.loads(body) for body in bodies(KINDS[kind], 1_000, 250)]
    assert [len(answer["result"]) for answer in answers] == [100, 100, 50]
    updates = [one for answer in answers for one in answer["result"]]
    assert [one["update_id"] for one in updates] == list(range(1_000, 1_250))
    assert [wrong for one in updates for wrong in specification().value(one, "Update")] == []


def test_what_is_measured_tells_something_on_our_side() -> None:
    expected = {
        "plain messages": MessageSent,
        "replies": MessageSent,
        "reactions": ReactionChanged,
        "joins": MemberJoined,
        "commands": MessageSent,
    }
    assert expected.keys() == KINDS.keys()
    for kind, event in expected.items():
        (body,) = bodies(KINDS[kind], 1_000, 10)
        tolds = [translate(decode(raw), ME, now=0) for raw in split(body)]
        assert NOTHING not in tolds
        assert all(type(told.events[-1]) is event for told in tolds)
        assert all((told.call is not None) == (kind == "commands") for told in tolds)


async def test_the_peer_handles_every_update() -> None:
    async with Peer() as peer:
        for kind in KINDS.values():
            await peer.read(bodies(kind, 1_000, 120))
        assert peer.count == 120 * len(KINDS)


async def test_what_is_stored_is_really_stored(tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/foyer.db"
    async with engine_for(url, {}, WallClock(), Defaults("UTC", "en"), Telemetry()) as engine:
        await stored(engine, bodies(KINDS[PLAIN], 1_000, 250))

        async def counted(reader: Reader) -> list[tuple[int, ...]]:
            rows = await fetch(reader.connection, "SELECT COUNT(*) FROM message")
            return [tuple(row) for row in rows]

        assert await engine.reading(counted) == [(250,)]


def test_a_plain_message_costs_a_tenth_of_the_peers_at_most() -> None:
    report = measure(200, 3)
    plain, *others = report.rows
    assert (report.name, report.peer) == ("telegram", PEER)
    assert [row.what for row in report.rows] == [*KINDS, "plain messages, stored"]
    assert (plain.what, plain.goal) == (PLAIN, 0.1)
    assert plain.is_met, plain
    assert all(0 < row.ratio < 1 for row in others), others
