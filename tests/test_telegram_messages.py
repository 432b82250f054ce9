from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.events import MessageSent, ThreadCreated
from bot.importers import examine
from bot.model import PlaceId
from tests import exports
from tests.telegram_updates import (
    ANA,
    ANONYMOUS,
    AS_CHANNEL,
    BOB,
    CHANNEL,
    CHANNEL_ACCOUNT,
    CHAT,
    GROUP,
    GROUP_ACCOUNT,
    HIDDEN,
    ME,
    MEDIA,
    NOON,
    PHOTO,
    POLL,
    SERVICE,
    TOPIC_OPENED,
    Json,
    asked,
    changed,
    chat,
    emoji,
    entity,
    events,
    in_topic,
    member,
    message,
    reacted,
    robot,
    said,
    told,
)

QUOTE: Json = {"text": "w", "position": 0}


def sent(content: Json) -> MessageSent:
    (one,) = [one for one in events("message", content) if isinstance(one, MessageSent)]
    return one


def test_a_message_becomes_an_event() -> None:
    heard = told("message", said("what?"))
    assert heard.place == PlaceId("telegram", str(CHAT))
    assert heard.names == {"user1": "Ana Martin"}
    assert heard.chat is not None
    assert (heard.chat.id, heard.chat.title) == (CHAT, "Les amis")
    assert heard.events == (
        MessageSent(
            platform="telegram",
            channel=str(CHAT),
            id="5",
            author="user1",
            at=NOON * 1000,
            length=5,
            has_question=True,
        ),
    )


# The same message, live and in an export of Telegram Desktop


def _with(*kinds: str) -> Json:
    return {kind: MEDIA[kind] for kind in kinds}


LINKED = "see x.org?y or not"
PARTS = ["see ", {"type": "link", "text": "x.org?y"}, " or not"]
CODE = [{"type": "bold", "text": "🏃 now "}, {"type": "code", "text": "a ? b"}, " ok"]
SHAPES: dict[str, tuple[Json, Json]] = {
    "plain": ({"text": "hello"}, {"text": "hello"}),
    "a question": ({"text": "où ça ？"}, {"text": "où ça ？"}),
    "an address nobody marked": (
        {"text": "WWW.x.org/?a b"},
        {"text": "WWW.x.org/?a b"},
    ),
    "a backtick": ({"text": "`a?`"}, {"text": "`a?`"}),
    "an address": (
        {"text": LINKED, "entities": [entity("url", 4, 7)]},
        {"text": PARTS},
    ),
    "an address nobody marked behind a mark": (
        {"text": "so www.x.org/?", "entities": [entity("bold", 0, 2)]},
        {"text": [{"type": "bold", "text": "so"}, " www.x.org/?"]},
    ),
    "an address behind words": (
        {"text": "read this", "entities": [entity("text_link", 5, 4, url="https://x.org/?")]},
        {"text": ["read ", {"type": "text_link", "text": "this", "href": "https://x.org/?"}]},
    ),
    "code behind an emoji": (
        {
            "text": "🏃 now a ? b ok",
            "entities": [entity("bold", 0, 7), entity("code", 7, 5)],
        },
        {"text": CODE},
    ),
    "a block of code": (
        {"text": "https://x.org/", "entities": [entity("pre", 0, 14)]},
        {"text": [{"type": "pre", "text": "https://x.org/"}]},
    ),
    "somebody who was picked": (
        {
            "text": "hi Bob and Bob",
            "entities": [
                entity("text_mention", 3, 3, user=BOB),
                entity("text_mention", 11, 3, user=BOB),
            ],
        },
        {
            "text": [
                "hi ",
                {"type": "mention_name", "text": "Bob", "user_id": 2},
                " and ",
                {"type": "mention_name", "text": "Bob", "user_id": 2},
            ]
        },
    ),
    "a name": (
        {"text": "hi @bob", "entities": [entity("mention", 3, 4)]},
        {"text": ["hi ", {"type": "mention", "text": "@bob"}]},
    ),
    "a photo with words": (
        {"photo": PHOTO, "caption": "x.org?", "caption_entities": [entity("url", 0, 5)]},
        {"photo": "p.jpg", "text": [{"type": "link", "text": "x.org"}, "?"]},
    ),
    "a photo": ({"photo": PHOTO}, {"photo": "p.jpg", "text": ""}),
    "a sticker": (_with("sticker"), {"media_type": "sticker", "file": "s", "text": ""}),
    "a voice message": (_with("voice"), {"media_type": "voice_message", "file": "v", "text": ""}),
    "a video": (_with("video"), {"media_type": "video_file", "file": "v", "text": ""}),
    "a video message": (
        _with("video_note"),
        {"media_type": "video_message", "file": "v", "text": ""},
    ),
    "an animation": (
        _with("animation", "document"),
        {"media_type": "animation", "file": "a", "text": ""},
    ),
    "music": (_with("audio"), {"media_type": "audio_file", "file": "m", "text": ""}),
    "a file": (_with("document"), {"file": "f.pdf", "text": ""}),
    "a poll": ({"poll": POLL}, {"poll": {"question": "Where?"}, "text": ""}),
    "a place": (
        {"location": {"latitude": 1.5, "longitude": 2.5}},
        {"location_information": {"latitude": 1.5, "longitude": 2.5}, "text": ""},
    ),
    "a card": (
        {"contact": {"phone_number": "1", "first_name": "B"}},
        {"contact_information": {"first_name": "B"}, "text": ""},
    ),
    "an answer": (
        {"text": "me", "reply_to_message": said("who?", 4, from_=BOB)},
        {"text": "me", "reply_to_message_id": 4},
    ),
    "an answer to another chat": (
        {"text": "me", "external_reply": {"origin": HIDDEN}},
        {"text": "me", "reply_to_message_id": 4, "reply_to_peer_id": "channel8"},
    ),
    "a message in a topic": (
        {"text": "hi", **in_topic(3)},
        {"text": "hi", "reply_to_message_id": 3},
    ),
    "a channel that writes": (
        {"text": "hi", "from": AS_CHANNEL, "sender_chat": CHANNEL},
        {"text": "hi", "from_id": CHANNEL_ACCOUNT},
    ),
    "an administrator without a name": (
        {"text": "hi", "from": ANONYMOUS, "sender_chat": GROUP},
        {"text": "hi", "from_id": GROUP_ACCOUNT},
    ),
    "a command": (
        {"text": "/stats 7 ?", "entities": [entity("bot_command", 0, 6)]},
        {"text": [{"type": "bot_command", "text": "/stats"}, " 7 ?"]},
    ),
}


