"""Ends a process at every step of a scenario as `kill -9` does, and has others go on from there.

    python -m tests.crashing MODULE VARIANT FOLDER FIRST EVERY

The module has `async prepare(variant, folder)`, which is not crashed, `async live(variant, folder,
life, steps)`, which says `steps.take()` wherever the process may end and is told by `life` how many
ended before it, and `complaints(variant, folder)`, a list of what is wrong in the end. Each point
(or each EVERY-th) is tried on a copy of the prepared folder; every other second life is ended too,
at a random step. With `CRASH_AT=n` in the environment only that point is tried.
"""

import asyncio
import importlib
import os
import random
import shutil
import subprocess
import sys
import traceback
from collections.abc import Awaitable, Callable, Collection, Coroutine
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import aiosqlite

from db import sqlite

KILLED = 137


class Steps:
    """Counts the steps of a life, and ends it just before one of them."""

    def __init__(self, last: int | None = None) -> None:
        self.taken = 0
        self._last = last

    def take(self) -> None:
        """Go one step further, or die."""
        self.taken += 1
        if self.taken == self._last:
            os._exit(KILLED)

    def count_statements(self, wanted: Collection[str] | None = None) -> None:
        """Make every call to SQLite a step, or those statements that begin with a wanted word."""
        execute: Callable[..., Awaitable[Any]] = aiosqlite.Connection._execute

        async def counted(*args: Any, **rest: Any) -> Any:
            word = args[2].partition(" ")[0] if len(args) > 2 and isinstance(args[2], str) else ""
            if wanted is None or word in wanted:
                self.take()
            return await execute(*args, **rest)

        aiosqlite.Connection._execute = counted  # type: ignore[method-assign]


class Scenario(Protocol):
    """What a module for this harness has.

    `COUNTED`, where it has that too, are the statements at which a process is ended. What a
    transaction has not committed is never there for the next process, so that COMMIT is enough.
    """

    async def prepare(self, variant: str, folder: Path) -> None: ...

    async def live(self, variant: str, folder: Path, life: int, steps: Steps) -> None: ...

    def complaints(self, variant: str, folder: Path) -> list[str]: ...


class Report(NamedTuple):
    """At how many points a scenario was ended, and what was wrong afterwards."""

    points: int
    complaints: list[str]


EVERY = 1 if os.environ.get("CI") else 9
"""Outside of CI, where nobody wants to wait so long, each so manieth point is tried."""
_WORKERS = 2


def crashed_everywhere(module: str, variant: str, folder: Path, every: int = EVERY) -> Report:
    """Try a scenario at every one of its points, in processes of their own."""
    workers = [
        subprocess.Popen(  # noqa: S603  our own
            [
                *(sys.executable, "-m", "tests.crashing", module, variant),
                *(str(folder / str(number)), str(1 + number * every), str(_WORKERS * every)),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(_WORKERS)
    ]
    told = [worker.communicate()[0].splitlines() for worker in workers]
    assert {worker.returncode for worker in workers} == {0}
    points = sum(int(rows[-1]) for rows in told)
    return Report(points, [complaint for rows in told for complaint in rows[:-1]])


def _in_a_process(work: Coroutine[Any, Any, None]) -> int:
    """Run something in a fork, which has no threads yet; its exit code."""
    if child := os.fork():
        work.close()
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    code = 1
    try:
        asyncio.run(work)
        code = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)


def _life(scenario: Scenario, variant: str, folder: Path, life: int, last: int | None) -> bool:
    """Live once; whether it came to its end by itself."""

    async def live() -> None:
        # What a process wrote outlives it whether it was synced or not: only power cuts differ.
        unsynced = tuple(one.replace("FULL", "OFF") for one in sqlite._WRITING)
        setattr(sqlite, "_WRITING", unsynced)  # noqa: B010  its type counts the pragmas
        steps = Steps(last)
        steps.count_statements(getattr(scenario, "COUNTED", None))
        await scenario.live(variant, folder, life, steps)

    code = _in_a_process(live())
    if code not in (0, KILLED):
        raise SystemExit(f"life {life} that was to end at step {last} failed")
    return code == 0


def _try_all(scenario: Scenario, variant: str, folder: Path, first: int, every: int) -> int:
    """Try each so manieth point from a first one on; how many there were."""
    prepared = folder / "prepared"
    prepared.mkdir(parents=True)
    _in_a_process(scenario.prepare(variant, prepared))
    if "CRASH_AT" in os.environ:
        _is_end(scenario, variant, folder, int(os.environ["CRASH_AT"]))
        return 1
    points = 0
    while not _is_end(scenario, variant, folder, first + points * every):
        points += 1
    return points


def _is_end(scenario: Scenario, variant: str, folder: Path, point: int) -> bool:
    """Try a point; whether the scenario came to its end before it."""
    dice = random.Random(point)  # noqa: S311  no secret
    here = folder / str(point)
    shutil.copytree(folder / "prepared", here)
    was_whole = _life(scenario, variant, here, 0, point)
    if dice.random() < 0.5:
        _life(scenario, variant, here, 1, dice.randint(1, point))
    _life(scenario, variant, here, 2, None)
    for complaint in scenario.complaints(variant, here):
        sys.stdout.write(f"{point}: {complaint}\n")
    shutil.rmtree(here)
    return was_whole


if __name__ == "__main__":
    _, module, variant, folder, first, every = sys.argv
    chosen: Any = importlib.import_module(module)
    sys.stdout.write(f"{_try_all(chosen, variant, Path(folder), int(first), int(every))}\n")
