"""The fake Bot API answers python-telegram-bot as the real one does: what a bot says."""

import base64
import json
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import telegram
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken

from bot.clock import HOUR_MS, ManualClock
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_caller import bot_of

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
NOON = 1_790_000_000_000


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def fake(clock: ManualClock) -> Iterator[FakeTelegram]:
    with serving_telegram(clock) as serving:
        yield serving


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[telegram.Bot]:
    async with bot_of(fake) as running:
        yield running


@pytest.fixture
def group(fake: FakeTelegram) -> int:
    return fake.group(bot="administrator")


def keyboard(**buttons: str) -> telegram.InlineKeyboardMarkup:
    row = [telegram.InlineKeyboardButton(text, callback_data=buttons[text]) for text in buttons]
    return telegram.InlineKeyboardMarkup([row])


async def test_the_bot_is_who_it_is(fake: FakeTelegram, bot: telegram.Bot) -> None:
    assert (bot.id, bot.username) == (fake.me.id, "foyer_bot")
    assert bot.bot.can_read_all_group_messages


async def test_a_message_stands_as_it_was_meant(
    fake: FakeTelegram, bot: telegram.Bot, group: int
) -> None:
    said = fake.says(group, fake.person(), "hello")
    sent = await bot.send_message(
        group,
        "<b>hi</b> &amp; welcome",
        "HTML",
        reply_markup=keyboard(Yes="yes:1"),
        reply_parameters=telegram.ReplyParameters(said["message_id"]),
        disable_notification=True,
        link_preview_options=telegram.LinkPreviewOptions(is_disabled=True),
    )
    (stands,) = fake.sent
    assert (stands.chat, stands.id) == (group, sent.message_id)
    assert stands.text == sent.text == "hi & welcome"
    assert stands.entities == [{"type": "bold", "offset": 0, "length": 2}]
    assert sent.entities[0].type == "bold"
    assert stands.html == "<b>hi</b> &amp; welcome"
    assert stands.labels == ["Yes"]
    assert stands.keyboard == [[{"text": "Yes", "callback_data": "yes:1"}]]
    assert stands.reply_to == said["message_id"]
    assert stands.disable_notification
    assert stands.link_preview == {"is_disabled": True}
    assert (stands.at, stands.topic, stands.deleted, stands.is_caption) == (
        NOON,
        None,
        False,
        False,
    )
    assert sent.date.timestamp() == NOON / 1000


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [
        ("", None, "message text is empty"),
        ("  \n ", None, "message text is empty"),
        ("<b></b>", "HTML", "message text is empty"),
        ("<b>a", "HTML", "can't parse entities"),
        ("a" * 4097, None, "message is too long"),
        ("🦊" * 2049, None, "message is too long"),
    ],
)
async def test_texts_are_refused(
    bot: telegram.Bot, group: int, text: str, mode: str | None, reason: str
) -> None:
    with pytest.raises(BadRequest, match=f"(?i){reason}"):
        await bot.send_message(group, text, mode)


async def test_the_longest_text_is_counted_after_its_markup(
    fake: FakeTelegram, bot: telegram.Bot, group: int
) -> None:
    await bot.send_message(group, f"<b>{'&lt;' * 4096}</b>", "HTML")
    assert fake.sent[0].text == "<" * 4096


async def test_somebody_is_mentioned_by_id_where_the_bot_knows_them(
    bot: telegram.Bot, fake: FakeTelegram, group: int
) -> None:
    link = '<a href="tg://user?id={}">Ana</a>'
    known = await bot.send_message(group, link.format(fake.person()), "HTML")
    unknown = await bot.send_message(group, link.format(7), "HTML")
    assert [entity.type for entity in known.entities] == ["text_mention"]
    assert unknown.entities == ()


