from pathlib import Path
from typing import Any

import pytest

from bot.errors import ContentError, UsageError
from bot.events import MemberDescribed, MemberJoined, MemberLeft, MessageSent, ReactionChanged
from bot.importers import examine
from bot.model import PlaceId
from tests.exports import SHARED, group, happened, of, read, said, saved, served

FIXTURES = SHARED / "telegram_fixtures"
HALF_AN_EMOJI = {
    "type": "emoji",
    "emoji": "\ud800",
    "recent": [{"from_id": 1, "date": "2024-05-01T12:00:00"}],
}
NOON = 1_714_564_800_000
"""2024-05-01T12:00:00Z."""


def events(tmp_path: Path, *messages: object, **options: Any) -> list[Any]:
    path = saved(tmp_path / "result.json", group(*messages))
    return happened(examine([path], **options))


def reason(tmp_path: Path, message: object) -> str:
    (record,) = read(saved(tmp_path / "result.json", group(message)))
    assert record.rejection is not None, "it was accepted"
    return record.rejection.reason


def test_a_message_becomes_an_event(tmp_path: Path) -> None:
    assert events(tmp_path, said(5, text="what?", photo="p.jpg")) == [
        MessageSent(
            platform="telegram",
            channel="-10077",
            id="5",
            author="user1",
            at=NOON,
            length=5,
            has_question=True,
            has_media=True,
        )
    ]


@pytest.mark.parametrize(
    ("written", "account"),
    [(123, "user123"), ("user123", "user123"), ("channel456", "channel456")],
)
def test_senders_of_all_years_are_known(tmp_path: Path, written: object, account: str) -> None:
    (sent,) = of(MessageSent, events(tmp_path, said(from_id=written)))
    assert sent.author == account


def test_a_channel_that_writes_is_marked_once_as_no_human(tmp_path: Path) -> None:
    told = events(tmp_path, said(1, from_id="channel4"), said(2, from_id="channel4"))
    assert of(MemberDescribed, told) == [
        MemberDescribed(platform="telegram", user="channel4", is_bot=True)
    ]


def test_exact_time_goes_before_local_time(tmp_path: Path) -> None:
    (sent,) = events(tmp_path, said(date_unixtime="1714564801"), timezone="Asia/Kathmandu")
    assert sent.at == NOON + 1_000


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2024-05-01T14:00:00", NOON),
        ("2024-03-31T02:30:00", 1_711_848_600_000),
        ("2024-10-27T02:30:00", 1_729_989_000_000),
    ],
)
def test_local_times_are_of_the_zone_with_fold_0(tmp_path: Path, written: str, utc: int) -> None:
    (sent,) = events(tmp_path, said(date=written), timezone="Europe/Paris")
    assert sent.at == utc


def test_text_in_parts_is_reduced(tmp_path: Path) -> None:
    text = [
        "hi ",
        {"type": "mention_name", "text": "Bob", "user_id": 2},
        {"type": "mention", "text": "@cyd"},
        {"type": "code", "text": "a ? b"},
        {"type": "link", "text": "x.org?y"},
    ]
    (sent,) = events(tmp_path, said(text=text))
    assert (sent.length, sent.mentions) == (22, ("user2",))
    assert (sent.has_question, sent.has_link) == (False, True)


def test_half_a_character_in_a_text_is_no_reason_to_refuse_it(tmp_path: Path) -> None:
    (sent,) = events(tmp_path, said(text="ab\ud800?"))
    assert (sent.length, sent.has_question) == (4, True)


def test_replies_stay_in_the_chat(tmp_path: Path) -> None:
    first, second = events(
        tmp_path,
        said(2, reply_to_message_id=1),
        said(3, reply_to_message_id=1, reply_to_peer_id="channel8"),
    )
    assert (first.reply_to, second.reply_to) == ("1", None)


def test_what_opens_a_topic_is_not_answered(tmp_path: Path) -> None:
    told = events(
        tmp_path,
        served("topic_created", 10, title="Runs"),
        said(11, reply_to_message_id=10),
        said(12, reply_to_message_id=11),
        said(13),
    )
    assert [(one.reply_to, one.thread) for one in told] == [
        (None, "10"),
        ("11", "10"),
        (None, None),
    ]


