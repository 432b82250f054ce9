"""The console as a platform: what Foyer sends is printed, and stays editable for the session."""

import asyncio
import sys

from bot.adapters import Capabilities, Host
from bot.adapters.console import shape
from bot.adapters.console.place import BOT, MODERATORS, PLATFORM
from bot.adapters.console.room import Room
from bot.adapters.console.screen import Screen
from bot.delivery import Sighting
from bot.post import Post


class ConsoleAdapter:
    """Prints what Foyer sends; a nonce is remembered as long as the room is."""

    platform: str = PLATFORM
    capabilities = Capabilities(nonce_ms=sys.maxsize)

    def __init__(self, room: Room, screen: Screen) -> None:
        self.room, self.screen = room, screen
        self._sent: dict[str, str] = {}
        self._standing: dict[str, str] = {}

    @property
    def is_connected(self) -> bool:
        """Always: the terminal is there."""
        return True

    async def run(self, host: Host) -> None:
        """Wait: what happens in the room is told by the session."""
        await asyncio.get_running_loop().create_future()

    def render(self, post: Post) -> list[str]:
        """The post in one piece."""
        return [shape.write(shape.of(post))]

    def plain(self, payload: str) -> str | None:
        """None: the terminal refuses nothing."""
        return None

    async def send(self, target: str, payload: str, nonce: str) -> str:
        """Print a post, once for each nonce."""
        known = self._sent.get(nonce)
        if known is not None:
            return known
        said = self.room.note(BOT, self.screen.clock.now())
        self._sent[nonce] = said.id
        self._show(target, said.id, payload, "")
        return said.id

    async def edit(self, target: str, sent_id: str, payload: str) -> None:
        """Print what now stands in place of a post; nothing where it stands there already."""
        if self._standing.get(sent_id) != payload:
            self._show(target, sent_id, payload, self.screen.texts.text("(edited)"))

    async def delete(self, target: str, sent_id: str) -> None:
        """Say that a post is gone, and take its buttons away."""
        said = self.room.find(sent_id)
        self.room.show(sent_id, ())
        if self._standing.pop(sent_id, None) is not None and said is not None:
            self.screen.deleted(said.number)

    async def find(self, target: str, nonce: str, since: int) -> Sighting:
        """Whether a post was printed; the room of an earlier session is gone with all it held."""
        return Sighting(self._sent.get(nonce), is_certain=True)

    def _show(self, target: str, sent_id: str, payload: str, mark: str) -> None:
        read = shape.read(payload)
        said = self.room.find(sent_id)
        place = f"#{target}" if target == MODERATORS.external_id else ""
        self._standing[sent_id] = payload
        self.room.show(sent_id, read.choices)
        self.screen.post(said.number if said else None, read, place=place, mark=mark)
