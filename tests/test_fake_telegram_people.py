"""What people do on the fake reaches a bot as the real Bot API would tell it."""

from collections.abc import Iterator
from typing import Any

import pytest
import telegram

from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_caller import Caller

EVERYTHING = [*telegram.constants.UpdateType]
AT = 1_790_000_000_000
Json = dict[str, Any]


class Ear:
    """Hears what happened since the last time, and lets python-telegram-bot parse it all."""

    def __init__(self, fake: FakeTelegram) -> None:
        self._caller = Caller(fake)
        self._next = 1
        fake.slows_repeats = False
        fake.clock.set(AT)

    def hear(self) -> list[Json]:
        """The new updates, each without its id."""
        told = self._caller.updates(self._next, allowed_updates=EVERYTHING)
        for update in told:
            self._next = update.pop("update_id") + 1
            assert telegram.Update.de_json({"update_id": 1, **update}, None) is not None
        return told

    def one(self, kind: str) -> Json:
        """The only new update, which is of that kind."""
        (update,) = self.hear()
        (heard,) = update.values()
        assert [*update] == [kind]
        assert isinstance(heard, dict)
        return heard


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with serving_telegram() as serving:
        yield serving


@pytest.fixture
def ear(fake: FakeTelegram) -> Ear:
    ear = Ear(fake)
    ear.hear()
    return ear


@pytest.fixture
def group(fake: FakeTelegram, ear: Ear) -> int:
    return fake.group("Runners", owner=fake.person("Odile"), bot="administrator")


@pytest.fixture
def ana(fake: FakeTelegram) -> int:
    return fake.person("Ana Lopez", "fr", "ana_l")


def test_somebody_writes(fake: FakeTelegram, ear: Ear, group: int, ana: int) -> None:
    said = fake.says(group, ana, "🦊 see https://a.org /help", at=AT - 90_500)
    user = {
        **{"id": ana, "is_bot": False, "first_name": "Ana", "last_name": "Lopez"},
        **{"username": "ana_l", "language_code": "fr"},
    }
    assert (
        ear.one("message")
        == said
        == {
            "message_id": 1,
            "date": AT // 1000 - 91,
            "chat": {"id": group, "type": "supergroup", "title": "Runners"},
            "from": user,
            "text": "🦊 see https://a.org /help",
            "entities": [
                {"type": "url", "offset": 7, "length": 13},
                {"type": "bot_command", "offset": 21, "length": 5},
            ],
        }
    )


def test_what_telegram_finds_by_itself_is_not_found_twice(
    fake: FakeTelegram, ear: Ear, group: int, ana: int
) -> None:
    command = {"type": "bot_command", "offset": 0, "length": 6}
    fake.says(group, ana, "/setup now", entities=[command, {**command, "type": "bold"}])
    assert ear.one("message")["entities"] == [command, {**command, "type": "bold"}]


def test_an_answer_holds_what_it_answers_but_not_what_that_answered(
    fake: FakeTelegram, ear: Ear, group: int, ana: int
) -> None:
    first = fake.says(group, ana, "a")
    second = fake.says(group, ana, "b", reply_to=first["message_id"])
    fake.says(group, ana, "c", reply_to=second["message_id"])
    third = ear.hear()[-1]["message"]
    assert third["reply_to_message"]["text"] == "b"
    assert "reply_to_message" not in third["reply_to_message"]
    assert third["message_thread_id"] == first["message_id"]
    assert "is_topic_message" not in third


def test_messages_in_a_topic_point_to_its_beginning(fake: FakeTelegram, ear: Ear, ana: int) -> None:
    forum = fake.group(is_forum=True)
    topic = fake.opens_topic(forum, ana, "Shoes")
    created = ear.one("message")
    assert created["forum_topic_created"]["name"] == "Shoes"
    assert created["message_id"] == created["message_thread_id"] == topic
    assert created["chat"]["is_forum"]
    fake.says(forum, ana, "in it", topic=topic)
    fake.says(forum, ana, "in General")
    inside, outside = (one["message"] for one in ear.hear())
    assert (inside["message_thread_id"], inside["is_topic_message"]) == (topic, True)
    assert "forum_topic_created" in inside["reply_to_message"]
    assert "message_thread_id" not in outside


