"""Turns the rows of a community, or of one account, back into events."""

from collections.abc import AsyncIterator
from typing import Any

from bot import events as e
from bot.clock import DAY_MS
from db.connection import Connection, Row
from db.flags import ASKS, LINK, MEDIA, UNSEEN

_SLICE_MS = 28 * DAY_MS
"""Messages and reactions are told in slices of this length."""


class Teller:
    """Tells what the store knows of a community, in an order that can be recorded again.

    `platform` is told of what no account and no channel belongs to.
    """

    def __init__(self, connection: Connection, community: int, platform: str) -> None:
        self._connection = connection
        self._community = community
        self._platform = platform
        self._accounts: dict[int, Row] = {}
        self._channels: dict[int, Row] = {}
        self._names: dict[tuple[int, int], str] = {}
        self._sources: dict[int, Row] = {}

    async def tell(self, account: int | None = None) -> AsyncIterator[list[e.Event]]:
        """Everything, or what one account did, in lots."""
        await self._learn()
        if account is None:
            yield [mark for row in self._accounts.values() for mark in _marks(row)]
            yield [self._cost(row) for row in self._sources.values()]
            yield [self._count(row) for row in await self._rows("told_counts")]
            yield [self._gap(row) for row in await self._rows("told_gaps")]
            yield [self._closing(row) for row in await self._rows("told_poll_closings")]
        else:
            yield _marks(self._accounts[account])
        who = {"account": account}
        yield [self._move(row) for row in await self._rows("told_memberships", **who)]
        yield [self._request(row) for row in await self._rows("told_join_requests", **who)]
        async for lot in self._messages_and_reactions(account):
            yield lot
        yield [self._item(row) for row in await self._rows("told_album_items", **who)]
        if account is None:
            yield [self._deletion(row) for row in await self._rows("told_deletions")]
        yield [self._stay(row) for row in await self._rows("told_voice", **who)]
        yield [self._vote(row) for row in await self._rows("told_votes", **who)]
        yield [self._thread(row) for row in await self._rows("told_threads", **who)]
        yield [self._action(row) for row in await self._rows("told_mod_actions", **who)]

    async def _rows(self, query: str, **parameters: Any) -> list[Row]:
        return await self._connection.rows(query, community=self._community, **parameters)

    async def _learn(self) -> None:
        self._accounts = {row[0]: row for row in await self._rows("told_accounts")}
        self._channels = {row[0]: row for row in await self._rows("told_channels")}
        self._names = {(row[0], row[1]): row[2] for row in await self._rows("told_names")}
        self._sources = {row[0]: row for row in await self._rows("told_sources")}

    async def _messages_and_reactions(self, account: int | None) -> AsyncIterator[list[e.Event]]:
        span = await self._connection.row("event_span", community=self._community)
        if span is None or span[0] is None:
            return
        for start in range(span[0], span[1] + 1, _SLICE_MS):
            part = {"account": account, "start": start, "stop": start + _SLICE_MS}
            mentions: dict[tuple[int, int], list[str]] = {}
            for channel, number, mentioned in await self._rows(
                "span_mentions", start=start, stop=start + _SLICE_MS
            ):
                mentions.setdefault((channel, number), []).append(self._accounts[mentioned][2])
            yield [
                self._message(row, mentions) for row in await self._rows("told_messages", **part)
            ]
            yield [self._reaction(row) for row in await self._rows("told_reactions", **part)]

    def _person(self, account: int | None) -> str | None:
        return None if account is None else self._accounts[account][2]

    def _channel(self, channel: int) -> dict[str, str]:
        _, platform, name, _ = self._channels[channel]
        return {"platform": platform, "channel": name}

    def _thread_of(self, thread: int | None) -> str | None:
        """A thread's id: its name without the channel's before it."""
        if thread is None:
            return None
        _, _, name, parent = self._channels[thread]
        return str(name).removeprefix(f"{parent}/")

    def _message_id(self, channel: int, number: int | None) -> str | None:
        return None if number is None else self._names.get((channel, number), str(number))

    def _cost(self, row: Row) -> e.Event:
        _, name, spend, currency = row
        return e.SourceDescribed(platform=self._platform, name=name, spend=spend, currency=currency)

    def _count(self, row: Row) -> e.Event:
        at, platform, people, chat = row
        return e.MembersCounted(platform=platform, at=at, count=people, place=chat or None)

    def _gap(self, row: Row) -> e.Event:
        channel, start, end, reason = row
        where = self._channel(channel) if channel else {"platform": self._platform}
        return e.GapNoted(**where, start=start, end=end, reason=reason)

    def _closing(self, row: Row) -> e.Event:
        return e.PollClosed(platform=self._platform, at=row[0], poll=row[1])

    def _move(self, row: Row) -> e.Event:
        at, account, joined, how, source, certainty, inviter = row
        _, platform, user, _, _, _, made_at, has_avatar, has_username = self._accounts[account]
        if not joined:
            return e.MemberLeft(platform=platform, user=user, at=at, how=how)
        return e.MemberJoined(
            platform=platform,
            user=user,
            at=at,
            source=None if source is None else self._sources[source][1],
            certainty=certainty,
            inviter=self._person(inviter),
            account_created_at=made_at,
            has_avatar=_yes(has_avatar),
            has_username=_yes(has_username),
        )

    def _request(self, row: Row) -> e.Event:
        at, account, source = row
        _, platform, user, *_ = self._accounts[account]
        named = self._sources[source][1] if source else None
        return e.JoinRequested(platform=platform, user=user, at=at, source=named)

    def _message(self, row: Row, mentions: dict[tuple[int, int], list[str]]) -> e.Event:
        at, channel, number, author, reply, reply_author, thread, length, flags, album = row
        return e.MessageSent(
            **self._channel(channel),
            id=self._message_id(channel, number) or "",
            author=self._accounts[author][2],
            at=at,
            reply_to=self._message_id(channel, reply),
            reply_to_author=self._person(reply_author),
            mentions=tuple(mentions.get((channel, number), ())),
            album=album,
            length=length,
            has_question=None if flags & UNSEEN else bool(flags & ASKS),
            has_media=bool(flags & MEDIA),
            has_link=bool(flags & LINK),
            thread=self._thread_of(thread),
        )

    def _item(self, row: Row) -> e.Event:
        at, channel, number, author, album = row
        return e.AlbumItemSent(
            **self._channel(channel),
            id=self._message_id(channel, number) or "",
            author=self._accounts[author][2],
            album=album,
            at=at,
        )

    def _reaction(self, row: Row) -> e.Event:
        at, channel, message, account, emoji, added, author = row
        return e.ReactionChanged(
            **self._channel(channel),
            message=self._message_id(channel, message) or "",
            user=self._accounts[account][2],
            emoji=emoji,
            at=at,
            op="add" if added else "remove",
            message_author=self._person(author),
        )

    def _deletion(self, row: Row) -> e.Event:
        channel, message, by_moderator, at = row
        return e.MessageDeleted(
            **self._channel(channel),
            id=self._message_id(channel, message) or "",
            at=at,
            by_moderator=bool(by_moderator),
        )

    def _stay(self, row: Row) -> e.Event:
        start, end, account, channel = row
        user = self._accounts[account][2]
        return e.VoiceSpent(**self._channel(channel), user=user, start=start, end=end)

    def _vote(self, row: Row) -> e.Event:
        at, account, poll = row
        _, platform, user, *_ = self._accounts[account]
        return e.PollVoted(platform=platform, user=user, poll=poll, at=at)

    def _thread(self, row: Row) -> e.Event:
        at, channel, thread, account = row
        return e.ThreadCreated(
            **self._channel(channel),
            user=self._accounts[account][2],
            thread=self._thread_of(thread) or "",
            at=at,
        )

    def _action(self, row: Row) -> e.Event:
        at, account, action, channel = row
        _, platform, user, *_ = self._accounts[account]
        where = self._channels[channel][2] if channel else None
        return e.ModeratorActed(platform=platform, user=user, action=action, at=at, channel=where)


def _marks(account: Row) -> list[e.Event]:
    _, platform, name, is_bot, is_staff, is_listed, *_ = account
    if not is_listed:
        return []
    return [
        e.MemberDescribed(
            platform=platform, user=name, is_bot=_yes(is_bot), is_staff=_yes(is_staff)
        )
    ]


def _yes(mark: int | None) -> bool | None:
    return None if mark is None else bool(mark)
