"""Asks Telegram for updates, and for the next ones only when these are on the disk."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import msgspec
import structlog

from bot.adapters import Host
from bot.adapters.telegram.line.client import MOST_UPDATES, Client
from bot.adapters.telegram.line.transport import LONG_POLL
from bot.adapters.telegram.listening.hearing import Hearing, backing_off
from bot.adapters.telegram.listening.inbox import Inbox, Numbered
from bot.adapters.telegram.reading.updates import Unreadable, split, update_id_of
from bot.delivery import AuthError, ConflictError, DeliveryError, NotDeliveredError
from bot.errors import StoreError

STREAM = "telegram:updates"
"""Its cursor is the number that the next question begins with."""

SHORTEST_ROUND = 0.5
"""Seconds between questions while the answers hold nothing that anybody understands."""

MOST_DOUBTS = 8
"""Failures in a row, half a minute long, that make an answer one that will never be any."""

SETTLED = 10.0
"""Seconds of listening after which somebody else who reads the bot's updates is the intruder."""

MOST_CONFLICTS = 3
"""So often in a minute whoever has listened for long asks once more, which sends intruders away."""

_WHOLE = b"]}"
"""How every answer ends that holds updates."""

Rest = Callable[[float], Awaitable[None]]

log = structlog.get_logger(__name__)


class Poller:
    """Reads the stream of updates; what Telegram forgets is what the store has."""

    def __init__(
        self, host: Host, client: Client, inbox: Inbox, rest: Rest = asyncio.sleep
    ) -> None:
        self._host, self._client, self._inbox, self._rest = host, client, inbox, rest
        self._hearing = Hearing(host)
        self._offset: int | None = None
        self._is_asked = False
        self._was_fruitless = False
        self._doubts = 0
        self._singly = 0
        self._heard_since: float | None = None
        self._conflicts: list[float] = []

    @property
    def is_connected(self) -> bool:
        """Whether Telegram answers."""
        return self._hearing.is_on

    async def run(self) -> None:
        """Listen until cancelled; a failing network or store is waited for.

        Raises:
            AuthError: Telegram does not accept the bot, or somebody else reads its updates.
        """
        kept = await self._host.cursor(STREAM)
        self._offset = None if kept is None else int(kept)
        rests = backing_off()
        while True:
            try:
                await self._go_on()
                rests = backing_off()
            except ConflictError:
                if not self._stands_its_ground():
                    raise
            except AuthError:
                raise
            except DeliveryError as error:
                self._heard_since = None
                asked = error.retry_after if isinstance(error, NotDeliveredError) else 0
                self._hearing.lost(str(error))
                await self._rest(asked / 1000 or next(rests))
            except StoreError as error:
                log.warning("store failed", error=str(error))
                await self._rest(next(rests))

    def _stands_its_ground(self) -> bool:
        """Whether the other poller is to leave: Telegram tells whoever waits, old or new."""
        now = asyncio.get_running_loop().time()
        self._conflicts = [at for at in self._conflicts if now - at < 60.0] + [now]
        since = self._heard_since
        is_settled = since is not None and now - since >= SETTLED
        return is_settled and len(self._conflicts) <= MOST_CONFLICTS

    async def _go_on(self) -> None:
        began = asyncio.get_running_loop().time()
        if not self._is_asked:
            await self._client.stop_being_called()
            self._is_asked = True
        limit = 1 if self._singly else MOST_UPDATES
        wait = LONG_POLL if self._hearing.is_on else 0
        body = await self._client.poll(self._offset, limit=limit, wait=wait)
        understood = await self._take(body)
        self._singly = max(self._singly - 1, 0)
        if self._was_fruitless and not understood:
            passed = asyncio.get_running_loop().time() - began
            await self._rest(max(SHORTEST_ROUND - passed, 0.0))
        self._was_fruitless = not understood

    async def _take(self, body: bytes) -> int:
        try:
            updates = _numbered(split(body), self._offset)
        except Unreadable as error:
            await self._doubt(body, error)
            return 0
        self._doubts = 0
        await self._hearing.heard()
        if self._heard_since is None:
            self._heard_since = asyncio.get_running_loop().time()
        if not updates:
            return 0
        understood = await self._inbox.take(updates)
        # What was received last, not what is highest: Telegram may begin to count anew, below.
        self._offset = updates[-1][0] + 1
        return understood

    async def _doubt(self, body: bytes, error: Unreadable) -> None:
        """An answer of which not even the updates can be told apart.

        It is asked for again, for it may have been cut on its way; then updates come one by one.
        What is no answer ever is left behind, where it shows its number and is no mere half.

        Raises:
            DeliveryError: it is to be asked for once more, after a rest.
        """
        self._doubts += 1
        if self._doubts == 1:
            return
        self._singly = MOST_UPDATES
        if self._doubts == 2:
            return
        number = update_id_of(body)
        if number is None:
            raise DeliveryError("what answers is not Telegram")
        if self._doubts < MOST_DOUBTS or not body.endswith(_WHOLE):
            raise DeliveryError("an answer that cannot be read")
        await self._hearing.heard()
        await self._inbox.put_aside(number, body, str(error))
        self._offset = number + 1
        self._doubts = self._singly = 0


def _numbered(raws: Sequence[msgspec.Raw], offset: int | None) -> list[Numbered]:
    """The updates with their numbers; one that shows none has that after the one before it.

    Raises:
        Unreadable: there is nothing to count from.
    """
    numbered: list[Numbered] = []
    before = None if offset is None else offset - 1
    for raw in raws:
        number = update_id_of(raw)
        if number is None:
            if before is None:
                raise Unreadable("the first update shows no number")
            number = before + 1
        numbered.append((number, raw))
        before = number
    return numbered
