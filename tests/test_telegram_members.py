from typing import Any

import pytest

from bot.adapters import Arrival
from bot.events import JoinRequested, MemberDescribed, MemberJoined, MemberLeft
from bot.model import ChannelId, Place, PlaceId
from tests.telegram_updates import (
    ANA,
    ANONYMOUS,
    BOB,
    CHAT,
    GROUP,
    ME,
    NOON,
    Json,
    asked,
    changed,
    chat,
    events,
    link,
    member,
    message,
    person,
    robot,
    told,
)

HERE = PlaceId("telegram", str(CHAT))
INSIDE = ["creator", "administrator", "member", "restricted"]
OUT_OF_IT = member("restricted", is_member=False)
OUTSIDE = [member("left"), member("kicked"), OUT_OF_IT]


def joined(**more: Any) -> MemberJoined:
    known: Json = {"user": "user2", "at": NOON * 1000, "has_username": False}
    return MemberJoined(platform="telegram", **known | more)


def left(how: str, **more: Any) -> MemberLeft:
    known: Json = {"user": "user2", "at": NOON * 1000}
    return MemberLeft(platform="telegram", how=how, **known | more)


def membership(before: Json, after: Json, by: Json | None = None, **more: Any) -> list[Any]:
    heard = events("chat_member", changed(before, after, by, **more))
    return [one for one in heard if not isinstance(one, MemberDescribed)]


# Coming and going


@pytest.mark.parametrize("after", INSIDE)
@pytest.mark.parametrize("before", OUTSIDE, ids=lambda before: before["status"])
def test_who_is_in_now_and_was_not_has_joined(before: Json, after: str) -> None:
    assert membership(before, member(after)) == [joined()]


@pytest.mark.parametrize("after", OUTSIDE, ids=lambda after: after["status"])
@pytest.mark.parametrize("before", INSIDE)
def test_who_was_in_and_is_not_has_left(before: str, after: Json) -> None:
    (one,) = membership(member(before), after)
    assert isinstance(one, MemberLeft)


@pytest.mark.parametrize("after", INSIDE)
@pytest.mark.parametrize("before", INSIDE)
def test_who_stays_has_neither_joined_nor_left(before: str, after: str) -> None:
    assert membership(member(before), member(after), ANA) == []


@pytest.mark.parametrize("after", OUTSIDE, ids=lambda after: after["status"])
@pytest.mark.parametrize("before", OUTSIDE, ids=lambda before: before["status"])
def test_who_was_out_and_is_out_has_not_moved(before: Json, after: Json) -> None:
    assert membership(before, after, ANA) == []


@pytest.mark.parametrize(
    ("after", "by", "how"),
    [
        (member("left"), BOB, "left"),
        (OUT_OF_IT, BOB, "left"),
        (member("left"), ANA, "kicked"),
        (OUT_OF_IT, ANA, "kicked"),
        (member("left"), ANONYMOUS, "kicked"),
        (member("kicked"), ANA, "banned"),
        (member("kicked"), robot(), "banned"),
    ],
)
def test_how_somebody_left(after: Json, by: Json, how: str) -> None:
    assert membership(member("member"), after, by) == [left(how)]


@pytest.mark.parametrize(
    ("more", "source", "certainty"),
    [
        ({}, None, None),
        ({"invite_link": link("promo")}, "promo", "exact"),
        ({"invite_link": link("promo"), "via_join_request": True}, "promo", "exact"),
        ({"invite_link": link()}, None, "unknown"),
        ({"invite_link": link("")}, None, "unknown"),
        ({"invite_link": link(is_primary=True)}, None, None),
        ({"invite_link": link("main", is_primary=True)}, None, None),
        ({"via_chat_folder_invite_link": True}, None, None),
    ],
)
def test_a_join_has_the_source_that_its_link_was_named_for(
    more: Json, source: str | None, certainty: str | None
) -> None:
    assert membership(member("left"), member("member"), **more) == [
        joined(source=source, certainty=certainty)
    ]


@pytest.mark.parametrize(
    ("by", "more", "inviter"),
    [
        (BOB, {}, None),
        (ANA, {}, "user1"),
        (ANA, {"invite_link": link("promo")}, None),
        (ANA, {"via_join_request": True}, None),
        (robot(), {}, None),
        (ANONYMOUS, {}, None),
    ],
)
def test_who_was_added_by_somebody_has_an_inviter(
    by: Json, more: Json, inviter: str | None
) -> None:
    (one,) = membership(member("left"), member("member"), by, **more)
    assert one.inviter == inviter


def test_a_join_tells_a_name_and_whether_there_is_a_username() -> None:
    zoe = person(3, "Zoé", last_name="D.", username="zoe")
    heard = told("chat_member", changed(member("left", zoe), member("member", zoe)))
    assert heard.names == {"user3": "Zoé D."}
    assert heard.place == HERE
    assert heard.events == (joined(user="user3", has_username=True),)
    assert not heard.rights_changed


def test_who_left_is_not_named() -> None:
    assert told("chat_member", changed(member("member"), member("left"))).names == {}


# What becomes of members


