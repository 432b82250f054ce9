"""Updates that nobody can understand, each broken in a way of its own."""

import json
from typing import Any

from tests.telegram_updates import (
    ANA,
    GROUP,
    NOON,
    POLL,
    Json,
    asked,
    changed,
    emoji,
    entity,
    link,
    member,
    message,
    pressed,
    reacted,
    said,
    voted,
)


def poisons(update_id: int = 500) -> dict[str, bytes]:
    """What is wrong with an update, and the bytes of it; some do not show their number."""
    return {
        **{name: _broken(kind, told, update_id) for name, (kind, told) in _CONTENTS.items()},
        **{name: _filled(text, update_id) for name, text in _TEXTS.items()},
        **{name: template.replace(b"ID", b"%d" % update_id) for name, template in _WHOLES.items()},
    }


def _broken(kind: str, content: Any, update_id: int) -> bytes:
    return json.dumps({"update_id": update_id, kind: content}, separators=(",", ":")).encode()


def _filled(text: bytes, update_id: int) -> bytes:
    """A message whose text is given as it stands between the quotes, or in their place."""
    return _broken("message", said("TEXT"), update_id).replace(b'"TEXT"', text)


def _less(content: Json, *keys: str) -> Json:
    return {key: value for key, value in content.items() if key not in keys}


_CONTENTS: dict[str, tuple[str, Any]] = {
    "a message is a list": ("message", []),
    "a message is a text": ("message", "secret"),
    "a message has no number": ("message", _less(said(), "message_id")),
    "a message has no chat": ("message", _less(said(), "chat")),
    "a message has no date": ("message", _less(said(), "date")),
    "nobody wrote a message": ("message", _less(said(), "from")),
    "a message number is beyond all numbers": ("message", said(id=2**63)),
    "a message number is far beyond": ("message", said(id=10**400)),
    "a message number is zero": ("message", said(id=0)),
    "a message number is a text": ("message", message("secret")),  # type: ignore[arg-type]  # poison is of a wrong type
    "a message number is yes": ("message", said(id=True)),
    "a date in milliseconds": ("message", said(date=NOON * 1000)),
    "a date of 1970": ("message", said(date=0)),
    "a date is a text": ("message", said(date="yesterday")),
    "a date is a fraction": ("message", said(date=NOON + 0.5)),
    "a chat number is a text": ("message", said(chat=GROUP | {"id": "secret"})),
    "a chat number is beyond all numbers": ("message", said(chat=GROUP | {"id": -(2**63)})),
    "a chat is of no type": ("message", said(chat=_less(GROUP, "type"))),
    "a chat is of a numbered type": ("message", said(chat=GROUP | {"type": 5})),
    "a text is a number": ("message", said(5)),  # type: ignore[arg-type]  # poison is of a wrong type
    "marks are an object": ("message", said(entities={"type": "secret"})),
    "a mark begins before the text": ("message", said(entities=[entity("url", -1, 2)])),
    "a mark has no length": ("message", said(entities=[{"type": "url", "offset": 0}])),
    "a topic is a text": ("message", said(message_thread_id="secret", is_topic_message=True)),
    "an answered message has no number": (
        "message",
        said(reply_to_message=_less(said(), "message_id")),
    ),
    "a photo is a text": ("message", message(photo="secret")),
    "an album has a name without end": ("message", message(media_group_id="secret" * 60)),
    "an account has no number": ("message", said(from_=_less(ANA, "id"))),
    "an account is number zero": ("message", said(from_=ANA | {"id": 0})),
    "an account may be a bot": ("message", said(from_=ANA | {"is_bot": "perhaps"})),
    "an account has no name": ("message", said(from_=_less(ANA, "first_name"))),
    "those who came are a number": ("message", message(new_chat_members=5)),
    "a group moves to a text": ("message", message(migrate_to_chat_id="secret")),
    "nobody reacts": ("message_reaction", _less(reacted([], emoji("👍")), "user")),
    "a reaction is empty": ("message_reaction", reacted([], [{"type": "emoji", "emoji": ""}])),
    "a reaction has no emoji": ("message_reaction", reacted([], [{"type": "emoji"}])),
    "a reaction has no before": ("message_reaction", _less(reacted([], []), "old_reaction")),
    "somebody is something new": ("chat_member", changed(member("left"), member("secret"))),
    "somebody is restricted somewhere": (
        "chat_member",
        changed(member("left"), _less(member("restricted"), "is_member")),
    ),
    "somebody came by a text": (
        "chat_member",
        changed(member("left"), member("member"), invite_link="secret"),
    ),
    "a link has a name without end": (
        "chat_member",
        changed(member("left"), member("member"), invite_link=link("secret" * 60)),
    ),
    "the bot became nobody": (
        "my_chat_member",
        _less(changed(member("left"), member("member")), "from"),
    ),
    "an applicant has no date": ("chat_join_request", _less(asked(), "date")),
    "nobody presses": ("callback_query", _less(pressed(), "from")),
    "a poll has no number": ("poll", POLL | {"id": ""}),
    "a poll may be closed": ("poll", _less(POLL, "is_closed")),
    "nobody votes": ("poll_answer", _less(voted(0), "user")),
    "a vote is a text": ("poll_answer", voted(0, option_ids=["secret"])),
}

_TEXTS = {
    "half a character": rb'"secret \ud83d"',
    "the other half of a character": rb'"secret \ude00 secret"',
    "a half beside a letter": rb'"\ud83dsecret"',
    "NUL": rb'"secret\u0000"',
    "NUL behind a backslash": rb'"\\\u0000"',
    "a character of another encoding": b'"secret\xff"',
    "half a character as bytes": b'"secret\xed\xa0\x80"',
    "a line break within": b'"secret\n"',
    "an escape that is none": rb'"secret\x41"',
    "no number": b"NaN",
    "nested without end": b"[" * 3_000 + b"]" * 3_000,
    "a text without an end": b'"secret',
}

_WHOLES = {
    "no JSON": b"secret",
    "nothing": b"null",
    "a number": b"ID",
    "a text": b'"secret ID"',
    "a list": b"[ID]",
    "an empty object": b"{}",
    "an object that is cut": b'{"update_id":ID,"message":{"text":"sec"',
    "two commas": b'{"update_id":ID,,"message":null}',
    "a number as a text": b'{"update_id":"ID"}',
    "a number as a fraction": b'{"update_id":ID.5}',
    "a negative number": b'{"update_id":-ID}',
    "a number beyond all numbers": b'{"update_id":9223372036854775808}',
    "a number without end": b'{"update_id":' + b"9" * 5_000 + b"}",
}
