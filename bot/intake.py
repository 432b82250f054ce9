"""What platforms tell, recorded once and then heard by the cogs, in one transaction."""

from dataclasses import replace
from typing import Any, NamedTuple

from bot.adapters import Arrival, News
from bot.clock import Clock
from bot.communities import cleaned_name
from bot.dispatcher import Dispatcher
from bot.events import BotArrived
from bot.languages import languages
from bot.model import Community, Place, PlaceId
from bot.outbox import reopen
from bot.recorder import Recorder
from bot.recorder.writers import WRITERS
from bot.settings import load_settings, save_settings
from bot.telemetry import Telemetry
from db.connection import Connection
from db.directory import add_place, create_community, find_community_at
from db.presence import arrive, depart
from db.store import Store
from db.suppression import Suppression


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
        self._store, self._dispatcher, self._suppression = store, dispatcher, suppression
        self._defaults, self._clock, self._telemetry = defaults, clock, telemetry
        self._recorders: dict[int, tuple[Community, Recorder]] = {}
        self._losses = 0

    def renew(self) -> None:
        """Forget what the recorders remember of the store, because somebody else changed it."""
        self._recorders.clear()

    async def arrive(self, arrival: Arrival) -> None:
        """Take note of a guild or chat that the bot is in."""
        await self._store.write(lambda connection: self._move_in(connection, arrival))

    async def depart(self, place: PlaceId) -> None:
        """Take note that the bot was removed."""
        at = self._clock.now()
        await self._store.write(lambda connection: depart(connection, place, at))

    async def take(self, news: News) -> None:
        """Record events with their cursor, and let the cogs hear of those that are new."""

        async def record(connection: Connection) -> int:
            try:
                return await self._record(connection, news)
            except BaseException:
                self.renew()
                raise

        new = await self._store.write(record, is_patient=self._is_patient)
        self._telemetry.recorded(news.place.platform, new)

    async def _record(self, connection: Connection, news: News) -> int:
        now = self._clock.now()
        community = await find_community_at(connection, news.place)
        if community is None:
            unnamed = Arrival(Place(news.place, None, "unknown"), now)
            community = await self._found(connection, unnamed)
        events = [event for event in news.events if type(event) in WRITERS]
        new = await self._recorder(connection, community).record_new(events)
        if news.cursor is not None:
            await connection.run("set_cursor", at=now, **news.cursor._asdict())
        await self._dispatcher.hear(connection, community, new, news.names, now)
        return len(new)

    def _recorder(self, connection: Connection, community: Community) -> Recorder:
        if self._losses != self._store.losses:
            self._losses = self._store.losses
            self.renew()  # what they remember may have been rolled back
        known = self._recorders.get(community.id)
        if known is None or known[0] != community:
            known = community, Recorder(connection, community, self._suppression)
            self._recorders[community.id] = known
        return known[1]

    async def _move_in(self, connection: Connection, arrival: Arrival) -> Community:
        place = arrival.place
        community = await find_community_at(connection, place.id)
        if community is None:
            community = await self._found(connection, arrival)
        await self._furnish(connection, community, arrival)
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
        return community

    async def _found(self, connection: Connection, arrival: Arrival) -> Community:
        place = arrival.place
        timezone, language = self._defaults
        if arrival.language in languages():
            language = arrival.language or language
        name = cleaned_name(place.name or "", fallback=str(place.id))
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
