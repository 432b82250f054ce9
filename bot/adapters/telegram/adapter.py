"""Telegram as one of Foyer's platforms: what it hears there, and what it says."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import structlog

from bot.adapters import Capabilities, Host
from bot.adapters.telegram.asking.desk import Desk
from bot.adapters.telegram.asking.menus import publish
from bot.adapters.telegram.groups.arrivals import Arrivals
from bot.adapters.telegram.groups.rounds import Rounds
from bot.adapters.telegram.groups.staff import Staff
from bot.adapters.telegram.line.client import Client, connected
from bot.adapters.telegram.line.errors import delivery
from bot.adapters.telegram.line.pace import Pace
from bot.adapters.telegram.line.server_clock import ServerClock
from bot.adapters.telegram.listening.calls import Calls
from bot.adapters.telegram.listening.errands import Errands
from bot.adapters.telegram.listening.hearing import backing_off
from bot.adapters.telegram.listening.inbox import Inbox
from bot.adapters.telegram.listening.poller import STREAM, Poller
from bot.adapters.telegram.listening.webhook import Webhook
from bot.adapters.telegram.reading.people import TELEGRAM
from bot.adapters.telegram.saying.payload import payloads_of, plain_of
from bot.adapters.telegram.saying.voice import Voice
from bot.clock import Clock
from bot.delivery import AuthError, DeliveryError, NotDeliveredError, Sighting, TargetMovedError
from bot.errors import StoreError
from bot.model import PlaceId
from bot.post import Post

if TYPE_CHECKING:
    from bot.config import TelegramSettings

PACE_MS = 4_000
"""Fifteen posts a minute in one chat, which leaves room for answers below Telegram's twenty."""

AT_ONCE = 3
"""At a tenth of a second a message enough for thirty a second; more would be more in doubt."""

LONGEST_NAME = 32
"""Characters of an invite link's name."""

T = TypeVar("T")
Rest = Callable[[float], Awaitable[None]]

log = structlog.get_logger(__name__)


class _Line(NamedTuple):
    """What there is while the bot is connected."""

    client: Client
    voice: Voice
    arrivals: Arrivals
    ears: Poller | Webhook


class TelegramAdapter:
    """Listens by asking or by being called, as the settings say, and speaks as the outbox asks."""

    platform: str = TELEGRAM
    capabilities = Capabilities(pace_ms=PACE_MS, at_once=AT_ONCE)

    def __init__(self, settings: "TelegramSettings", rest: Rest = asyncio.sleep) -> None:
        self._settings, self._rest = settings, rest
        self._pace = Pace()
        self._line: _Line | None = None

    @property
    def is_connected(self) -> bool:
        """Whether Telegram can be heard at this moment."""
        return self._line is not None and self._line.ears.is_connected

    async def run(self, host: Host) -> None:
        """Listen until cancelled.

        Raises:
            AuthError: Telegram does not accept the token, or serves another process of this bot.
            StoreError: the store does not tell where the bot is.
        """
        rests, clock = backing_off(), ServerClock(host.clock)
        while True:
            try:
                async with connected(self._settings, clock) as client:
                    await self._serve(host, client, clock)
            except AuthError:
                raise
            except DeliveryError as error:
                log.warning("not connected", platform=TELEGRAM, reason=str(error))
                await self._rest(next(rests))

    def render(self, post: Post) -> list[str]:
        """The post as payloads, one for each message that it needs."""
        return payloads_of(post)

    def plain(self, payload: str) -> str | None:
        """A payload without markup; None if it has none."""
        return plain_of(payload)

    async def send(self, target: str, payload: str, nonce: str) -> str:
        """Say something in a chat or topic; Telegram knows no nonce.

        Raises:
            DeliveryError: what became of it, by its class.
        """
        return await self._say(target, lambda voice: voice.send(target, payload))

    async def edit(self, target: str, sent_id: str, payload: str) -> None:
        """Put something else in place of a message; doing it twice is doing it once."""
        await self._say(target, lambda voice: voice.edit(target, sent_id, payload))

    async def delete(self, target: str, sent_id: str) -> None:
        """Delete a message; one that is gone already is no failure."""
        await self._say(target, lambda voice: voice.delete(target, sent_id))

    async def find(self, target: str, nonce: str, since: int) -> Sighting:
        """Nobody knows: Telegram shows bots no history."""
        return Sighting(None, is_certain=False)

    async def invite(self, place: str, name: str, *, is_gated: bool) -> str:
        """The address of a new link of that name; `is_gated` has moderators let each one in.

        Raises:
            TargetGoneError: the bot may not make links there.
            DeliveryError: what else became of it, by its class.
        """
        bot = self._connected().client.bot
        with delivery():
            link = await bot.create_chat_invite_link(
                int(place), name=name[:LONGEST_NAME], creates_join_request=is_gated
            )
        return link.invite_link

    def _connected(self) -> _Line:
        if self._line is None:
            raise NotDeliveredError("not connected to Telegram")
        return self._line

    async def _say(self, target: str, say: Callable[[Voice], Awaitable[T]]) -> T:
        line = self._connected()
        try:
            return await say(line.voice)
        except TargetMovedError as error:
            chat = target.partition("/")[0]
            try:
                await line.arrivals.move(
                    PlaceId(TELEGRAM, chat), PlaceId(TELEGRAM, error.new_target)
                )
            except StoreError as failure:
                log.warning("store failed", error=str(failure))  # it will be told once more
            raise

    async def _serve(self, host: Host, client: Client, clock: Clock) -> None:
        log.info("here I am", bot=f"@{client.me.username}", invite=_invitation(client.me.username))
        staff, voice = Staff(client.bot, host.clock), Voice(client.bot, self._pace)
        arrivals, errands = Arrivals(host, client), Errands(self._rest)
        await arrivals.load()
        rounds = Rounds(host, client.bot, client.me, staff, arrivals)
        desk = Desk(host, client.bot, client.me, staff, voice)
        calls = Calls(clock, desk.answer, client.let_go)
        is_called = bool(self._settings.webhook_url)

        def look_anew(place: PlaceId) -> None:
            errands.begin(f"look at {place}", lambda: rounds.visit(place))

        # What Telegram could not bring comes later, with smaller numbers: there is no cursor then.
        stream = None if is_called else STREAM
        inbox = Inbox(host, client.me, arrivals, staff, calls, look_anew, stream)
        ears: Poller | Webhook = (
            Webhook(host, client, inbox, self._settings, self._rest)
            if is_called
            else Poller(host, client, inbox, self._rest)
        )
        errands.keep("rounds", lambda: rounds.run(arrivals.present))
        errands.begin("menus", lambda: self._show_menus(host, client, arrivals))
        with self._holding(_Line(client, voice, arrivals, ears)):
            try:
                await ears.run()
            finally:
                await errands.end()
                await calls.end()

    async def _show_menus(self, host: Host, client: Client, arrivals: Arrivals) -> None:
        for rest in backing_off():
            if await publish(client.bot, host, arrivals.present()):
                return
            await self._rest(rest)

    @contextmanager
    def _holding(self, line: _Line) -> Iterator[None]:
        self._line = line
        try:
            yield
        finally:
            self._line = None


def _invitation(username: str) -> str:
    """A link that adds the bot to a group, with the rights that it can use."""
    return f"https://t.me/{username}?startgroup&admin=invite_users+pin_messages"
