"""The fake Bot API answers python-telegram-bot: chats, members, menus, links and presses."""

from collections.abc import AsyncIterator, Iterator

import pytest
import telegram
from telegram.error import BadRequest, Forbidden

from bot.clock import ManualClock
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_caller import bot_of

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


async def test_a_chat_is_what_it_is(fake: FakeTelegram, bot: telegram.Bot) -> None:
    group = fake.group("Club", is_forum=True, username="club")
    chat = await bot.get_chat(group)
    assert (chat.title, chat.type, chat.is_forum) == ("Club", "supergroup", True)
    assert (await bot.get_chat("@club")).id == group
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.get_chat("@nobody")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.get_chat(-1)
    ana = fake.person("Ana Lopez")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.get_chat(ana)
    fake.starts(ana)
    assert (await bot.get_chat(ana)).last_name == "Lopez"


async def test_only_what_is_public_is_seen_from_outside(
    fake: FakeTelegram, bot: telegram.Bot
) -> None:
    public, closed = fake.group(username="club", bot=None), fake.group(bot=None)
    assert await bot.get_chat_member_count(public) == 0
    with pytest.raises(Forbidden, match="not a member"):
        await bot.get_chat(closed)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(public, "hi")
    fake.removes_bot(public, fake.person())
    with pytest.raises(Forbidden, match="kicked"):
        await bot.get_chat(public)


async def test_a_basic_group_shows_itself_but_not_its_members_to_a_bot_that_left(
    fake: FakeTelegram, bot: telegram.Bot
) -> None:
    group = fake.group("Club", "group")
    fake.leaves(group, fake.me.id)
    assert (await bot.get_chat(group)).title == "Club"
    assert (await bot.get_chat_member(group, fake.me.id)).status == "left"
    with pytest.raises(Forbidden, match="not a member of the group chat"):
        await bot.get_chat_member_count(group)
    fake.room(group).is_gone = True
    with pytest.raises(Forbidden, match="group chat was deleted"):
        await bot.get_chat_member_count(group)


async def test_who_is_what_in_a_chat(fake: FakeTelegram, bot: telegram.Bot) -> None:
    odile, ana, ben, zoe = (fake.person(name) for name in ("Odile", "Ana", "Ben", "Zoé"))
    helper = fake.person("Helper", username="helper_bot", is_bot=True)
    group = fake.group(owner=odile)
    for one in (ana, ben, zoe, helper):
        fake.joins(group, one)
    fake.promote(group, ana, can_pin_messages=False, anonymous=True)
    fake.promote(group, helper)
    fake.restricts(group, ben)
    fake.leaves(group, zoe, banned=True)
    statuses = [(await bot.get_chat_member(group, one)).status for one in (odile, ana, ben, zoe)]
    assert statuses == ["creator", "administrator", "restricted", "kicked"]
    assert (await bot.get_chat_member(group, fake.person("Stranger"))).status == "left"
    assert await bot.get_chat_member_count(group) == 5
    admins = await bot.get_chat_administrators(group)
    assert [one.user.id for one in admins] == [odile, ana]
    helping = admins[1]
    assert isinstance(helping, telegram.ChatMemberAdministrator)
    assert (helping.can_pin_messages, helping.can_invite_users) == (False, True)
    assert helping.is_anonymous
    fake.demote(group, ana)
    fake.promote(group)
    assert [one.user.id for one in await bot.get_chat_administrators(group)] == [odile, fake.me.id]
    with pytest.raises(BadRequest, match="Invalid user_id"):
        await bot.get_chat_member(group, 5)


async def test_the_bot_leaves(fake: FakeTelegram, bot: telegram.Bot) -> None:
    group = fake.group()
    await bot.leave_chat(group)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(group, "hi")
    (update,) = await bot.get_updates()
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "left"


