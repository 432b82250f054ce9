"""What platforms tell, recorded once and then heard by the cogs, in one transaction."""

import hashlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from bot.adapters import Arrival, Cursor, Misfit, News
from bot.clock import Clock
from bot.communities import cleaned_name
from bot.dispatcher import Dispatcher
from bot.events import BotArrived
from bot.languages import languages
from bot.model import Community, Place, PlaceId
from bot.outbox import reopen
from bot.recorder.writers import WRITERS
from bot.recorders import Recorders
from bot.settings import load_settings, save_settings
from bot.sight import Sight
from bot.telemetry import Telemetry
from bot.whereabouts import AWAY, Whereabouts, gap
from db.connection import Connection, Row
from db.directory import add_place, create_community, find_community_at, rename
from db.places import is_left_behind
from db.presence import absence_since, arrive, depart
from db.store import Store
from db.suppression import Suppression
from db.tables import POLL, QUARANTINE

T = TypeVar("T")

PUSHED = "pushed"
"""The stream of updates that were not asked for."""


class Defaults(NamedTuple):
    """What a community that the bot meets begins with."""

    timezone: str
    language: str


class Intake:
    """Takes what adapters bring; a guild or chat becomes a community when it is first seen."""

    def __init__(
        self,
        store: Store,
        dispatcher: Dispatcher,
        suppression: Suppression,
        defaults: Defaults,
        clock: Clock,
        telemetry: Telemetry,
        *,
        is_patient: bool = True,
    ) -> None:
        self._is_patient = is_patient
        self._store, self._dispatcher = store, dispatcher
        self._defaults, self._clock, self._telemetry = defaults, clock, telemetry
        self._recorders = Recorders(store, suppression)
        self._whereabouts = Whereabouts(dispatcher, self._recorders, suppression, clock)

    def renew(self) -> None:
        """Forget what the recorders remember of the store, because somebody else changed it."""
        self._recorders.renew()

    async def arrive(self, arrival: Arrival) -> None:
        """Take note of a guild or chat that the bot is in."""
        await self._write(lambda connection: self._move_in(connection, arrival))

    async def depart(self, place: PlaceId) -> None:
        """Take note that the bot was removed."""
        at = self._clock.now()
        await self._write(lambda connection: depart(connection, place, at))

    async def take(
        self, news: Sequence[News], cursor: Cursor | None, misfits: Sequence[Misfit]
    ) -> None:
        """Record events with their cursor, and let the cogs hear of those that are new."""

        async def record(connection: Connection) -> list[int]:
            new = [await self._record(connection, one) for one in news]
            now = self._clock.now()
            if cursor is not None:
                await connection.run("set_cursor", at=now, **cursor._asdict())
            await connection.insert(QUARANTINE, _quarantined(cursor, misfits, now))
            return new

        new = await self._write(record)
        for one, count in zip(news, new, strict=True):
            self._telemetry.recorded(one.place.platform, count)

    async def move(self, old: PlaceId, new: PlaceId) -> None:
        """Make one history of a chat that goes on under another id."""

        async def unit(connection: Connection) -> None:
            known = [await find_community_at(connection, place) for place in (old, new)]
            if not any(known):  # otherwise the two would begin as communities of their own
                heard = Arrival(Place(new, None, "supergroup"), self._clock.now())
                await self._found(connection, heard)
            await self._whereabouts.move(connection, old, new)

        await self._write(unit)

    async def resume(self, platform: str, kept_ms: int) -> None:
        """Note what nobody heard before listening began again, but for the last `kept_ms`."""
        await self._write(
            lambda connection: self._whereabouts.resume(connection, platform, kept_ms)
        )

    async def look(self, place: PlaceId, blind: Collection[Sight]) -> None:
        """Take note of what cannot be seen in a guild or chat."""
        await self._write(lambda connection: self._whereabouts.look(connection, place, blind))

    async def _write(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        async def unit(connection: Connection) -> T:
            try:
                return await work(connection)
            except BaseException:
                self.renew()
                raise

        return await self._store.write(unit, is_patient=self._is_patient)

    async def _record(self, connection: Connection, news: News) -> int:
        now = self._clock.now()
        community = await find_community_at(connection, news.place)
        if community is None:
            unnamed = Arrival(Place(news.place, None, "unknown"), now)
            community = await self._found(connection, unnamed)
        events = [event for event in news.events if type(event) in WRITERS]
        new = await self._recorders.of(connection, community).record_new(events)
        platform, chat = news.place
        await connection.insert(POLL, [(platform, poll, chat, now) for poll in news.polls])
        await self._dispatcher.hear(connection, community, new, news.names, now)
        return len(new)

    async def _move_in(self, connection: Connection, arrival: Arrival) -> None:
        place = arrival.place
        if await is_left_behind(connection, place.id):
            return
        community = await find_community_at(connection, place.id)
        if community is None:
            community = await self._found(connection, arrival)
        elif community.name == str(place.id) and place.name:
            community = await rename(connection, community, _name_of(place))
        await self._furnish(connection, community, arrival)
        absent = await absence_since(connection, place.id)
        if absent is not None and absent < arrival.at:
            missed = gap(place.id.platform, absent, arrival.at, AWAY)
            await self._recorders.of(connection, community).record([missed])
        if await arrive(connection, place.id, arrival.at):
            for channel in filter(None, (arrival.main, arrival.moderators)):
                await reopen(connection, community.id, channel)
            came = BotArrived(
                platform=place.id.platform,
                place=place.id.external_id,
                at=arrival.at,
                main=None if arrival.main is None else arrival.main.external_id,
            )
            await self._dispatcher.hear(connection, community, [came], {}, self._clock.now())

    async def _found(self, connection: Connection, arrival: Arrival) -> Community:
        place = arrival.place
        timezone, language = self._defaults
        if arrival.language in languages():
            language = arrival.language or language
        name = _name_of(place)
        community = await create_community(connection, name, timezone, language, arrival.at)
        await add_place(connection, community.id, place.id, place.kind, place.name)
        return community

    async def _furnish(
        self, connection: Connection, community: Community, arrival: Arrival
    ) -> None:
        """Set the channels that the platform tells of, where moderators have set none.

        What would have moderators read with everybody is left unset.
        """
        settings = await load_settings(connection, community.id)
        told = {"main": arrival.main, "moderators": arrival.moderators}
        missing: dict[str, Any] = {
            name: channel
            for name, channel in told.items()
            if channel is not None and getattr(settings, name) is None
        }
        if replace(settings, **missing).mixes_readers:
            missing.pop("moderators" if "moderators" in missing else "main", None)
        await save_settings(connection, community.id, **missing)


def _name_of(place: Place) -> str:
    """What a community is called that begins with a guild or chat."""
    return cleaned_name(place.name or "", fallback=str(place.id))


def _quarantined(cursor: Cursor | None, misfits: Sequence[Misfit], now: int) -> list[Row]:
    """Rows by a mark of what they hold, so that the same update is kept once."""
    stream = PUSHED if cursor is None else cursor.stream
    marks = [hashlib.sha256(one.skeleton.encode()).hexdigest()[:24] for one in misfits]
    return [(stream, mark, *one, now) for mark, one in zip(marks, misfits, strict=True)]
