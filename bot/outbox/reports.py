"""What the outbox itself says to moderators: a post in doubt, a channel that closed."""

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.clock import zone_of
from bot.delivery import Op, Parcel, mark_of
from bot.model import Community
from bot.outbox.kinds import kind_of
from bot.outbox.putting import Putting
from bot.post import Choice, Post, plain
from bot.settings import load_settings
from bot.text.texts import Texts
from db.connection import Connection
from db.directory import list_communities
from db.outbox import Entry, is_doubted

_log = structlog.get_logger(__name__)

REPORT = "report:"
"""How keys of reports begin; what becomes of a report is not reported in turn."""


class Reports:
    """Tells moderators, in the same transaction, what only they can put right."""

    def __init__(self, putting: Putting, texts: Callable[[str], Texts]) -> None:
        self._putting = putting
        self._texts = texts

    async def unknown(self, connection: Connection, entry: Entry, fence: int) -> None:
        """Ask whether a post arrived, once for all its messages that are in doubt together."""
        if await is_doubted(connection, entry.community, entry.key, entry.part):
            return
        community = await _community(connection, entry.community)
        texts = self._texts(community.language)
        key = f"{REPORT}{entry.key}:{entry.part}:{fence}"
        await self._report(connection, community, entry, key, _doubt(texts, community, entry))

    async def closed(self, connection: Connection, entry: Entry, now: int) -> None:
        """Say that a channel takes nothing from us any more."""
        community = await _community(connection, entry.community)
        texts = self._texts(community.language)
        key = f"{REPORT}closed:{entry.target}:{now}"
        await self._report(connection, community, entry, key, _closing(texts, entry))

    async def _report(
        self, connection: Connection, community: Community, entry: Entry, key: str, post: Post
    ) -> None:
        to = (await load_settings(connection, community.id)).moderators
        if to is None or entry.key.startswith(REPORT):
            _log.warning("unreported", platform=entry.platform, key=entry.key)
            return
        await self._putting.put(connection, community, Parcel(Op.SEND, key, to, post, None))


async def _community(connection: Connection, number: int) -> Community:
    known = {community.id: community for community in await list_communities(connection)}
    return known[number]


def _doubt(texts: Texts, community: Community, entry: Entry) -> Post:
    tried = texts.text(
        "I tried to post {what} on {when}, but {platform} never said whether it arrived.",
        what=texts.text(kind_of(entry.key)),
        when=texts.moment(datetime.fromtimestamp(entry.at / 1000, zone_of(community.timezone))),
        platform=entry.platform.title(),
    )
    ask = texts.text(
        "Please look whether it is there: if so, press “It was sent”; if not, press “Resend”."
    )
    post = (("post", mark_of(entry.community, entry.key)),)
    return plain(
        tried,
        ask,
        choices=(
            Choice(texts.text("Resend"), "resend", post),
            Choice(texts.text("It was sent"), "mark_sent", post),
        ),
    )


def _closing(texts: Texts, entry: Entry) -> Post:
    return plain(
        texts.text(
            "I may no longer post in the channel that {what} was meant for, so I have stopped"
            " trying.",
            what=texts.text(kind_of(entry.key)),
        ),
        texts.text("Once I may post there again, choose the channel anew with /setup."),
    )