async def test_menus_stand_by_scope_and_language(fake: FakeTelegram, bot: telegram.Bot) -> None:
    group = fake.group()
    await bot.set_my_commands([("help", "All there is")])
    await bot.set_my_commands([("help", "Tout")], language_code="fr")
    scope = telegram.BotCommandScopeChatAdministrators(group)
    await bot.set_my_commands([("setup", "Settings"), ("help", "All")], scope=scope)
    assert sorted(fake.commands, key=str) == [
        ("chat_administrators", group, ""),
        ("default", None, ""),
        ("default", None, "fr"),
    ]
    assert [one.command for one in await bot.get_my_commands(scope=scope)] == ["setup", "help"]
    assert (await bot.get_my_commands(language_code="fr"))[0].description == "Tout"
    await bot.delete_my_commands(scope=scope)
    assert await bot.get_my_commands(scope=scope) == ()


@pytest.mark.parametrize(
    ("name", "description", "reason"),
    [
        ("Help", "All", "Bot_command_invalid"),
        ("", "All", "Bot_command_invalid"),
        ("h" * 33, "All", "Bot_command_invalid"),
        ("help", "", "Bot_command_description_invalid"),
        ("help", "a" * 257, "Bot_command_description_invalid"),
    ],
)
async def test_menus_are_refused(
    bot: telegram.Bot, name: str, description: str, reason: str
) -> None:
    with pytest.raises(BadRequest, match=reason):
        await bot.set_my_commands([(name, description)])


async def test_menus_are_refused_where_the_bot_is_not(
    fake: FakeTelegram, bot: telegram.Bot
) -> None:
    with pytest.raises(BadRequest, match="Bot_commands_too_much"):
        await bot.set_my_commands([("a", "b")] * 101)
    with pytest.raises(BadRequest, match="Lang_code_invalid"):
        await bot.set_my_commands([("a", "b")], language_code="fra")
    scope = telegram.BotCommandScopeChat(fake.group(bot=None))
    with pytest.raises(Forbidden, match="not a member"):
        await bot.set_my_commands([("a", "b")], scope=scope)


async def test_the_bot_describes_itself(fake: FakeTelegram, bot: telegram.Bot) -> None:
    await bot.set_my_short_description("A hall", language_code="en")
    await bot.set_my_description("A hall and a fire")
    await bot.set_my_name("Foyer")
    assert fake.descriptions == {
        ("short_description", "en"): "A hall",
        ("description", ""): "A hall and a fire",
        ("name", ""): "Foyer",
    }
    with pytest.raises(BadRequest, match=r"(?i)too_long"):
        await bot.set_my_short_description("a" * 121)


async def test_a_press_is_answered_once_and_in_time(
    fake: FakeTelegram, bot: telegram.Bot, clock: ManualClock
) -> None:
    group, ana = fake.group(), fake.person()
    markup = telegram.InlineKeyboardMarkup(
        [
            [telegram.InlineKeyboardButton("Yes", callback_data="yes:1")],
            [telegram.InlineKeyboardButton("More", url="https://example.org")],
        ]
    )
    await bot.send_message(group, "Coming?", reply_markup=markup)
    number = fake.presses(ana, fake.sent[0], "Yes")
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query is not None
    assert (query.id, query.data, query.from_user.id) == (number, "yes:1", ana)
    assert isinstance(query.message, telegram.Message)
    assert query.message.text == "Coming?"
    await query.answer("Noted")
    assert fake.answered_callbacks[number]["text"] == "Noted"
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer()
    late = fake.presses(ana, fake.sent[0], "Yes")
    clock.at += 151_000
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(late)
    for label in ("No", "More"):
        with pytest.raises(AssertionError, match="no button says"):
            fake.presses(ana, fake.sent[0], label)


async def test_a_press_may_open_the_bots_own_link_only(
    fake: FakeTelegram, bot: telegram.Bot
) -> None:
    room, ana = fake.room(fake.group()), fake.person()
    number = fake.press_data(ana, room, 7, "x")
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert not update.callback_query.message.is_accessible
    await bot.answer_callback_query(number, url="https://t.me/foyer_bot?start=abc")
    assert number in fake.answered_callbacks
    other = fake.press_data(ana, room, 7, "x")
    with pytest.raises(BadRequest, match="Url_invalid"):
        await bot.answer_callback_query(other, url="https://example.org")


