"""What a lively Telegram group tells, in the shapes of the Bot API."""

import json
from collections.abc import Callable, Mapping
from typing import Any

A_POLL = 100
"""`getUpdates` hands over so many updates at most."""

CHAT = -1_001_234_567_890

_GROUP = {"id": CHAT, "title": "Les coureurs", "type": "supergroup", "is_forum": True}
_START = 1_714_564_800
_PEOPLE = 500
_WORDS = "Bonjour tout le monde, qui vient courir dimanche matin ? J’y serai à neuf heures."

Json = dict[str, Any]


def bodies(make: Callable[[int], Json], first: int, count: int) -> list[bytes]:
    """Answers of `getUpdates` that hold `count` updates in all."""
    updates = [{"update_id": number, **make(number)} for number in range(first, first + count)]
    return [
        json.dumps(
            {"ok": True, "result": updates[at : at + A_POLL]}, separators=(",", ":")
        ).encode()
        for at in range(0, count, A_POLL)
    ]


def _person(number: int) -> Json:
    who = number * 7 % _PEOPLE
    names = {"first_name": f"Ana{who}", "last_name": "Martin", "username": f"ana_{who}"}
    return {"id": 100_000_000 + who, "is_bot": False, **names, "language_code": "fr"}


def _message(number: int, **more: Any) -> Json:
    who = {"from": _person(number), "chat": _GROUP, "date": _START + number}
    return {"message": {"message_id": number, **who, **more}}


def _plain(number: int) -> Json:
    return _message(number, text=_WORDS)


def _reply(number: int) -> Json:
    parent = _message(number - 1, text=_WORDS)["message"]
    return _message(number, reply_to_message=parent, text="Moi, avec plaisir !")


def _command(number: int) -> Json:
    mark = {"type": "bot_command", "offset": 0, "length": 6}
    return _message(number, text="/stats 28", entities=[mark])


def _reaction(number: int) -> Json:
    given = {"old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "❤"}]}
    where = {"chat": _GROUP, "message_id": number - 1, "date": _START + number}
    return {"message_reaction": {**where, "user": _person(number), **given}}


def _join(number: int) -> Json:
    user = _person(number) | {"id": 200_000_000 + number}
    link = {
        "invite_link": "https://t.me/+AbCdEfGhIjK…",
        "name": "affiche",
        "creator": _person(1),
        "creates_join_request": False,
        "is_primary": False,
        "is_revoked": False,
    }
    change: Json = {"chat": _GROUP, "from": user, "date": _START + number, "invite_link": link}
    before, after = {"user": user, "status": "left"}, {"user": user, "status": "member"}
    return {"chat_member": {**change, "old_chat_member": before, "new_chat_member": after}}


KINDS: Mapping[str, Callable[[int], Json]] = {
    "plain messages": _plain,
    "replies": _reply,
    "reactions": _reaction,
    "joins": _join,
    "commands": _command,
}
"""How an update of each kind is made from a number of its own."""
