"""The updates of the Bot API as they come over the wire, as far as Foyer reads them."""

from typing import Annotated

from msgspec import Meta, Struct, field

LARGEST = 2**63 - 1

Number = Annotated[int, Meta(ge=1, le=LARGEST)]
Whole = Annotated[int, Meta(ge=-LARGEST, le=LARGEST)]
Units = Annotated[int, Meta(ge=0, le=LARGEST)]
"""A count of UTF-16 code units."""
Second = Annotated[int, Meta(ge=631_152_000, le=7_258_118_400)]
"""Epoch seconds between the years 1990 and 2200."""
Key = Annotated[str, Meta(min_length=1, max_length=255)]

INSIDE = frozenset(("creator", "administrator", "member"))
OUTSIDE = frozenset(("left", "kicked"))
RESTRICTED = "restricted"


class Thing(Struct, frozen=True, gc=False):
    """Something that is only looked for, never into."""


Things = tuple[Thing, ...]


class User(Struct, frozen=True, gc=False):
    """An account of Telegram."""

    id: Number
    is_bot: bool
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None


class Chat(Struct, frozen=True, gc=False):
    """A group, supergroup, channel or private chat; what people write to a channel alone is one."""

    id: Whole
    type: str
    title: str | None = None
    is_forum: bool = False
    is_direct_messages: bool = False


class Entity(Struct, frozen=True, gc=False):
    """A marked part of a text, counted in UTF-16 code units."""

    type: str
    offset: Units
    length: Units
    user: User | None = None


class Poll(Struct, frozen=True, gc=False):
    """A poll, in a message or by itself."""

    id: Key
    is_closed: bool


class Answered(Struct, frozen=True, gc=False):
    """The message that another one answers."""

    message_id: Number
    chat: Chat
    from_: User | None = field(default=None, name="from")
    sender_chat: Chat | None = None
    forum_topic_created: Thing | None = None


class Message(Struct, frozen=True, gc=False):
    """A message or a service message, in the order of what is there most often."""

    message_id: Number
    chat: Chat
    date: Second
    from_: User | None = field(default=None, name="from")
    text: str | None = None
    entities: tuple[Entity, ...] = ()
    message_thread_id: Number | None = None
    is_topic_message: bool = False
    reply_to_message: Answered | None = None
    sender_chat: Chat | None = None
    forward_origin: Thing | None = None
    via_bot: Thing | None = None
    media_group_id: Key | None = None
    caption: str | None = None
    caption_entities: tuple[Entity, ...] = ()
    photo: Things | None = None
    animation: Thing | None = None
    audio: Thing | None = None
    document: Thing | None = None
    live_photo: Thing | None = None
    paid_media: Thing | None = None
    sticker: Thing | None = None
    story: Thing | None = None
    video: Thing | None = None
    video_note: Thing | None = None
    voice: Thing | None = None
    rich_message: Thing | None = None
    checklist: Thing | None = None
    contact: Thing | None = None
    dice: Thing | None = None
    game: Thing | None = None
    giveaway: Thing | None = None
    giveaway_winners: Thing | None = None
    invoice: Thing | None = None
    location: Thing | None = None
    poll: Poll | None = None
    venue: Thing | None = None
    new_chat_members: tuple[User, ...] = ()
    left_chat_member: User | None = None
    forum_topic_created: Thing | None = None
    migrate_to_chat_id: Whole | None = None
    migrate_from_chat_id: Whole | None = None


class Shown(Struct, frozen=True, gc=False):
    """A message with buttons; its date may be 0, because it may be out of reach."""

    message_id: Number
    chat: Chat
    message_thread_id: Number | None = None
    is_topic_message: bool = False


class Press(Struct, frozen=True, gc=False):
    """A button was pressed."""

    id: Key
    from_: User = field(name="from")
    message: Shown | None = None
    data: str = ""


class Reaction(Struct, frozen=True, gc=False):
    """One reaction under a message."""

    type: str
    emoji: Key | None = None

    def __post_init__(self) -> None:
        if self.type == "emoji" and self.emoji is None:
            raise ValueError("Object missing required field `emoji`")


class Reacting(Struct, frozen=True, gc=False):
    """Somebody's reactions under a message, before and now."""

    chat: Chat
    message_id: Number
    date: Second
    old_reaction: tuple[Reaction, ...]
    new_reaction: tuple[Reaction, ...]
    user: User | None = None
    actor_chat: Chat | None = None

    def __post_init__(self) -> None:
        if self.user is None and self.actor_chat is None:
            raise ValueError("Object missing required field `user`")


class Member(Struct, frozen=True, gc=False):
    """What somebody is in a chat."""

    status: str
    user: User
    is_member: bool | None = None

    @property
    def is_in(self) -> bool:
        """Whether they are in the chat."""
        return self.status in INSIDE or bool(self.is_member)

    @property
    def is_staff(self) -> bool:
        """Whether they are an administrator of it."""
        return self.status in ("creator", "administrator")

    def __post_init__(self) -> None:
        if self.status == RESTRICTED:
            if self.is_member is None:
                raise ValueError("Object missing required field `is_member`")
        elif self.status not in INSIDE | OUTSIDE:
            raise ValueError("Unknown status")


class Link(Struct, frozen=True, gc=False):
    """An invite link; the primary one is everybody's."""

    is_primary: bool
    name: Annotated[str, Meta(max_length=255)] | None = None


class MemberChange(Struct, frozen=True, gc=False):
    """Somebody came, went, or became something else in a chat."""

    chat: Chat
    from_: User = field(name="from")
    date: Second
    old_chat_member: Member
    new_chat_member: Member
    invite_link: Link | None = None
    via_join_request: bool = False


class Application(Struct, frozen=True, gc=False):
    """Somebody asks to be let in."""

    chat: Chat
    from_: User = field(name="from")
    date: Second
    invite_link: Link | None = None


class Vote(Struct, frozen=True, gc=False):
    """What somebody chose in a poll; nothing where they took it back."""

    poll_id: Key
    option_ids: tuple[int, ...]
    user: User | None = None
    voter_chat: Chat | None = None

    def __post_init__(self) -> None:
        if self.user is None and self.voter_chat is None:
            raise ValueError("Object missing required field `user`")


class Update(Struct, frozen=True, gc=False):
    """One update; kinds that tell nothing to Foyer are not read at all."""

    update_id: Annotated[int, Meta(ge=0, le=LARGEST)]
    message: Message | None = None
    message_reaction: Reacting | None = None
    chat_member: MemberChange | None = None
    my_chat_member: MemberChange | None = None
    chat_join_request: Application | None = None
    callback_query: Press | None = None
    poll_answer: Vote | None = None
    poll: Poll | None = None
