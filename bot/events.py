"""What happened: the events that adapters and importers emit and the recorder writes.

Ids are the platform's own, opaque strings. Instants are UTC epoch milliseconds. An event never
carries text. `None` means unknown, never "no".
"""

from typing import Literal

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Anything that happened on a platform."""

    platform: str


class MessageSent(Event, frozen=True, kw_only=True, gc=False):
    """A message; its identity is (platform, channel, id).

    `thread` is set where messages of one channel are grouped by topic: it separates
    conversations, never identities. Messages of one `album` are one post, that of the lowest id.
    `length` counts the characters of the text.
    """

    channel: str
    id: str
    author: str
    at: int
    reply_to: str | None = None
    reply_to_author: str | None = None
    mentions: tuple[str, ...] = ()
    album: str | None = None
    length: int | None = None
    has_question: bool | None = None
    has_media: bool = False
    has_link: bool = False
    thread: str | None = None


class AlbumItemSent(Event, frozen=True, kw_only=True, gc=False):
    """A message of an album that is not the post itself: no more is known of it."""

    channel: str
    id: str
    author: str
    album: str
    at: int


class MessageDeleted(Event, frozen=True, kw_only=True, gc=False):
    """A message was taken away, by its author or by a moderator."""

    channel: str
    id: str
    at: int
    by_moderator: bool = False


class ReactionChanged(Event, frozen=True, kw_only=True, gc=False):
    """Somebody put an emoji under a message, or took it back."""

    channel: str
    message: str
    user: str
    emoji: str
    at: int
    op: Literal["add", "remove"] = "add"
    message_author: str | None = None


class MemberJoined(Event, frozen=True, kw_only=True, gc=False):
    """Somebody came in, through `source` where that is known."""

    user: str
    at: int
    source: str | None = None
    certainty: str | None = None
    inviter: str | None = None
    account_created_at: int | None = None
    has_avatar: bool | None = None
    has_username: bool | None = None


class JoinRequested(Event, frozen=True, kw_only=True, gc=False):
    """Somebody asked to be let in, through `source` where that is known."""

    user: str
    at: int
    source: str | None = None


class MemberLeft(Event, frozen=True, kw_only=True, gc=False):
    """Somebody went (`left`), or was made to go (`kicked`, `banned`)."""

    user: str
    at: int
    how: str = "left"


class MemberDescribed(Event, frozen=True, kw_only=True, gc=False):
    """What is true of an account for all time: a bot, staff, or simply present."""

    user: str
    is_bot: bool | None = None
    is_staff: bool | None = None


class MembersCounted(Event, frozen=True, kw_only=True, gc=False):
    """The platform's own head count at an instant, of one guild or chat or (None) of all."""

    at: int
    count: int
    place: str | None = None


class VoiceSpent(Event, frozen=True, kw_only=True, gc=False):
    """A stay in a voice channel, `[start, end)`."""

    user: str
    channel: str
    start: int
    end: int


class PollVoted(Event, frozen=True, kw_only=True, gc=False):
    """A vote in a poll."""

    user: str
    poll: str
    at: int


class PollClosed(Event, frozen=True, kw_only=True, gc=False):
    """A poll ended."""

    poll: str
    at: int


class ThreadCreated(Event, frozen=True, kw_only=True, gc=False):
    """A thread or topic was opened in a channel."""

    user: str
    channel: str
    thread: str
    at: int


class ModeratorActed(Event, frozen=True, kw_only=True, gc=False):
    """A moderator did something: `action` names it (`timeout`, `kick`, ...)."""

    user: str
    action: str
    at: int
    channel: str | None = None


class GapNoted(Event, frozen=True, kw_only=True, gc=False):
    """A span `[start, end)` in which nothing could be seen, in one channel or (None) anywhere."""

    start: int
    end: int
    reason: str
    channel: str | None = None


class SourceDescribed(Event, frozen=True, kw_only=True, gc=False):
    """What an acquisition source is called and what it cost."""

    name: str
    spend: float | None = None
    currency: str | None = None


class ChannelDescribed(Event, frozen=True, kw_only=True, gc=False):
    """What kind of channel it is; `parent` is the channel a thread hangs under.

    Its name stays outside: the title of a forum post is a member's own words.
    """

    channel: str
    kind: str | None = None
    parent: str | None = None


class BotArrived(Event, frozen=True, kw_only=True, gc=False):
    """Foyer was added to a guild or chat; `main` is the channel that everybody reads.

    Only features hear of it: nothing is recorded.
    """

    place: str
    at: int
    main: str | None = None


class SightChanged(Event, frozen=True, kw_only=True, gc=False):
    """From now on Foyer is kept from seeing what `blind` names in a guild or chat.

    Only features hear of it: spans of it are recorded by other means.
    """

    place: str
    at: int
    blind: tuple[str, ...]
