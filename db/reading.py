"""Reads what metrics need, as it stood at an instant in the past."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence

from bot.clock import DAY_MS, LocalDays
from bot.ledger import Account, Blind, Gap, Ledger, Membership, Message, Reaction
from bot.rollup import RawReaction, standing
from db.connection import Connection, Row
from db.flags import ASKS, UNSEEN
from db.presence import presence_span
from db.replies import Reply
from db.rolled import Rolled

COUNTED_MS = 2 * DAY_MS
"""Chats are counted once a day."""


class Reader:
    """Answers questions about one store; every answer is as of a local midnight."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._connection = connection

    async def ledger(self, community: int, timezone: str, today: int, first_day: int) -> Ledger:
        """Everything but messages about the days `first_day <= day < today`."""
        days = LocalDays(timezone)
        instant = days.start(today)
        excluded = await excluded_channels(self.connection, community)
        links = {row[0]: row[1] for row in await self.connection.rows("links", community=community)}
        rolled = await Rolled.read(self.connection, community, days, today, excluded)
        activity = await rolled.activity(first_day)
        asked = {"community": community, "instant": instant}
        get = self.connection.rows
        return Ledger(
            timezone=timezone,
            today=today,
            first_day=first_day,
            accounts=[_account(row) for row in await get("ledger_accounts", **asked)],
            links=links,
            memberships=[_membership(row) for row in await get("ledger_memberships", **asked)],
            activity=activity,
            contacts=await rolled.contacts(first_day),
            spoke_on=await rolled.spoke_on(activity, first_day, links),
            voice_before=await rolled.voice_before(activity, first_day, links),
            gaps=[Gap(*row) for row in await get("ledger_gaps", **asked)],
            reported=_reported(await get("head_counts", **asked)),
            blind=[Blind(*row) for row in await get("ledger_blind_spans", **asked)],
        )

    async def event_span(self, community: int) -> tuple[int, int] | None:
        """The first and the last instant at which anything happened, None where nothing did."""
        row = await self.connection.row("event_span", community=community)
        return None if row is None or row[0] is None else (row[0], row[1])

    async def known_span(self, community: int) -> tuple[int, int] | None:
        """The span of events, and of the time when the bot itself was there to hear of none."""
        spans = (
            await self.event_span(community),
            await presence_span(self.connection, community),
        )
        known = [span for span in spans if span is not None]
        if not known:
            return None
        return min(span[0] for span in known), max(span[1] for span in known)

    async def messages(
        self, community: int, timezone: str, today: int, first_day: int
    ) -> AsyncIterator[Sequence[Message]]:
        """The messages of the days `first_day <= day < today`, a batch a day, ordered by time."""
        days = LocalDays(timezone)
        excluded = await excluded_channels(self.connection, community)
        for day in range(first_day, today):
            span = {
                "community": community,
                "start": days.start(day),
                "stop": days.start(day + 1),
            }
            mentions: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
            for channel, number, account in await self.connection.rows("span_mentions", **span):
                mentions[channel, number].append(account)
            rows = await self.connection.rows("span_messages", instant=days.start(today), **span)
            batch = [
                _message(row, mentions, span["stop"]) for row in rows if row[1] not in excluded
            ]
            if batch:
                yield batch

    async def late_targets(
        self, community: int, timezone: str, today: int, first_day: int
    ) -> frozenset[tuple[int, int]]:
        """The messages, as (channel, number), that were answered more than a day later."""
        days = LocalDays(timezone)
        rows = await self.connection.rows(
            "late_targets",
            community=community,
            start=days.start(first_day),
            stop=days.start(today),
            reach=DAY_MS,
        )
        return frozenset((row[0], row[1]) for row in rows)

    async def reactions_on(
        self, community: int, timezone: str, today: int, posts: Sequence[tuple[int, int]]
    ) -> Sequence[Reaction]:
        """The reactions that stand on messages, given as (channel, number)."""
        instant = LocalDays(timezone).start(today)
        found = []
        for channel, number in posts:
            rows = await self.connection.rows(
                "message_reactions",
                community=community,
                channel=channel,
                message=number,
                instant=instant,
            )
            found += _standing(rows, channel, number)
        return found


async def excluded_channels(connection: Connection, community: int) -> frozenset[int]:
    """Channels that a moderator left out of everything."""
    rows = await connection.rows("excluded_channels", community=community)
    return frozenset(row[0] for row in rows)


def _account(row: Row) -> Account:
    number, platform, external_id, is_bot, is_staff, is_listed, acted_at = row
    return Account(
        number, platform, external_id, bool(is_bot), bool(is_staff), bool(is_listed), acted_at
    )


def _membership(row: Row) -> Membership:
    at, account, joined, how, source = row
    return Membership(at, account, bool(joined), how, source)


def _message(row: Row, mentions: dict[tuple[int, int], list[int]], stop: int) -> Message:
    at, channel, thread, number, name, author, flags, *answered, was_taken_away = row
    reply = Reply(*answered)
    return Message(
        at=at,
        channel=channel,
        thread=thread,
        number=number,
        name=name,
        author=author,
        reply=reply.number,
        reply_author=reply.addressee(stop) or 0,
        reply_stored=reply.is_stored_by(at, number) and not was_taken_away,
        mentions=tuple(mentions.get((channel, number), ())),
        has_question=None if flags & UNSEEN else bool(flags & ASKS),
    )


def _standing(rows: list[Row], channel: int, number: int) -> list[Reaction]:
    """The reactions left after a message's operations."""
    histories: defaultdict[tuple[int, int, str], list[RawReaction]] = defaultdict(list)
    for at, account, emoji, added, on in sorted(rows, key=lambda row: (row[0], -row[3])):
        operation = RawReaction(at, channel, number, account, emoji, added, None, None, None)
        histories[on, account, emoji].append(operation)
    stands = [standing(history) for history in histories.values()]
    return [Reaction(one.at, channel, number, one.account, one.emoji) for one in stands if one]


def _reported(rows: list[Row]) -> int | None:
    """The platforms' latest head counts, added up.

    Where chats are counted one by one, a chat that was not counted of late is no more.
    """
    latest: defaultdict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for platform, chat, at, people in rows:
        latest[platform][chat] = (at, people)
    return sum(map(_counted, latest.values())) if latest else None


def _counted(chats: dict[str, tuple[int, int]]) -> int:
    newest = max(at for at, _ in chats.values())
    whole = chats.pop("", None)
    if whole is not None and whole[0] == newest:
        return whole[1]
    return sum(people for at, people in chats.values() if at > newest - COUNTED_MS)
