"""Starts `foyer run` as a process of its own, with the fake platforms, and watches it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

from tests.fake_platform import FOLDER

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0
"""Seconds after which something that should happen never will."""


class Running:
    """A bot in a process."""

    def __init__(self, folder: Path, store: str, *words: str, **tokens: str) -> None:
        self.folder = folder
        self._said = folder / f"stderr-{time.monotonic_ns()}"
        variables = {f"FOYER_{name.upper()}__TOKEN": token for name, token in tokens.items()}
        outside = {name: value for name, value in os.environ.items() if "__" not in name}
        with self._said.open("w") as stderr:
            self.process = subprocess.Popen(  # noqa: S603  our own program
                [sys.executable, "-m", "tests.run_foyer", "run", "--db", store, *words],
                cwd=folder,
                env={**outside, **variables, FOLDER: str(folder), "PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE,
                stderr=stderr,
            )

    @property
    def said(self) -> str:
        """What it wrote to stderr so far."""
        return self._said.read_text()

    @property
    def lines(self) -> list[str]:
        """Its lines to people: those that are no log."""
        return [line for line in self.said.splitlines() if not line.startswith("{")]

    @property
    def logged(self) -> list[dict[str, Any]]:
        """Its log."""
        return [json.loads(line) for line in self.said.splitlines() if line.startswith("{")]

    def noted(self, platform: str, what: str) -> list[str]:
        """What a fake platform wrote down."""
        file = self.folder / f"{platform}.{what}"
        return file.read_text().split() if file.exists() else []

    def wait_for(self, condition: Callable[[], object]) -> None:
        """Wait until something holds; the process must live on."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert self.process.poll() is None, f"it ended: {self.said}"
            assert time.monotonic() < deadline, f"it never happened: {self.said}"
            time.sleep(0.01)

    def wait_until_it_heeds_signals(self) -> None:
        """Linux tells which signals a process catches."""
        status = Path(f"/proc/{self.process.pid}/status")

        def catches() -> bool:
            caught = int(status.read_text().partition("SigCgt:")[2].split()[0], 16)
            return bool(caught >> (signal.SIGTERM - 1) & 1)

        self.wait_for(catches)

    def wait_until_it_listens(self) -> str:
        """The address of its listener."""
        self.wait_for(lambda: "listening on http" in self.said and self.said.endswith("\n"))
        return next(line.split()[-1] for line in self.lines if "listening on" in line)

    def ask(self, path: str) -> tuple[int, str]:
        """What its listener answers."""
        address = self.wait_until_it_listens()
        try:
            with urllib.request.urlopen(address + path, timeout=PATIENCE) as answer:  # noqa: S310  our own listener
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()
        except URLError as error:
            return 0, str(error)

    def send(self, number: int) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def ended(self) -> tuple[int, float]:
        """Its exit code, and how many seconds it took from now."""
        began = time.monotonic()
        code = self.process.wait(PATIENCE)
        return code, time.monotonic() - began

    def stopped(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """The same after a signal."""
        self.send(number)
        return self.ended()


@contextmanager
def running(folder: Path, store: str, *words: str, **tokens: str) -> Iterator[Running]:
    """A bot that is gone when the context ends."""
    bot = Running(folder, store, *words, **tokens)
    try:
        yield bot
    finally:
        bot.process.kill()
        bot.process.communicate()
