"""The Application of python-telegram-bot lives on the fake as it does on the real Bot API."""

import asyncio
import gc
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import telegram
from telegram.ext import Application, ApplicationBuilder, ContextTypes, MessageHandler, filters

from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_caller import bot_of
from tests.fakes.telegram_faults import CUT, HANG, page


async def echo(update: telegram.Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_text(f"<{update.message.text}>")


def built(fake: FakeTelegram) -> "Application[Any, Any, Any, Any, Any, Any]":
    application = ApplicationBuilder().bot(bot_of(fake)).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    return application


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with serving_telegram() as serving:
        serving.slows_repeats = False
        yield serving


@pytest.fixture
async def running(fake: FakeTelegram) -> AsyncIterator[None]:
    application = built(fake)
    async with application:
        assert application.updater is not None
        await application.start()
        await application.updater.start_polling(
            poll_interval=0.01, bootstrap_retries=0, error_callback=lambda error: None
        )
        yield
        await application.updater.stop()
        await application.stop()


@pytest.mark.usefixtures("running")
async def test_a_bot_answers_everybody(fake: FakeTelegram) -> None:
    group, ana = fake.group(), fake.person()
    for number in range(30):
        fake.says(group, ana, str(number))
    await fake.until(lambda: len(fake.sent) == 30)
    assert sorted(fake.sent[0].text) == ["0", "<", ">"]
    assert {sent.text for sent in fake.sent} == {f"<{number}>" for number in range(30)}


@pytest.mark.usefixtures("running")
async def test_a_bot_polls_on_after_faults(fake: FakeTelegram) -> None:
    group, ana = fake.group(), fake.person()
    await fake.until(lambda: fake.called("getUpdates"))
    fake.faults.add("getUpdates", page(502))
    fake.faults.add("getUpdates", CUT)
    fake.says(group, ana, "a")
    await fake.until(lambda: fake.sent)
    fake.says(group, ana, "b")
    await fake.until(lambda: len(fake.sent) == 2)
    assert [sent.text for sent in fake.sent] == ["<a>", "<b>"]


def test_a_thread_that_waits_is_woken(fake: FakeTelegram) -> None:
    group, ana = fake.group(), fake.person()
    later = threading.Timer(0.05, fake.says, (group, ana, "a"))
    later.start()
    fake.wait_for(lambda: len(fake.updates) == 1)
    later.join()
    with pytest.raises(AssertionError, match=r"not so after 0\.01 s"):
        fake.wait_for(lambda: False, 0.01)


async def test_a_loop_that_waits_goes_on_turning(fake: FakeTelegram) -> None:
    async def speak() -> None:
        await asyncio.sleep(0.02)
        fake.says(fake.group(), fake.person(), "a")

    speaking = asyncio.create_task(speak())
    await fake.until(lambda: len(fake.updates) == 1)
    await speaking
    with pytest.raises(AssertionError, match=r"not so after 0\.01 s"):
        await fake.until(lambda: False, 0.01)


def test_several_fakes_serve_side_by_side() -> None:
    with serving_telegram() as one, serving_telegram() as other:
        assert one.port != other.port
        one.says(one.group(), one.person(), "a")
        assert (len(one.updates), len(other.updates)) == (1, 0)


@pytest.mark.parametrize("is_gone", [True, False], ids=["gone", "waiting"])
def test_a_fake_that_owes_an_answer_ends_at_once(
    capfd: pytest.CaptureFixture[str], is_gone: bool
) -> None:
    with serving_telegram() as fake:
        fake.faults.add("getMe", HANG)
        with socket.create_connection(("127.0.0.1", fake.port)) as connection:
            connection.sendall(f"GET /bot{fake.token}/getMe HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            fake.wait_for(lambda: fake.called("getMe") and fake.calls[0].code)
            if is_gone:
                connection.close()
                time.sleep(0.05)
            before = time.monotonic()
            fake.stop()
            assert time.monotonic() - before < 2
    gc.collect()
    assert capfd.readouterr().err == ""


def test_a_fake_that_has_ended_leaves_no_thread() -> None:
    before = threading.active_count()
    with serving_telegram() as fake:
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
    fake.says(fake.group(), fake.person(), "nobody hears")
