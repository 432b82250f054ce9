"""The bot without any platform: what it hears, what it does by itself, and what it says."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from bot.adapters import Adapter, Arrival, Cursor, Misfit, News, Reply, Standing
from bot.attaching import Attaching
from bot.clock import Clock, ManualClock
from bot.cog import Cog
from bot.commands import Command, Request
from bot.context import SkippedError, World
from bot.delivery import Parcel
from bot.dispatcher import Dispatcher
from bot.hands import Read
from bot.housekeeping import Housekeeper
from bot.intake import Defaults, Intake
from bot.invitations import Invitations
from bot.invite_links import InviteLinks
from bot.languages import SOURCE_LANGUAGE, languages
from bot.model import PlaceId
from bot.outbox import Outbox
from bot.privacy.consent import Consent
from bot.schedule import Schedule
from bot.sight import Sight
from bot.slot_reasons import SlotReason
from bot.telemetry import Telemetry
from bot.text import texts_for
from bot.text.texts import Texts
from db.places import find_poll, list_standings
from db.store import Store
from db.suppression import Suppression


@dataclass(frozen=True)
class Outfit:
    """What an engine is built of."""

    store: Store
    reading: Read
    suppression: Suppression
    cogs: Sequence[Cog]
    adapters: Mapping[str, Adapter]
    clock: Clock
    telemetry: Telemetry
    defaults: Defaults
    owner: str
    """Names this process in leases."""
    is_patient: bool = True
    """Whether events wait a moment to share a commit with others."""


class Engine:
    """What adapters talk to (a `Host`), and what makes routines and posts happen."""

    def __init__(self, outfit: Outfit) -> None:
        self.clock = outfit.clock
        self.adapters = outfit.adapters
        self.telemetry = outfit.telemetry
        self.store, self.reading = outfit.store, outfit.reading
        self._texts = cache(texts_for)
        spoken = [self.texts(language) for language in languages()]
        commands = {
            command.name: command.in_languages(spoken)
            for cog in outfit.cogs
            for command in cog.commands
        }
        outfit.telemetry.declare(commands)
        self.outbox = Outbox(
            outfit.store,
            outfit.adapters,
            outfit.clock,
            outfit.telemetry,
            self.texts,
            outfit.owner,
        )
        self.consent = Consent(outfit.suppression, self._renew)
        world = World(
            commands=commands,
            texts=self.texts,
            consent=self.consent,
            platforms=self._platforms,
            started_at=outfit.clock.now(),
            invite=Invitations(outfit.adapters).invite,
            attaching=Attaching(outfit.suppression, self._renew),
            links=InviteLinks(outfit.suppression, self._renew),
        )
        self._dispatcher = Dispatcher(
            outfit.cogs,
            world,
            outfit.store,
            outfit.reading,
            self.outbox.put,
            self._rehearse,
            outfit.telemetry,
        )
        self._intake = Intake(
            outfit.store,
            self._dispatcher,
            outfit.suppression,
            outfit.defaults,
            outfit.clock,
            outfit.telemetry,
            is_patient=outfit.is_patient,
        )
        self._housekeeper = Housekeeper(outfit.store, outfit.adapters, self._intake.renew)
        self.schedule = Schedule(
            outfit.store,
            self._dispatcher,
            self.outbox.put,
            [routine for cog in outfit.cogs for routine in cog.routines],
            [alarm for cog in outfit.cogs for alarm in cog.alarms],
            outfit.clock,
            outfit.telemetry,
        )

    @property
    def commands(self) -> Mapping[str, Command]:
        """Every command by its name."""
        return self._dispatcher.commands

    def texts(self, language: str) -> Texts:
        """The texts of a language, or of the source language where there is none."""
        return self._texts(language if language in languages() else SOURCE_LANGUAGE)

    async def arrive(self, arrival: Arrival) -> None:
        """Take note of a guild or chat; the first time it becomes a community."""
        await self._intake.arrive(arrival)
        self.outbox.poke()

    async def depart(self, place: PlaceId) -> None:
        """The bot was removed from a guild or chat."""
        await self._intake.depart(place)

    async def take(
        self, *news: News, cursor: Cursor | None = None, misfits: Sequence[Misfit] = ()
    ) -> None:
        """Record events and let cogs hear of the new ones; done once it is on the disk."""
        await self._intake.take(news, cursor, misfits)
        self.outbox.poke()

    async def move(self, old: PlaceId, new: PlaceId) -> None:
        """A chat goes on under another id: what was or will be seen of either is one history."""
        await self._intake.move(old, new)

    async def resume(self, platform: str, kept_ms: int) -> None:
        """Listening begins, or begins again; what nobody can know any more is noted as a gap."""
        await self._intake.resume(platform, kept_ms)

    async def look(self, place: PlaceId, blind: Collection[Sight]) -> None:
        """What the bot is kept from seeing in a guild or chat, from now on."""
        await self._intake.look(place, blind)
        self.outbox.poke()

    async def places(self, platform: str) -> Sequence[Standing]:
        """The guilds or chats of a platform that are not left behind for another id."""
        found = await self.reading(lambda reader: list_standings(reader.connection, platform))
        return [Standing(*one) for one in found]

    async def place_of_poll(self, platform: str, poll: str) -> PlaceId | None:
        """Where a poll was opened, None where nobody saw it."""
        return await self.reading(lambda reader: find_poll(reader.connection, platform, poll))

    async def cursor(self, stream: str) -> str | None:
        """How far a stream was read, None at the very first."""
        value: str | None = await self.reading(
            lambda reader: reader.connection.value("stream_cursor", stream=stream)
        )
        return value

    async def ask(self, request: Request) -> Reply:
        """What Foyer answers to a command; never raises for what members do."""
        reply = await self._dispatcher.ask(request, self.clock.now())
        self.outbox.poke()
        return reply

    async def language(self, request: Request) -> str:
        """The language in which a request is answered in private; nothing is done."""
        return await self._dispatcher.language(request)

    async def tick(self) -> None:
        """Do what is due now."""
        await self._housekeeper.keep(self.clock.now())
        await self.schedule.tick()
        self.telemetry.ticked(self.clock.now())
        self.outbox.poke()

    async def settle(self) -> None:
        """Do and say everything that is due now."""
        await self.tick()
        await self.outbox.pump()

    async def next_at(self) -> int | None:
        """The next instant (epoch ms) at which there is something to do, None where nothing is."""
        instants = (await self.schedule.next_at(), await self.outbox.next_at())
        return min((at for at in instants if at is not None), default=None)

    def _rehearse(self, parcel: Parcel) -> None:
        if parcel.to is None or parcel.post is None:
            return
        adapter = self.adapters.get(parcel.to.platform)
        if adapter is None:
            raise SkippedError(SlotReason.NO_PLATFORM)
        adapter.render(parcel.post)

    def _platforms(self) -> Mapping[str, bool]:
        return {name: adapter.is_connected for name, adapter in self.adapters.items()}

    def _renew(self) -> None:
        self._intake.renew()
        self.schedule.renew()


class Stage(Engine):
    """An engine whose clock stands still until it is told to move: the console, tests."""

    def __init__(self, outfit: Outfit, clock: ManualClock) -> None:
        super().__init__(replace(outfit, clock=clock, is_patient=False))
        self._moved = clock

    async def advance(self, until: int) -> None:
        """Let time pass, doing what falls due on the way."""
        await self.settle()
        while (at := await self.next_at()) is not None and at <= until:
            self._moved.at = max(self._moved.at, at)
            await self.settle()
        self._moved.at = max(self._moved.at, until)
        await self.settle()
