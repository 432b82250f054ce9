"""What Foyer says arrives once, quietly, as the outbox has it, and nothing is tried twice."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from bot.adapters.telegram.line.client import connected
from bot.adapters.telegram.line.pace import Pace
from bot.adapters.telegram.saying.payload import link_of, payloads_of, plain_of, read, write
from bot.adapters.telegram.saying.voice import Voice
from bot.delivery import (
    AmbiguousError,
    AuthError,
    ContentError,
    MessageGoneError,
    NotDeliveredError,
    TargetGoneError,
    TargetMovedError,
)
from bot.post import Attachment, Choice, Para, Post, Section, plain
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import (
    CHAT_NOT_FOUND,
    CUT,
    KICKED,
    RESET,
    TRUNCATED,
    UNAUTHORIZED,
    Fault,
    flooded,
    page,
)
from tests.picture_cog import ALT, PICTURE
from tests.telegram_bots import Rests, settings_for

CHART = Attachment("week.png", PICTURE, ALT)
TABLE = Attachment("week.csv", "jour;é\n".encode())


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with serving_telegram() as serving:
        yield serving


@pytest.fixture
def rests() -> Rests:
    return Rests()


@pytest.fixture
async def voice(fake: FakeTelegram, rests: Rests) -> AsyncIterator[Voice]:
    async with connected(settings_for(fake)) as client:
        yield Voice(client.bot, Pace(rest=rests))


def one(post: Post) -> str:
    [payload] = payloads_of(post)
    return payload


HELLO = one(plain("Hello."))


def dressed(title: str = "The week", **more: object) -> Post:
    said = (Para('Our <b>week</b> & "more": foyer.org'),)
    return Post(title, (Section("", "", said),), **more)  # type: ignore[arg-type]


async def test_a_message_is_sent_quietly_with_its_markup_and_without_a_preview(
    fake: FakeTelegram, voice: Voice
) -> None:
    group = fake.group()
    number = await voice.send(str(group), one(dressed(choices=(Choice("Go", "pause"),))))
    [sent] = fake.sent
    assert number == str(sent.id)
    assert sent.text == 'The week\n\nOur <b>week</b> & "more": foyer.org'
    assert sent.entities[0] == {"type": "bold", "offset": 0, "length": 8}
    assert sent.keyboard == [[{"text": "Go", "callback_data": "pause"}]]
    assert sent.disable_notification
    assert sent.link_preview == {"is_disabled": True}
    assert (sent.topic, sent.reply_to, sent.is_pinned) == (None, None, False)


async def test_a_plain_message_holds_whatever_looks_like_markup(
    fake: FakeTelegram, voice: Voice
) -> None:
    payload = plain_of(one(dressed()))
    assert payload is not None
    await voice.send(str(fake.group()), payload)
    assert fake.sent[0].text == 'The week\n\nOur <b>week</b> & "more": foyer.org'
    assert fake.sent[0].parse_mode == ""


async def test_a_topic_is_spoken_in_and_the_general_one_is_no_topic(
    fake: FakeTelegram, voice: Voice
) -> None:
    group = fake.group(is_forum=True)
    fake.says(group, fake.person(), "The first message of all")
    topic = fake.opens_topic(group, fake.person(), "Runs")
    await voice.send(f"{group}/{topic}", HELLO)
    await voice.send(f"{group}/1", HELLO)
    assert [sent.topic for sent in fake.sent] == [topic, None]


async def test_an_answer_hangs_on_its_question_or_stands_alone_once_that_is_gone(
    fake: FakeTelegram, voice: Voice
) -> None:
    group = fake.group()
    asked = fake.says(group, fake.person(), "/help")["message_id"]
    await voice.send(str(group), HELLO, reply_to=asked)
    fake.deletes(group, asked)
    await voice.send(str(group), HELLO, reply_to=asked)
    assert [sent.reply_to for sent in fake.sent] == [asked, None]


async def test_a_picture_arrives_byte_for_byte_with_its_words_below(
    fake: FakeTelegram, voice: Voice
) -> None:
    await voice.send(str(fake.group()), one(dressed(files=(CHART,))))
    [sent] = fake.sent
    assert (sent.photo, sent.file_name) == (PICTURE, "week.png")
    assert sent.caption.startswith("The week\n\nOur")
    assert sent.entities[0]["type"] == "bold"
    assert sent.disable_notification
    assert len(fake.called("sendPhoto")) == 1


async def test_a_document_arrives_byte_for_byte(fake: FakeTelegram, voice: Voice) -> None:
    await voice.send(str(fake.group()), one(Post("", (), files=(TABLE,))))
    assert (fake.sent[0].document, fake.sent[0].file_name) == (TABLE.content, "week.csv")


async def test_words_that_name_a_file_or_an_address_are_never_fetched(
    fake: FakeTelegram, voice: Voice
) -> None:
    for content in (b"https://foyer.example/x.png", b"/etc/passwd", b"file:///etc/passwd"):
        payload = one(Post("", (), files=(Attachment("x", content),)))
        await voice.send(str(fake.group()), payload)
        assert fake.sent[-1].document == content


async def test_a_link_opens_an_address(fake: FakeTelegram, voice: Voice) -> None:
    person = fake.person()
    fake.starts(person)
    await voice.send(str(person), link_of("Over there", "Open", "https://t.me/foyer_bot?start=x"))
    button = {"text": "Open", "url": "https://t.me/foyer_bot?start=x"}
    assert fake.sent[0].keyboard == [[button]]


# Changes


async def test_a_message_is_changed_and_changing_it_twice_is_changing_it_once(
    fake: FakeTelegram, voice: Voice
) -> None:
    group = fake.group()
    number = await voice.send(str(group), one(dressed(choices=(Choice("Go", "pause"),))))
    for _ in range(2):
        await voice.edit(str(group), number, one(plain("Changed & done.")))
    [sent] = fake.sent
    assert (sent.text, sent.keyboard) == ("Changed & done.", [])
    assert len(sent.edits) == 1
    assert all(made.params["link_preview_options"] for made in fake.called("editMessageText"))


async def test_a_picture_is_changed_with_its_words(fake: FakeTelegram, voice: Voice) -> None:
    group = fake.group()
    number = await voice.send(str(group), one(dressed(files=(CHART,))))
    for _ in range(2):
        await voice.edit(str(group), number, one(dressed("Another week", files=(CHART,))))
    [sent] = fake.sent
    assert sent.photo == PICTURE
    assert sent.caption.startswith("Another week")
    document = plain_of(one(dressed(files=(CHART,))))
    assert document is not None
    await voice.edit(str(group), number, document)
    assert sent.document == PICTURE


async def test_words_get_a_picture_but_no_words_take_the_place_of_one(
    fake: FakeTelegram, voice: Voice
) -> None:
    group = fake.group()
    number = await voice.send(str(group), HELLO)
    await voice.edit(str(group), number, one(dressed(files=(CHART,))))
    assert fake.sent[0].photo == PICTURE
    with pytest.raises(MessageGoneError):
        await voice.edit(str(group), number, HELLO)


async def test_what_is_gone_cannot_be_changed_but_may_be_deleted(
    fake: FakeTelegram, voice: Voice
) -> None:
    group = fake.group()
    number = await voice.send(str(group), HELLO)
    fake.deletes(group, int(number))
    with pytest.raises(MessageGoneError):
        await voice.edit(str(group), number, one(plain("Changed.")))
    await voice.delete(str(group), number)


async def test_what_moved_away_with_its_group_cannot_be_changed(
    fake: FakeTelegram, voice: Voice
) -> None:
    group = fake.group(kind="group")
    number = await voice.send(str(group), HELLO)
    new = fake.migrate(group)
    with pytest.raises(MessageGoneError):
        await voice.edit(str(group), number, one(plain("Changed.")))
    with pytest.raises(TargetMovedError) as moved:
        await voice.send(str(group), HELLO)
    assert moved.value.new_target == str(new)


async def test_a_message_is_deleted_once_and_twice(fake: FakeTelegram, voice: Voice) -> None:
    group = fake.group()
    number = await voice.send(str(group), HELLO)
    await voice.delete(str(group), number)
    await voice.delete(str(group), number)
    assert fake.sent[0].deleted


# Pinning


async def test_what_is_to_be_pinned_is_pinned_quietly(fake: FakeTelegram, voice: Voice) -> None:
    group = fake.group(bot="administrator")
    fake.promote(group, can_pin_messages=True)
    number = await voice.send(str(group), one(dressed(is_pinned=True)))
    assert fake.sent[0].is_pinned
    [pinning] = fake.called("pinChatMessage")
    assert pinning.params["disable_notification"]
    await voice.edit(str(group), number, one(dressed("Next week", is_pinned=True)))
    assert len(fake.called("pinChatMessage")) == 1, "whoever unpinned it meant it"


@pytest.mark.parametrize("fault", [None, flooded(30), page(502), CUT, RESET, KICKED])
async def test_what_cannot_be_pinned_stands_all_the_same(
    fake: FakeTelegram, voice: Voice, fault: Fault | None, caplog: pytest.LogCaptureFixture
) -> None:
    group = fake.group()
    if fault is not None:
        fake.faults.add("pinChatMessage", fault, times=9)
    with caplog.at_level(logging.WARNING):
        number = await voice.send(str(group), one(dressed(is_pinned=True)))
    [sent] = fake.sent
    assert (number, sent.is_pinned) == (str(sent.id), False)
    assert len(fake.called("pinChatMessage")) == 1


async def test_a_pin_that_nobody_answers_is_not_waited_for(
    fake: FakeTelegram, voice: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.telegram.saying.voice.PIN_SECONDS", 0.05)
    fake.faults.add("pinChatMessage", Fault(delay=2.0))
    await voice.send(str(fake.group()), one(dressed(is_pinned=True)))
    assert len(fake.sent) == 1


# Failures


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (RESET, AmbiguousError),
        (TRUNCATED, AmbiguousError),
        (page(502), AmbiguousError),
        (flooded(7), NotDeliveredError),
        (KICKED, TargetGoneError),
        (CHAT_NOT_FOUND, TargetGoneError),
        (UNAUTHORIZED, AuthError),
    ],
)
async def test_a_failure_has_its_name_and_is_not_tried_again(
    fake: FakeTelegram, voice: Voice, fault: Fault, error: type[Exception]
) -> None:
    deeds: dict[str, Callable[[str], Awaitable[object]]] = {
        "sendMessage": lambda group: voice.send(group, HELLO),
        "sendPhoto": lambda group: voice.send(group, one(dressed(files=(CHART,)))),
        "editMessageText": lambda group: voice.edit(group, number, one(plain("Changed."))),
        "deleteMessage": lambda group: voice.delete(group, number),
    }
    for method, deed in deeds.items():
        group = str(fake.group())
        number = await voice.send(group, HELLO)
        fake.faults.add(method, fault, times=9)
        before = len(fake.calls)
        with pytest.raises(error) as caught:
            await deed(group)
        assert len(fake.calls) == before + 1
        assert fake.token not in str(caught.value)
        fake.faults.clear()


async def test_markup_that_telegram_refuses_is_no_failure_of_the_channel(
    fake: FakeTelegram, voice: Voice
) -> None:
    broken = write(read(HELLO).__class__(text="<b>Hello"))
    with pytest.raises(ContentError) as caught:
        await voice.send(str(fake.group()), broken)
    assert not isinstance(caught.value, MessageGoneError)


async def test_nothing_leaves_where_nobody_listens(fake: FakeTelegram, voice: Voice) -> None:
    group = str(fake.group())
    with fake.unreachable(), pytest.raises(NotDeliveredError):
        await voice.send(group, HELLO)
    assert fake.sent == []


# The pace


async def test_a_chat_that_wants_rest_gets_it_from_everybody_and_the_others_go_on(
    fake: FakeTelegram, voice: Voice
) -> None:
    lively, calm = str(fake.group()), str(fake.group())
    fake.faults.add("sendMessage", flooded(30), chat=int(lively))
    with pytest.raises(NotDeliveredError) as caught:
        await voice.send(lively, HELLO)
    assert caught.value.retry_after >= 30_000
    assert not caught.value.is_global
    for deed in (
        voice.send(lively, HELLO),
        voice.edit(lively, "1", HELLO),
        voice.delete(lively, "1"),
    ):
        with pytest.raises(NotDeliveredError):
            await deed
    await voice.send(calm, HELLO)
    assert [sent.chat for sent in fake.sent] == [int(calm)]
    assert len(fake.calls) == 3, "getMe, the call that was too much, and the other chat's"


async def test_a_storm_is_everybodys(fake: FakeTelegram, voice: Voice) -> None:
    groups = [str(fake.group()) for _ in range(6)]
    fake.faults.add("sendMessage", flooded(30), times=6)
    told = []
    for group in groups[:5]:
        with pytest.raises(NotDeliveredError) as caught:
            await voice.send(group, HELLO)
        told.append(caught.value.is_global)
    assert told == [False, False, False, False, True]
    with pytest.raises(NotDeliveredError):
        await voice.send(groups[5], HELLO)


async def test_no_more_is_said_in_a_minute_than_a_group_takes(
    fake: FakeTelegram, voice: Voice, rests: Rests
) -> None:
    fake.flood.is_on = True
    group = str(fake.group())
    for _ in range(18):
        await voice.send(group, HELLO)
    with pytest.raises(NotDeliveredError) as caught:
        await voice.send(group, HELLO)
    assert caught.value.retry_after > 30_000
    assert (fake.flood.violations, rests.seconds) == (0, [])