def test_recent_reactions_are_given_by_those_who_are_named(tmp_path: Path) -> None:
    recent = [{"from": "Bob", "from_id": "user2", "date": "2024-05-01T12:01:00"}, {"date": "x"}]
    reactions = [
        {"type": "emoji", "count": 3, "emoji": "👍", "recent": recent[:1]},
        {"type": "custom_emoji", "count": 1, "document_id": "secret.webp", "recent": recent},
        {"type": "paid", "count": 1, "recent": recent[:1]},
        {"type": "emoji", "count": 5, "emoji": "🔥"},
    ]
    told = of(ReactionChanged, events(tmp_path, said(reactions=reactions)))
    assert [(one.user, one.emoji, one.at) for one in told] == [
        ("user2", emoji, NOON + 60_000) for emoji in ("👍", "custom", "paid")
    ]


@pytest.mark.parametrize(
    ("emoji", "kept"), [("❤️‍🔥", "❤️‍🔥"), ("words", "custom"), ("🔥" * 33, "custom")]
)
def test_an_emoji_holds_no_words(tmp_path: Path, emoji: str, kept: str) -> None:
    recent = [{"from_id": "user2", "date": "2024-05-01T12:01:00"}]
    told = events(tmp_path, said(reactions=[{"type": "emoji", "emoji": emoji, "recent": recent}]))
    assert [one.emoji for one in of(ReactionChanged, told)] == [kept]


def test_named_members_join_if_they_wrote_or_acted_under_one_account(tmp_path: Path) -> None:
    told = events(
        tmp_path,
        served("create_group", 1, members=["Ana", "Bob", "Two", "Nobody", None]),
        said(2, **{"from": "Bob", "from_id": "user2"}),
        said(3, **{"from": "Two", "from_id": "user3"}),
        said(4, **{"from": "Two", "from_id": "user4"}),
    )
    joined = of(MemberJoined, told)
    assert [(one.user, one.inviter) for one in joined] == [("user1", None), ("user2", "user1")]


