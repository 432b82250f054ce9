"""What Telegram keeps from the bot is found out, 3 of 3, and nothing where nothing is kept."""

from collections.abc import AsyncIterator

import pytest

from bot.adapters.telegram.groups.sights import (
    Subscription,
    blind_in,
    is_in_charge,
    subscription_of,
)
from bot.adapters.telegram.line.client import ALLOWED_UPDATES, Client, connected
from bot.config import TelegramSettings
from bot.delivery import DeliveryError, TargetGoneError
from bot.sight import Sight
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import CHAT_NOT_FOUND, KICKED, NOT_FOUND, RESET, Fault
from tests.fakes.telegram_world import BOT_ID

WHOLE = Subscription(frozenset(ALLOWED_UPDATES), True)
USUAL = frozenset(("message",))
ALL = {Sight.MESSAGES, Sight.REACTIONS, Sight.JOINS}


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    with serving_telegram() as serving:
        yield serving


def settings_of(fake: FakeTelegram) -> TelegramSettings:
    return TelegramSettings.model_validate(
        {"token": fake.token, "api_url": fake.api_url, "file_url": fake.file_url}
    )


async def blind(client: Client, chat: int) -> frozenset[Sight]:
    in_charge = await is_in_charge(client.bot, client.me.id, chat)
    return blind_in(await subscription_of(client.bot), in_charge=in_charge)


@pytest.mark.parametrize(
    ("in_charge", "reads_all", "lacking", "expected"),
    [
        (True, True, set(), set()),
        (True, False, set(), set()),
        (False, True, set(), {Sight.REACTIONS, Sight.JOINS}),
        (False, False, set(), ALL),
        (True, True, {"message_reaction"}, {Sight.REACTIONS, Sight.UPDATES}),
        (True, False, {"chat_member"}, {Sight.JOINS, Sight.UPDATES}),
        (True, True, {"message"}, {Sight.MESSAGES, Sight.UPDATES}),
        (False, True, {"message_reaction", "chat_member"}, {Sight.REACTIONS, Sight.JOINS}),
        (False, True, {"message"}, ALL | {Sight.UPDATES}),
        (False, False, {"message", "chat_member"}, ALL),
    ],
)
def test_what_is_hidden_follows_from_rights_privacy_and_subscription(
    in_charge: bool, reads_all: bool, lacking: set[str], expected: set[Sight]
) -> None:
    subscription = Subscription(WHOLE.kinds - lacking, reads_all)
    assert blind_in(subscription, in_charge=in_charge) == expected


def test_every_kind_that_is_missed_is_asked_for() -> None:
    for kind in ALLOWED_UPDATES:
        lacking = Subscription(WHOLE.kinds - {kind}, True)
        missed = blind_in(lacking, in_charge=True)
        assert bool(missed) == (kind in {"message", "message_reaction", "chat_member"})


async def test_a_bot_without_rights_in_privacy_mode_sees_little() -> None:
    with serving_telegram(reads_all=False) as fake:
        chat = fake.group("Club")
        async with connected(settings_of(fake)) as client:
            await client.poll(None)
            assert await blind(client, chat) == ALL
            fake.promote(chat)
            assert await blind(client, chat) == set()


async def test_a_bot_that_reads_everything_lacks_what_only_administrators_are_told(
    fake: FakeTelegram,
) -> None:
    chat = fake.group("Club")
    async with connected(settings_of(fake)) as client:
        await client.poll(None)
        assert await blind(client, chat) == {Sight.REACTIONS, Sight.JOINS}
        fake.promote(chat)
        assert await blind(client, chat) == set()
        fake.demote(chat)
        assert await blind(client, chat) == {Sight.REACTIONS, Sight.JOINS}


async def test_what_nobody_asked_telegram_for_is_missed_until_it_is_asked_for(
    fake: FakeTelegram,
) -> None:
    chat = fake.group("Club", bot="administrator")
    async with connected(settings_of(fake)) as client:
        assert await blind(client, chat) == {Sight.REACTIONS, Sight.JOINS, Sight.UPDATES}
        await client.poll(None)
        assert await blind(client, chat) == set()
        fake.allowed = ["message", "chat_member"]
        assert await blind(client, chat) == {Sight.REACTIONS, Sight.UPDATES}
        fake.allowed = []
        assert (await subscription_of(client.bot)).kinds == USUAL


@pytest.mark.parametrize("fault", [KICKED, CHAT_NOT_FOUND])
async def test_a_group_that_shut_the_bot_out_is_gone(fake: FakeTelegram, fault: Fault) -> None:
    chat = fake.group("Club")
    async with connected(settings_of(fake)) as client:
        fake.faults.add("getChatMember", fault)
        with pytest.raises(TargetGoneError):
            await is_in_charge(client.bot, client.me.id, chat)


@pytest.mark.parametrize("status", ["left", "kicked"])
async def test_a_group_of_which_the_bot_is_no_member_is_gone(
    fake: FakeTelegram, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = fake.group("Club")
    told = {**fake.member(fake.room(chat), BOT_ID), "status": status}
    if status == "kicked":
        told["until_date"] = 0
    monkeypatch.setattr(fake, "member", lambda *_: told)
    async with connected(settings_of(fake)) as client:
        with pytest.raises(TargetGoneError):
            await is_in_charge(client.bot, client.me.id, chat)


@pytest.mark.parametrize("fault", [RESET, NOT_FOUND])
@pytest.mark.parametrize("method", ["getWebhookInfo", "getMe"])
async def test_when_telegram_does_not_tell_nothing_is_guessed(
    fake: FakeTelegram, method: str, fault: Fault
) -> None:
    async with connected(settings_of(fake)) as client:
        fake.faults.add(method, fault)
        with pytest.raises(DeliveryError):
            await subscription_of(client.bot)
