import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.telegram.reading.skeletons import misfit
from bot.adapters.telegram.reading.updates import Unreadable, decode
from tests.telegram_poison import poisons
from tests.telegram_updates import (
    BOB,
    CHANNEL,
    CHAT,
    FILE,
    GROUP,
    ME,
    NOON,
    PHOTO,
    POLL,
    PRIVATE,
    Json,
    asked,
    changed,
    emoji,
    entity,
    in_topic,
    link,
    member,
    message,
    person,
    pressed,
    raw,
    reacted,
    robot,
    said,
    update,
    voted,
)

CANARY = "kanarienvogel"
PERSON = 611_223_344
"""An account's number, and a telephone's."""
POISONS = poisons(500)

WHO = person(PERSON, "Ana", last_name="Martin", username="ana", language_code="fr")
PLACED: Json = {"latitude": 1.5, "longitude": 2.5}
CONTENTS: list[tuple[str, Json]] = [
    ("message", said(from_=WHO, entities=[entity("text_mention", 0, 2, user=WHO)])),
    ("message", said(sender_chat=CHANNEL, author_signature="Ana", **in_topic())),
    ("message", said(reply_to_message=said("what?", 4, from_=WHO), quote={"text": "what"})),
    ("message", said(external_reply={"origin": {"sender_user_name": "Ana"}}, via_bot=robot())),
    ("message", message(photo=PHOTO, caption="me", caption_entities=[entity("url", 0, 2)])),
    ("message", message(document=FILE | {"file_name": "cv.pdf"}, media_group_id="81")),
    ("message", message(contact={"phone_number": str(PERSON), "first_name": "Bob"})),
    ("message", message(venue={"title": "Home", "address": "Street 1", "location": PLACED})),
    ("message", message(poll=POLL | {"options": [{"text": "there", "voter_count": 1}]})),
    ("message", message(10, forum_topic_created={"name": "Runs"})),
    ("message", message(new_chat_title="Friends")),
    ("message", message(new_chat_members=[WHO, BOB])),
    ("message", said(chat=PRIVATE | {"id": PERSON, "username": "ana"}, from_=WHO)),
    ("message_reaction", reacted(emoji("👍"), emoji("111"), user=WHO)),
    ("chat_member", changed(member("left", WHO), member("member", WHO), invite_link=link("promo"))),
    ("my_chat_member", changed(member("left"), member("administrator", robot(ME.id)), WHO)),
    ("chat_join_request", asked(bio="I run", user_chat_id=PERSON, **{"from": WHO})),
    ("callback_query", pressed("join?name=Ana", **{"from": WHO})),
    ("poll_answer", voted(0, user=WHO)),
    ("poll", POLL | {"explanation": "because"}),
]


def kept(data: bytes) -> Any:
    """The skeleton of an update, as if it could not be read."""
    return json.loads(misfit(data, Unreadable("a reason")).skeleton)


def sung(value: Any) -> Any:
    """A value with the canary in place of every text, and under a key of its own."""
    if isinstance(value, dict):
        return {key: sung(one) for key, one in value.items()} | {CANARY: CANARY}
    if isinstance(value, list):
        return [*map(sung, value), CANARY]
    return CANARY if isinstance(value, str) else value


@pytest.mark.parametrize(("kind", "content"), CONTENTS)
def test_no_word_and_nobody_is_left(kind: str, content: Json) -> None:
    for told in (content, sung(content)):
        data = raw(update(kind, told))
        left = json.dumps(kept(data))
        assert CANARY not in left
        assert str(PERSON) not in left
        assert kind in left


@pytest.mark.parametrize(("kind", "content"), CONTENTS)
def test_what_the_canary_sang_over_is_refused_in_silence(kind: str, content: Json) -> None:
    data = raw(update(kind, sung(content)))
    assert CANARY not in _refusal(data)


