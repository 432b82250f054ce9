"""Takes up what is due and has it sent, one message at a time in each chat."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import structlog

from bot.adapters import Adapter
from bot.clock import Clock
from bot.delivery import Parcel
from bot.errors import StoreError
from bot.model import Community
from bot.outbox.attempts import LONGEST_MS, ambiguous, attempt, failed
from bot.outbox.insisting import insist
from bot.outbox.outcomes import Again, Outcome, Refused
from bot.outbox.putting import Putting
from bot.outbox.reports import Reports
from bot.outbox.rests import Rests
from bot.outbox.settling import Settling
from bot.outbox.turns import Lane, Turns, lane_of, turns
from bot.telemetry import Telemetry
from bot.text.texts import Texts
from db import outbox
from db.connection import Connection
from db.outbox import Claim, Entry
from db.store import Store

LEASE_MS = 60_000
"""So long a claim holds: longer than the longest attempt."""

_NAP_SECONDS = 30.0
"""So often the clock is looked at anew, because it may have been set."""

_BEFORE_ALL = -1
"""An instant (epoch ms) at which nothing is due yet."""

_log = structlog.get_logger(__name__)


class _Taken(NamedTuple):
    claims: list[Claim]
    expired: list[tuple[int, str, int, str]]
    next_at: int | None


class Outbox:
    """Says what was put into the store, each post once.

    `owner` names this process in leases; an attempt is given up after `patience` seconds.
    """

    def __init__(
        self,
        store: Store,
        adapters: Mapping[str, Adapter],
        clock: Clock,
        telemetry: Telemetry,
        texts: Callable[[str], Texts],
        owner: str,
        patience: float = LONGEST_MS / 1000,
    ) -> None:
        self._store = store
        self._adapters = adapters
        self._clock = clock
        self._telemetry = telemetry
        self._owner = owner
        self._patience = patience
        self._putting = Putting(adapters, clock)
        self._settling = Settling(Reports(self._putting, texts), clock)
        self._served = set(adapters)
        self._lanes: dict[Lane, asyncio.Task[None]] = {}
        self._rests = Rests()
        self._sendings: set[asyncio.Task[Outcome]] = set()
        self._hearings: set[asyncio.Task[None]] = set()
        self._faults: list[BaseException] = []
        self._taking_up = asyncio.Lock()
        self._poked = asyncio.Event()
        self._is_stopping = False

    async def put(self, connection: Connection, community: Community, parcel: Parcel) -> bool:
        """Store a parcel inside the caller's transaction; `poke` once that is on the disk.

        False where nothing is there to be said or changed, as nobody serves the platform.
        """
        return await self._putting.put(connection, community, parcel)

    def poke(self) -> None:
        """Look for what is due, now."""
        self._poked.set()

    async def pump(self) -> None:
        """Say everything that is due now; done once all of it is decided.

        Raises:
            StoreError: the store cannot be read or written.
        """
        await self._take_up()
        while self._lanes:
            await asyncio.wait(self._lanes.values(), return_when=asyncio.FIRST_COMPLETED)
            await self._take_up()

    async def run(self) -> None:
        """Say what falls due, until cancelled or stopped; a store that fails is asked again."""
        while not self._is_stopping:
            self._poked.clear()
            try:
                # A cancelled claim would leave posts behind that nobody sends.
                next_at = await asyncio.shield(asyncio.create_task(self._take_up()))
            except StoreError as error:
                _log.warning("store failed", error=str(error))
                next_at = None
            await self._rest(next_at)

    async def stop(self, seconds: float) -> None:
        """Take nothing up any more, and wait for what is being sent at most so long."""
        self._is_stopping = True
        self.poke()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._taking_up:
                if self._lanes:
                    await asyncio.wait(self._lanes.values())

    async def next_at(self) -> int | None:
        """The next instant (epoch ms) at which there is something to do, None where nothing is."""
        return (await self._store.write(partial(self._turns, now=_BEFORE_ALL))).next_at

    async def _rest(self, until: int | None) -> None:
        """Sleep until an instant, or until poked."""
        wait = _NAP_SECONDS if until is None else (until - self._clock.now()) / 1000
        with suppress(TimeoutError):
            async with asyncio.timeout(min(max(wait, 0.0), _NAP_SECONDS)):
                await self._poked.wait()

    async def _take_up(self) -> int | None:
        """Begin to send what is due; the instant at which there is more to do."""
        if self._faults:
            raise self._faults.pop()
        async with self._taking_up:
            if self._is_stopping:
                return None
            taken = await self._store.write(partial(self._claim, now=self._clock.now()))
            for claim in taken.claims:
                lane = lane_of(claim.entry)
                task = self._lanes[lane] = asyncio.create_task(self._work(claim))
                task.add_done_callback(partial(self._free, lane))
        for community, key, part, platform in taken.expired:
            self._tell(platform, outbox.EXPIRED, community=community, key=key, part=part)
        return taken.next_at

    async def _claim(self, connection: Connection, now: int) -> _Taken:
        await outbox.end_rests(connection, now)
        expired = await outbox.expire(connection, now)
        due, next_at = await self._turns(connection, now)
        until = now + LEASE_MS
        held = [
            await outbox.claim(connection, one, self._owner, now, until)
            for one in self._within_reach(due)
        ]
        return _Taken([claim for claim in held if claim is not None], expired, next_at)

    def _within_reach(self, due: list[Entry]) -> list[Entry]:
        """As many as a platform may have on their way; the others' turn comes when one is done."""
        room = {name: one.capabilities.at_once for name, one in self._adapters.items()}
        for lane in self._lanes:
            room[lane.platform] -= 1
        taken = []
        for entry in due:
            if room[entry.platform] > 0:
                room[entry.platform] -= 1
                taken.append(entry)
        return taken

    async def _turns(self, connection: Connection, now: int) -> Turns:
        entries = await outbox.list_next(connection)
        rests = await self._rests.read(connection, now)
        return turns(entries, now, rests, self._lanes, self._served)

    def _free(self, lane: Lane, task: asyncio.Task[None]) -> None:
        del self._lanes[lane]
        if not task.cancelled() and (fault := task.exception()) is not None:
            self._faults.append(fault)
        self.poke()

    async def _work(self, claim: Claim) -> None:
        entry = claim.entry
        outcome = await self._attempted(claim)
        pace = self._adapters[entry.platform].capabilities.pace_ms
        self._rests.note(entry, outcome, self._clock.now(), pace)
        if isinstance(outcome, Refused):
            self._served.discard(entry.platform)
        try:
            verdict = await insist(self._store, partial(self._settling.settle, claim, outcome))
        except StoreError:  # its lease ends, and then it is looked into again
            return
        state, reason = (verdict.state, verdict.error) if verdict else ("overtaken", None)
        self._tell(entry.platform, state, **_named(entry), reason=reason)

    async def _attempted(self, claim: Claim) -> Outcome:
        """The outcome of an attempt, which has a task of its own and is never cancelled."""
        adapter = self._adapters[claim.entry.platform]
        now = self._clock.now()
        if now + self._patience * 1000 > claim.until:
            return Again("was held up", 0)
        sending = asyncio.create_task(attempt(adapter, claim, now))
        self._sendings.add(sending)
        sending.add_done_callback(self._sendings.discard)
        await asyncio.wait({sending}, timeout=self._patience)
        if not sending.done():
            self._hear_later(claim, sending)
            return ambiguous(adapter, claim, "no answer in time")
        if sending.cancelled():
            return ambiguous(adapter, claim, "was cancelled")
        error = sending.exception()
        return sending.result() if error is None else failed(adapter, claim, error)

    def _hear_later(self, claim: Claim, sending: asyncio.Task[Outcome]) -> None:
        hearing = asyncio.create_task(self._hear_out(claim, sending))
        self._hearings.add(hearing)
        hearing.add_done_callback(self._hearings.discard)

    async def _hear_out(self, claim: Claim, sending: asyncio.Task[Outcome]) -> None:
        """Take the late answer of an attempt that was given up."""
        await asyncio.wait({sending})
        if sending.cancelled():
            return
        outcome = sending.exception() or sending.result()
        _log.warning("late answer", outcome=type(outcome).__name__)
        if isinstance(outcome, BaseException):
            return
        with suppress(StoreError):
            if await insist(self._store, partial(self._settling.settle_late, claim, outcome)):
                self._tell(claim.entry.platform, outbox.SENT, **_named(claim.entry))
                self.poke()

    def _tell(self, platform: str, state: str, **details: object) -> None:
        self._telemetry.posted(platform, state)
        _log.info("post", platform=platform, state=state, **details)


def _named(entry: Entry) -> dict[str, object]:
    return {"community": entry.community, "key": entry.key, "part": entry.part, "op": entry.op}
