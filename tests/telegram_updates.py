"""Raw updates of the Bot API, made by hand in their real shapes."""

import itertools
import json
from typing import Any

from bot.adapters.telegram.reading.people import Me
from bot.adapters.telegram.reading.told import Told
from bot.adapters.telegram.reading.translate import translate
from bot.adapters.telegram.reading.updates import decode
from tests.fakes.telegram_spec import specification

Json = dict[str, Any]

ME = Me(42, "FoyerBot", reads_all=True)
NOON = 1_714_564_800
"""2024-05-01T12:00:00Z, in seconds."""
NOW = (NOON + 60) * 1000
CHAT = -1_001_234_567_890
"""In an export, the supergroup 1234567890."""

_numbers = itertools.count(1000)


def person(id: int = 1, name: str = "Ana", **more: Any) -> Json:
    """A User."""
    return {"id": id, "is_bot": False, "first_name": name, **more}


def robot(id: int = 99, **more: Any) -> Json:
    """A User that is a bot."""
    return {"id": id, "is_bot": True, "first_name": "Robot", "username": "RobotBot", **more}


ANA, BOB = person(1, "Ana", last_name="Martin", username="ana"), person(2, "Bob")
ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
AS_CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
SERVICE = {"id": 777000, "is_bot": False, "first_name": "Telegram"}


def chat(id: int = CHAT, type: str = "supergroup", **more: Any) -> Json:
    """A Chat."""
    title = {} if type == "private" else {"title": "Les amis"}
    return {"id": id, "type": type, **title, **more}


GROUP = chat()
PRIVATE = chat(1, "private", first_name="Ana")
CHANNEL = chat(-1_009_876_543_210, "channel", title="News")
CHANNEL_ACCOUNT, GROUP_ACCOUNT = "channel9876543210", "channel1234567890"


def message(id: int = 5, **more: Any) -> Json:
    """A Message without contents; `from_` is its sender."""
    known = {"message_id": id, "from": ANA, "chat": GROUP, "date": NOON}
    told = known | {"from" if key == "from_" else key: value for key, value in more.items()}
    return {key: value for key, value in told.items() if value is not None}


def said(text: str = "hello", id: int = 5, **more: Any) -> Json:
    """A Message with a text."""
    return message(id, text=text, **more)


def in_topic(number: int = 10, where: Json = GROUP) -> Json:
    """What tells of a Message that it stands in a forum topic; it answers nobody."""
    opening = message(
        number,
        chat=where,
        message_thread_id=number,
        is_topic_message=True,
        forum_topic_created={"name": "Runs", "icon_color": 7322096},
    )
    return {
        "message_thread_id": number,
        "is_topic_message": True,
        "reply_to_message": opening,
    }


TOPIC_OPENED: Json = {
    "message_thread_id": 10,
    "is_topic_message": True,
    "forum_topic_created": {"name": "Runs", "icon_color": 7322096},
}
"""What a Message holds that opens a forum topic."""


def entity(type: str, offset: int, length: int, **more: Any) -> Json:
    """A MessageEntity."""
    return {"type": type, "offset": offset, "length": length, **more}


def command(text: str, **more: Any) -> Json:
    """A Message that begins with a command."""
    return said(text, entities=[entity("bot_command", 0, len(text.split()[0]))], **more)


PHOTO = [{"file_id": "p", "file_unique_id": "q", "width": 90, "height": 60}]
FILE: Json = {"file_id": "p", "file_unique_id": "q"}
MEDIA: dict[str, Json] = {
    "animation": FILE | {"width": 9, "height": 6, "duration": 3},
    "audio": FILE | {"duration": 3},
    "document": FILE,
    "sticker": FILE
    | {"type": "regular", "width": 9, "height": 6, "is_animated": False, "is_video": False},
    "video": FILE | {"width": 9, "height": 6, "duration": 3},
    "video_note": FILE | {"length": 9, "duration": 3},
    "voice": FILE | {"duration": 3},
}
HIDDEN = {"type": "hidden_user", "date": NOON, "sender_user_name": "Zoé"}
"""The origin of something that was passed on."""
POLL: Json = {
    "id": "5300",
    "question": "Where?",
    "options": [],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": False,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": True,
    "members_only": False,
}


