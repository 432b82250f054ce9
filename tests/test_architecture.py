"""The rules of the house hold in every module, and each of them can be broken."""

import json
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import (
    EVERYWHERE,
    RULES,
    Rule,
    Source,
    builders_elsewhere,
    caught_everything,
    edges_in_cogs,
    features_in_adapters,
    foreign_rooms_in_db,
    input_or_output_in_pure_rooms,
    libraries_outside_their_home,
    missing_docstrings,
    nameless_names,
    telegram_rooms_upwards,
    too_long,
    unfinished_work,
    wall_clocks,
    work_at_import,
)

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "cogs", "db")
MEDIAN = 120
NEVER_WHEN_IMPORTING = {"pydantic", "pydantic_settings", "discord", "telegram", "rich", "babel"}


def sources(*packages: str) -> list[Source]:
    return [
        Source(_module(path), path.read_text(encoding="utf-8"))
        for package in packages
        for path in sorted((ROOT / package).rglob("*.py"))
    ]


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_module_breaks_a_rule(rule: Rule) -> None:
    assert [f"{one.name} {finding}" for one in sources(*PACKAGES) for finding in rule(one)] == []


@pytest.mark.parametrize("rule", EVERYWHERE, ids=lambda rule: rule.__name__)
def test_no_test_breaks_a_rule(rule: Rule) -> None:
    assert [f"{one.name} {finding}" for one in sources("tests") for finding in rule(one)] == []


def test_half_of_the_modules_are_short() -> None:
    lengths = [len(one.text.splitlines()) for one in sources(*PACKAGES) if one.text]
    assert statistics.median(lengths) <= MEDIAN


PLANTED: list[tuple[Rule, str, str]] = [
    (libraries_outside_their_home, "bot.digest.week", "import discord"),
    (
        libraries_outside_their_home,
        "bot.adapters.telegram.listening.inbox",
        "from discord import Client",
    ),
    (libraries_outside_their_home, "bot.adapters.discord.inbox", "import telegram.ext"),
    (libraries_outside_their_home, "bot.recorder", "def f():\n    import aiosqlite"),
    (libraries_outside_their_home, "bot.app", "from apscheduler.triggers import cron"),
    (
        libraries_outside_their_home,
        "bot.importers.telegram",
        "from pydantic import BaseModel",
    ),
    (input_or_output_in_pure_rooms, "bot.metrics.gini", "from db.store import Store"),
    (input_or_output_in_pure_rooms, "bot.metrics.gini", "from pathlib import Path"),
    (input_or_output_in_pure_rooms, "bot.facts", "import asyncio"),
    (input_or_output_in_pure_rooms, "bot.render.text", "from bot.config import load"),
    (input_or_output_in_pure_rooms, "bot.post", "def f():\n    print(1)"),
    (foreign_rooms_in_db, "db.store", "from bot.recorder import Recorder"),
    (foreign_rooms_in_db, "db.store", "import cogs"),
    (builders_elsewhere, "bot.privacy.forgetting", "from bot.app import writing"),
    (edges_in_cogs, "cogs.welcome", "from db import sqlite"),
    (edges_in_cogs, "cogs.welcome", "from bot import config"),
    (edges_in_cogs, "cogs.welcome", "import bot.config"),
    (features_in_adapters, "bot.adapters.discord.inbox", "import cogs"),
    (features_in_adapters, "bot.adapters.discord.inbox", "from db import sqlite"),
    (features_in_adapters, "bot.adapters.discord", "from bot.adapters import telegram"),
    (
        telegram_rooms_upwards,
        "bot.adapters.telegram.line.pace",
        "from bot.adapters.telegram.saying.voice import Voice",
    ),
    (wall_clocks, "bot.recorder", "import time\nat = time.time()"),
    (wall_clocks, "bot.recorder", "from time import time_ns"),
    (wall_clocks, "bot.recorder", "from datetime import datetime\nat = datetime.now(UTC)"),
    (wall_clocks, "bot.recorder", "import datetime\nat = datetime.datetime.now(UTC)"),
    (wall_clocks, "bot.recorder", "from datetime import date\non = date.today()"),
    (caught_everything, "bot.recorder", "try:\n    f()\nexcept Exception:\n    raise"),
    (
        caught_everything,
        "bot.cli.stats",
        "try:\n    f()\nexcept (KeyError, Exception):\n    raise",
    ),
    (caught_everything, "bot.cli", "try:\n    f()\nexcept:\n    raise"),
    (caught_everything, "db.sqlite", "try:\n    f()\nexcept BaseException:\n    g()"),
    (nameless_names, "bot.date_utils", ""),
    (nameless_names, "bot.common.dates", ""),
    (unfinished_work, "bot.post", "# TO" + "DO: later"),
    (missing_docstrings, "bot.post", "x = 1"),
    (
        missing_docstrings,
        "bot.post",
        '"""M."""\nclass A:\n    """A."""\n    def b(self): ...',
    ),
    (too_long, "bot.post", "x = 1\n" * 401),
    (work_at_import, "bot.post", "import os\nx = os.environ.get('X')"),
    (work_at_import, "bot.post", "TEXT = Path('x').read_text()"),
]


