"""Where events, commands, routines and alarms meet the cogs; what fails there ends here."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import structlog

from bot.adapters import Reply
from bot.cog import AlarmHandler, Cog, Handler, Routine
from bot.commands import Command, Request
from bot.context import Alarm, CommandContext, Context, Due, SkippedError, World
from bot.cooldown import Cooldowns
from bot.errors import StoreError, UserError
from bot.events import Event
from bot.hands import CollectingHands, FreeHands, Put, Read, Rehearse, TransactionHands
from bot.languages import spoken
from bot.model import Community
from bot.privacy.user_language import language_of
from bot.refusals import BROKEN, refused
from bot.schedule import Outcome
from bot.settings import CommunitySettings, load_settings
from bot.telemetry import Telemetry
from bot.text.phrase import phrase
from bot.text.texts import Texts
from db.connection import Connection
from db.directory import find_community_at
from db.store import Store

log = structlog.get_logger(__name__)

NO_STORE = phrase("I cannot write anything down at the moment. Please try again later.")
UNKNOWN = phrase("I do not know /{command}. See /help.")
STAFF_ONLY = phrase("/{command} is for moderators.")


class Patience(NamedTuple):
    """How many seconds something may take before it counts as failed.

    What runs inside a transaction keeps everybody else from writing.
    """

    inside: float = 5.0
    routine: float = 120.0
    command: float = 60.0


PATIENCE = Patience()


class Dispatcher:
    """Calls what the cogs declared, each with the context that suits it.

    An event goes on with the next handler when one fails, a command is answered politely, a
    routine or an alarm is marked as failed. Only a lost transaction reaches the caller.
    """

    def __init__(
        self,
        cogs: Iterable[Cog],
        world: World,
        store: Store,
        reading: Read,
        put: Put,
        rehearse: Rehearse,
        telemetry: Telemetry,
        patience: Patience = PATIENCE,
    ) -> None:
        self.world = world
        self._store, self._reading, self._put = store, reading, put
        self._rehearse, self._patience = rehearse, patience
        self._telemetry = telemetry
        self._cooldowns = Cooldowns()
        self._handlers: defaultdict[type[Event], list[Handler]] = defaultdict(list)
        for cog in cogs:
            for handler in cog.handlers:
                self._handlers[handler.event].append(handler)

    @property
    def commands(self) -> Mapping[str, Command]:
        """Every command by its name."""
        return self.world.commands

    async def hear(
        self,
        connection: Connection,
        community: Community,
        events: Sequence[Event],
        names: Mapping[str, str],
        now: int,
    ) -> None:
        """Let the cogs hear of new events inside the transaction that recorded them."""
        wanted = [(event, self._handlers.get(type(event), ())) for event in events]
        if not any(handlers for _, handlers in wanted):
            return
        ctx = await self._inside(connection, community, now, names)
        for event, handlers in wanted:
            for handler in handlers:
                outcome = await self._hear_one(connection, ctx, handler, event)
                self._telemetry.heard(handler.cog, outcome)

    async def _hear_one(
        self, connection: Connection, ctx: Context, handler: Handler, event: Event
    ) -> str:
        try:
            async with asyncio.timeout(self._patience.inside), connection.savepoint():
                await handler.run(ctx, event)
        except Exception as error:
            if not connection.in_transaction:
                raise
            log.error("handler failed", cog=handler.cog, heard=type(event).__name__, exc_info=error)
            return "failed"
        return "done"

    async def ring(
        self, connection: Connection, handler: AlarmHandler, community: Community, alarm: Alarm
    ) -> bool:
        """Let an alarm ring inside a transaction; False where it failed and left no trace."""
        ctx = await self._inside(connection, community, alarm.now, {})
        try:
            async with asyncio.timeout(self._patience.inside), connection.savepoint():
                await handler.run(ctx, alarm)
        except Exception as error:
            if not connection.in_transaction:
                raise
            log.error("alarm failed", alarm=handler.name, exc_info=error)
            return False
        return True

    async def perform(self, routine: Routine, community: Community, due: Due) -> Outcome:
        """Run a routine's turn; what it posts comes back to be stored with its slot.

        Raises:
            StoreError: the store does not answer, which is no failure of the routine's.
        """
        hands = CollectingHands(self._store, self._reading, self._put, self._rehearse)
        try:
            ctx = await self._outside(community, hands, due.now)
            async with asyncio.timeout(self._patience.routine):
                await routine.run(ctx, due)
        except SkippedError as reason:
            return Outcome("skipped", str(reason), ())
        except StoreError:
            raise
        except Exception as error:
            log.error("routine failed", routine=routine.name, exc_info=error)
            return Outcome("failed", type(error).__name__, ())
        return Outcome("done", "", tuple(hands.parcels))

    async def ask(self, request: Request, now: int) -> Reply:
        """Answer a command."""
        command = self.commands.get(request.command)
        name = command.name if command else "unknown"
        texts = self.world.texts(spoken(request.asker.language))
        try:
            community, settings, preferred = await self._asked_in(request)
            wanted = (preferred, request.asker.language, community and community.language)
            texts = self.world.texts(spoken(*wanted))
            if command is None:
                raise UserError(UNKNOWN, command=request.command)
            reply = await self._answer(command, request, community, settings, texts, now)
        except UserError as refusal:
            self._telemetry.answered(name, "refused")
            return _refusal(texts, refusal)
        except StoreError as error:
            log.error("command met a store that fails", command=name, exc_info=error)
            self._telemetry.answered(name, "failed")
            return _refusal(texts, UserError(NO_STORE))
        except Exception as error:
            log.error("command failed", command=name, exc_info=error)
            self._telemetry.answered(name, "failed")
            return _refusal(texts, UserError(BROKEN))
        self._telemetry.answered(name, "done")
        return reply

    async def language(self, request: Request) -> str:
        """The language in which a request is answered in private."""
        try:
            community, _, preferred = await self._asked_in(request)
        except StoreError:
            return spoken(request.asker.language)
        return spoken(preferred, request.asker.language, community and community.language)

    async def _answer(
        self,
        command: Command,
        request: Request,
        community: Community | None,
        settings: CommunitySettings,
        private_texts: Texts,
        now: int,
    ) -> Reply:
        if command.staff_only and not request.asker.is_staff:
            raise UserError(STAFF_ONLY, command=command.name)
        texts = private_texts
        if community is not None and not command.private:
            texts = self.world.texts(community.language)
        ctx = CommandContext(
            self.world,
            FreeHands(self._store, self._reading, self._put),
            now,
            texts,
            community,
            settings,
            {request.asker.account.external_id: request.asker.name},
            asker=request.asker,
            channel=request.channel,
            place=request.place,
        )
        if not command.anywhere:
            _ = ctx.community  # refuses in a private chat
        values = command.values(request.arguments, request.channel.platform)
        with self._cooldowns.kept(command, community, request.asker, private_texts, now):
            async with asyncio.timeout(self._patience.command):
                answer = await command.run(ctx, **values)
        return Reply(answer, command.private, texts.language)

    async def _asked_in(
        self, request: Request
    ) -> tuple[Community | None, CommunitySettings, str | None]:
        """The community, its settings, and the language that the asker chose for themselves."""

        async def look(
            connection: Connection,
        ) -> tuple[Community | None, CommunitySettings, str | None]:
            account, place = request.asker.account, request.place
            language = await language_of(connection, account)
            community = None if place is None else await find_community_at(connection, place)
            if community is None:
                return None, CommunitySettings(), language
            return community, await load_settings(connection, community.id), language

        return await self._reading(lambda reader: look(reader.connection))

    async def _inside(
        self, connection: Connection, community: Community, now: int, names: Mapping[str, str]
    ) -> Context:
        return Context(
            self.world,
            TransactionHands(connection, self._put),
            now,
            self.world.texts(community.language),
            community,
            await load_settings(connection, community.id),
            names,
        )

    async def _outside(self, community: Community, hands: FreeHands, now: int) -> Context:
        settings = await hands.read(lambda connection: load_settings(connection, community.id))
        texts = self.world.texts(community.language)
        return Context(self.world, hands, now, texts, community, settings)


def _refusal(texts: Texts, refusal: UserError) -> Reply:
    return Reply(refused(texts, refusal), True, texts.language, refusal)