async def test_buttons_are_refused(bot: telegram.Bot, group: int) -> None:
    await bot.send_message(group, "a", reply_markup=keyboard(a="é" * 32))
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(group, "a", reply_markup=keyboard(a="é" * 33))
    with pytest.raises(BadRequest, match="text is empty"):
        await bot.send_message(group, "a", reply_markup=keyboard(**{"": "x"}))
    many = {str(number): "x" for number in range(101)}
    with pytest.raises(BadRequest, match="too long"):
        await bot.send_message(group, "a", reply_markup=keyboard(**many))


async def test_an_edit_changes_what_stands(
    fake: FakeTelegram, bot: telegram.Bot, group: int
) -> None:
    sent = await bot.send_message(group, "one", reply_markup=keyboard(a="a"))
    await bot.edit_message_text("two", group, sent.message_id)
    assert (fake.sent[0].text, fake.sent[0].edits, fake.sent[0].labels) == ("two", ["one"], [])
    with pytest.raises(BadRequest, match="is not modified"):
        await bot.edit_message_text("two", group, sent.message_id)
    await bot.edit_message_text("two", group, sent.message_id, reply_markup=keyboard(b="b"))
    await bot.edit_message_reply_markup(group, sent.message_id)
    assert fake.sent[0].labels == []
    assert len(fake.sent) == 1


async def test_what_is_not_there_cannot_be_changed(
    fake: FakeTelegram, bot: telegram.Bot, group: int
) -> None:
    sent = await bot.send_message(group, "one")
    theirs = fake.says(group, fake.person(), "mine")
    fake.deletes(group, sent.message_id)
    assert fake.sent[0].deleted
    with pytest.raises(BadRequest, match="to edit not found"):
        await bot.edit_message_text("two", group, sent.message_id)
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("two", group, theirs["message_id"])
    with pytest.raises(BadRequest, match="to delete not found"):
        await bot.delete_message(group, sent.message_id)
    with pytest.raises(BadRequest, match="to pin not found"):
        await bot.pin_chat_message(group, sent.message_id)
    answering = telegram.ReplyParameters(sent.message_id)
    with pytest.raises(BadRequest, match="to be replied not found"):
        await bot.send_message(group, "two", reply_parameters=answering)
    anyway = telegram.ReplyParameters(sent.message_id, allow_sending_without_reply=True)
    await bot.send_message(group, "two", reply_parameters=anyway)
    assert fake.sent[1].reply_to is None


async def test_old_messages_are_deleted_by_those_with_the_right_only(
    fake: FakeTelegram, bot: telegram.Bot, clock: ManualClock
) -> None:
    group = fake.group()
    sent = [await bot.send_message(group, text) for text in ("one", "two", "three")]
    theirs = fake.says(group, fake.person(), "mine")
    await bot.delete_message(group, sent[0].message_id)
    with pytest.raises(BadRequest, match=r"can't be deleted$"):
        await bot.delete_message(group, theirs["message_id"])
    clock.at += 49 * HOUR_MS
    with pytest.raises(BadRequest, match="for everyone"):
        await bot.delete_message(group, sent[1].message_id)
    fake.promote(group)
    await bot.delete_message(group, sent[1].message_id)
    await bot.delete_message(group, theirs["message_id"])
    assert [one.deleted for one in fake.sent] == [True, True, False]


async def test_pins_need_the_right_and_are_told(
    fake: FakeTelegram, bot: telegram.Bot, group: int
) -> None:
    sent = await bot.send_message(group, "one")
    await bot.pin_chat_message(group, sent.message_id, disable_notification=True)
    assert [one.is_pinned for one in fake.sent] == [True]
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.pinned_message is not None
    assert update.message.from_user == bot.bot
    pinned = (await bot.get_chat(group)).pinned_message
    assert pinned is not None
    assert pinned.message_id == sent.message_id
    await bot.unpin_chat_message(group)
    assert [one.is_pinned for one in fake.sent] == [False]
    fake.promote(group, can_pin_messages=False)
    with pytest.raises(BadRequest, match="Not enough rights to manage pinned"):
        await bot.pin_chat_message(group, sent.message_id)


