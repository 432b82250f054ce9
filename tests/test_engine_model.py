"""Store, schedule and outbox against a dictionary, over everything that can happen to a bot."""

import asyncio
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.adapters import Arrival, Capabilities, Cursor, News
from bot.app import on_stage
from bot.clock import DAY_MS, HOUR_MS, ManualClock
from bot.commands import Asker, Request
from bot.engine import Stage
from bot.events import Event, MemberJoined, MemberLeft, MessageDeleted, MessageSent, ReactionChanged
from bot.intake import Defaults
from bot.model import AccountId
from bot.telemetry import Telemetry
from tests.bot import CLUB, GENERAL, MODERATORS, PLATFORM
from tests.club_model import Facts, Model, mondays_at_nine
from tests.mortality import DeathError, Life, MortalPlatform, mortal_stores
from tests.stores import fetch

EXAMPLES = 500 if os.environ.get("CI") else 40
BEGINNING = 1_792_828_800_000
"""Saturday 24 October 2026, 10:00 in Paris: the clocks change in the night that follows."""
CAST = ("Ana", "Bo", "Cy", "Dee")
PATIENCE = 2 * 86_400 * 1000
ROUTINES = ("weekly_digest", "members_digest")

FACTS = {
    "message": "SELECT m.message_no, a.external_id, m.at, m.reply_no FROM message m"
    " LEFT JOIN account a ON a.account_no = m.author_no",
    "move": "SELECT a.external_id, m.at, m.joined FROM membership m"
    " LEFT JOIN account a ON a.account_no = m.account_no",
    "reaction": "SELECT r.message_no, a.external_id, r.emoji, r.at, r.added FROM reaction r"
    " LEFT JOIN account a ON a.account_no = r.account_no",
    "deletion": "SELECT message_no, at FROM deletion",
}

people = st.sampled_from(CAST)
STREAM = "telegram:updates"
lives = st.none() | st.integers(0, 60)
"""After how many statements and calls the process dies."""