def test_people_join_by_link_leave_and_are_removed(tmp_path: Path) -> None:
    told = events(
        tmp_path,
        served("join_group_by_link", 1),
        served("join_group_by_request", 2, actor="Bob", actor_id="user2"),
        served("remove_members", 3, members=["Ana"]),
        served("remove_members", 4, members=["Bob"]),
        served("pin_message", 5),
    )
    assert [one.user for one in of(MemberJoined, told)] == ["user1", "user2"]
    left = of(MemberLeft, told)
    assert [(one.user, one.how) for one in left] == [("user1", "left"), ("user2", "kicked")]


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (7, "the message is no object"),
        ({"id": 1}, "type is missing"),
        (said(None), "id is no whole number"),
        (said(True), "id is no whole number"),
        (said(2**63), "id is a number out of range"),
        (said(from_id=None), "from_id is missing"),
        (said(from_id="the secret"), "from_id is no account"),
        (said(text=5), "text is neither a string nor a list"),
        (said(date="2024-02-30T00:00:00"), "date is no possible time"),
        (said(date="yesterday"), "date is no time"),
        (said(date="1989-12-31T23:59:59"), "date is not between the years 1990 and 2200"),
        (said(date_unixtime="99999999999999"), "date_unixtime is not between"),
        (said(reactions=[5]), "reactions is no list of objects"),
        (said(reactions=[HALF_AN_EMOJI]), "emoji holds a character that no id may hold"),
        (served("invite_members"), "members is no list"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(
    tmp_path: Path, message: object, why: str
) -> None:
    assert reason(tmp_path, message).startswith(why)


def test_unsupported_messages_are_ignored(tmp_path: Path) -> None:
    (record,) = read(saved(tmp_path / "x.json", group({"id": 1, "type": "unsupported"})))
    assert (record.events, record.rejection) == ((), None)


@pytest.mark.parametrize(
    ("kind", "messages", "id"),
    [
        ("private_group", [], "-77"),
        ("private_supergroup", [], "-10077"),
        ("public_supergroup", [], "-10077"),
        ("private_group", [served("migrate_from_group", actor_id="channel77")], "-10077"),
    ],
)
def test_a_chat_is_named_as_the_bot_api_does(
    tmp_path: Path, kind: str, messages: list[object], id: str
) -> None:
    plan = examine([saved(tmp_path / "x.json", group(*messages, type=kind))])
    assert [place.id for place in plan.places] == [PlaceId("telegram", id)]


def test_numbers_of_a_basic_group_are_kept_below_zero(tmp_path: Path) -> None:
    """They are those of the account that exported, and the bot has others."""
    hearts = {
        "type": "emoji",
        "emoji": "❤",
        "recent": [{"from_id": 2, "date_unixtime": "1714564900"}],
    }
    chat = group(said(5), said(6, reply_to_message_id=5, reactions=[hearts]), type="private_group")
    told = happened(examine([saved(tmp_path / "x.json", chat)]))
    assert [(one.channel, one.id, one.reply_to) for one in of(MessageSent, told)] == [
        ("-77", "-999999995", None),
        ("-77", "-999999994", "-999999995"),
    ]
    assert [one.message for one in of(ReactionChanged, told)] == ["-999999994"]


@pytest.mark.parametrize("more", [{"id": 10**9}, {"id": 2**62}, {"reply_to_message_id": 10**9}])
def test_a_basic_group_has_no_number_that_would_not_stay_below_zero(
    tmp_path: Path, more: dict[str, int]
) -> None:
    [record] = read(saved(tmp_path / "x.json", group(said(**more), type="private_group")))
    assert record.rejection is not None
    assert record.rejection.reason.endswith("is a number out of range")


def test_what_a_supergroup_has_from_before_keeps_the_exports_numbers(tmp_path: Path) -> None:
    moved = served("migrate_from_group", 1, actor_id="channel77")
    chat = group(said(-999999995), moved, said(7), type="private_group")
    told = happened(examine([saved(tmp_path / "x.json", chat)]))
    assert [one.id for one in of(MessageSent, told)] == ["-999999995", "7"]


@pytest.mark.parametrize("kind", ["personal_chat", "bot_chat", "saved_messages", "public_channel"])
def test_private_conversations_and_channels_are_never_imported(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ContentError, match="no group chat in it"):
        examine([saved(tmp_path / "x.json", group(said(), type=kind))])


def account_export(*chats: object, left: tuple[object, ...] = ()) -> dict[str, Any]:
    return {
        "personal_information": {"first_name": "Ana"},
        "chats": {"about": "x", "list": list(chats)},
        "left_chats": {"list": list(left)},
    }


def test_several_groups_want_a_choice(tmp_path: Path) -> None:
    private = group(said(9), type="personal_chat", id=1)
    account = account_export(group(said(1)), private, left=(group(said(2), id=88),))
    path = saved(tmp_path / "result.json", account)
    with pytest.raises(UsageError, match="-10077 Les amis, -10088 Les amis"):
        examine([path])
    with pytest.raises(UsageError, match="--chat -5: no such group"):
        examine([path], chats=["-5"])
    for spelling in ("-10088", "88", "telegram:-10088"):
        assert [one.id for one in of(MessageSent, happened(examine([path], chats=[spelling])))] == [
            "2"
        ]
    everything = of(MessageSent, happened(examine([path], all_chats=True)))
    assert [(one.channel, one.id) for one in everything] == [("-10077", "1"), ("-10088", "2")]


def test_the_order_of_keys_does_not_matter(tmp_path: Path) -> None:
    chat = group(said(1))
    turned = dict(reversed(chat.items()))
    path = saved(tmp_path / "x.json", account_export(turned))
    assert len(happened(examine([path]))) == 1


def test_a_plan_can_be_read_twice(tmp_path: Path) -> None:
    plan = examine([saved(tmp_path / "x.json", group(said(from_id="channel4")))])
    assert list(plan.records()) == list(plan.records())


@pytest.mark.skipif(not FIXTURES.exists(), reason="the shared Telegram exports are not here")
def test_the_real_export_of_2020_is_read() -> None:
    records = list(examine([FIXTURES / "telegram_2020-01.json"]).records())
    told = [event for record in records for event in record.events]
    sent = of(MessageSent, told)
    assert len(records) == 31
    assert sum(not record.events for record in records) == 2
    assert (len(sent), len({one.author for one in sent})) == (26, 7)
    assert sum(one.reply_to is not None for one in sent) == 1
    assert (len(of(MemberJoined, told)), len(of(MemberLeft, told))) == (5, 1)


@pytest.mark.skipif(not FIXTURES.exists(), reason="the shared Telegram exports are not here")
@pytest.mark.parametrize(
    ("name", "id", "messages", "joins"),
    [
        ("2021-05", "-100123123123", 1, 2),
        ("2021-06_supergroup", "-1001234567890", 3, 1),
        ("2023-01", "-100123123123", 1, 0),
        ("2023-08", "-100123123123", 1, 1),
    ],
)
def test_real_exports_of_later_years_are_read(
    name: str, id: str, messages: int, joins: int
) -> None:
    plan = examine([FIXTURES / f"telegram_{name}.json"])
    told = happened(plan)
    assert plan.places[0].id.external_id == id
    assert (len(of(MessageSent, told)), len(of(MemberJoined, told))) == (messages, joins)