def imported(tmp_path: Path, content: Json) -> list[Any]:
    opening = exports.served("topic_created", 3, title="Runs")
    export = exports.group(opening, exports.said(5, **content), id=-CHAT - 10**12)
    path = exports.saved(tmp_path / "result.json", export)
    return exports.happened(examine([path]))


@pytest.mark.parametrize("name", SHAPES)
def test_live_and_imported_messages_are_the_same(tmp_path: Path, name: str) -> None:
    live, exported = SHAPES[name]
    heard = [
        msgspec.structs.replace(one, reply_to_author=None) if isinstance(one, MessageSent) else one
        for one in events("message", message(5, **live))
    ]
    assert heard == imported(tmp_path, exported)


# Answers and topics


@pytest.mark.parametrize(
    ("content", "reply", "author", "thread"),
    [
        (said(reply_to_message=said("who?", 4, from_=BOB)), "4", "user2", None),
        (said(**in_topic(10)), None, None, "10"),
        (said(**(in_topic(10) | {"reply_to_message": said("who?", 4)})), "4", "user1", "10"),
        (said(message_thread_id=10, is_topic_message=True), None, None, "10"),
        (said(message_thread_id=4, reply_to_message=said("who?", 4)), "4", "user1", None),
        (
            said(
                message_thread_id=10,
                is_topic_message=True,
                reply_to_message=message(10, forum_topic_edited={"name": "Runs"}),
            ),
            None,
            None,
            "10",
        ),
        (said(reply_to_message=message(3, **TOPIC_OPENED)), None, None, None),
        (said(reply_to_message=said("who?", 4, chat=chat(-5))), None, None, None),
        (
            said(external_reply={"origin": HIDDEN}, quote={"text": "a", "position": 0}),
            None,
            None,
            None,
        ),
        (
            said(quote=QUOTE, reply_to_message=said("who?", 4)),
            "4",
            "user1",
            None,
        ),
        (
            said(reply_to_message=said("news", 4, from_=SERVICE, sender_chat=CHANNEL)),
            "4",
            CHANNEL_ACCOUNT,
            None,
        ),
        (said(reply_to_message=said("hi", 4, from_=None)), "4", GROUP_ACCOUNT, None),
    ],
)
def test_replies_and_topics(
    content: Json, reply: str | None, author: str | None, thread: str | None
) -> None:
    one = sent(content)
    assert (one.reply_to, one.reply_to_author, one.thread) == (reply, author, thread)


