"""Chats as people read and choose them when a form asks for one."""

from dataclasses import replace

from bot.adapters import Host
from bot.adapters.telegram.asking.arguments import ME
from bot.adapters.telegram.asking.orders import Order
from bot.adapters.telegram.reading.people import TELEGRAM
from bot.forms import Asking
from bot.params import Kind
from bot.post import Field, inert_name
from bot.text.texts import Texts

_SUPERGROUP = "-100"
"""How the id of a supergroup begins; the rest of it stands in its links."""
_FOR_FEW = frozenset({"moderators"})
"""What a form may use a private chat for."""


class Chats:
    """Knows chats by their names."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def options(
        self, asking: Asking, order: Order, texts: Texts
    ) -> tuple[tuple[str, str], ...]:
        """The answers to the open question that have buttons, each as its word and its label.

        No button offers a chat that the form uses for something else.
        """
        entry = asking.entry
        if entry.kind != Kind.CHANNEL or entry.options:
            return entry.options
        known = {**order.known, **asking.answers}
        others = {
            known.get(other.name)
            for other in asking.form.fields
            if other.kind == Kind.CHANNEL and other.name != entry.name
        }
        offered = []
        if order.place is not None and order.place.external_id not in others:
            chat = order.place.external_id
            offered.append((chat, await self._name(chat)))
        if entry.name in _FOR_FEW:
            offered.append((ME, texts.text("Our private chat")))
        return tuple(offered)

    async def readable(self, entry: Field, user: int, texts: Texts) -> Field:
        """A question that shows the chat which holds now as people know it."""
        if entry.kind != Kind.CHANNEL or not entry.value:
            return entry
        chat, _, thread = entry.value.partition("/")
        if chat == str(user):
            return replace(entry, value=texts.text("Our private chat"))
        if not chat.startswith("-"):
            return replace(entry, value=texts.text("Somebody’s private chat"))
        if thread and chat.startswith(_SUPERGROUP):
            link = f"https://t.me/c/{chat.removeprefix(_SUPERGROUP)}/{thread}"
            return replace(entry, value=link)
        return replace(entry, value=await self._name(chat))

    async def _name(self, chat: str) -> str:
        """What a group is called; its id where nobody knows."""
        standings = await self._host.places(TELEGRAM)
        names = {one.place.id.external_id: one.place.name or "" for one in standings}
        return inert_name(names.get(chat, ""), chat)
