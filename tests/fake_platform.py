"""A platform for `foyer run`: its token says how it behaves, and files remember what it was told.

`steady` connects and hears events without end; `rejected` turns the bot away, `leaving` does so
after a while; `failing` fails whenever it runs; `silent` never connects; `stubborn` ignores that it
is cancelled. With `deaf` in the token its sends never end.
"""

import asyncio
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.adapters import Arrival, Capabilities, Cursor, Host, News
from bot.config import DiscordSettings, TelegramSettings
from bot.delivery import AuthError, Sighting
from bot.events import MemberJoined
from bot.model import ChannelId, Place, PlaceId
from bot.post import Post
from bot.render.text import render_text

FOLDER = "FAKE_PLATFORM_FOLDER"
PAUSE = 0.01
"""Seconds between two events."""
LEAVES_AFTER = 5
"""Events."""


class FakeFailureError(Exception):
    """What nobody expects of a platform."""


@dataclass
class FakePlatform:
    platform: str
    token: str
    folder: Path
    capabilities: Capabilities = field(default_factory=Capabilities)
    is_connected: bool = False

    async def run(self, host: Host) -> None:
        self._note("runs", "1")
        match self.token.partition("-")[0]:
            case "rejected":
                raise AuthError(f"The token `{self.token}` was rejected")
            case "failing":
                raise FakeFailureError(f"somebody wrote {self.token}")
            case "silent":
                await asyncio.Event().wait()
            case "stubborn":
                await self._hear_stubbornly(host)
            case _:
                await self._hear(host)

    async def _hear_stubbornly(self, host: Host) -> None:
        while True:
            try:
                await self._hear(host)
            except asyncio.CancelledError:
                self._note("cancelled", "1")

    async def _hear(self, host: Host) -> None:
        place = PlaceId(self.platform, "100")
        here = ChannelId(self.platform, "100")
        await host.arrive(Arrival(Place(place, "The club", "group"), host.clock.now(), here, here))
        self.is_connected = True
        number = int(await host.cursor(f"fake-{self.platform}") or 0)
        while True:
            number += 1
            joined = MemberJoined(platform=self.platform, user=f"user{number}", at=host.clock.now())
            cursor = Cursor(f"fake-{self.platform}", str(number))
            news = News(place, [joined], {f"user{number}": f"N{number}"})
            await host.take(news, cursor=cursor)
            self._note("acknowledged", str(number))
            if self._is("leaving") and number == LEAVES_AFTER:
                raise AuthError("the token was withdrawn")
            await asyncio.sleep(PAUSE)

    def render(self, post: Post) -> list[str]:
        return [render_text(post)]

    def plain(self, payload: str) -> str | None:
        return None

    async def send(self, target: str, payload: str, nonce: str) -> str:
        self._note("sent", nonce)
        if self._is("deaf"):
            await asyncio.Event().wait()
        return nonce

    async def edit(self, target: str, sent_id: str, payload: str) -> None:
        self._note("edited", sent_id)

    async def delete(self, target: str, sent_id: str) -> None:
        self._note("deleted", sent_id)

    async def find(self, target: str, nonce: str, since: int) -> Sighting:
        return Sighting(None, is_certain=False)

    def _is(self, behaviour: str) -> bool:
        return behaviour in self.token.split("-")

    def _note(self, what: str, line: str) -> None:
        with (self.folder / f"{self.platform}.{what}").open("a") as file:
            file.write(f"{line}\n")


def fake_discord(settings: DiscordSettings) -> FakePlatform:
    return _made("discord", settings)


def fake_telegram(settings: TelegramSettings) -> FakePlatform:
    return _made("telegram", settings)


def _made(platform: str, settings: Any) -> FakePlatform:
    folder = Path(os.environ[FOLDER])
    return FakePlatform(platform, settings.token.get_secret_value(), folder)
