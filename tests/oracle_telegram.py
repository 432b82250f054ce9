"""A second reading of raw Telegram updates: slow, plain, from the Bot API's pages and ours."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

Json = dict[str, Any]

FAKES = {1087968824, 777000, 136817688}
"""Users that stand for nobody (FAULTS.md §2.1)."""
MEDIA = ("photo", "video", "animation", "audio", "document", "voice", "video_note", "live_photo")
OTHERS = (
    *("sticker", "story", "checklist", "contact", "dice", "game", "poll", "venue", "location"),
    *("invoice", "giveaway"),
)
WORDS = ("text", "rich_message", "paid_media")
QUESTION_MARKS = "?？؟⸮"
NO_PROSE = ("code", "pre", "url")
INSIDE = ("creator", "administrator", "member")


class Said(NamedTuple):
    """A message; `shows` is None where the pages do not say whether that is media."""

    author: str
    at: int
    thread: str | None
    reply_to: int | None
    reply_to_author: str | None
    mentions: tuple[str, ...]
    length: int
    asks: bool
    links: bool
    shows: bool | None


class Move(NamedTuple):
    """Somebody came (`how` None), through a source or added by somebody, or went."""

    user: str
    at: int
    joined: bool
    how: str | None = None
    source: str | None = None
    inviter: str | None = None


@dataclass
class Reading:
    """What a list of updates says, by chats."""

    messages: dict[tuple[int, int], Said] = field(default_factory=dict)
    posts: dict[tuple[int, int], int] = field(default_factory=dict)
    """For each message of an album, the one that is the post."""
    reactions: dict[tuple[int, int, str, str], int] = field(default_factory=dict)
    """Since when each stands, by chat, message, account and emoji."""
    moves: set[tuple[int, Move]] = field(default_factory=set)
    requests: set[tuple[int, str, int, str | None]] = field(default_factory=set)
    votes: set[tuple[str, str]] = field(default_factory=set)
    no_people: set[str] = field(default_factory=set)
    staff: set[tuple[int, str]] = field(default_factory=set)
    chats: set[int] = field(default_factory=set)
    former: dict[int, int] = field(default_factory=dict)

    def now(self, chat: int) -> int:
        """The chat that a chat has become."""
        while chat in self.former:
            chat = self.former[chat]
        return chat

    def post(self, chat: int, message: int) -> int:
        """The post that a message belongs to."""
        return self.posts.get((chat, message), message)


def read(updates: Sequence[Json], me: int, blind: Iterable[int] = ()) -> Reading:
    """What updates, in the order they were made, say to the bot `me`.

    In `blind` chats only service messages tell who comes and goes.
    """
    told, unseen = Reading(), set(blind)
    told.no_people |= {account for update in updates for account in _no_people(update)}
    for update in updates:
        _migrate(told, update.get("message") or {})
        _sent(told, update.get("message") or {}, me, unseen)
        _moved(told, update.get("chat_member") or {})
        _asked(told, update.get("chat_join_request") or {})
        _voted(told, update.get("poll_answer") or {})
        for kind in ("message", "edited_message", "chat_member", "message_reaction"):
            if _is_group(about := update.get(kind) or {}) and not _migrates(about):
                told.chats.add(about["chat"]["id"])
    _put_albums_together(told, updates)
    _leave_reactions(told, updates)
    return told


def account(user: Json) -> str:
    """The account of a User or of a Chat that speaks for itself."""
    if "type" not in user:
        return f"user{user['id']}"
    return "channel" + str(user["id"]).removeprefix("-100").removeprefix("-")


def sender(message: Json) -> str:
    """Who a message is from: the chat it speaks for goes first."""
    return account(message.get("sender_chat") or message["from"])


def _no_people(part: Any) -> Iterator[str]:
    """Every account in an update that is no person's, wherever it stands."""
    if isinstance(part, list):
        for one in part:
            yield from _no_people(one)
    if not isinstance(part, dict):
        return
    if "is_bot" in part and (part["is_bot"] or part["id"] in FAKES):
        yield account(part)
    for key in ("sender_chat", "actor_chat", "voter_chat"):
        if isinstance(part.get(key), dict):
            yield account(part[key])
    for one in part.values():
        yield from _no_people(one)


