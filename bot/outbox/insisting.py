"""What is known is written down, even if the store does not take it at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot.errors import StoreError
from db.connection import Connection
from db.store import Store

T = TypeVar("T")

TRIES = 60
"""About as long as a lease holds, since nobody else looks into what is held until then."""

PAUSE_SECONDS = 1.0

_log = structlog.get_logger(__name__)


async def insist(store: Store, work: Callable[[Connection], Awaitable[T]]) -> T:
    """What a work on the store gives back; a store that fails is asked again for a minute.

    Raises:
        StoreError: it failed all the time.
    """
    for _ in range(TRIES - 1):
        try:
            return await store.write(work)
        except StoreError as error:
            _log.warning("store failed", error=str(error))
        await asyncio.sleep(PAUSE_SECONDS)
    return await store.write(work)
