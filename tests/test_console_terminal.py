import codecs
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator["Terminal"]:
    session = Terminal(tmp_path)
    yield session
    session.close()


class Terminal:
    """`foyer console` in a terminal of its own."""

    def __init__(self, folder: Path) -> None:
        self.master, slave = pty.openpty()
        self.seen = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        environ = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "80"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "console"],
            cwd=folder,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environ,
            start_new_session=True,
        )
        os.close(slave)

    def type(self, line: str, then: str) -> None:
        """Type a line and wait for what it brings."""
        self.seen = ""
        os.write(self.master, line.encode())
        self.wait_for(then)

    def wait_for(self, text: str) -> None:
        """Wait until the terminal shows a text."""
        end = time.monotonic() + 60
        while text not in self.seen and time.monotonic() < end:
            if select.select([self.master], [], [], 0.1)[0]:
                try:
                    raw = self._decoder.decode(os.read(self.master, 65_536))
                except OSError:  # Linux says so when the other end is closed
                    break
                self.seen += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", raw)
        assert text in self.seen, self.seen

    def close(self) -> None:
        """End the program, whatever it does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self.master)


def test_somebody_at_the_keyboard_talks_as_anybody_and_mistakes_are_forgiven(
    terminal: Terminal,
) -> None:
    terminal.wait_for("You> ")
    terminal.type("hello\n", "  2  You: hello")
    terminal.type("/settings\n", "• Time zone: UTC")
    terminal.type(":dance\n", "unknown directive :dance; :help lists them")
    terminal.type(":reply 9 yes\n", "there is no message 9")
    terminal.type(":as Zoé\n", "Zoé> ")
    terminal.type(":join Max\n", "Max joined")
    terminal.type(":advance 1h\n", "Welcome, Max!")
    terminal.type(":lang fr\n", "Zoé> ")
    terminal.type(":help\n", "met fin à la séance")
    os.write(terminal.master, b":quit\n")
    assert terminal.process.wait(20) == 0


def test_the_end_of_the_input_ends_the_session(terminal: Terminal) -> None:
    terminal.wait_for("You> ")
    os.write(terminal.master, b"\x04")
    assert terminal.process.wait(20) == 0


@pytest.mark.parametrize(
    ("number", "status", "line"),
    [(signal.SIGINT, 130, "foyer: interrupted"), (signal.SIGTERM, 143, "foyer: terminated")],
)
def test_a_signal_ends_the_session_at_once(
    terminal: Terminal, number: int, status: int, line: str
) -> None:
    terminal.wait_for("You> ")
    terminal.type("half a li", "half a li")
    time.sleep(1)  # readline does not notice a signal in the instant in which it takes a key
    os.killpg(terminal.process.pid, number)
    terminal.wait_for(line)
    assert terminal.process.wait(20) == status


def test_a_picture_is_of_a_script_only() -> None:
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "bot", "console", "--svg", "x.svg"]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(  # noqa: S603  our own program
        command, stdin=slave, capture_output=True, text=True, env=environ, check=False
    )
    os.close(master)
    os.close(slave)
    assert (done.returncode, done.stderr) == (2, "foyer: --svg draws a script; name one\n")