def _refusal(data: bytes) -> str:
    """Why an update is refused, and what is left of it; nothing where it can be read."""
    try:
        decode(data)
    except Unreadable as error:
        return "".join(misfit(data, error))
    return ""


@pytest.mark.parametrize("name", POISONS)
def test_poison_leaves_no_word(name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        decode(POISONS[name])
    reason, skeleton = misfit(POISONS[name], refused.value)
    assert reason == str(refused.value)
    assert "secret" not in skeleton
    assert json.loads(skeleton)["bytes"] == len(POISONS[name])


def test_keys_types_ids_and_times_are_shown() -> None:
    marks = [entity("text_mention", 0, 2, user=WHO)]
    content = said("hi", 77, from_=WHO, entities=marks, date=str(NOON), effect_id="5")
    assert kept(raw({"update_id": 9, "message": content}))["update"] == {
        "update_id": 9,
        "message": {
            "message_id": 77,
            "chat": {"id": CHAT, "type": "string", "title": "string"},
            "date": "string",
            "from": {
                "id": "integer",
                "is_bot": "boolean",
                "first_name": "string",
                "last_name": "string",
                "username": "string",
                "language_code": "string",
            },
            "text": "string",
            "entities": [
                {
                    "type": "string",
                    "offset": "integer",
                    "length": "integer",
                    "user": {
                        "id": "integer",
                        "is_bot": "boolean",
                        "first_name": "string",
                        "last_name": "string",
                        "username": "string",
                        "language_code": "string",
                    },
                }
            ],
        },
    }


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (NOON, NOON),
        (-5, -5),
        (2**63, "integer"),
        (1.5, "number"),
        ("1714564800", "string"),
        (True, "boolean"),
        (None, "null"),
        ([5], "list"),
        ({"id": 5}, "object"),
    ],
)
def test_only_whole_numbers_are_shown_as_times(written: object, shown: object) -> None:
    assert kept(raw(update("message", said(date=NOON) | {"date": written})))["update"]["message"][
        "date"
    ] == (shown)


def test_a_private_chat_is_somebody_and_a_group_is_not() -> None:
    chats = [
        kept(raw(update("message", said(chat=where))))["update"]["message"]["chat"]["id"]
        for where in (GROUP, PRIVATE)
    ]
    assert chats == [CHAT, "integer"]


def test_a_long_list_is_shown_in_part() -> None:
    many = said(entities=[entity("bold", 0, 1)] * 500)
    assert len(kept(raw(update("message", many)))["update"]["message"]["entities"]) == 10


@pytest.mark.parametrize(
    ("data", "number"),
    [
        (b"kanarienvogel", None),
        (b'{"update_id": 71, "message": kanarienvogel}', 71),
        (b'{"update_id":72,"message":{"text":"\xff"}}', 72),
        (b'{"update_id":73,"message":' + b"[" * 5_000 + b"]" * 5_000 + b"}", 73),
        (b'{"update_id":74,"message":{"message_id":' + b"9" * 5_000 + b"}}", 74),
        (b"", None),
    ],
)
def test_of_what_is_no_json_only_length_and_number_are_left(
    data: bytes, number: int | None
) -> None:
    assert kept(data) == {"bytes": len(data), "update": {"update_id": number}}


def test_the_same_update_leaves_the_same_skeleton() -> None:
    """So that it is kept once, however often it is told."""
    data = POISONS["a text is a number"]
    assert misfit(data, Unreadable("a")) == misfit(bytes(data), Unreadable("a"))


@given(st.binary())
def test_any_bytes_leave_a_skeleton(data: bytes) -> None:
    assert kept(data)["bytes"] == len(data)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.just(CANARY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(anything, st.sampled_from(["message", "chat_member", "poll", "message_reaction", CANARY]))
def test_any_json_leaves_no_word(value: Any, kind: str) -> None:
    assert CANARY not in json.dumps(kept(raw({"update_id": value, kind: value})))
    assert CANARY not in json.dumps(kept(raw(value)))
