"""Finds the group chats of a Telegram Desktop export and what is needed to read them."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.importers.fields import LARGEST, is_clean
from bot.importers.files import Source
from bot.importers.json_walk import Mark, Walk, Where

GROUPS = frozenset(("private_group", "private_supergroup", "public_supergroup"))
_ACCOUNT = re.compile(r"(user|channel|chat)?(\d{1,19})", re.ASCII)
_CHATS: tuple[Where, ...] = ((), ("chats", "list", None), ("left_chats", "list", None))
_LISTS: frozenset[Where] = frozenset((*chat, "messages") for chat in _CHATS)
_RECORDS: frozenset[Where] = frozenset((*chat, "messages", None) for chat in _CHATS)
_HEADER: dict[Where, str] = {(*chat, key): key for chat in _CHATS for key in ("name", "type", "id")}


@dataclass(slots=True)
class Chat:
    """A chat of an export; `number` is its place in the file.

    `names` leads from a name to the account that wrote or acted under it, to None where several
    did. `topics` are the messages that opened a forum topic.
    """

    number: int
    header: dict[str, Any] = field(default_factory=dict)
    has_messages: bool = False
    is_migrated: bool = False
    names: dict[str, str | None] = field(default_factory=dict)
    topics: set[int] = field(default_factory=set)

    @property
    def is_group(self) -> bool:
        """Whether it is a group with a usable id, not a private conversation or a channel."""
        return self.header.get("type") in GROUPS and self.has_messages and self._bare != 0

    @property
    def is_private(self) -> bool:
        """Whether it is known already to be no group."""
        return "type" in self.header and self.header["type"] not in GROUPS

    @property
    def kind(self) -> str:
        """`group` or `supergroup`.

        Only a supergroup can hold the message that tells of its migration from a group, so that
        message goes before the export's `type`, which stays that of the old group.
        """
        is_basic = self.header.get("type") == "private_group" and not self.is_migrated
        return "group" if is_basic else "supergroup"

    @property
    def id(self) -> str:
        """The chat as the Bot API names it (CONTRACT.md "Ids")."""
        if self._bare < 0:
            return str(self._bare)
        return f"-{self._bare}" if self.kind == "group" else f"-100{self._bare}"

    @property
    def spellings(self) -> frozenset[str]:
        """What `--chat` may call it: the Bot API's id, or the one that stands in the file."""
        return frozenset((self.id, f"telegram:{self.id}", str(self._bare)))

    @property
    def name(self) -> str | None:
        """The chat's name, where it has one."""
        name = self.header.get("name")
        return name if isinstance(name, str) and name and is_clean(name) else None

    @property
    def _bare(self) -> int:
        number = self.header.get("id")
        if isinstance(number, str) and re.fullmatch(r"-?\d{1,19}", number, re.ASCII):
            number = int(number)
        if isinstance(number, bool) or not isinstance(number, int) or abs(number) > LARGEST:
            return 0
        return number

    def see(self, message: Any) -> None:
        """Takes from a message what reading the others needs."""
        if not isinstance(message, dict):
            return
        self._name(message.get("from"), message.get("from_id"))
        self._name(message.get("actor"), message.get("actor_id"))
        action, number = message.get("action"), message.get("id")
        if action == "migrate_from_group":
            self.is_migrated = True
        elif action == "topic_created" and isinstance(number, int):
            self.topics.add(number)

    def _name(self, name: Any, account: Any) -> None:
        person = account_of(account)
        if isinstance(name, str) and name and person and person.startswith("user"):
            known = self.names.setdefault(name, person)
            if known != person:
                self.names[name] = None


def account_of(value: object) -> str | None:
    """`from_id` in its spellings of all years as CONTRACT.md writes it, None where it is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"user{value}" if 0 < value <= LARGEST else None
    found = _ACCOUNT.fullmatch(value) if isinstance(value, str) else None
    if found is None or not 0 < int(found[2]) <= LARGEST:
        return None
    return f"{found[1] or 'user'}{int(found[2])}"


def walk_chats(source: Source, chosen: Container[int] | None = None) -> Iterator[tuple[Chat, Any]]:
    """Every message of a file with its chat, and `Mark.END` where a chat ends.

    Messages of chats that are known to be no groups, or are not among the chosen numbers, are
    checked but never built.
    """
    walk = Walk(source, _RECORDS)
    opened: list[Chat] = []
    seen = 0
    for where, value in walk.steps():
        if where in _RECORDS:
            if not walk.is_skipping:
                yield opened[-1], value
            continue
        if where in _CHATS and value is Mark.OBJECT:
            opened.append(Chat(seen))
            seen += 1
        elif where in _CHATS and value is Mark.END and opened:
            yield opened.pop(), Mark.END
        elif opened and where in _HEADER and not isinstance(value, Mark):
            opened[-1].header[_HEADER[where]] = value
        elif opened and where in _LISTS and value is Mark.LIST:
            opened[-1].has_messages = True
        else:
            continue
        walk.is_skipping = not opened or _is_unwanted(opened[-1], chosen)


def _is_unwanted(chat: Chat, chosen: Container[int] | None) -> bool:
    return chat.is_private or (chosen is not None and chat.number not in chosen)


def survey(source: Source) -> list[Chat]:
    """Every chat of a file, after a look at all of it; only groups keep names and topics.

    Raises:
        ContentError: the file is broken.
    """
    chats: list[Chat] = []
    for chat, message in walk_chats(source):
        if message is not Mark.END:
            chat.see(message)
            continue
        if not chat.is_group:
            chat.names.clear()
        chats.append(chat)
    return chats
