import pytest

from bot.adapters.telegram.reading.people import channel_account
from bot.events import MemberDescribed, MemberJoined, MemberLeft, MessageSent, ReactionChanged
from tests.telegram_updates import (
    ANA,
    ANONYMOUS,
    AS_CHANNEL,
    BOB,
    CHANNEL,
    CHANNEL_ACCOUNT,
    GROUP,
    GROUP_ACCOUNT,
    ME,
    PHOTO,
    SERVICE,
    TOPIC_OPENED,
    Json,
    asked,
    changed,
    command,
    emoji,
    entity,
    events,
    member,
    message,
    person,
    reacted,
    robot,
    said,
    voted,
)

AS: Json = {"from": AS_CHANNEL, "sender_chat": CHANNEL}
FORWARD: Json = {"from": SERVICE, "sender_chat": CHANNEL, "is_automatic_forward": True}
NO_NAME: Json = {"from": ANONYMOUS, "sender_chat": GROUP}
CORPUS: list[tuple[str, Json, str, bool]] = [
    ("message", said(), "user1", False),
    ("message", said(from_=BOB, sender_tag="runner"), "user2", False),
    ("message", said(from_=person(777001)), "user777001", False),
    ("message", said(from_=robot()), "user99", True),
    ("message", said(via_bot=robot()), "user1", False),
    ("message", said(**AS), CHANNEL_ACCOUNT, True),
    ("message", said(from_=None, sender_chat=CHANNEL), CHANNEL_ACCOUNT, True),
    ("message", said(**FORWARD), CHANNEL_ACCOUNT, True),
    ("message", said(**NO_NAME, author_signature="Ana"), GROUP_ACCOUNT, True),
    ("message", said(from_=ANONYMOUS), GROUP_ACCOUNT, True),
    ("message", said(from_=SERVICE), GROUP_ACCOUNT, True),
    ("message", said(from_=AS_CHANNEL), GROUP_ACCOUNT, True),
    ("message", message(photo=PHOTO, **AS), CHANNEL_ACCOUNT, True),
    ("message", message(10, **TOPIC_OPENED, **NO_NAME), GROUP_ACCOUNT, True),
    ("message", message(10, **TOPIC_OPENED, from_=robot(ME.id)), "user42", True),
    ("message", command("/help", **NO_NAME), GROUP_ACCOUNT, True),
    ("message_reaction", reacted([], emoji("👍")), "user2", False),
    ("message_reaction", reacted([], emoji("👍"), actor_chat=GROUP), GROUP_ACCOUNT, True),
    ("message_reaction", reacted([], emoji("👍"), actor_chat=CHANNEL), CHANNEL_ACCOUNT, True),
    ("chat_member", changed(member("left"), member("member")), "user2", False),
    ("chat_member", changed(member("left"), member("member", robot()), ANA), "user99", True),
    ("chat_member", changed(member("member", robot()), member("left", robot())), "user99", True),
    ("poll_answer", voted(0), "user2", False),
    ("poll_answer", voted(0, voter_chat=CHANNEL), CHANNEL_ACCOUNT, True),
    ("poll_answer", voted(0, voter_chat=CHANNEL, user=AS_CHANNEL), CHANNEL_ACCOUNT, True),
    ("chat_join_request", asked(), "user2", False),
]
"""Each kind of actor with the account it becomes, and whether that is no person."""


@pytest.mark.parametrize(("kind", "content", "account", "is_bot"), CORPUS)
def test_people_are_told_from_what_is_no_person(
    kind: str, content: Json, account: str, is_bot: bool
) -> None:
    heard = events(kind, content)
    described = {one.user: one.is_bot for one in heard if isinstance(one, MemberDescribed)}
    acting = {
        getattr(one, "author", None) or one.user
        for one in heard
        if not isinstance(one, MemberDescribed)
    }
    assert acting == {account}
    assert described.get(account) is (True if is_bot else None)


def test_a_bot_that_is_answered_is_described_as_one() -> None:
    answer = said(reply_to_message=said("Welcome", 4, from_=robot(ME.id)))
    assert MemberDescribed(platform="telegram", user="user42", is_bot=True) in events(
        "message", answer
    )


MARKS = [
    entity("text_mention", 0, 3, user=robot()),
    entity("text_mention", 4, 3, user=BOB),
    entity("text_mention", 8, 3, user=robot()),
]


@pytest.mark.parametrize(
    "content",
    [
        said("Rob Bob Rob", entities=MARKS),
        message(photo=PHOTO, caption="Rob Bob Rob", caption_entities=MARKS),
    ],
)
def test_a_bot_that_is_only_mentioned_is_described_as_one(content: Json) -> None:
    described, _ = events("message", content)
    assert described == MemberDescribed(platform="telegram", user="user99", is_bot=True)


@pytest.mark.parametrize("stand_in", [ANONYMOUS, AS_CHANNEL, SERVICE])
def test_a_stand_in_never_becomes_an_account(stand_in: Json) -> None:
    number = str(stand_in["id"])
    joined = changed(member("left"), member("member"), stand_in)
    heard = [
        *events("message", said(from_=stand_in)),
        *events("message", said(reply_to_message=said("a", 4, from_=stand_in))),
        *events("message_reaction", reacted([], emoji("👍"), user=stand_in)),
        *events("chat_member", joined),
        *events("chat_member", changed(member("member"), member("left"), stand_in)),
        *events("poll_answer", voted(0, user=stand_in)),
        *events("message", message(new_chat_members=[BOB], from_=stand_in), blind=True),
    ]
    kinds = {type(one) for one in heard}
    assert kinds >= {MessageSent, MemberJoined, MemberLeft, ReactionChanged}
    assert number not in repr(heard)


@pytest.mark.parametrize(
    ("id", "account"),
    [
        (-1_001_234_567_890, "channel1234567890"),
        (-1_012_345_678_901, "channel12345678901"),
        (-1_000_000_000_456, "channel456"),
        (-100_456, "channel456"),
        (-456, "channel456"),
        (-100, "channel100"),
        (-4_512_345_678, "channel4512345678"),
    ],
)
def test_a_channel_has_the_account_of_its_export(id: int, account: str) -> None:
    assert channel_account(id) == account
