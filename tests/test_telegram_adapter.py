"""The whole way: what people do on Telegram is stored and answered, what Foyer says is said."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from pydantic import SecretStr

from bot.adapters import Adapter, Inviter
from bot.adapters.registry import adapter_of
from bot.adapters.telegram.adapter import PACE_MS, TelegramAdapter
from bot.adapters.telegram.groups.rounds import Rounds
from bot.adapters.telegram.line import transport
from bot.adapters.telegram.line.pace import GROUP
from bot.clock import DAY_MS, HOUR_MS
from bot.delivery import (
    AmbiguousError,
    AuthError,
    ConflictError,
    DeliveryError,
    NotDeliveredError,
    TargetGoneError,
    TargetMovedError,
)
from bot.engine import Engine
from bot.post import Choice, Post, plain
from cogs import COGS
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import CONFLICT, HANG, KICKED, page
from tests.telegram_bots import Rests, engine_at, settings_for, stored
from tests.test_logs import lines, logged

MESSAGES = "SELECT message_no FROM message ORDER BY at, message_no"
PLACES = "SELECT external_id, kind, moved_to FROM place ORDER BY external_id"


class Bot:
    """The adapter on an engine, listening to the fake."""

    def __init__(self, fake: FakeTelegram, adapter: TelegramAdapter, engine: Engine) -> None:
        self.fake, self.adapter, self.engine = fake, adapter, engine
        self.task = asyncio.create_task(adapter.run(engine))

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return await stored(self.engine, sql)

    async def heard(self) -> None:
        """Wait until everything was taken."""
        await self.fake.until(lambda: self.task.done() or not len(self.fake.updates))
        assert not self.task.done(), self.task.exception()

    async def asks(self, chat: int, user: int, words: str, where: int) -> str:
        """Somebody types a command; what is then said in a chat."""
        entity = {"type": "bot_command", "offset": 0, "length": len(words.split()[0])}
        before = len(self.said_in(where))
        self.fake.says(chat, user, words, entities=[entity])
        await self.fake.until(lambda: len(self.said_in(where)) > before)
        return self.said_in(where)[-1]

    def said_in(self, chat: int) -> list[str]:
        return [one.text for one in self.fake.sent if one.chat == chat]


@asynccontextmanager
async def running(
    fake: FakeTelegram, *, has_cogs: bool = True, **settings: Any
) -> AsyncIterator[Bot]:
    adapter = TelegramAdapter(settings_for(fake, **settings), Rests())
    cogs = COGS if has_cogs else ()
    async with engine_at(fake.clock, *cogs, telegram=adapter) as engine:
        bot = Bot(fake, adapter, engine)
        try:
            await fake.until(lambda: adapter.is_connected or bot.task.done())
            yield bot
        finally:
            bot.task.cancel()
            with suppress(asyncio.CancelledError, DeliveryError):
                await bot.task


@pytest.fixture
def fake() -> Any:
    with serving_telegram() as serving:
        serving.slows_repeats = False
        yield serving


def test_it_is_what_an_adapter_is() -> None:
    with serving_telegram() as fake:
        adapter: Adapter = adapter_of("telegram", settings_for(fake))
    assert isinstance(adapter, TelegramAdapter)
    assert isinstance(adapter, Inviter)
    assert adapter.platform == "telegram"
    assert adapter.capabilities.nonce_ms == 0
    assert not adapter.is_connected


def test_posts_leave_room_for_answers_below_telegrams_limit() -> None:
    posts_a_minute = 60_000 / PACE_MS
    assert posts_a_minute <= GROUP.most - 3


async def test_messages_are_stored_and_commands_answered(fake: FakeTelegram) -> None:
    ana = fake.person("Ana", "en")
    chat = fake.group("Runners", owner=ana)
    async with running(fake) as bot:
        first = fake.says(chat, ana, "Shall we run?")
        answer = await bot.asks(chat, ana, "/help", chat)
        await bot.heard()
        assert (first["message_id"],) in await bot.rows(MESSAGES)
        assert len(await bot.rows(MESSAGES)) == 2
        assert answer.startswith("Let us go on in private")
        assert await bot.rows(PLACES) == [(str(chat), "supergroup", None)]
        assert await bot.rows("SELECT name FROM community") == [("Runners",)]
    assert len(fake.called("deleteWebhook")) == 1


async def test_after_a_restart_nothing_is_stored_or_answered_twice(fake: FakeTelegram) -> None:
    ana = fake.person()
    chat = fake.group(owner=ana)
    adapter = TelegramAdapter(settings_for(fake), Rests())
    async with engine_at(fake.clock, *COGS, telegram=adapter) as engine:
        for number in range(3):
            bot = Bot(fake, adapter, engine)
            await fake.until(lambda: adapter.is_connected)
            fake.says(chat, ana, f"hello {number}")
            await bot.asks(chat, ana, "/help", chat)
            bot.task.cancel()
            with suppress(asyncio.CancelledError):
                await bot.task
            assert not adapter.is_connected
        assert len(await bot.rows(MESSAGES)) == 6
    assert len(bot.said_in(chat)) == 3


async def test_posts_are_said_changed_and_taken_back(fake: FakeTelegram) -> None:
    chat = fake.group()
    async with running(fake, has_cogs=False) as bot:
        [payload] = bot.adapter.render(plain("The heron", choices=(Choice("Quiet", "quiet"),)))
        sent_id = await bot.adapter.send(str(chat), payload, "nonce")
        [sent] = fake.sent
        assert (str(sent.id), sent.text, sent.labels) == (sent_id, "The heron", ["Quiet"])
        [other] = bot.adapter.render(plain("The owl"))
        for _ in range(2):
            await bot.adapter.edit(str(chat), sent_id, other)
        assert fake.sent[0].text == "The owl"
        for _ in range(2):
            await bot.adapter.delete(str(chat), sent_id)
        assert fake.sent[0].deleted
        assert bot.adapter.plain(payload) is None or "heron" in str(bot.adapter.plain(payload))
        assert await bot.adapter.find(str(chat), "nonce", 0) == (None, False)


async def test_while_it_is_not_connected_nothing_is_delivered_for_sure() -> None:
    with serving_telegram() as fake:
        adapter = TelegramAdapter(settings_for(fake))
    [payload] = adapter.render(plain("The heron"))
    for call in (
        adapter.send("-1", payload, "n"),
        adapter.edit("-1", "1", payload),
        adapter.delete("-1", "1"),
        adapter.invite("-1", "Flyer", is_gated=False),
    ):
        with pytest.raises(NotDeliveredError):
            await call


async def test_links_are_made_with_and_without_a_gate(fake: FakeTelegram) -> None:
    mona = fake.person("Mona")
    chat = fake.group(owner=mona, bot="administrator")
    async with running(fake, has_cogs=False) as bot:
        for is_gated in (False, True):
            url = await bot.adapter.invite(str(chat), "Flyer at the fair", is_gated=is_gated)
            assert url.startswith("https://t.me/")
        links = [call.params for call in fake.called("createChatInviteLink")]
        assert [(link["name"], link["creates_join_request"]) for link in links] == [
            ("Flyer at the fair", False),
            ("Flyer at the fair", True),
        ]
        await bot.adapter.invite(str(chat), "x" * 40, is_gated=False)
        assert fake.called("createChatInviteLink")[-1].params["name"] == "x" * 32
        fake.demote(chat)
        with pytest.raises(TargetGoneError):
            await bot.adapter.invite(str(chat), "Flyer", is_gated=False)


async def test_a_bot_that_is_thrown_out_departs_and_comes_back(fake: FakeTelegram) -> None:
    mona = fake.person("Mona", "fr")
    chat = fake.group("Runners", owner=mona, bot=None)
    async with running(fake) as bot:
        fake.adds_bot(chat, mona)
        await bot.heard()
        await fake.until(lambda: bot.adapter.is_connected)
        there = "SELECT left_at IS NULL FROM presence"
        assert await bot.rows(there) == [(1,)]
        assert await bot.rows("SELECT language FROM community") == [("fr",)]
        fake.removes_bot(chat, mona)
        await bot.heard()
        await until(bot, there, [(0,)])
        fake.adds_bot(chat, mona)
        await bot.heard()
        await until(bot, there, [(1,)])


async def until(bot: Bot, sql: str, rows: list[tuple[Any, ...]]) -> None:
    """Wait until the store holds this."""
    for _ in range(500):
        if await bot.rows(sql) == rows:
            return
        await asyncio.sleep(0.01)
    assert await bot.rows(sql) == rows


# A group becomes a supergroup, told in every order

ORDERS = ["both", "old alone", "new alone", "neither", "twice", "error first"]


@pytest.mark.parametrize("order", ORDERS)
async def test_a_group_that_moves_keeps_one_history(fake: FakeTelegram, order: str) -> None:
    ana = fake.person()
    chat = fake.group("Runners", kind="group", owner=ana)
    async with running(fake) as bot:
        fake.says(chat, ana, "before")
        await bot.heard()
        new = fake.migrate(
            chat,
            tell_old=order in ("both", "old alone", "twice"),
            tell_new=order in ("both", "new alone", "twice"),
        )
        if order == "error first":
            [payload] = bot.adapter.render(plain("The heron"))
            with pytest.raises(TargetMovedError) as caught:
                await bot.adapter.send(str(chat), payload, "nonce")
            assert caught.value.new_target == str(new)
            assert (str(chat), "group", str(new)) in await bot.rows(PLACES)
        if order == "twice":
            fake.says(chat, ana, migrate_to_chat_id=new)
            fake.says(new, ana, migrate_from_chat_id=chat)
        fake.says(new, ana, "after")
        fake.says(new, ana, "and after that")
        await bot.heard()
        await until(bot, "SELECT COUNT(*) FROM message", [(3,)])
        assert len(await bot.rows("SELECT community_id FROM community")) == 1
        assert await bot.rows(PLACES) == [
            (str(new), "supergroup", None),
            (str(chat), "group", str(new)),
        ]
        present = "SELECT external_id FROM presence WHERE left_at IS NULL"
        assert await bot.rows(present) == [(str(new),)]


# What goes wrong


async def test_a_long_outage_is_one_gap(fake: FakeTelegram) -> None:
    ana = fake.person()
    chat = fake.group(owner=ana)
    adapter = TelegramAdapter(settings_for(fake), Rests())
    async with engine_at(fake.clock, telegram=adapter) as engine:
        for hours in (0, 3, 26, 1):
            fake.clock.advance(hours * HOUR_MS)
            bot = Bot(fake, adapter, engine)
            await fake.until(lambda: adapter.is_connected)
            fake.says(chat, ana, "hello")
            await bot.heard()
            await engine.tick()
            bot.task.cancel()
            with suppress(asyncio.CancelledError):
                await bot.task
        gaps = await bot.rows("SELECT end_at - start_at FROM gap")
    assert len(gaps) == 1
    assert 2 * HOUR_MS - 60_000 < gaps[0][0] < 2 * HOUR_MS + 60_000
    assert DAY_MS == 24 * HOUR_MS


async def test_an_unreachable_telegram_is_waited_for(fake: FakeTelegram) -> None:
    adapter = TelegramAdapter(settings_for(fake), Rests())
    async with engine_at(fake.clock, telegram=adapter) as engine:
        with fake.unreachable(), logged() as stream:
            bot = Bot(fake, adapter, engine)
            await asyncio.sleep(0.2)
            assert not bot.task.done()
        await fake.until(lambda: adapter.is_connected)
        assert fake.token not in stream.getvalue()
        assert {line["reason"] for line in lines(stream)} == {"no connection (ConnectError)"}
        bot.task.cancel()
        with suppress(asyncio.CancelledError):
            await bot.task


async def test_a_wrong_token_ends_it(fake: FakeTelegram) -> None:
    wrong = SecretStr("5000000001:AAnobodys_token_of_the_right_shape_0")
    async with running(fake, token=wrong) as bot:
        with pytest.raises(AuthError):
            await bot.task


async def test_another_process_ends_it_within_seconds(fake: FakeTelegram) -> None:
    async with running(fake, has_cogs=False) as bot:
        fake.faults.add("getUpdates", CONFLICT)
        fake.says(fake.group(), fake.person(), "hello")
        async with asyncio.timeout(5):
            with pytest.raises(ConflictError):
                await bot.task
        assert not bot.adapter.is_connected


async def test_menus_and_rounds_that_fail_end_nothing(fake: FakeTelegram) -> None:
    fake.faults.add("*", page(502), times=40)
    fake.faults.add("getMe", page(502), times=2)
    ana = fake.person()
    chat = fake.group(owner=ana)
    async with running(fake) as bot:
        fake.says(chat, ana, "hello")
        await fake.until(lambda: not len(fake.updates))
        assert len(await bot.rows(MESSAGES)) == 1
        assert not bot.task.done()


async def test_rounds_that_trip_over_a_bug_are_gone_on_with(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, bugs = Rounds.run, [KeyError("status"), TypeError("status")]

    async def trip(self: Rounds, places: Any) -> None:
        if bugs:
            raise bugs.pop()
        await run(self, places)

    monkeypatch.setattr(Rounds, "run", trip)
    ana = fake.person()
    async with running(fake):
        fake.says(fake.group(owner=ana), ana, "hello")
        await fake.until(lambda: fake.called("getChatMemberCount"))


async def test_a_send_that_nobody_answers_is_in_doubt_and_made_once(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_READ", 0.2)
    chat = fake.group()
    async with running(fake, has_cogs=False) as bot:
        fake.faults.add("sendMessage", HANG)
        [payload] = bot.adapter.render(plain("The heron"))
        with pytest.raises(AmbiguousError):
            await bot.adapter.send(str(chat), payload, "nonce")
    assert bot.said_in(chat) == ["The heron"]
    assert len(fake.called("sendMessage")) == 1


async def test_whoever_threw_the_bot_out_is_not_written_to(fake: FakeTelegram) -> None:
    chat = fake.group()
    async with running(fake, has_cogs=False) as bot:
        fake.faults.add("sendMessage", KICKED)
        [payload] = bot.adapter.render(plain("The heron"))
        with pytest.raises(TargetGoneError):
            await bot.adapter.send(str(chat), payload, "nonce")


async def test_stopping_leaves_nothing_behind(fake: FakeTelegram) -> None:
    fake.group(owner=fake.person())
    before = asyncio.all_tasks()
    async with running(fake) as bot:
        await bot.heard()
    await asyncio.sleep(0.01)
    left = {task for task in asyncio.all_tasks() - before if not task.done()}
    assert {task.get_coro() for task in left} == set()


def test_a_post_is_rendered_without_any_connection() -> None:
    with serving_telegram() as fake:
        adapter = TelegramAdapter(settings_for(fake))
    assert len(adapter.render(Post("Digest", ()))) == 1


async def test_with_an_address_to_call_it_asks_for_nothing(fake: FakeTelegram) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ana = fake.person()
    chat = fake.group(owner=ana)
    called = {
        "webhook_url": "https://foyer.example/hook",
        "webhook_secret": SecretStr("a-secret"),
        "webhook_port": port,
    }
    async with running(fake, **called) as bot:
        fake.says(chat, ana, "hello")
        command = {"type": "bot_command", "offset": 0, "length": 5}
        fake.says(chat, ana, "/help", entities=[command])
        address = f"http://127.0.0.1:{port}"
        assert await asyncio.wrap_future(fake.delivering(address)) == [200, 200]
        assert len(await bot.rows(MESSAGES)) == 2
        await fake.until(lambda: bot.said_in(chat))
    assert fake.called("getUpdates") == []
    assert fake.called("deleteWebhook") == []
