"""Buttons that do what a deep link does: for one community of several, or once it is confirmed."""

from collections.abc import Iterable, Mapping

from bot.adapters.telegram.asking.deep_links import DeepLinks, Link
from bot.adapters.telegram.asking.memberships import Found
from bot.adapters.telegram.reading.people import TELEGRAM
from bot.model import ChannelId, Place
from bot.post import Choice, Post, inert_name, plain
from bot.text.texts import Texts

OPEN = "open"
"""What such a button sends in the place of a command."""
LONGEST_ASKED = 150
"""Characters of a command that are shown before it is confirmed."""


class Openings:
    """Asks with such buttons, each made for one person."""

    def __init__(self, links: DeepLinks) -> None:
        self._links = links

    def which(
        self,
        user: int,
        found: Found,
        command: str,
        words: Mapping[str, str],
        texts: Texts,
    ) -> Post:
        """Asks for which community a command is meant."""
        said = [texts.text("Which community do you mean?")]
        if not found.is_all:
            said.append(texts.text("If yours is missing, type the command there."))
        private = ChannelId(TELEGRAM, str(user))
        choices = []
        for place, _ in found.standings:
            label = inert_name(place.name or "", place.id.external_id)
            link = Link(place.id, private, command, words)
            choices.append(self._choice(label, link, user))
        return plain(*said, choices=tuple(choices))

    def is_wanted(self, user: int, link: Link, known: Iterable[Place], texts: Texts) -> Post:
        """Asks whether somebody wants what a link asks for that anybody may have made."""
        names = {place.id: place.name for place in known}
        typed = " ".join((f"/{link.command}", *link.arguments.values()))
        said = texts.text(
            "This link asks me for “{command}” in “{place}”. Is that what you want?",
            command=inert_name(typed, "…", LONGEST_ASKED),
            place=inert_name(names.get(link.place) or "", "…"),
        )
        return plain(said, choices=(self._choice(texts.text("Yes, please"), link, user),))

    def _choice(self, label: str, link: Link, user: int) -> Choice:
        return Choice(label, OPEN, (("link", self._links.token(link, user)),))
