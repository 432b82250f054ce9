"""How Foyer answers: in the group that asked, or in the private chat of whoever did."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from bot.adapters.telegram.asking.orders import caller_of
from bot.adapters.telegram.asking.shares import Shares
from bot.adapters.telegram.reading.told import Call
from bot.adapters.telegram.saying.payload import link_of, payloads_of, plain_of
from bot.adapters.telegram.saying.voice import Voice
from bot.clock import Clock
from bot.delivery import ContentError, MessageGoneError, NotDeliveredError, TargetMovedError
from bot.model import PlaceId
from bot.post import Post

PATIENCE_MS = 10_000
"""An answer that has to wait longer is left unsaid: by then nobody waits for it any more."""
_SECOND = 1000
MOST_REMEMBERED = 10_000

Rest = Callable[[float], Awaitable[None]]
Key = TypeVar("Key")


class Answers:
    """Says what was asked for, quietly, and remembers which community it was about."""

    def __init__(self, voice: Voice, clock: Clock, rest: Rest = asyncio.sleep) -> None:
        self._voice, self._rest = voice, rest
        self._shares = Shares(clock)
        self._about: OrderedDict[tuple[int, int], PlaceId] = OrderedDict()
        self._last: OrderedDict[int, PlaceId] = OrderedDict()

    def has_room(self, call: Call) -> bool:
        """Whether another answer may be said where a call was made, a group."""
        return self._shares.has_room(call.chat.id, caller_of(call).account)

    async def in_group(self, call: Call, post: Post) -> None:
        """Answer where a call was made, in its topic, as a reply to it; silently not if that is
        more than a group should hear.

        Raises:
            DeliveryError: it was not said.
        """
        await self._here(call, payloads_of(post))

    async def point(self, call: Call, text: str, label: str, url: str) -> None:
        """Answer in a group, as `in_group` does, with one sentence and a button that leads on.

        Raises:
            DeliveryError: it was not said.
        """
        await self._here(call, [link_of(text, label, url)])

    async def in_private(self, user: int, post: Post, place: PlaceId | None) -> None:
        """Write to somebody; what they press or ask there next is about the same community.

        Raises:
            TargetGoneError: they have not opened the private chat, or closed it.
            DeliveryError: it was not said for another reason.
        """
        for payload in payloads_of(post):
            message = await self._send(str(user), payload, None)
            if place is not None:
                _keep(self._about, (user, int(message)), place)
                _keep(self._last, user, place)

    def about(self, user: int, message: int | None) -> PlaceId | None:
        """The community that a message in somebody's private chat is about, if it is known."""
        return None if message is None else self._about.get((user, message))

    def last(self, user: int) -> PlaceId | None:
        """The community that somebody's last answer in private was about, if it is known."""
        return self._last.get(user)

    async def _here(self, call: Call, payloads: Iterable[str]) -> None:
        if not self.has_room(call):
            return
        reply_to = call.message
        for payload in payloads:
            self._shares.count(call.chat.id, caller_of(call).account)
            await self._send(channel_of(call), payload, reply_to)
            reply_to = None

    async def _send(self, target: str, payload: str, reply_to: int | None) -> str:
        """Say something, once more where the first try surely came to nothing."""
        try:
            return await self._voice.send(target, payload, reply_to=reply_to)
        except NotDeliveredError as error:
            if error.retry_after > PATIENCE_MS:
                raise
            await self._rest(max(error.retry_after, _SECOND) / _SECOND)
        except TargetMovedError as error:
            target, reply_to = error.new_target, None
        except MessageGoneError:
            reply_to = None
        except ContentError:
            plain = plain_of(payload)
            if plain is None:
                raise
            payload = plain
        return await self._voice.send(target, payload, reply_to=reply_to)


def channel_of(call: Call) -> str:
    """The chat or topic in which a call was made."""
    return str(call.chat.id) if call.thread is None else f"{call.chat.id}/{call.thread}"


def _keep(known: OrderedDict[Key, PlaceId], key: Key, place: PlaceId) -> None:
    known[key] = place
    known.move_to_end(key)
    while len(known) > MOST_REMEMBERED:
        known.popitem(last=False)
