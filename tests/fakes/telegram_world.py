"""The state behind the fake Bot API: who there is, what was said where, and what the bot did."""

import threading
import time
from collections.abc import Callable
from typing import Any

from bot.clock import Clock, now_ms
from tests.fakes.telegram_queue import DAY, Updates
from tests.fakes.telegram_state import Json, Made, Person, Room, Sent

BOT_ID = 5_000_000_001
TOKEN = f"{BOT_ID}:AAFoyer-fake_token_for_tests_0123456789"
"""Shaped as a real one, so that masks know it."""
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds of updates that must be asked for, and that only administrators get."""
PRESS_LIVES = 150
"""Seconds for which a press waits to be fetched."""


class ShiftedClock:
    """The machine's clock, which may be moved."""

    def __init__(self) -> None:
        self._shift = 0

    def now(self) -> int:
        """The present instant in UTC epoch milliseconds."""
        return now_ms() + self._shift

    def advance(self, milliseconds: int) -> None:
        """Let time pass."""
        self._shift += milliseconds

    def set(self, at: int) -> None:
        """Go on from another instant, in epoch milliseconds."""
        self._shift = at - now_ms()


class World:
    """Everything the server knows; every change is made under the lock of `changed`."""

    def __init__(self, clock: Clock | None, *, reads_all: bool) -> None:
        self.clock: Any = clock or ShiftedClock()
        self.changed = threading.Condition(threading.RLock())
        self.token = TOKEN
        self.me = Person(BOT_ID, "Foyer", username="foyer_bot", is_bot=True)
        self.reads_all = reads_all
        self.people: dict[int, Person] = {BOT_ID: self.me}
        self.rooms: dict[int, Room] = {}
        self.updates = Updates(self.seconds)
        self.allowed: list[str] | None = None
        """The kinds of updates that were asked for last; None for the usual ones."""
        self.slows_repeats = True
        """Whether the same offset asked again at once waits, and gets one update at most."""
        self.webhook: Json = {}
        self.sent: list[Sent] = []
        self.calls: list[Made] = []
        self.files: dict[str, bytes] = {}
        self.commands: dict[tuple[str, int | None, str], list[Json]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        """What the bot says of itself, by method and language."""
        self.answered_callbacks: dict[str, Json] = {}
        self.callbacks: dict[str, int] = {}
        self.polls: dict[str, tuple[int, int]] = {}
        """The chat and message of each poll."""
        self.check_update: Callable[[Json], None] = lambda update: None
        self.wake: Callable[[], None] = lambda: None
        self._last_number = 0
        self._last_of_account = 0

    def seconds(self) -> int:
        """The server's time, Unix seconds."""
        return int(self.clock.now()) // 1000

    def date(self, at: int | None) -> int:
        """An instant in epoch milliseconds as Unix seconds; now, where none is given."""
        return self.seconds() if at is None else at // 1000

    def number(self) -> int:
        """A number that was never given before."""
        self._last_number += 1
        return self._last_number

    def room(self, chat: int) -> Room:
        """A chat that a test made."""
        return self.rooms[chat]

    def called(self, method: str) -> list[Made]:
        """The calls of one method, oldest first."""
        return [one for one in self.calls if one.method == method]

    def notify(self) -> None:
        """Tell everybody who waits that something changed."""
        with self.changed:
            self.changed.notify_all()
            self.wake()

    def wait_for(self, condition: Callable[[], Any], seconds: float = 10) -> None:
        """Wait until something holds; fails when it does not in time. Blocks the thread."""
        ends = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > ends:
                raise AssertionError(f"not so after {seconds} s; last calls: {self.calls[-5:]}")
            time.sleep(0.005)

    def restart_ids(self, *, below: bool = True) -> None:
        """Number updates anew from elsewhere, as the server does after an idle week."""
        with self.changed:
            self.updates.restart_ids(below=below)

    def hears(self, kind: str, room: Room) -> bool:
        """Whether the server tells the bot of such things there."""
        allowed = kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT
        needs_right = kind in NOT_BY_DEFAULT and room.kind != "private"
        return allowed and (not needs_right or room.membership(BOT_ID).is_admin)

    def emit(self, kind: str, told: Json, room: Room, date: int | None = None) -> None:
        """Queue an update if the bot is to have it; `date` in Unix seconds."""
        if self.hears(kind, room):
            update = {"update_id": self.updates.next_id, kind: told}
            self.check_update(update)
            self.updates.push(update, date, PRESS_LIVES if kind == "callback_query" else DAY)
        self.notify()

    def new_message(self, room: Room, sender: Json | None, date: int, **what: Any) -> Json:
        """Put a message into a chat; nobody is told."""
        if room.kind in {"group", "private"}:
            self._last_of_account += 1
            room.last_id = self._last_of_account
        else:
            room.last_id += 1
        message = {"message_id": room.last_id, "date": date, "chat": room.chat, **what}
        if sender is not None:
            message["from"] = sender
        room.messages[room.last_id] = message
        return message

    def new_press(self) -> str:
        """The id of a press that waits to be answered."""
        number = str(4_000_000_000_000 + self.number())
        self.callbacks[number] = self.seconds()
        return number
