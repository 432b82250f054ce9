"""What the fake Bot API knows of people, chats and messages."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

IN_THE_ROOM = frozenset({"creator", "administrator", "member"})
GRANTED = frozenset(
    {"can_manage_chat", "can_delete_messages", "can_invite_users", "can_pin_messages"}
)
"""The rights of an administrator of whom nothing else is said."""


@dataclass
class Person:
    """Somebody, or a bot."""

    id: int
    name: str
    language: str | None = None
    username: str | None = None
    is_bot: bool = False
    has_started: bool = False
    has_blocked: bool = False
    is_deleted: bool = False

    @property
    def user(self) -> Json:
        """The Bot API's User."""
        first, _, last = self.name.partition(" ")
        told: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": first or self.name}
        further = {"last_name": last, "username": self.username, "language_code": self.language}
        return told | {key: value for key, value in further.items() if value}


@dataclass
class Membership:
    """What somebody is in a chat; `rights` are an administrator's."""

    status: str = "member"
    rights: frozenset[str] = GRANTED
    is_anonymous: bool = False
    is_member: bool = True
    """Of somebody restricted: whether they are still in."""

    @property
    def is_in(self) -> bool:
        """Whether they are in the chat."""
        return self.status in IN_THE_ROOM or (self.status == "restricted" and self.is_member)

    @property
    def is_admin(self) -> bool:
        """Whether they run the chat."""
        return self.status in {"creator", "administrator"}

    def may(self, right: str) -> bool:
        """Whether they have that right as an administrator."""
        return self.status == "creator" or (self.is_admin and right in self.rights)


@dataclass
class Room:
    """A chat of any type."""

    id: int
    kind: str
    title: str = ""
    is_forum: bool = False
    username: str | None = None
    person: Person | None = None
    members: dict[int, Membership] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    reactions: dict[tuple[int, int], list[Json]] = field(default_factory=dict)
    """By message and whoever reacted."""
    last_id: int = 0
    topics: dict[int, str] = field(default_factory=dict)
    closed_topics: set[int] = field(default_factory=set)
    pinned: list[int] = field(default_factory=list)
    links: dict[str, Json] = field(default_factory=dict)
    moved_to: int | None = None
    is_gone: bool = False
    """Its owner deleted it."""
    may_write: bool = True
    """Whether members who do not run it may write."""

    @property
    def chat(self) -> Json:
        """The Bot API's Chat."""
        told: Json = {"id": self.id, "type": self.kind}
        if self.person is not None:
            user = self.person.user
            return told | {k: user[k] for k in ("first_name", "last_name", "username") if k in user}
        further = {"title": self.title, "username": self.username, "is_forum": self.is_forum}
        return told | {key: value for key, value in further.items() if value}

    @property
    def is_group(self) -> bool:
        """Whether several people talk there."""
        return self.kind in {"group", "supergroup"}

    def membership(self, user: int) -> Membership:
        """What somebody is there; whoever never came has left."""
        return self.members.get(user, Membership("left"))


@dataclass
class Sent:
    """A message of the bot's as it stands now; `text` of a media message is its caption."""

    chat: int
    id: int
    topic: int | None
    text: str
    entities: list[Json]
    keyboard: list[list[Json]]
    html: str = ""
    """The text as it was given."""
    parse_mode: str = ""
    is_caption: bool = False
    photo: bytes | None = None
    document: bytes | None = None
    file_name: str = ""
    album: str | None = None
    poll: Json | None = None
    reply_to: int | None = None
    disable_notification: bool = False
    link_preview: Json | None = None
    edits: list[str] = field(default_factory=list)
    """What it said before, oldest first."""
    deleted: bool = False
    is_pinned: bool = False
    at: int = 0
    """Epoch milliseconds."""

    @property
    def caption(self) -> str:
        """The text of a media message; empty elsewhere."""
        return self.text if self.is_caption else ""

    @property
    def labels(self) -> list[str]:
        """What its buttons say."""
        return [button["text"] for row in self.keyboard for button in row]


@dataclass(frozen=True)
class Made:
    """A call that the bot made; `at` in epoch milliseconds, `code` 0 while it has no answer."""

    method: str
    params: Json
    at: int
    code: int = 0
