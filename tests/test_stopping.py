"""Signals ask and never interrupt, and a deadline ends what hangs."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.running.stopping import (
    LAST_MOMENTS,
    LONGEST_STOP,
    Deadline,
    StopSignals,
    tell_service_manager,
)


class NotedDeadline(Deadline):
    """Remembers what was set, and ends nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.set_to: list[float] = []

    def set(self, seconds: float, exit_code: int = 0) -> None:
        self.set_to.append(seconds)


def send(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_first_signal_asks_and_the_second_hurries(number: int) -> None:
    deadline = NotedDeadline()
    with StopSignals(deadline).heeded() as signals:
        signals.bind()
        assert not signals.asked.is_set()
        send(number)
        await asyncio.wait_for(signals.asked.wait(), 5)
        assert not signals.hurried.is_set()
        send(number)
        await asyncio.wait_for(signals.hurried.wait(), 5)
    assert deadline.set_to == [LONGEST_STOP, LAST_MOMENTS]


def test_a_signal_before_the_loop_runs_is_heeded_later() -> None:
    async def run(signals: StopSignals) -> tuple[bool, bool]:
        signals.bind()
        return signals.asked.is_set(), signals.hurried.is_set()

    with StopSignals(NotedDeadline()).heeded() as signals:
        send(signal.SIGTERM)
        assert asyncio.run(run(signals)) == (True, False)
        send(signal.SIGTERM)  # the loop is gone; nobody minds


def test_a_signal_wakes_a_loop_that_sleeps() -> None:
    async def run(signals: StopSignals) -> float:
        signals.bind()
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.wait_for(signals.asked.wait(), 30)
        return loop.time() - began

    with StopSignals(NotedDeadline()).heeded() as signals:
        before = signal.signal(signal.SIGALRM, lambda *_: send(signal.SIGTERM))
        try:
            assert asyncio.run(run(signals)) < 10
        finally:
            signal.signal(signal.SIGALRM, before)


def test_afterwards_signals_do_what_they_did() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    with StopSignals(NotedDeadline()).heeded():
        assert signal.getsignal(signal.SIGTERM) != before[0]
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


def hanging(script: str) -> tuple[int, str, float]:
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603  our own interpreter
        [
            *(sys.executable, "-c"),
            f"from bot.running.stopping import *\nimport os, signal, time\n{script}",
        ],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stderr, time.monotonic() - began


@pytest.mark.parametrize("exit_code", [0, 1])
def test_a_process_that_hangs_is_left_at_the_deadline(exit_code: int) -> None:
    code, said, took = hanging(
        f"Deadline().set(0.1, {exit_code})\nthreading.Thread(target=time.sleep, args=(50,)).start()"
    )
    assert code == exit_code
    assert said.startswith("foyer: something did not end in time")
    assert said.count("\n") == 1
    assert took < 30


def test_a_deadline_can_be_set_anew_and_lifted() -> None:
    script = "d = Deadline(); d.set(0.05); d.set(60); time.sleep(0.3); d.lift(); print('there')"
    assert hanging(script)[:2] == (0, "")


def test_a_deadline_keeps_nobody_waiting() -> None:
    code, said, took = hanging("Deadline().set(50)")
    assert (code, said) == (0, "")
    assert took < 30


@pytest.mark.parametrize("abstract", [False, True])
def test_the_service_manager_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, abstract: bool
) -> None:
    name = f"@foyer-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(name.replace("@", "\0", 1) if abstract else name)
        manager.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        tell_service_manager("READY=1")
        assert manager.recv(100) == b"READY=1"


@pytest.mark.parametrize("address", [None, "", "/nowhere/at/all"])
def test_without_a_service_manager_nothing_happens(
    monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    if address is None:
        monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    else:
        monkeypatch.setenv("NOTIFY_SOCKET", address)
    tell_service_manager("READY=1")
