"""Updates on their way into the store: read, noted in one transaction, and then acted upon."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog

from bot.adapters import Cursor, Host, Misfit, News
from bot.adapters.telegram.groups.arrivals import Arrivals
from bot.adapters.telegram.groups.staff import Staff
from bot.adapters.telegram.listening.called import STREAM
from bot.adapters.telegram.listening.calls import Calls
from bot.adapters.telegram.reading.people import TELEGRAM, Me
from bot.adapters.telegram.reading.reactions import in_turn
from bot.adapters.telegram.reading.skeletons import misfit
from bot.adapters.telegram.reading.told import Told
from bot.adapters.telegram.reading.translate import translate
from bot.adapters.telegram.reading.updates import Unreadable, decode
from bot.adapters.telegram.reading.wire import Update
from bot.delivery import DeliveryError
from bot.errors import StoreError
from bot.events import Event
from bot.model import PlaceId

POLLS_KNOWN = 10_000
STUBBORN_KNOWN = 1_000

NOBODY: frozenset[int] = frozenset()

Numbered = tuple[int, bytes | msgspec.Raw]
"""An update with its number, which tells where to go on and nothing else."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Heard:
    events: list[Event] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    polls: list[str] = field(default_factory=list)


class Inbox:
    """Takes updates in; `look_anew` is called for groups where somebody's rights changed.

    A `stream` is read from where the last updates ended; without one they come by themselves.
    """

    def __init__(
        self,
        host: Host,
        me: Me,
        arrivals: Arrivals,
        staff: Staff,
        calls: Calls,
        look_anew: Callable[[PlaceId], None],
        stream: str | None,
    ) -> None:
        self._host, self._me, self._stream = host, me, stream
        self._arrivals, self._staff, self._calls = arrivals, staff, calls
        self._look_anew = look_anew
        self._turn = asyncio.Lock()
        self._is_recalled = False
        self._poll_places: dict[str, PlaceId | None] = {}
        self._understood = 0
        self._stubborn: dict[int, int] = {}
        """How much was understood when an update failed for the first time, by its number."""

    async def take(self, updates: Sequence[Numbered]) -> int:
        """Note updates and how far the stream was read; how many of them were understood.

        Those that nobody understands are put aside.

        Raises:
            StoreError: it could not be noted, and is to be told again.
        """
        cursor = self._cursor(updates[-1][0])
        outcome = await _tried(self._take(updates, cursor))
        if not isinstance(outcome, Exception):
            return outcome
        log.error("updates were not taken", count=len(updates), exc_info=outcome)
        return await self._take_apart(updates, cursor, outcome)

    async def put_aside(self, number: int, raw: bytes | msgspec.Raw, reason: str) -> None:
        """Keep what an update looked like, and go on behind it.

        Raises:
            StoreError: it could not be noted.
        """
        misfits = [misfit(raw, Unreadable(reason))]
        await self._host.take(cursor=self._cursor(number), misfits=misfits)

    async def _take_apart(
        self, updates: Sequence[Numbered], cursor: Cursor | None, error: Exception
    ) -> int:
        """Put aside what trips a mistake of ours: to hear it for ever is to hear nothing else.

        Where not one can be taken, no update is to blame, and Telegram keeps them for a day; but
        one is that fails again though others were understood meanwhile.
        """
        misfits: list[Misfit] = []
        understood = 0
        for one in updates:
            outcome = await _tried(self._take([one], None))
            if isinstance(outcome, Exception):
                misfits.append(misfit(one[1], Unreadable(type(outcome).__name__)))
            else:
                understood += outcome
        if not understood and not self._is_to_blame(updates):
            raise error
        await self._host.take(cursor=cursor, misfits=misfits)
        return understood

    def _is_to_blame(self, updates: Sequence[Numbered]) -> bool:
        if len(self._stubborn) >= STUBBORN_KNOWN:
            self._stubborn.clear()
        since = self._stubborn.setdefault(updates[0][0], self._understood)
        return len(updates) == 1 and since < self._understood

    async def _take(self, updates: Sequence[Numbered], cursor: Cursor | None) -> int:
        now = self._host.clock.now()
        tolds: list[Told] = []
        misfits: list[Misfit] = []
        for _, raw in updates:
            try:
                update = decode(raw)
            except Unreadable as error:
                misfits.append(misfit(raw, error))
                continue
            blind = await self._blind(update)
            tolds.append(translate(update, self._me, now=now, blind=blind))
        for told in tolds:
            await self._arrivals.heed(told)
        news = await self._news(tolds)
        async with self._keeping(tolds, cursor) as kept:
            await self._host.take(*news, cursor=kept, misfits=misfits)
            self._act(tolds)
        self._understood += len(tolds)
        return len(tolds)

    @asynccontextmanager
    async def _keeping(
        self, tolds: Sequence[Told], cursor: Cursor | None
    ) -> AsyncIterator[Cursor | None]:
        """The cursor to be kept: without a stream, what the next process must not answer again.

        Calls are kept one after the other then, for each cursor holds those before it.
        """
        calls = [told.call for told in tolds if told.call is not None]
        if self._stream is not None or not calls:
            yield cursor
            return
        called = self._calls.called
        async with self._turn:
            if not self._is_recalled:
                called.recall(await self._host.cursor(STREAM))
                self._is_recalled = True
            yield Cursor(STREAM, called.with_(calls))

    def _act(self, tolds: Sequence[Told]) -> None:
        for told in tolds:
            place = told.arrival.place.id if told.arrival else told.place
            if place is not None and (told.arrival or told.rights_changed):
                self._staff.forget(int(place.external_id))
                self._look_anew(place)
            if told.call is not None:
                self._calls.take(told.call)

    async def _blind(self, update: Update) -> frozenset[int]:
        """The update's chat, where only service messages tell who comes and goes."""
        message = update.message
        if message is None or not (message.new_chat_members or message.left_chat_member):
            return NOBODY
        try:
            sees = self._me.id in await self._staff.administrators(message.chat.id)
        except DeliveryError:
            sees = False  # told twice in a second it is one join all the same
        return NOBODY if sees else frozenset({message.chat.id})

    async def _news(self, tolds: Sequence[Told]) -> list[News]:
        heard: dict[PlaceId, _Heard] = {}
        for told in tolds:
            for poll in told.polls:
                self._know_poll(poll, told.place)
            place = told.place if told.vote_in is None else await self._place_of(told.vote_in)
            if place is None or not (told.events or told.polls):
                continue
            here = heard.setdefault(place, _Heard())
            here.events += told.events
            here.names.update(told.names)
            here.polls += told.polls
        return [
            News(place, in_turn(one.events), one.names, one.polls) for place, one in heard.items()
        ]

    async def _place_of(self, poll: str) -> PlaceId | None:
        if poll not in self._poll_places:
            self._know_poll(poll, await self._host.place_of_poll(TELEGRAM, poll))
        return self._poll_places[poll]

    def _know_poll(self, poll: str, place: PlaceId | None) -> None:
        if len(self._poll_places) >= POLLS_KNOWN:
            self._poll_places.clear()
        self._poll_places[poll] = place

    def _cursor(self, last: int) -> Cursor | None:
        return None if self._stream is None else Cursor(self._stream, str(last + 1))


async def _tried(work: Coroutine[Any, Any, int]) -> int | Exception:
    """What some work gives, or how it failed where neither the store nor a cancellation did it."""
    outcome: int | BaseException
    [outcome] = await asyncio.gather(work, return_exceptions=True)
    if isinstance(outcome, StoreError) or not isinstance(outcome, int | Exception):
        raise outcome
    return outcome
