"""`foyer run` as a process: it starts, lives with platforms that fail, and ends in time."""

import asyncio
import json
import os
import random
import signal
import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner

from bot.adapters import registry
from bot.cli import cli
from bot.running.rejections import MOST_PER_HOUR
from tests.fake_platform import LEAVES_AFTER
from tests.running import Running, running

LONG = os.environ.get("FOYER_LONG") == "1"
SIGTERMS = 100 if LONG else 20
TOKEN = "steady-MTIzNDU2Nzg5MDEyMzQ1Njc4"  # noqa: S105  nobody's


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'foyer.db'}"


def members(folder: Path) -> list[str]:
    """The accounts that were stored, in the order of their joins."""
    with closing(sqlite3.connect(folder / "foyer.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = connection.execute(
            "SELECT a.external_id FROM membership m JOIN account a"
            " ON a.community_id = m.community_id AND a.account_no = m.account_no"
            " ORDER BY m.account_no"
        )
        return [row[0] for row in rows]


def check_nothing_lost(bot: Running, platform: str = "discord") -> None:
    """Whatever the platform was told to be stored is stored, once, and nothing is missing."""
    stored = members(bot.folder)
    assert {f"user{number}" for number in bot.noted(platform, "acknowledged")} <= set(stored)
    assert stored == [f"user{number}" for number in range(1, len(stored) + 1)]


def test_it_runs_until_it_is_told_to_stop(tmp_path: Path, store: str) -> None:
    with running(tmp_path, store, discord=TOKEN, telegram=TOKEN) as bot:
        bot.wait_for(lambda: len(bot.noted("telegram", "acknowledged")) > 5)
        bot.wait_for(lambda: bot.ask("/readyz")[0] == 200)
        assert bot.ask("/healthz") == (200, '{"ok": true, "reasons": []}')
        assert 'foyer_connected{platform="telegram"} 1.0' in bot.ask("/metrics")[1]
        code, seconds = bot.stopped()
    assert code == 0
    assert seconds < 20
    assert [line["event"] for line in bot.logged if line["logger"] == "bot.running.life"] == [
        "running",
        "stopping",
    ]
    assert len(bot.lines) == 1
    assert TOKEN not in bot.said


def test_with_a_platform_that_does_not_connect_it_is_healthy_but_not_ready(
    tmp_path: Path, store: str
) -> None:
    with running(tmp_path, store, discord=TOKEN, telegram="silent") as bot:
        bot.wait_for(lambda: bot.noted("discord", "acknowledged"))
        status, text = bot.ask("/readyz")
        assert (status, json.loads(text)["reasons"]) == (503, ["telegram is not connected"])
        assert bot.ask("/healthz")[0] == 200
        assert bot.stopped()[0] == 0


def test_a_platform_that_turns_it_away_leaves_the_other_running(tmp_path: Path, store: str) -> None:
    with running(tmp_path, store, discord="rejected", telegram=TOKEN) as bot:
        bot.wait_for(lambda: len(bot.noted("telegram", "acknowledged")) > 20)
        assert bot.noted("discord", "runs") == ["1"]
        assert json.loads(bot.ask("/readyz")[1])["reasons"] == ["discord is not connected"]
        assert bot.stopped()[0] == 0
    assert bot.noted("discord", "runs") == ["1"]


def test_a_failure_at_the_end_costs_nothing_that_was_stored(tmp_path: Path, store: str) -> None:
    with running(tmp_path, store, discord="leaving") as bot:
        assert bot.ended()[0] == 1
    assert len(bot.noted("discord", "acknowledged")) == LEAVES_AFTER
    check_nothing_lost(bot)


def test_with_no_platform_left_it_ends_with_one_line(tmp_path: Path, store: str) -> None:
    token = f"rejected-{TOKEN}"
    with running(tmp_path, store, discord=token, telegram=token[:-1]) as bot:
        code, seconds = bot.ended()
    assert code == 1
    assert seconds < 20
    assert bot.lines[-1].startswith("foyer: no platform accepts the bot (")
    assert "discord: The token `[hidden]` was rejected" in bot.lines[-1]
    assert TOKEN not in bot.said
    assert len(bot.lines) == 2
    assert bot.noted("discord", "runs") == bot.noted("telegram", "runs") == ["1"]


def test_started_again_and_again_it_leaves_a_platform_in_peace(tmp_path: Path, store: str) -> None:
    for _ in range(MOST_PER_HOUR):
        with running(tmp_path, store, discord="rejected") as bot:
            assert bot.ended()[0] == 1
    with running(tmp_path, store, discord="rejected") as bot:
        bot.wait_for(lambda: "left in peace" in bot.said)
        assert bot.ask("/healthz")[0] == 200
        assert bot.stopped()[0] == 0
    assert len(bot.noted("discord", "runs")) == MOST_PER_HOUR


def test_a_platform_that_fails_is_started_again_and_its_words_are_not_told(
    tmp_path: Path, store: str
) -> None:
    with running(tmp_path, store, discord="failing-secret-of-ana", telegram=TOKEN) as bot:
        bot.wait_for(lambda: len(bot.noted("discord", "runs")) > 1)
        acknowledged = len(bot.noted("telegram", "acknowledged"))
        bot.wait_for(lambda: len(bot.noted("telegram", "acknowledged")) > acknowledged)
        assert bot.stopped()[0] == 0
    failures = [line for line in bot.logged if line["event"] == "platform failed"]
    assert failures[0]["exception"][0] == "tests.fake_platform.FakeFailureError"
    assert "ana" not in bot.said


def test_a_second_process_on_the_same_store_ends_with_one_line(tmp_path: Path, store: str) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with running(tmp_path, store, discord=TOKEN) as bot:
        bot.wait_for(lambda: bot.noted("discord", "acknowledged"))
        with running(other, store, discord=TOKEN) as second:
            assert second.ended()[0] == 1
            assert second.said.count("\n") == 1
            assert "another foyer process" in second.said
            assert second.noted("discord", "runs") == []
        assert bot.stopped()[0] == 0
    check_nothing_lost(bot)


def test_after_a_kill_it_goes_on_where_it_was(tmp_path: Path, store: str) -> None:
    for seed in range(3):
        with running(tmp_path, store, discord=TOKEN) as bot:
            before = len(bot.noted("discord", "acknowledged"))
            bot.wait_for(lambda: len(bot.noted("discord", "acknowledged")) > before + 5)  # noqa: B023  waited for at once
            time.sleep(seed / 20)
            assert bot.stopped(signal.SIGKILL)[0] == -signal.SIGKILL
        check_nothing_lost(bot)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_hangs_is_waited_for_and_left_behind(
    tmp_path: Path, store: str, number: signal.Signals
) -> None:
    with running(tmp_path, store, discord="stubborn-deaf") as bot:
        bot.wait_for(lambda: bot.noted("discord", "sent"))
        code, seconds = bot.stopped(number)
    assert code == 0
    assert 10 <= seconds < 20
    check_nothing_lost(bot)
    assert bot.noted("discord", "cancelled")


def test_a_second_signal_hurries(tmp_path: Path, store: str) -> None:
    with running(tmp_path, store, discord="steady-deaf") as bot:
        bot.wait_for(lambda: bot.noted("discord", "sent"))
        bot.send(signal.SIGINT)
        bot.wait_for(lambda: '"stopping"' in bot.said)
        code, seconds = bot.stopped(signal.SIGINT)
    assert code == 0
    assert seconds < 5
    assert "left behind" not in bot.said
    check_nothing_lost(bot)


@pytest.mark.timeout(1800 if LONG else 300)
def test_it_ends_in_time_whenever_it_is_told_to(tmp_path: Path) -> None:
    behaviours = ["steady"] * 12 + ["silent"] * 3 + ["stubborn"] * 4 + ["stubborn-deaf"]
    slowest = 0.0
    for seed in range(SIGTERMS):
        chance = random.Random(seed)  # noqa: S311  a dice for tests
        behaviour, moment = behaviours[seed % len(behaviours)], 2.5 * chance.random() ** 2
        folder = tmp_path / str(seed)
        folder.mkdir()
        with running(folder, f"sqlite:///{folder / 'foyer.db'}", discord=behaviour) as bot:
            bot.wait_until_it_heeds_signals()
            if seed % 2:
                bot.wait_until_it_listens()
            time.sleep(moment)
            code, seconds = bot.stopped(chance.choice([signal.SIGTERM, signal.SIGINT]))
        print(f"seed {seed}: {behaviour} after {moment:.3f} s: {code} in {seconds:.2f} s")  # noqa: T201
        assert (code, seconds < 20) == (0, True), bot.said
        if bot.noted("discord", "acknowledged"):
            check_nothing_lost(bot)
        slowest = max(slowest, seconds)
    print(f"{SIGTERMS} stops, the slowest in {slowest:.2f} s")  # noqa: T201


def test_the_service_manager_hears_of_its_start_and_its_end(tmp_path: Path, store: str) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.settimeout(60)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NOTIFY_SOCKET", address)
            with running(tmp_path, store, discord=TOKEN) as bot:
                assert manager.recv(100) == b"READY=1"
                bot.send(signal.SIGTERM)
                assert manager.recv(100) == b"STOPPING=1"
                assert bot.ended()[0] == 0


def test_a_port_in_use_ends_it_with_one_line(tmp_path: Path, store: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        config = tmp_path / "config.toml"
        config.write_text(f"[http]\nport = {taken.getsockname()[1]}\n")
        with running(tmp_path, store, "--config", str(config), discord=TOKEN) as bot:
            assert bot.ended()[0] == 1
    assert bot.lines[-1].endswith("cannot listen there (address already in use)")
    assert len(bot.lines) == 1
    assert bot.noted("discord", "runs") == []


def test_it_runs_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with running(tmp_path, postgres_url, telegram=TOKEN) as bot:
        bot.wait_for(lambda: len(bot.noted("telegram", "acknowledged")) > 5)
        other = tmp_path / "other"
        other.mkdir()
        with running(other, postgres_url, telegram=TOKEN) as second:
            assert second.ended()[0] == 1
            assert "another foyer process" in second.said
        code, seconds = bot.stopped()
    assert (code, seconds < 20) == (0, True)


def refused(*words: str, **variables: str) -> tuple[int, str]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        result = CliRunner().invoke(cli, ["run", *words], standalone_mode=True)
    assert result.stdout == ""
    return result.exit_code, result.stderr


def test_without_any_token_it_says_what_to_set(tmp_path: Path, store: str) -> None:
    code, said = refused("--db", store)
    assert code == 2
    for word in ("FOYER_DISCORD__TOKEN", "FOYER_TELEGRAM__TOKEN", "foyer console"):
        assert word in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_platform_without_an_adapter_is_refused(
    tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "ADAPTERS", {})
    code, said = refused("--db", store, FOYER_TELEGRAM__TOKEN=TOKEN)
    assert code == 2
    assert said == (
        "foyer: telegram.token: this version cannot connect to Telegram yet;"
        " leave the token empty\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_config_file_with_a_token_that_others_can_read_is_refused(
    tmp_path: Path, store: str, mode: int
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[discord]\ntoken = "{TOKEN}"\n')
    config.chmod(mode)
    code, said = refused("--db", store, "--config", str(config))
    assert code == 2
    assert "chmod 600" in said
    assert TOKEN not in said


@pytest.mark.parametrize("words", [["--token", TOKEN], ["--discord-token", TOKEN], [TOKEN]])
def test_a_token_among_the_arguments_is_refused(store: str, words: list[str]) -> None:
    assert refused("--db", store, *words)[0] == 2


def test_a_database_that_hangs_up_ends_it_with_one_line(tmp_path: Path, postgres_url: str) -> None:
    async def hang_up() -> None:
        connection = await asyncpg.connect(postgres_url)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await connection.close()

    with running(tmp_path, postgres_url, discord=TOKEN) as bot:
        bot.wait_for(lambda: len(bot.noted("discord", "acknowledged")) > 5)
        asyncio.run(hang_up())
        assert bot.process.wait(30) == 1
        assert bot.lines[-1].startswith("foyer: the database has closed the connection")