def test_an_edit_is_told_with_its_date(fake: FakeTelegram, ear: Ear, group: int, ana: int) -> None:
    said = fake.says(group, ana, "a")
    fake.says(group, ana, "b", edit_of=said["message_id"], at=AT + 5000)
    edited = ear.hear()[1]["edited_message"]
    assert (edited["text"], edited["date"]) == ("b", AT // 1000)
    assert edited["edit_date"] == AT // 1000 + 5


def test_pictures_have_captions_and_albums_an_id(
    fake: FakeTelegram, ear: Ear, group: int, ana: int
) -> None:
    fake.says(group, ana, "#run", photo=True)
    fake.says(group, ana, "one", album="77")
    fake.says(group, ana, album="77")
    alone, first, second = (one["message"] for one in ear.hear())
    assert (alone["caption"], alone["caption_entities"][0]["type"]) == ("#run", "hashtag")
    assert first["media_group_id"] == second["media_group_id"] == "77"
    assert "text" not in first
    assert "caption" not in second


def test_whoever_hides_is_told_as_the_real_server_does(
    fake: FakeTelegram, ear: Ear, group: int, ana: int
) -> None:
    channel = fake.channel("News")
    fake.says(group, ana, "a", anonymous=True)
    fake.says(group, ana, "b", as_channel=channel)
    fake.forwards(group, channel, "c")
    anonymous, as_channel, automatic = (one["message"] for one in ear.hear())
    assert anonymous["sender_chat"]["id"] == group
    assert as_channel["sender_chat"] == {"id": channel, "type": "channel", "title": "News"}
    senders = [one["from"]["id"] for one in (anonymous, as_channel, automatic)]
    assert senders == [1087968824, 136817688, 777000]
    assert automatic["is_automatic_forward"]
    assert automatic["forward_origin"]["type"] == "channel"


def test_a_forward_names_whoever_said_it_first(
    fake: FakeTelegram, ear: Ear, group: int, ana: int
) -> None:
    fake.says(group, ana, "a", forward=fake.person("Ben"))
    assert ear.one("message")["forward_origin"]["sender_user"]["first_name"] == "Ben"


def test_other_bots_are_not_heard(fake: FakeTelegram, ear: Ear, group: int) -> None:
    helper = fake.person("Helper", is_bot=True)
    fake.says(group, helper, "beep")
    fake.reacts(group, 1, helper, "👍")
    assert ear.hear() == []
    fake.joins(group, helper)
    assert len(ear.hear()) == 2


def test_nothing_is_heard_of_where_the_bot_is_not(fake: FakeTelegram, ear: Ear, ana: int) -> None:
    group = fake.group(bot=None)
    fake.says(group, ana, "a")
    fake.joins(group, ana)
    fake.reacts(group, 1, ana, "👍")
    fake.posts(fake.channel(), "b")
    assert ear.hear() == []


def test_a_channel_in_which_the_bot_is_tells_its_posts(fake: FakeTelegram, ear: Ear) -> None:
    fake.posts(fake.channel(bot="administrator"), "news")
    post = ear.one("channel_post")
    assert post["sender_chat"] == post["chat"]
    assert "from" not in post


def test_reactions_are_told_as_what_was_and_what_is(
    fake: FakeTelegram, ear: Ear, group: int, ana: int
) -> None:
    fake.reacts(group, 9, ana, "👍", "512345", at=AT + 1000)
    fake.reacts(group, 9, ana, "paid")
    fake.reacts(group, 9, ana, "🔥", as_channel=fake.channel())
    fake.counts_reactions(group, 9, "👍", 3)
    first, second, other, counted = ear.hear()
    thumb = {"type": "emoji", "emoji": "👍"}
    both = [thumb, {"type": "custom_emoji", "custom_emoji_id": "512345"}]
    assert first["message_reaction"]["new_reaction"] == both
    assert first["message_reaction"]["date"] == AT // 1000 + 1
    assert second["message_reaction"]["old_reaction"] == both
    assert second["message_reaction"]["new_reaction"] == [{"type": "paid"}]
    assert other["message_reaction"]["old_reaction"] == []
    assert "user" not in other["message_reaction"]
    assert counted["message_reaction_count"]["reactions"] == [{"type": thumb, "total_count": 3}]


def test_coming_and_going_is_told_twice(fake: FakeTelegram, ear: Ear, group: int, ana: int) -> None:
    fake.joins(group, ana)
    joined, shown = ear.hear()
    assert joined["chat_member"]["old_chat_member"]["status"] == "left"
    assert joined["chat_member"]["new_chat_member"]["status"] == "member"
    assert joined["chat_member"]["from"]["id"] == ana
    assert shown["message"]["new_chat_members"][0]["id"] == ana
    odile = fake.person("Odile")
    fake.leaves(group, ana, by=odile, banned=True)
    hidden, gone = ear.hear()
    assert hidden["message"]["left_chat_member"]["id"] == ana
    assert gone["chat_member"]["new_chat_member"]["status"] == "kicked"
    assert gone["chat_member"]["from"]["id"] == odile
    fake.joins(group, ana, added_by=odile, service=False)
    added = ear.one("chat_member")
    assert added["old_chat_member"]["status"] == "kicked"
    assert added["from"]["id"] == odile


def test_rights_are_told_as_they_change(fake: FakeTelegram, ear: Ear, group: int, ana: int) -> None:
    fake.joins(group, ana, service=False)
    fake.promote(group, ana, can_pin_messages=False)
    fake.demote(group, ana)
    fake.restricts(group, ana, is_member=False)
    _, up, down, cut = (one["chat_member"] for one in ear.hear())
    assert not up["new_chat_member"]["can_pin_messages"]
    assert up["new_chat_member"]["can_invite_users"]
    assert down["old_chat_member"] == up["new_chat_member"]
    assert (cut["new_chat_member"]["status"], cut["new_chat_member"]["is_member"]) == (
        "restricted",
        False,
    )
    with pytest.raises(AssertionError, match="no such rights"):
        fake.promote(group, ana, can_fly=True)


def test_the_bot_comes_and_goes(fake: FakeTelegram, ear: Ear, ana: int) -> None:
    group = fake.group(bot=None)
    fake.adds_bot(group, ana)
    added, shown = ear.hear()
    assert added["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert added["my_chat_member"]["from"]["language_code"] == "fr"
    assert shown["message"]["new_chat_members"][0]["username"] == "foyer_bot"
    fake.promote(group)
    assert ear.one("my_chat_member")["new_chat_member"]["status"] == "administrator"
    fake.removes_bot(group, ana)
    hidden, removed = ear.hear()
    assert hidden["message"]["left_chat_member"]["id"] == fake.me.id
    assert removed["my_chat_member"]["new_chat_member"]["status"] == "kicked"


def test_a_private_chat_is_opened_blocked_and_opened_again(
    fake: FakeTelegram, ear: Ear, ana: int
) -> None:
    fake.starts(ana)
    assert ear.hear() == []
    fake.says(ana, ana, "/start abc")
    said = ear.one("message")
    chat = {"id": ana, "type": "private", "first_name": "Ana", "last_name": "Lopez"}
    assert said["chat"] == {**chat, "username": "ana_l"}
    fake.blocks(ana)
    assert ear.one("my_chat_member")["new_chat_member"]["status"] == "kicked"
    fake.starts(ana)
    assert ear.one("my_chat_member")["new_chat_member"]["status"] == "member"


def test_requests_to_join_are_told_to_bots_that_may_invite(
    fake: FakeTelegram, ear: Ear, group: int, ana: int
) -> None:
    link = fake.link(group, "Flyer", gated=True)
    fake.asks_to_join(group, ana, link)
    asked = ear.one("chat_join_request")
    assert (asked["from"]["id"], asked["invite_link"]["name"]) == (ana, "Flyer")
    fake.promote(group, can_invite_users=False)
    ear.hear()
    fake.asks_to_join(group, ana, link)
    assert ear.hear() == []


@pytest.mark.parametrize("tell_old", [True, False])
@pytest.mark.parametrize("tell_new", [True, False])
def test_a_group_moves(
    fake: FakeTelegram, ear: Ear, ana: int, tell_old: bool, tell_new: bool
) -> None:
    old = fake.group("Club", "group")
    fake.joins(old, ana)
    ear.hear()
    new = fake.migrate(old, tell_old=tell_old, tell_new=tell_new)
    told = [one["message"] for one in ear.hear()]
    left = [one["migrate_to_chat_id"] for one in told if one["chat"]["id"] == old]
    came = [one["migrate_from_chat_id"] for one in told if one["chat"]["id"] == new]
    assert (left, came) == ([new] * tell_old, [old] * tell_new)
    assert fake.room(new).title == "Club"
    assert fake.room(new).membership(ana).is_in
    assert fake.says(new, ana, "a")["message_id"] == 1 + tell_new


def test_ids_count_by_chat_in_supergroups_and_by_account_elsewhere(
    fake: FakeTelegram, ear: Ear, ana: int
) -> None:
    small, private = fake.group(kind="group"), ana
    ids = [fake.says(chat, ana, "a")["message_id"] for chat in (small, private, small)]
    assert ids == [1, 2, 3]
    ids = [fake.says(fake.group(), ana, "a")["message_id"] for _ in range(2)]
    assert ids == [1, 1]
    assert len(ear.hear()) == 5


def test_deletions_are_not_told(fake: FakeTelegram, ear: Ear, group: int, ana: int) -> None:
    said = fake.says(group, ana, "a")
    ear.hear()
    fake.deletes(group, said["message_id"])
    assert ear.hear() == []


def test_raw_updates_pass(fake: FakeTelegram, ear: Ear, group: int, ana: int) -> None:
    said = fake.says(group, ana, "a")
    ear.hear()
    fake.push({"message": {**said, "message_id": 50}})
    assert ear.one("message")["message_id"] == 50