async def test_topics_are_written_to_while_they_are_open(
    fake: FakeTelegram, bot: telegram.Bot
) -> None:
    forum = fake.group(is_forum=True)
    topic = fake.opens_topic(forum, fake.person(), "Shoes")
    sent = await bot.send_message(forum, "hi", message_thread_id=topic)
    assert sent.is_topic_message
    assert fake.sent[0].topic == topic
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_message(forum, "hi", message_thread_id=topic + 50)
    fake.room(forum).closed_topics.add(topic)
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(forum, "hi", message_thread_id=topic)


async def test_pictures_and_files_come_back_as_they_were(
    fake: FakeTelegram, bot: telegram.Bot, group: int
) -> None:
    photo = await bot.send_photo(group, PNG, "<i>week</i>", parse_mode="HTML", filename="week.png")
    paper = await bot.send_document(group, b"a,b\n1,2\n", "paper", filename="week.csv")
    picture, table = fake.sent
    assert (picture.photo, picture.caption, picture.is_caption) == (PNG, "week", True)
    assert (table.document, table.file_name) == (b"a,b\n1,2\n", "week.csv")
    file = await bot.get_file(photo.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == PNG
    assert paper.document is not None
    file = await bot.get_file(paper.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"a,b\n1,2\n"
    with pytest.raises(BadRequest, match="Invalid file_id"):
        await bot.get_file("nothing")


async def test_captions_change(fake: FakeTelegram, bot: telegram.Bot, group: int) -> None:
    sent = await bot.send_photo(group, PNG, "one")
    await bot.edit_message_caption(group, sent.message_id, caption="two")
    with pytest.raises(BadRequest, match="no text in the message"):
        await bot.edit_message_text("three", group, sent.message_id)
    media = telegram.InputMediaPhoto(PNG + b"", caption="three", filename="b.png")
    await bot.edit_message_media(media, group, sent.message_id)
    assert (fake.sent[0].caption, fake.sent[0].edits) == ("three", ["one", "two"])
    assert fake.sent[0].file_name == "b.png"
    text = await bot.send_message(group, "one")
    with pytest.raises(BadRequest, match="no caption in the message"):
        await bot.edit_message_caption(group, text.message_id, caption="two")


@pytest.mark.parametrize(
    ("content", "caption", "reason"),
    [
        (b"GIF89a", "", "Image_process_failed"),
        (PNG[:-12], "", "Image_process_failed"),
        (b"", "", "non-empty"),
        (PNG[:16] + (9000).to_bytes(4, "big") + PNG[20:], "", "Photo_invalid_dimensions"),
        (PNG, "a" * 1025, "caption is too long"),
    ],
)
async def test_pictures_are_refused(
    bot: telegram.Bot, group: int, content: bytes, caption: str, reason: str
) -> None:
    with pytest.raises(BadRequest, match=f"(?i){reason}"):
        await bot.send_photo(group, content, caption)


async def test_an_album_is_several_messages(
    fake: FakeTelegram, bot: telegram.Bot, group: int
) -> None:
    media = [telegram.InputMediaPhoto(PNG, caption=caption) for caption in ("one", "two")]
    messages = await bot.send_media_group(group, media)
    assert [one.caption for one in messages] == ["one", "two"]
    assert {one.album for one in fake.sent} == {messages[0].media_group_id}
    with pytest.raises(BadRequest, match="2-10"):
        await bot.send_media_group(group, media[:1])


async def test_the_bot_writes_only_to_those_who_opened_the_chat(
    fake: FakeTelegram, bot: telegram.Bot
) -> None:
    ana, ben = fake.person("Ana"), fake.person("Ben")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(ana, "hi")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_chat_action(ana, "typing")
    fake.starts(ana)
    await bot.send_message(ana, "hi")
    fake.blocks(ana)
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(ana, "hi")
    fake.starts(ana)
    await bot.send_message(ana, "again")
    fake.people[ben].is_deleted = True
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(ben, "hi")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(12345, "hi")


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_the_bot_writes_only_where_it_may(
    fake: FakeTelegram, bot: telegram.Bot, kind: str
) -> None:
    group, odile = fake.group(kind=kind), fake.person("Odile")
    fake.room(group).may_write = False
    with pytest.raises(BadRequest, match="Not enough rights to send text"):
        await bot.send_message(group, "hi")
    fake.promote(group, by=odile)
    await bot.send_message(group, "hi")
    fake.restricts(group, by=odile)
    with pytest.raises(BadRequest, match="Not enough rights to send text"):
        await bot.send_message(group, "hi")
    fake.leaves(group, fake.me.id, by=odile)
    with pytest.raises(Forbidden, match=f"not a member of the {kind} chat"):
        await bot.send_message(group, "hi")
    fake.adds_bot(group, odile)
    fake.removes_bot(group, odile)
    with pytest.raises(Forbidden, match=f"kicked from the {kind} chat"):
        await bot.send_message(group, "hi")
    assert len(fake.sent) == 1


async def test_a_group_that_moved_says_where_to_those_who_write(
    fake: FakeTelegram, bot: telegram.Bot
) -> None:
    group, ana = fake.group(kind="group"), fake.person()
    sent = await bot.send_message(group, "hi")
    new = fake.migrate(group)
    for call in (
        bot.send_message(group, "hi"),
        bot.get_chat_member_count(group),
        bot.get_chat_administrators(group),
        bot.get_chat_member(group, ana),
        bot.delete_message(group, sent.message_id),
    ):
        with pytest.raises(ChatMigrated) as moved:
            await call
        assert moved.value.new_chat_id == new
    assert (await bot.get_chat(group)).title == "Runners"
    assert (await bot.get_chat_member(group, fake.me.id)).status == "member"
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("ho", group, sent.message_id)
    assert (await bot.send_message(new, "hi")).message_id == 2


@pytest.mark.parametrize("token", [f"5000000001:{'x' * 35}", "1:x"])
async def test_a_token_that_is_nobodys_is_refused(fake: FakeTelegram, token: str) -> None:
    fake.token, right = token, fake.token
    bot = bot_of(fake)
    fake.token = right
    with pytest.raises(InvalidToken):
        await bot.initialize()
    await bot.shutdown()


async def test_a_token_that_is_renewed_is_refused_from_then_on(
    fake: FakeTelegram, bot: telegram.Bot
) -> None:
    fake.token = f"5000000001:{'x' * 35}"
    with pytest.raises(InvalidToken):
        await bot.get_me()


async def test_every_call_is_remembered(fake: FakeTelegram, bot: telegram.Bot, group: int) -> None:
    await bot.send_message(group, "hi")
    with pytest.raises(BadRequest):
        await bot.send_message(1, "hi")
    first, second = fake.called("sendMessage")
    assert (first.params, first.at, first.code) == ({"chat_id": group, "text": "hi"}, NOON, 200)
    assert second.code == 400
    assert [one.method for one in fake.calls] == ["getMe", "sendMessage", "sendMessage"]


async def test_json_form_and_query_say_the_same(fake: FakeTelegram, group: int) -> None:
    url = f"{fake.api_url}{fake.token}/sendMessage"
    said = {"chat_id": group, "text": "1", "disable_notification": True}
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
    flat = {"chat_id": str(group), "text": "1", "disable_notification": "true"}
    flat["reply_markup"] = json.dumps(markup)
    async with httpx.AsyncClient() as client:
        await client.post(url, json={**said, "reply_markup": markup})
        await client.post(url, data=flat)
        await client.get(url, params=flat)
        broken = await client.post(url, data={**said, "reply_markup": "{"})
    first, *others = [one.params for one in fake.called("sendMessage")[:3]]
    assert others == [first, first]
    assert len(fake.sent) == 3
    assert broken.json()["description"] == "Bad Request: can't parse reply markup JSON object"