def _is_group(about: Json) -> bool:
    """Whether it is of a group; what people write to a channel alone looks like one."""
    if not about or about["chat"].get("is_direct_messages"):
        return False
    return about["chat"]["type"] in ("group", "supergroup")


def _migrates(message: Json) -> bool:
    return "migrate_to_chat_id" in message or "migrate_from_chat_id" in message


def _migrate(told: Reading, message: Json) -> None:
    if "migrate_to_chat_id" in message:
        told.former[message["chat"]["id"]] = message["migrate_to_chat_id"]
    if "migrate_from_chat_id" in message:
        told.former[message["migrate_from_chat_id"]] = message["chat"]["id"]


def _sent(told: Reading, message: Json, me: int, blind: set[int]) -> None:
    if not _is_group(message):
        return
    chat = message["chat"]["id"]
    if any(key in message for key in (*WORDS, *MEDIA, *OTHERS)):
        told.messages.setdefault((chat, message["message_id"]), _said(message))
    if chat in blind:
        told.moves |= {(chat, move) for move in _served(message, me)}


def _said(message: Json) -> Said:
    text: str = message.get("text") or message.get("caption") or ""
    entities: list[Json] = message.get("entities") or message.get("caption_entities") or []
    target = _target(message)
    people = [account(one["user"]) for one in entities if one["type"] == "text_mention"]
    prose = _without(text, [one for one in entities if one["type"] in NO_PROSE])
    return Said(
        author=sender(message),
        at=message["date"] * 1000,
        thread=str(message["message_thread_id"]) if message.get("is_topic_message") else None,
        reply_to=target["message_id"] if target else None,
        reply_to_author=sender(target) if target else None,
        mentions=tuple(dict.fromkeys(people)),
        length=len(text),
        asks=any(mark in prose for mark in QUESTION_MARKS),
        links=any(one["type"] in ("url", "text_link") for one in entities),
        shows=_shows(message),
    )


def _shows(message: Json) -> bool | None:
    if any(key in message for key in MEDIA):
        return True
    return False if "text" in message else None


def _target(message: Json) -> Json | None:
    """The message of the same chat that is answered; nobody answers a topic's opening."""
    target: Json | None = message.get("reply_to_message")
    if target is None or "forum_topic_created" in target:
        return None
    return target if target["chat"]["id"] == message["chat"]["id"] else None


def _without(text: str, entities: list[Json]) -> str:
    """A text without some of its parts, which are counted in units of UTF-16."""
    units = [text.encode("utf-16-le")[at : at + 2] for at in range(0, 4 * len(text), 2)]
    gone = {at for one in entities for at in range(one["offset"], one["offset"] + one["length"])}
    left = b"".join(b" \0" if at in gone else unit for at, unit in enumerate(units))
    return left.decode("utf-16-le")


def _served(message: Json, me: int) -> Iterator[Move]:
    """Who came or went by a service message."""
    at, actor = message["date"] * 1000, sender(message)
    for user in message.get("new_chat_members", []):
        if user["id"] != me:
            yield Move(account(user), at, joined=True, inviter=_inviter(message["from"], user))
    if (user := message.get("left_chat_member")) and user["id"] != me:
        yield Move(account(user), at, False, "left" if account(user) == actor else "kicked")


def _inviter(by: Json, user: Json) -> str | None:
    """Who added somebody, where a person did."""
    is_nobody = by["is_bot"] or by["id"] in FAKES
    return None if is_nobody or by["id"] == user["id"] else account(by)


def _is_in(member: Json) -> bool:
    return member["status"] in INSIDE or bool(member.get("is_member"))


