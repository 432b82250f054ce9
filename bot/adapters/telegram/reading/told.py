"""What an update tells: the words that the rest of the adapter uses."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from bot.adapters import Arrival
from bot.adapters.telegram.reading.people import TELEGRAM
from bot.adapters.telegram.reading.wire import Chat, User
from bot.events import Event
from bot.model import PlaceId

GROUPS = frozenset(("group", "supergroup"))
PRIVATE = "private"


class Call(Struct, frozen=True, kw_only=True, gc=False):
    """Somebody asks something of the bot; its words live in memory only.

    `kind` is `words` for plain text in a private chat. `user` is None where a chat speaks, whose
    id is `sender_chat` then. `at` (epoch ms) is 0 for a button, whose press has no date. `command`
    is without slash and bot's name, which `is_named` says was there; `words` is what follows, with
    `@user123` where an account was picked from the list. `mentions` leads from an `@name` to the
    account where the answered message tells it.
    """

    kind: Literal["command", "button", "words"]
    chat: Chat
    user: User | None = None
    sender_chat: int | None = None
    at: int = 0
    thread: int | None = None
    message: int | None = None
    command: str = ""
    words: str = ""
    mentions: Mapping[str, str] = {}
    reply_to: str | None = None
    data: str = ""
    callback_id: str = ""
    is_named: bool = False


class Told(Struct, frozen=True, kw_only=True, gc=False):
    """What one update tells.

    `place` is the group it is about, with its `chat`; None in a private chat, a channel, or where
    a vote does not tell: `vote_in` is the poll whose place must be looked up then. `names` are
    what accounts are called now, `polls` were opened in this group, `moves` are chats that go on
    under another id, from the old to the new. With `rights_changed` all that is remembered of
    administrators is stale.
    """

    place: PlaceId | None = None
    events: tuple[Event, ...] = ()
    names: Mapping[str, str] = {}
    polls: tuple[str, ...] = ()
    vote_in: str | None = None
    chat: Chat | None = None
    moves: tuple[tuple[PlaceId, PlaceId], ...] = ()
    arrival: Arrival | None = None
    departure: PlaceId | None = None
    rights_changed: bool = False
    call: Call | None = None


NOTHING = Told()


def is_group(chat: Chat) -> bool:
    """Whether a chat is a place where a community can live.

    What people write to a channel alone comes in a supergroup, where nobody reads the others.
    """
    return chat.type in GROUPS and not chat.is_direct_messages


@lru_cache(maxsize=4096)
def place_of(chat: int) -> PlaceId:
    """The place that a group is."""
    return PlaceId(TELEGRAM, str(chat))
