"""The kinds of lines of foyer-events/1 (CONTRACT.md §3)."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

import msgspec

from bot.importers.fields import LARGEST

Instant: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]


class Line(msgspec.Struct, kw_only=True, omit_defaults=True, tag_field="kind"):
    """Any line after the header; `platform` goes before the header's."""

    platform: str | None = None


class Message(Line, tag="message"):
    """`message`."""

    id: str
    channel: str
    author: str
    at: Instant
    reply_to: str | None = None
    reply_to_author: str | None = None
    mentions: list[str] | None = None
    length: Count | None = None
    has_question: bool | None = None
    has_media: bool | None = None
    has_link: bool | None = None
    thread: str | None = None
    album: str | None = None


class AlbumItem(Line, tag="album_item"):
    """`album_item`: a message of an album that is not the post itself."""

    id: str
    channel: str
    author: str
    album: str
    at: Instant


class MessageDeleted(Line, tag="message_deleted"):
    """`message_deleted`."""

    id: str
    channel: str
    at: Instant
    by_moderator: bool | None = None


class Reaction(Line, tag="reaction"):
    """`reaction`."""

    message: str
    channel: str
    user: str
    emoji: str
    at: Instant
    op: Literal["add", "remove"] | None = None
    message_author: str | None = None


class MemberJoined(Line, tag="member_joined"):
    """`member_joined`; its `language` is not read, for no language stands on a person."""

    user: str
    at: Instant
    source: str | None = None
    certainty: str | None = None
    inviter: str | None = None
    account_created_at: Instant | None = None
    has_avatar: bool | None = None
    has_username: bool | None = None


class JoinRequest(Line, tag="join_request"):
    """`join_request`."""

    user: str
    at: Instant
    source: str | None = None


class MemberLeft(Line, tag="member_left"):
    """`member_left`."""

    user: str
    at: Instant
    how: str | None = None


class Member(Line, tag="member"):
    """`member`."""

    user: str
    is_bot: bool | None = None
    is_staff: bool | None = None


class MemberCount(Line, tag="member_count"):
    """`member_count`."""

    at: Instant
    count: Count
    place: str | None = None


class Voice(Line, tag="voice"):
    """`voice`."""

    user: str
    channel: str
    start: Instant
    end: Instant


class PollVote(Line, tag="poll_vote"):
    """`poll_vote`."""

    user: str
    poll: str
    at: Instant


class PollClosed(Line, tag="poll_closed"):
    """`poll_closed`."""

    poll: str
    at: Instant


class ThreadCreated(Line, tag="thread_created"):
    """`thread_created`, by its `user` or `author`."""

    channel: str
    thread: str
    at: Instant
    user: str | None = None
    author: str | None = None


class ModAction(Line, tag="mod_action"):
    """`mod_action`."""

    user: str
    action: str
    at: Instant
    channel: str | None = None


class Gap(Line, tag="gap"):
    """`gap`."""

    start: Instant
    end: Instant
    reason: str
    channel: str | None = None


class Source(Line, tag="source"):
    """`source`."""

    name: str
    spend: Annotated[float, msgspec.Meta(ge=0)] | None = None
    currency: str | None = None


class Feedback(Line, tag="feedback"):
    """`feedback`, which is accepted and not read yet."""


AnyLine: TypeAlias = (
    Message
    | AlbumItem
    | MessageDeleted
    | Reaction
    | MemberJoined
    | JoinRequest
    | MemberLeft
    | Member
    | MemberCount
    | Voice
    | PollVote
    | PollClosed
    | ThreadCreated
    | ModAction
    | Gap
    | Source
    | Feedback
)