async def test_links_need_the_right(fake: FakeTelegram, bot: telegram.Bot) -> None:
    group, ana = fake.group(), fake.person()
    with pytest.raises(BadRequest, match="Not enough rights to manage chat invite link"):
        await bot.create_chat_invite_link(group)
    fake.promote(group)
    open_link = await bot.create_chat_invite_link(group, name="Strava")
    gated = await bot.create_chat_invite_link(group, name="Flyer", creates_join_request=True)
    assert (open_link.name, open_link.creator.id) == ("Strava", fake.me.id)
    assert not open_link.creates_join_request
    assert gated.creates_join_request
    with pytest.raises(BadRequest, match=r"(?i)title_too_long"):
        await bot.create_chat_invite_link(group, name="a" * 33)
    with pytest.raises(BadRequest, match=r"(?i)member limit"):
        await bot.create_chat_invite_link(group, member_limit=1, creates_join_request=True)
    await bot.get_updates(allowed_updates=["chat_member", "chat_join_request"])
    fake.asks_to_join(group, ana, gated.invite_link)
    fake.joins(group, ana, link=open_link.invite_link)
    asked, joined = await bot.get_updates(-2)
    assert asked.chat_join_request is not None
    assert asked.chat_join_request.invite_link == gated
    assert joined.chat_member is not None
    assert joined.chat_member.invite_link == open_link
    assert (await bot.revoke_chat_invite_link(group, gated.invite_link)).is_revoked
    with pytest.raises(AssertionError, match="revoked"):
        fake.asks_to_join(group, fake.person(), gated.invite_link)


async def test_links_of_others_are_shown_in_part(fake: FakeTelegram, bot: telegram.Bot) -> None:
    group, ana = fake.group(bot="administrator"), fake.person()
    await bot.get_updates(allowed_updates=["chat_member"])
    fake.joins(group, ana, link=fake.link(group, "Friends"), via_request=True)
    (update,) = await bot.get_updates(-1)
    assert update.chat_member is not None
    link = update.chat_member.invite_link
    assert link is not None
    assert link.name == "Friends"
    assert link.invite_link.endswith("...")
    assert update.chat_member.via_join_request


async def test_polls_of_the_bot_are_voted_in(fake: FakeTelegram, bot: telegram.Bot) -> None:
    group, ana = fake.group(), fake.person()
    sent = await bot.send_poll(group, "When?", ["Now", "Later"], is_anonymous=False)
    assert sent.poll is not None
    fake.votes(sent.poll.id, ana, 1)
    fake.votes(sent.poll.id, ana)
    fake.votes(sent.poll.id, ana, 0, as_channel=fake.channel())
    voted, taken_back, as_channel = await bot.get_updates()
    assert voted.poll_answer is not None
    assert taken_back.poll_answer is not None
    assert as_channel.poll_answer is not None
    assert voted.poll_answer.option_ids == (1,)
    assert voted.poll_answer.user is not None
    assert voted.poll_answer.user.id == ana
    assert taken_back.poll_answer.option_ids == ()
    assert as_channel.poll_answer.voter_chat is not None
    assert (await bot.stop_poll(group, sent.message_id)).is_closed
    with pytest.raises(BadRequest, match="already been closed"):
        await bot.stop_poll(group, sent.message_id)


async def test_votes_in_the_polls_of_others_are_not_told(
    fake: FakeTelegram, bot: telegram.Bot
) -> None:
    group, ana = fake.group(), fake.person()
    poll = fake.opens_poll(group, ana, "When?", "Now", "Later")["poll"]["id"]
    fake.votes(poll, ana, 0)
    fake.closes_poll(poll)
    asked, closed = await bot.get_updates()
    assert asked.message is not None
    assert asked.message.poll is not None
    assert asked.message.poll.question == "When?"
    assert closed.poll is not None
    assert (closed.poll.id, closed.poll.is_closed) == (poll, True)