@pytest.mark.parametrize(
    ("before", "after", "is_staff", "is_stale"),
    [
        ("member", "administrator", True, True),
        ("member", "creator", True, True),
        ("left", "administrator", True, True),
        ("administrator", "member", False, True),
        ("administrator", "restricted", False, True),
        ("creator", "administrator", None, True),
        ("administrator", "administrator", None, True),
        ("administrator", "left", None, True),
        ("administrator", "kicked", None, True),
        ("member", "restricted", None, False),
        ("left", "member", None, False),
        ("member", "left", None, False),
    ],
)
def test_staff_is_known_from_promotions(
    before: str, after: str, is_staff: bool | None, is_stale: bool
) -> None:
    heard = told("chat_member", changed(member(before), member(after), ANA))
    described = [one for one in heard.events if isinstance(one, MemberDescribed)]
    known = [MemberDescribed(platform="telegram", user="user2", is_staff=is_staff)]
    assert described == (known if is_staff is not None else [])
    assert heard.rights_changed == is_stale


def test_a_bot_that_comes_is_described_as_one() -> None:
    change = changed(member("left", robot()), member("administrator", robot()), ANA)
    described, came = events("chat_member", change)
    assert (described.is_bot, described.is_staff) == (True, True)
    assert (came.user, came.inviter) == ("user99", "user1")


# Asking to come in


@pytest.mark.parametrize(
    ("more", "source"),
    [
        ({}, None),
        ({"invite_link": link("promo")}, "promo"),
        ({"invite_link": link()}, None),
        ({"invite_link": link("main", is_primary=True)}, None),
    ],
)
def test_a_request_has_the_source_of_its_link(more: Json, source: str | None) -> None:
    heard = told("chat_join_request", asked(**more, bio="what?"))
    assert heard.place == HERE
    assert heard.events == (
        JoinRequested(platform="telegram", user="user2", at=NOON * 1000, source=source),
    )


# The bot itself


def own(before: str, after: str, **more: Any) -> Any:
    me = robot(ME.id, username=ME.username)
    return told("my_chat_member", changed(member(before, me), member(after, me), ANA, **more))


@pytest.mark.parametrize("after", INSIDE)
@pytest.mark.parametrize("before", ["left", "kicked"])
def test_the_bot_arrives(before: str, after: str) -> None:
    heard = own(before, after)
    assert heard.arrival == Arrival(
        Place(HERE, "Les amis", "supergroup"),
        NOON * 1000,
        main=ChannelId("telegram", str(CHAT)),
    )
    assert (heard.place, heard.departure) == (HERE, None)
    assert heard.rights_changed


@pytest.mark.parametrize(
    ("code", "language"), [("fr", "fr"), ("fr-CA", "fr"), ("PT-br", "pt"), (None, None)]
)
def test_a_group_speaks_as_whoever_brought_the_bot(code: str | None, language: str | None) -> None:
    more = {"from": ANA | ({} if code is None else {"language_code": code})}
    heard = own("left", "member", **more)
    assert heard.arrival.language == language


def test_a_basic_group_is_a_place_too() -> None:
    heard = own("left", "member", chat=chat(-456, "group"))
    assert heard.arrival.place == Place(PlaceId("telegram", "-456"), "Les amis", "group")


@pytest.mark.parametrize("after", ["left", "kicked"])
@pytest.mark.parametrize("before", INSIDE)
def test_the_bot_departs(before: str, after: str) -> None:
    heard = own(before, after)
    assert (heard.departure, heard.arrival, heard.rights_changed) == (HERE, None, False)


@pytest.mark.parametrize("after", INSIDE)
@pytest.mark.parametrize("before", INSIDE)
def test_other_rights_of_the_bot_are_to_be_looked_at(before: str, after: str) -> None:
    heard = own(before, after)
    assert (heard.departure, heard.arrival, heard.rights_changed) == (None, None, True)
    assert heard.place == HERE


# Service messages


def test_a_service_message_is_believed_only_where_nothing_else_tells() -> None:
    notice = message(new_chat_members=[BOB])
    assert events("message", notice) == []
    assert events("message", notice, blind=True) == [joined(inviter="user1")]


def test_those_who_came_by_a_service_message() -> None:
    zoe, bot, me = person(3, "Zoé", username="zoe"), robot(), robot(ME.id)
    heard = told("message", message(new_chat_members=[ANA, zoe, bot, me]), blind=True)
    assert heard.events == (
        joined(user="user1", has_username=True),
        joined(user="user3", has_username=True, inviter="user1"),
        MemberDescribed(platform="telegram", user="user99", is_bot=True),
        joined(user="user99", has_username=True, inviter="user1"),
    )
    assert heard.names == {"user1": "Ana Martin", "user3": "Zoé", "user99": "Robot"}


@pytest.mark.parametrize(
    ("by", "how"), [(BOB, "left"), (ANA, "kicked"), (ANONYMOUS, "kicked"), (None, "kicked")]
)
def test_those_who_went_by_a_service_message(by: Json | None, how: str) -> None:
    notice = message(left_chat_member=BOB, from_=by, sender_chat=None if by else GROUP)
    assert events("message", notice, blind=True) == [left(how)]
    assert events("message", notice) == []


def test_the_bots_own_coming_is_no_join() -> None:
    me = robot(ME.id)
    for notice in (message(new_chat_members=[me]), message(left_chat_member=me)):
        heard = told("message", notice, blind=True)
        assert (heard.events, heard.place) == ((), None)


def test_one_join_told_in_both_ways_is_one_row() -> None:
    """An administrator hears of it twice, once by either; the store knows it again."""
    by_change = membership(member("left"), member("member"), ANA)
    by_notice = events("message", message(new_chat_members=[BOB]), blind=True)
    assert by_change == by_notice