class Club(RuleBasedStateMachine):
    """A club whose bot hears in any order, any number of times, and dies when it is worst."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        room = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  fast and private
        self.folder = Path(tempfile.mkdtemp(prefix="foyer-", dir=room))
        self.life, self.clock, self.model = Life(), ManualClock(BEGINNING), Model()
        self.chat = MortalPlatform()
        self.chat.life = self.life
        self.history: list[Event] = []
        self.withheld: list[Event] = []
        self.stays: set[str] = set()
        self.moved: set[str] = set()
        self.absent: set[str] = set()
        self.told = 0
        self.number = 100
        self.mortal = mortal_stores(self.life)
        self.mortal.__enter__()

    @initialize(has_nonce=st.booleans())
    def open(self, *, has_nonce: bool) -> None:
        if has_nonce:
            self.chat.capabilities = Capabilities(nonce_ms=120_000)
        self.runner.run(self._open())
        arrival = Arrival(CLUB, self.clock.now(), GENERAL, MODERATORS, "en")
        self.runner.run(self.stage.arrive(arrival))
        self.runner.run(self.stage.settle())

    async def _open(self) -> None:
        self.life.begin()
        self.exits = AsyncExitStack()
        url = f"sqlite:///{self.folder / 'foyer.db'}"
        self.stage: Stage = await self.exits.enter_async_context(
            on_stage(
                url,
                {PLATFORM: self.chat},
                self.clock,
                Defaults("Europe/Paris", "en"),
                Telemetry(),
            )
        )

    def live(self, work: Callable[[], Awaitable[object]], steps: int | None = None) -> None:
        """Do something; where the process dies over it, another begins and does it anew."""
        if steps is not None:
            self.life.ends_in(steps)
        try:
            self.runner.run(self._awaited(work))
        except DeathError:
            self.life.is_over = True
            self.runner.run(self.exits.aclose())
            self.runner.run(self._open())
            self.runner.run(self._awaited(work))
        self.life.begin()

    async def _awaited(self, work: Callable[[], Awaitable[object]]) -> None:
        await asyncio.wait_for(work(), 30)
        if self.life.is_over:
            raise DeathError

    def tell(self, events: Sequence[Event], steps: int | None = None) -> None:
        for event in events:
            self.model.hear(event)
        names = {name: name for name in CAST}
        self.told += 1
        news = News(CLUB.id, events, names, Cursor(STREAM, str(self.told)))
        self.live(lambda: self.take_once(news), steps)
        self.live(lambda: self.stage.settle())

    async def take_once(self, news: News) -> None:
        """As a platform that gives again what the stored cursor does not cover."""
        if int(await self.stage.cursor(STREAM) or 0) < self.told:
            await self.stage.take(news)

    def goes(self, who: str) -> None:
        """Somebody goes; if they were not greeted until now, they never will be."""
        if not _named(who, [message.text for message in self.chat.messages]):
            self.absent.add(who)

    def happened(self, event: Event, steps: int | None, *, is_withheld: bool) -> None:
        self.history.append(event)
        self.clock.at += 1000
        if is_withheld:
            self.withheld.append(event)
        else:
            self.tell([event], steps)

    @rule(who=people, answers=st.booleans(), later=st.booleans(), steps=lives)
    def write(self, who: str, *, answers: bool, later: bool, steps: int | None) -> None:
        known = [event.id for event in self.history if isinstance(event, MessageSent)]
        self.number += 1
        message = MessageSent(
            platform=PLATFORM,
            channel=GENERAL.external_id,
            id=str(self.number),
            author=who,
            at=self.clock.now(),
            reply_to=known[-1] if known and answers else None,
        )
        self.happened(message, steps, is_withheld=later)

    @rule(who=people, later=st.booleans(), steps=lives)
    def join(self, who: str, *, later: bool, steps: int | None) -> None:
        if not later and who not in self.moved and who not in self.model.out:
            self.stays.add(who)
        self.moved.add(who)
        if who not in self.model.out:
            self.absent.discard(who)
        event = MemberJoined(platform=PLATFORM, user=who, at=self.clock.now())
        self.happened(event, steps, is_withheld=later)

    @rule(who=people, steps=lives)
    def leave(self, who: str, steps: int | None) -> None:
        self.moved.add(who)
        self.stays.discard(who)
        self.goes(who)
        event = MemberLeft(platform=PLATFORM, user=who, at=self.clock.now())
        self.happened(event, steps, is_withheld=False)

    @precondition(lambda self: self.number > 100)
    @rule(who=people, op=st.sampled_from(("add", "remove")), steps=lives)
    def react(self, who: str, op: Any, steps: int | None) -> None:
        event = ReactionChanged(
            platform=PLATFORM,
            channel=GENERAL.external_id,
            message=str(self.number),
            user=who,
            emoji="👍",
            at=self.clock.now(),
            op=op,
        )
        self.happened(event, steps, is_withheld=False)

    @precondition(lambda self: self.number > 100)
    @rule(steps=lives)
    def delete(self, steps: int | None) -> None:
        event = MessageDeleted(
            platform=PLATFORM,
            channel=GENERAL.external_id,
            id=str(self.number),
            at=self.clock.now(),
        )
        self.happened(event, steps, is_withheld=False)

    @precondition(lambda self: self.withheld)
    @rule(dice=st.randoms(use_true_random=False), steps=lives)
    def come_late(self, dice: Any, steps: int | None) -> None:
        late, self.withheld = self.withheld, []
        dice.shuffle(late)
        self.tell(late, steps)

    @precondition(lambda self: self.history)
    @rule(dice=st.randoms(use_true_random=False), steps=lives)
    def come_again(self, dice: Any, steps: int | None) -> None:
        known = [event for event in self.history if event not in self.withheld]
        again = dice.choices(known, k=min(5, len(known))) if known else []
        joins = {event.user for event in again if isinstance(event, MemberJoined)}
        self.stays -= joins & self.model.out
        self.tell(again, steps)

    @rule(who=people, command=st.sampled_from(("forgetme", "optout", "optin")), steps=lives)
    def decide(self, who: str, command: str, steps: int | None) -> None:
        self.stays.discard(who)
        self.moved.add(who)
        arguments = {"confirm": "yes"} if command == "forgetme" else {}
        asker = Asker(AccountId(PLATFORM, who), who)
        request = Request(CLUB.id, GENERAL, asker, command, arguments)
        self.clock.at += 1000
        self.live(lambda: self.stage.ask(request), steps)
        self.live(lambda: self.stage.settle())
        if command == "optin":
            self.model.let_in(who, self.clock.now())
        else:
            self.model.erase(who)
            self.goes(who)

    @rule(hours=st.integers(1, 40), steps=lives)
    def wait(self, hours: int, steps: int | None) -> None:
        self.pass_time(hours * HOUR_MS, steps)

    @rule(days=st.integers(2, 20), steps=lives)
    def be_away(self, days: int, steps: int | None) -> None:
        """The bot is down, then comes back."""
        self.runner.run(self.exits.aclose())
        self.clock.at += days * DAY_MS
        self.runner.run(self._open())
        self.stays.clear()
        self.live(lambda: self.stage.settle(), steps)

    def pass_time(self, span: int, steps: int | None = None) -> None:
        until = self.clock.now() + span
        self.live(lambda: self.stage.advance(until), steps)

    @invariant()
    def the_store_knows_what_the_dictionary_knows(self) -> None:
        if not hasattr(self, "stage"):
            return
        assert self.rows() == self.model.facts()

    @invariant()
    def every_monday_has_one_turn_of_each_digest(self) -> None:
        if not hasattr(self, "stage"):
            return
        rows = self.asked("SELECT routine, slot_key, state FROM slot")
        weeks = mondays_at_nine(BEGINNING, self.clock.now())
        assert {(row[0], row[1]) for row in rows} == {(r, w) for r in ROUTINES for w in weeks}
        assert {row[2] for row in rows} <= {"done", "skipped", "expired"}
        since = self.clock.now() - 20 * DAY_MS  # what was said long ago is forgotten
        done = self.asked(f"SELECT routine FROM slot WHERE state = 'done' AND due_at > {since}")
        said = self.asked(
            f"SELECT DISTINCT post_key FROM outbox WHERE post_key LIKE 'digest:%' AND at > {since}"
        )
        kinds = {"moderators": "weekly_digest", "members": "members_digest"}
        assert Counter(row[0] for row in done) == Counter(
            kinds[row[0].split(":")[1]] for row in said
        )

    @invariant()
    def nothing_is_said_twice(self) -> None:
        said = Counter(message.nonce for message in self.chat.messages)
        assert set(said.values()) <= {1}

    def teardown(self) -> None:
        try:
            if hasattr(self, "stage"):
                self.pass_time(PATIENCE)
                self.everything_was_said_or_is_told_of()
                self.everybody_who_stayed_was_greeted()
                self.nobody_was_greeted_who_had_gone()
                self.runner.run(self.exits.aclose())
        finally:
            self.mortal.__exit__(None, None, None)
            self.runner.close()
            shutil.rmtree(self.folder)

    def everything_was_said_or_is_told_of(self) -> None:
        arrived = {message.nonce for message in self.chat.messages}
        rows = self.asked("SELECT post_key, op, state, nonce FROM outbox")
        assert not [row for row in rows if row[2] in ("pending", "sending")]
        for key, op, state, nonce in rows:
            if op == "send" and state == "sent":
                assert nonce in arrived, key
            if self.chat.capabilities.nonce_ms:
                assert state != "unknown", key
        unknown = {row[0] for row in rows if row[2] == "unknown"}
        told = " ".join(str(message.choices) for message in self.chat.messages)
        reports = {key for key in unknown if key.startswith("report")}
        assert [key for key in unknown - reports if key not in told and not reports] == []

    def everybody_who_stayed_was_greeted(self) -> None:
        """Nobody is left out, but where nobody knows whether it was said."""
        if self.asked("SELECT 1 FROM outbox WHERE state = 'unknown'"):
            return
        said = " ".join(m.text for m in self.chat.messages if m.target == GENERAL.external_id)
        assert {name for name in self.stays if name not in said} == set()

    def nobody_was_greeted_who_had_gone(self) -> None:
        standing = [message.text for message in self.chat.messages if not message.is_deleted]
        assert {name for name in self.absent if _named(name, standing)} == set()

    def rows(self) -> Facts:
        return {
            kind: {tuple(_told(kind, row)) for row in self.asked(sql)}
            for kind, sql in FACTS.items()
        }

    def asked(self, sql: str) -> list[Any]:
        return self.runner.run(self.stage.store.write(lambda connection: fetch(connection, sql)))


def _named(name: str, texts: Sequence[str]) -> bool:
    return any(re.search(rf"\b{name}\b", text) for text in texts)


def _told(kind: str, row: Sequence[Any]) -> Sequence[Any]:
    """The store's numbers of messages as the ids they are."""
    if kind == "message":
        return str(row[0]), row[1], row[2], None if row[3] is None else str(row[3])
    return row if kind == "move" else (str(row[0]), *row[1:])


@pytest.mark.timeout(900)
def test_whatever_happens_the_store_the_schedule_and_the_outbox_stay_right() -> None:
    run_state_machine_as_test(
        Club,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