def emoji(*given: str) -> list[Json]:
    """Reactions; digits are a custom emoji, `paid` is a paid one."""
    return [_reaction(one) for one in given]


def _reaction(one: str) -> Json:
    if one == "paid":
        return {"type": "paid"}
    if one.isdigit():
        return {"type": "custom_emoji", "custom_emoji_id": one}
    return {"type": "emoji", "emoji": one}


def reacted(
    before: list[Json], after: list[Json], id: int = 5, at: int = NOON, **more: Any
) -> Json:
    """A MessageReactionUpdated by Bob, unless `user` or `actor_chat` says otherwise."""
    who = {} if "actor_chat" in more else {"user": BOB}
    told = {"chat": GROUP, "message_id": id, "date": at}
    return {**told, **who, "old_reaction": before, "new_reaction": after, **more}


def member(status: str, user: Json = BOB, **more: Any) -> Json:
    """A ChatMember."""
    rights: Json = {}
    if status == "kicked":
        rights = {"until_date": 0}
    elif status == "restricted":
        rights = dict.fromkeys(_MAY_BE_RESTRICTED, False) | {"is_member": True, "until_date": 0}
    elif status == "administrator":
        rights = dict.fromkeys(_RIGHTS, False)
    elif status == "creator":
        rights = {"is_anonymous": False}
    return {"status": status, "user": user, **rights, **more}


_MAY_BE_RESTRICTED = (
    *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos"),
    *("can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls"),
    *("can_send_other_messages", "can_add_web_page_previews", "can_react_to_messages"),
    *("can_edit_tag", "can_change_info", "can_invite_users", "can_pin_messages"),
    "can_manage_topics",
)
_RIGHTS = (
    *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages"),
    *("can_manage_video_chats", "can_restrict_members", "can_promote_members"),
    *("can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
    "can_delete_stories",
)


def changed(before: Json, after: Json, by: Json | None = None, **more: Any) -> Json:
    """A ChatMemberUpdated, by the member themselves unless `by` says otherwise."""
    told = {"chat": GROUP, "from": by or after["user"], "date": NOON}
    return {**told, "old_chat_member": before, "new_chat_member": after, **more}


def link(name: str | None = None, *, is_primary: bool = False) -> Json:
    """A ChatInviteLink."""
    named = {} if name is None else {"name": name}
    return {
        "invite_link": "https://t.me/+abc…",
        "creator": ANA,
        "creates_join_request": False,
        "is_primary": is_primary,
        "is_revoked": False,
        **named,
    }


def asked(**more: Any) -> Json:
    """A ChatJoinRequest of Bob's."""
    return {"chat": GROUP, "from": BOB, "user_chat_id": 2, "date": NOON, **more}


def pressed(data: str = "quiet", **more: Any) -> Json:
    """A CallbackQuery of Bob's."""
    shown = {"message": said("Welcome", 7, from_=robot(ME.id)), "chat_instance": "7"}
    return {"id": "4000", "from": BOB, **shown, "data": data, **more}


def voted(*options: int, **more: Any) -> Json:
    """A PollAnswer of Bob's."""
    who = {} if "voter_chat" in more and "user" not in more else {"user": BOB}
    named = [str(one) for one in options]
    told = {"poll_id": POLL["id"], "option_ids": list(options), "option_persistent_ids": named}
    return {**told, **who, **more}


def update(kind: str, content: Json) -> Json:
    """An Update of one kind."""
    return {"update_id": next(_numbers), kind: content}


def raw(told: object) -> bytes:
    """JSON as Telegram writes it, with every letter beyond ASCII escaped."""
    return json.dumps(told, separators=(",", ":")).encode()


def told(kind: str, content: Json, *, blind: bool = False, is_real: bool = True) -> Told:
    """What an update of one kind tells; one that is not `is_real` need not be as documented."""
    whole = update(kind, content)
    if is_real:
        wrong = specification().value(whole, "Update", kind)
        assert not wrong, wrong
    known = frozenset({content["chat"]["id"]}) if blind else frozenset()
    return translate(decode(raw(whole)), ME, now=NOW, blind=known)


def events(kind: str, content: Json, **more: Any) -> list[Any]:
    """The events of an update."""
    return list(told(kind, content, **more).events)
