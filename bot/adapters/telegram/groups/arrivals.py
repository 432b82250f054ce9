"""Which groups the bot is in: it comes, goes, or finds itself there, under whatever id."""

import asyncio
from collections.abc import Collection
from typing import NamedTuple

import structlog

from bot.adapters import Arrival, Host
from bot.adapters.telegram.line.client import Client
from bot.adapters.telegram.line.errors import delivery
from bot.adapters.telegram.reading.people import TELEGRAM
from bot.adapters.telegram.reading.told import Told
from bot.adapters.telegram.reading.wire import OUTSIDE
from bot.clock import MINUTE_MS
from bot.delivery import DeliveryError, TargetGoneError, TargetMovedError
from bot.model import ChannelId, Place, PlaceId

MOST_ASKED = 20
"""So many groups are asked whether they are a new one's former self."""

ABSENT_MS = 5 * MINUTE_MS
"""So long Telegram's word holds that the bot is not in a group."""

BASIC, SUPER = "group", "supergroup"

log = structlog.get_logger(__name__)


class _Met(NamedTuple):
    place: Place
    at: int
    language: str | None


class Arrivals:
    """Keeps Foyer's knowledge of where the bot is as Telegram's is."""

    def __init__(self, host: Host, client: Client) -> None:
        self._host, self._client = host, client
        self._present: dict[PlaceId, Place] = {}
        self._left: set[PlaceId] = set()
        self._moved: set[PlaceId] = set()
        self._absent: dict[PlaceId, int] = {}
        self._meeting = asyncio.Lock()

    async def load(self) -> None:
        """Begin with what the store knows.

        Raises:
            StoreError: it does not tell.
        """
        for place, is_present in await self._host.places(TELEGRAM):
            if is_present:
                self._present[place.id] = place
            else:
                self._left.add(place.id)

    def present(self) -> Collection[PlaceId]:
        """The groups that the bot is in."""
        return tuple(self._present)

    async def heed(self, told: Told) -> None:
        """Take note of what an update tells of the bot's own whereabouts, before its events.

        Raises:
            StoreError: it could not be noted.
        """
        for old, new in told.moves:
            await self.move(old, new)
        if told.departure is not None:
            await self.depart(told.departure)
        elif told.arrival is not None:
            async with self._meeting:
                await self._arrive(told.arrival)
        elif told.place is not None and not self._is_settled(told.place):
            async with self._meeting:
                if not self._is_settled(told.place):
                    await self._meet(_met(told, told.place, self._host.clock.now()))

    async def move(self, old: PlaceId, new: PlaceId) -> None:
        """A group goes on as a supergroup; telling it again is harmless.

        Raises:
            StoreError: it could not be noted.
        """
        if old in self._moved and new in self._present:
            return
        await self._host.move(old, new)
        self._moved.add(old)
        former = self._present.pop(old, None)
        if former is not None:
            self._present[new] = Place(new, former.name, SUPER)

    async def depart(self, place: PlaceId) -> None:
        """The bot is no longer in a group.

        Raises:
            StoreError: it could not be noted.
        """
        await self._host.depart(place)
        self._present.pop(place, None)
        self._left.add(place)
        self._absent.pop(place, None)

    def _is_settled(self, place: PlaceId) -> bool:
        """Whether nothing need be done to hear from a group; late news of a former self is."""
        return place in self._present or place in self._moved

    async def _arrive(self, arrival: Arrival) -> None:
        place = arrival.place
        if place.kind == SUPER and place.id not in self._left | self._present.keys():
            await self._find_former_self(place)
        await self._host.arrive(arrival)
        self._present[place.id] = place
        self._left.discard(place.id)

    async def _meet(self, met: _Met) -> None:
        """Something happened in a group of which nobody said that the bot is in it."""
        place = met.place
        if place.id in self._left and await self._is_absent(place.id):
            return
        main = ChannelId(*place.id)
        await self._arrive(Arrival(place, met.at, main=main, language=met.language))

    async def _is_absent(self, place: PlaceId) -> bool:
        """Whether what is heard from a group is older than the bot's leaving it."""
        now = self._host.clock.now()
        if now - self._absent.get(place, now - ABSENT_MS) < ABSENT_MS:
            return True
        try:
            with delivery():
                bot, chat = self._client.bot, int(place.external_id)
                member = await bot.get_chat_member(chat, self._client.me.id)
            is_out = member.status in OUTSIDE
        except TargetGoneError:
            is_out = True
        except DeliveryError:
            return True
        if is_out:
            self._absent[place] = now
        return is_out

    async def _find_former_self(self, place: Place) -> None:
        """Ask groups whether they have become this one, which both may have failed to tell."""
        groups = [one for one in self._present.values() if one.kind == BASIC]
        groups.sort(key=lambda one: one.name != place.name)
        for group in groups[:MOST_ASKED]:
            try:
                with delivery():  # a question that Telegram answers for groups that live only
                    await self._client.bot.get_chat_member_count(int(group.id.external_id))
            except TargetMovedError as error:
                new = PlaceId(TELEGRAM, error.new_target)
                await self.move(group.id, new)
                if new == place.id:
                    return
            except DeliveryError as error:
                log.info("a group does not tell where it is", reason=type(error).__name__)


def _met(told: Told, place: PlaceId, now: int) -> _Met:
    chat = told.chat
    instants = [event.at for event in told.events if hasattr(event, "at")]
    user = None if told.call is None else told.call.user
    language = None if user is None else user.language_code
    return _Met(
        Place(place, chat.title if chat else None, chat.type if chat else SUPER),
        min(instants, default=now),
        language and language.partition("-")[0],
    )