@pytest.mark.parametrize(("rule", "name", "text"), PLANTED)
def test_a_planted_violation_is_found(rule: Rule, name: str, text: str) -> None:
    assert list(rule(Source(name, text)))


ALLOWED: list[tuple[Rule, str, str]] = [
    (libraries_outside_their_home, "bot.adapters.discord.inbox", "import discord"),
    (libraries_outside_their_home, "db.sqlite", "import aiosqlite"),
    (input_or_output_in_pure_rooms, "bot.recorder", "import asyncio"),
    (foreign_rooms_in_db, "db.store", "from bot.model import Platform"),
    (foreign_rooms_in_db, "db.store", "from bot import clock"),
    (features_in_adapters, "bot.adapters.discord.inbox", "from bot.adapters import Adapter"),
    (features_in_adapters, "bot.adapters.discord", "import bot.adapters.discord.outbox"),
    (
        telegram_rooms_upwards,
        "bot.adapters.telegram.saying.voice",
        "from bot.adapters.telegram.line.pace import Pace",
    ),
    (wall_clocks, "bot.clock", "import time\nat = time.time()"),
    (wall_clocks, "bot.recorder", "import time\nat = time.monotonic()"),
    (caught_everything, "bot.cli", "try:\n    f()\nexcept Exception:\n    g()"),
    (
        caught_everything,
        "db.sqlite",
        "try:\n    f()\nexcept BaseException:\n    g()\n    raise",
    ),
    (missing_docstrings, "bot.post", '"""M."""\ndef _f(): ...'),
    (too_long, "bot.post", "x = 1\n" * 400),
    (work_at_import, "bot.post", "def f():\n    return open('x')"),
]


@pytest.mark.parametrize(("rule", "name", "text"), ALLOWED)
def test_what_is_allowed_is_not_found(rule: Rule, name: str, text: str) -> None:
    assert list(rule(Source(name, text))) == []


@pytest.mark.parametrize("module", ["bot.importers", "bot.importing", "bot.recorder", "db.store"])
def test_importing_a_history_loads_no_heavy_library(module: str) -> None:
    assert _loaded_by(module) & NEVER_WHEN_IMPORTING == set()


def test_what_a_module_loads_is_really_seen() -> None:
    assert "pydantic" in _loaded_by("bot.config")


def test_an_import_never_loads_what_checks_the_settings(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[store]\nurl = "sqlite:///club.db"\n')
    line = {"kind": "member_joined", "user": "u", "at": "2025-01-01T12:00:00Z"}
    header = {"format": "foyer-events/1", "platform": "discord"}
    (tmp_path / "e.jsonl").write_text(f"{json.dumps(header)}\n{json.dumps(line)}\n")
    run = "bot.cli.cli.main(['import', 'e.jsonl', '--community', 'c'], standalone_mode=False)"
    loaded = _loaded_by("bot.cli", run, tmp_path)
    assert (tmp_path / "club.db").exists()
    assert loaded & NEVER_WHEN_IMPORTING == set()


def _loaded_by(module: str, run: str = "None", folder: Path | None = None) -> set[str]:
    script = f"import sys, {module}; {run}; print(*{{n.partition('.')[0] for n in sys.modules}})"
    result = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
    )
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())
