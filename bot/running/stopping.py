"""How a process that runs for weeks is asked to end, and leaves in time whatever hangs."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

LONGEST_STOP = 18.0
"""Seconds from the first signal to the end; service managers kill after twenty or more."""
LAST_MOMENTS = 1.5
"""Seconds that are left once the store is closed, or when somebody asks for the second time."""


class Deadline:
    """Ends the process at an instant, come what may; what was committed by then is safe."""

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None

    def set(self, seconds: float, exit_code: int = 0) -> None:
        """Be gone in so many seconds; replaces what was set before."""
        self.lift()
        self._timer = threading.Timer(seconds, _leave, (exit_code,))
        self._timer.daemon = True
        self._timer.start()

    def lift(self) -> None:
        """Stay."""
        if self._timer is not None:
            self._timer.cancel()


def _leave(exit_code: int) -> None:
    os.write(2, b"foyer: something did not end in time and was left behind; the store is safe\n")
    os._exit(exit_code)


class StopSignals:
    """SIGTERM and SIGINT: the first asks to stop, a second one to hurry; nothing is interrupted."""

    def __init__(self, deadline: Deadline) -> None:
        self.asked, self.hurried = asyncio.Event(), asyncio.Event()
        self._deadline = deadline
        self._taken = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextmanager
    def heeded(self) -> Iterator["StopSignals"]:
        """Take the process's signals while the context is open."""
        before = {one: signal.signal(one, self._take) for one in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield self
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def bind(self) -> None:
        """Wake the running loop from now on; signals that came before count."""
        self._loop = asyncio.get_running_loop()
        self._pass_on()

    def _take(self, *_: object) -> None:
        self._taken += 1
        self._deadline.set(LONGEST_STOP if self._taken == 1 else LAST_MOMENTS)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._pass_on)

    def _pass_on(self) -> None:
        if self._taken:
            self.asked.set()
        if self._taken > 1:
            self.hurried.set()


def tell_service_manager(state: str) -> None:
    """Tell systemd `READY=1` or `STOPPING=1`, where it listens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        if address.startswith("@"):
            address = "\0" + address[1:]
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as service:
            service.sendto(state.encode(), address)
