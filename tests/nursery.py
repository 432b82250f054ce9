"""Starts `foyer run` many times a minute: one process imports everything, and forks for each.

    python -m tests.nursery

reads a line of JSON for each life that is to begin, and writes a line when it began and when it
ended. With `crash_at` a life ends by itself, as `kill -9` ends it, before that COMMIT; `cogs` names
modules whose `cog` plays as well; `clock` a file that says by how many milliseconds its clock is
ahead, at any moment.
"""

import importlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.crashing import KILLED

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0
"""Seconds after which something that should happen never will."""


class Child:
    """A bot in a process of its own."""

    def __init__(self, nursery: "Nursery", pid: int, said: Path) -> None:
        self._nursery, self.pid, self._said = nursery, pid, said

    @property
    def said(self) -> str:
        """What it wrote to stderr so far."""
        return self._said.read_text() if self._said.exists() else ""

    @property
    def has_ended(self) -> bool:
        return self._nursery.code_of(self.pid, 0) is not None

    def ended(self, seconds: float = PATIENCE) -> int:
        """Its exit code, negative for a signal."""
        code = self._nursery.code_of(self.pid, seconds)
        assert code is not None, f"it never ended: {self.said}"
        return code

    def killed(self) -> None:
        """End it with `kill -9`, wherever it is."""
        if not self.has_ended:
            os.kill(self.pid, signal.SIGKILL)
            assert self.ended() in (-signal.SIGKILL, 0, 1, KILLED)

    def stopped(self) -> int:
        """End it as an operator does."""
        os.kill(self.pid, signal.SIGTERM)
        return self.ended()


class Nursery:
    """Where bots come from."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._ended: dict[int, int] = {}
        self._lives = 0
        self._buffer = b""

    def begin(
        self,
        folder: Path,
        *words: str,
        crash_at: int | None = None,
        cogs: Sequence[str] = (),
        clock: Path | None = None,
        **variables: str,
    ) -> Child:
        """Start `foyer run` with these arguments and environment variables."""
        self._lives += 1
        said = folder / f"stderr-{self._lives}"
        said.touch(mode=0o600)
        order = {
            "words": ["run", *words],
            "folder": str(folder),
            "said": str(said),
            "variables": variables,
            "crash_at": crash_at,
            "cogs": [*cogs],
            "clock": None if clock is None else str(clock),
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        told = self._read(PATIENCE)
        while told is not None and "began" not in told:
            told = self._read(PATIENCE)
        assert told is not None
        return Child(self, told["began"], said)

    def code_of(self, pid: int, seconds: float) -> int | None:
        """The exit code of a life that ended, None where it goes on for so long."""
        deadline = time.monotonic() + seconds
        while pid not in self._ended:
            if self._read(max(0.0, deadline - time.monotonic())) is None:
                return None
        return self._ended[pid]

    def _read(self, seconds: float) -> dict[str, Any] | None:
        stream = self._process.stdout
        assert stream is not None
        while b"\n" not in self._buffer:
            if not select.select([stream], [], [], seconds)[0]:
                return None
            got = os.read(stream.fileno(), 65536)
            assert got, "the nursery is gone"
            self._buffer += got
        line, _, self._buffer = self._buffer.partition(b"\n")
        told: dict[str, Any] = json.loads(line)
        if "ended" in told:
            self._ended[told["ended"]] = told["code"]
        return told


@contextmanager
def nursing() -> Iterator[Nursery]:
    """A nursery that is gone when the context ends, with all that began there."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("FOYER_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.nursery"],
        cwd=ROOT,
        env=outside,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,
    )
    try:
        yield Nursery(process)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _begin(order: dict[str, Any]) -> int:
    if child := os.fork():
        return child
    for descriptor, path in ((0, os.devnull), (1, os.devnull), (2, order["said"])):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), descriptor)
    os.environ.update(order["variables"])
    os.chdir(order["folder"])
    sys.argv = ["foyer", *order["words"]]
    if order["crash_at"] is not None:
        from tests.crashing import Steps

        Steps(order["crash_at"]).count_statements({"COMMIT"})
    if order["clock"] is not None:
        _set_clock(Path(order["clock"]))
    import cogs

    cogs.COGS = (*cogs.COGS, *(importlib.import_module(name).cog for name in order["cogs"]))
    code = 1
    try:
        from bot.cli import main

        main()
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 0
    finally:
        sys.stderr.flush()
        os._exit(code)


def _set_clock(ahead: Path) -> None:
    import bot.clock

    def time_ns() -> int:
        return time.time_ns() + int(ahead.read_text()) * 1_000_000

    setattr(bot.clock, "time", SimpleNamespace(time_ns=time_ns))  # noqa: B010  a module is no namespace


def _tell(**what: int) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _nurse() -> None:
    for module in ("bot.cli.run", "bot.app", "bot.engine", "cogs", "bot.adapters.telegram.adapter"):
        __import__(module)
    for module in ("bot.running.life", "bot.config", "bot.logs", "bot.text", "db.opening"):
        __import__(module)
    buffer = b""
    while True:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if not pid:
                break
            _tell(ended=pid, code=os.waitstatus_to_exitcode(status))
        if not select.select([0], [], [], 0.002)[0]:
            continue
        got = os.read(0, 65536)
        if not got:
            return
        buffer += got
        while b"\n" in buffer:
            line, _, buffer = buffer.partition(b"\n")
            _tell(began=_begin(json.loads(line)))


if __name__ == "__main__":
    _nurse()