def _moved(told: Reading, change: Json) -> None:
    """Who came, went, or became an administrator."""
    if not _is_group(change):
        return
    old, new = change["old_chat_member"], change["new_chat_member"]
    user, at, chat = account(new["user"]), change["date"] * 1000, change["chat"]["id"]
    if new["status"] in ("creator", "administrator"):
        told.staff.add((chat, user))
    if not _is_in(old) and _is_in(new):
        source = (change.get("invite_link") or {}).get("name")
        is_own = "invite_link" in change or change.get("via_join_request")
        by = None if is_own else _inviter(change["from"], new["user"])
        told.moves.add((chat, Move(user, at, joined=True, source=source, inviter=by)))
    if _is_in(old) and not _is_in(new):
        by_others = "banned" if new["status"] == "kicked" else "kicked"
        how = "left" if change["from"]["id"] == new["user"]["id"] else by_others
        told.moves.add((chat, Move(user, at, joined=False, how=how)))


def _asked(told: Reading, request: Json) -> None:
    if _is_group(request):
        source = (request.get("invite_link") or {}).get("name")
        chat, user = request["chat"]["id"], account(request["from"])
        told.requests.add((chat, user, request["date"] * 1000, source))


def _voted(told: Reading, answer: Json) -> None:
    if answer and answer["option_ids"]:
        voter = account(answer.get("voter_chat") or answer["user"])
        told.votes.add((answer["poll_id"], voter))


def _put_albums_together(told: Reading, updates: Sequence[Json]) -> None:
    albums: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for message in (update.get("message") or {} for update in updates):
        if "media_group_id" in message and _is_group(message):
            key = (message["chat"]["id"], message["media_group_id"])
            albums[key].append(message["message_id"])
    for (chat, _), numbers in albums.items():
        told.posts |= {(chat, number): min(numbers) for number in numbers}
        for number in set(numbers) - {min(numbers)}:
            del told.messages[chat, number]


def _leave_reactions(told: Reading, updates: Sequence[Json]) -> None:
    """What stands is what each person's last change left."""
    changes = [one for update in updates if _is_group(one := update.get("message_reaction") or {})]
    for change in sorted(changes, key=lambda one: one["date"]):
        who = account(change.get("user") or change["actor_chat"])
        where = (change["chat"]["id"], change["message_id"], who)
        before = {key: at for key, at in told.reactions.items() if key[:3] == where}
        for key in before:
            del told.reactions[key]
        for emoji in map(_emoji, change["new_reaction"]):
            at = before.get((*where, emoji), change["date"] * 1000)
            told.reactions[*where, emoji] = at


def _emoji(kind: Json) -> str:
    """An emoji; custom ones are not told apart."""
    return str(kind["emoji"]) if "emoji" in kind else kind["type"].removesuffix("_emoji")


def lines(told: Reading, chats: Collection[int]) -> Iterator[Json]:
    """What foyer-events/1 would say of the community of some chats."""
    for (chat, number), said in told.messages.items():
        if chat in chats:
            yield _line(told, chat, number, said)
    for (chat, number, who, emoji), at in told.reactions.items():
        if chat in chats:
            post = str(told.post(chat, number))
            where = {"channel": str(chat), "message": post, "at": instant(at)}
            yield {"kind": "reaction", "op": "add", "user": who, "emoji": emoji, **where}
    for chat, move in told.moves:
        if chat in chats:
            kind = "member_joined" if move.joined else "member_left"
            how = {"source": move.source} if move.joined else {"how": move.how}
            yield {"kind": kind, "user": move.user, "at": instant(move.at), **how}
    for who in told.no_people:
        yield {"kind": "member", "user": who, "is_bot": True}
    for chat, who in told.staff:
        if chat in chats:
            yield {"kind": "member", "user": who, "is_staff": True}


def _line(told: Reading, chat: int, number: int, said: Said) -> Json:
    answered = None if said.reply_to is None else str(told.post(chat, said.reply_to))
    return {
        **{"kind": "message", "id": str(number), "channel": str(chat), "thread": said.thread},
        **{"author": said.author, "at": instant(said.at), "mentions": [*said.mentions]},
        **{"reply_to": answered, "reply_to_author": said.reply_to_author},
        "has_question": said.asks,
    }


def instant(at: int) -> str:
    """An instant in epoch milliseconds as foyer-events/1 writes it."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat().replace("+00:00", "Z")