def test_a_topic_that_is_opened_is_a_thread() -> None:
    assert events("message", message(10, **TOPIC_OPENED)) == [
        ThreadCreated(
            platform="telegram", user="user1", channel=str(CHAT), thread="10", at=NOON * 1000
        )
    ]


def test_an_album_is_told_by_every_message_of_it() -> None:
    albums = {
        sent(message(number, photo=PHOTO, media_group_id="8123")).album for number in range(5, 15)
    }
    assert albums == {"8123"}


def test_a_poll_is_noted_with_its_place() -> None:
    heard = told("message", message(poll=POLL))
    assert heard.polls == ("5300",)
    assert heard.place == PlaceId("telegram", str(CHAT))
    assert len(heard.events) == 1


# Notices

MOVED = -1_005_555_555_555
NOTICES: list[Json] = [
    {"pinned_message": said()},
    {"new_chat_title": "Friends?"},
    {"new_chat_photo": PHOTO},
    {"delete_chat_photo": True},
    {"group_chat_created": True},
    {"supergroup_chat_created": True},
    {"message_auto_delete_timer_changed": {"message_auto_delete_time": 5}},
    {"forum_topic_edited": {"name": "Walks"}},
    {"forum_topic_closed": {}},
    {"forum_topic_reopened": {}},
    {"general_forum_topic_hidden": {}},
    {"video_chat_started": {}},
    {"video_chat_ended": {"duration": 5}},
    {"video_chat_participants_invited": {"users": [BOB]}},
    {"boost_added": {"boost_count": 1}},
    {"proximity_alert_triggered": {"traveler": ANA, "watcher": BOB, "distance": 5}},
    {"giveaway_created": {}},
    {"users_shared": {"request_id": 1, "users": []}},
    {"chat_owner_left": {}},
    {"new_chat_members": [BOB]},
    {"left_chat_member": BOB},
]


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: next(iter(notice)))
def test_a_notice_of_telegram_is_no_message(notice: Json) -> None:
    heard = told("message", message(**notice))
    assert (heard.events, heard.place, heard.call) == ((), None, None)


def test_what_telegram_will_invent_is_no_message() -> None:
    invented = message(invented_in_2030={"text": "what?"})
    assert told("message", invented, is_real=False).events == ()


@pytest.mark.parametrize(
    ("where", "notice"),
    [
        (chat(-5, "group"), {"migrate_to_chat_id": MOVED}),
        (chat(MOVED), {"migrate_from_chat_id": -5}),
    ],
)
def test_either_notice_tells_that_a_group_moved(where: Json, notice: Json) -> None:
    heard = told("message", message(chat=where, **notice))
    old, new = PlaceId("telegram", "-5"), PlaceId("telegram", str(MOVED))
    assert heard.moves == ((old, new),)
    assert (heard.place, heard.events) == (None, ())


@pytest.mark.parametrize(
    "where",
    [CHANNEL, chat(1, "private"), chat(-5, "something_new")],
    ids=lambda where: where["type"],
)
def test_only_groups_are_places(where: Json) -> None:
    contents = {
        "message": said(chat=where),
        "message_reaction": reacted([], emoji("👍"), chat=where),
        "chat_member": changed(member("left"), member("member"), chat=where),
        "my_chat_member": changed(member("left"), member("member", robot(ME.id)), chat=where),
        "chat_join_request": asked(chat=where),
    }
    for kind, content in contents.items():
        heard = told(kind, content)
        assert (heard.place, heard.events, heard.arrival, heard.departure) == (None, (), None, None)


@pytest.mark.parametrize("kind", ["edited_message", "channel_post", "edited_channel_post"])
def test_an_edit_or_a_post_in_a_channel_is_no_message(kind: str) -> None:
    heard = told(kind, said("/help", entities=[entity("bot_command", 0, 5)]))
    assert (heard.events, heard.call, heard.place) == ((), None, None)
