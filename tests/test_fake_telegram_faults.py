"""The fake fails in the ways of the real Bot API, and counts who calls too often."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from bot.clock import ManualClock
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import (
    BLOCKED,
    CHAT_NOT_FOUND,
    CONFLICT,
    CUT,
    HANG,
    KICKED,
    NO_RIGHTS,
    NOT_FOUND,
    RESET,
    TRUNCATED,
    UNAUTHORIZED,
    Fault,
    flooded,
    page,
    slow,
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
async def client(fake: FakeTelegram) -> AsyncIterator[httpx.AsyncClient]:
    base, bare = f"{fake.api_url}{fake.token}/", ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    async with httpx.AsyncClient(base_url=base, verify=bare) as running:
        yield running


async def said(client: httpx.AsyncClient, chat: int, text: str = "a") -> httpx.Response:
    return await client.post("sendMessage", json={"chat_id": chat, "text": text})


@pytest.mark.parametrize(
    ("fault", "code", "description"),
    [
        (flooded(7), 429, "Too Many Requests: retry after 7"),
        (KICKED, 403, "Forbidden: bot was kicked from the supergroup chat"),
        (BLOCKED, 403, "Forbidden: bot was blocked by the user"),
        (CHAT_NOT_FOUND, 400, "Bad Request: chat not found"),
        (NO_RIGHTS, 400, "Bad Request: not enough rights to send text messages to the chat"),
        (UNAUTHORIZED, 401, "Unauthorized"),
        (NOT_FOUND, 404, "Not Found"),
    ],
)
async def test_a_refusal_is_answered_and_nothing_done(
    fake: FakeTelegram, client: httpx.AsyncClient, fault: Fault, code: int, description: str
) -> None:
    group = fake.group()
    fake.faults.add("sendMessage", fault)
    answer = await said(client, group)
    assert (answer.status_code, answer.json()["error_code"]) == (code, code)
    assert answer.json()["description"] == description
    assert fake.sent == []
    assert (await said(client, group)).status_code == 200
    assert [one.code for one in fake.calls] == [code, 200]


async def test_a_flood_names_the_time_to_wait(
    fake: FakeTelegram, client: httpx.AsyncClient
) -> None:
    fake.faults.add("getMe", flooded(3))
    assert (await client.get("getMe")).json()["parameters"] == {"retry_after": 3}


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_proxy_answers_with_a_page(
    fake: FakeTelegram, client: httpx.AsyncClient, status: int
) -> None:
    fake.faults.add("getMe", page(status))
    answer = await client.get("getMe")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()


async def test_a_cut_comes_before_anything_is_done(
    fake: FakeTelegram, client: httpx.AsyncClient
) -> None:
    fake.faults.add("sendMessage", CUT)
    with pytest.raises(httpx.TransportError):
        await said(client, fake.group())
    assert fake.sent == []
    assert [one.code for one in fake.calls] == [0]


async def test_a_reset_comes_when_the_message_stands(
    fake: FakeTelegram, client: httpx.AsyncClient
) -> None:
    fake.faults.add("sendMessage", RESET)
    with pytest.raises(httpx.TransportError):
        await said(client, fake.group())
    assert [one.text for one in fake.sent] == ["a"]


async def test_silence_comes_when_the_message_stands(
    fake: FakeTelegram, client: httpx.AsyncClient
) -> None:
    fake.faults.add("sendMessage", HANG)
    params = {"chat_id": fake.group(), "text": "a"}
    with pytest.raises(httpx.ReadTimeout):
        await client.post("sendMessage", json=params, timeout=0.1)
    await fake.until(lambda: fake.sent)
    assert fake.called("sendMessage")[0].code == 200


async def test_half_an_answer_is_no_json(fake: FakeTelegram, client: httpx.AsyncClient) -> None:
    fake.faults.add("sendMessage", TRUNCATED)
    answer = await said(client, fake.group())
    assert answer.status_code == 200
    assert answer.text.startswith('{"ok": true')
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert len(fake.sent) == 1


async def test_a_slow_answer_is_the_true_one(fake: FakeTelegram, client: httpx.AsyncClient) -> None:
    loop, group = asyncio.get_running_loop(), fake.group()
    fake.faults.add("sendMessage", slow(0.2))
    before = loop.time()
    assert (await said(client, group)).json()["ok"]
    assert loop.time() - before >= 0.2


async def test_whoever_connects_while_nothing_listens_is_refused(
    fake: FakeTelegram, client: httpx.AsyncClient
) -> None:
    group = fake.group()
    await said(client, group)
    with fake.unreachable():
        for _ in range(2):
            with pytest.raises(httpx.ConnectError):
                await said(client, group)
        fake.says(group, fake.person(), "meanwhile")
    assert (await said(client, group)).json()["ok"]
    updates = (await client.get("getUpdates")).json()["result"]
    assert [one["message"]["text"] for one in updates] == ["meanwhile"]


async def test_a_poll_may_conflict(fake: FakeTelegram, client: httpx.AsyncClient) -> None:
    fake.faults.add("getUpdates", CONFLICT)
    assert (await client.get("getUpdates")).status_code == 409
    assert (await client.get("getUpdates")).status_code == 200


async def test_faults_wait_for_their_method_and_chat(
    fake: FakeTelegram, client: httpx.AsyncClient
) -> None:
    one, other = fake.group(), fake.group()
    fake.faults.add("sendmessage", KICKED, times=2, chat=one)
    assert (await said(client, other)).status_code == 200
    assert (await client.get("getMe")).status_code == 200
    assert [(await said(client, one)).status_code for _ in range(3)] == [403, 403, 200]


async def test_a_fault_of_every_method_spares_the_poll(
    fake: FakeTelegram, client: httpx.AsyncClient
) -> None:
    fake.faults.add("*", page(502), times=float("inf"))
    assert (await client.get("getMe")).status_code == 502
    assert (await said(client, 1)).status_code == 502
    assert (await client.get("getUpdates")).status_code == 200
    fake.faults.clear()
    assert (await client.get("getMe")).status_code == 200


async def codes(client: httpx.AsyncClient, chat: int, number: int) -> list[int]:
    return [(await said(client, chat)).status_code for _ in range(number)]


async def test_a_group_takes_twenty_messages_a_minute(
    fake: FakeTelegram, client: httpx.AsyncClient, clock: ManualClock
) -> None:
    group, other = fake.group(), fake.group()
    fake.flood.is_on = True
    for _ in range(4):
        assert await codes(client, group, 5) == [200] * 5
        clock.at += 2_000
    answer: dict[str, Any] = (await said(client, group)).json()
    assert answer["parameters"] == {"retry_after": 52}
    assert await codes(client, other, 1) == [200]
    assert (fake.flood.violations, fake.flood.early) == (1, 0)
    clock.at += 51_000
    assert await codes(client, group, 1) == [429]
    assert (fake.flood.violations, fake.flood.early) == (2, 1)
    clock.at += 1_000
    assert await codes(client, group, 6) == [200] * 5 + [429]


async def test_somebody_takes_a_message_a_second(
    fake: FakeTelegram, client: httpx.AsyncClient, clock: ManualClock
) -> None:
    ana = fake.person()
    fake.starts(ana)
    fake.flood.is_on = True
    assert await codes(client, ana, 6) == [200] * 5 + [429]
    clock.at += 5_000
    for _ in range(10):
        assert await codes(client, ana, 1) == [200]
        clock.at += 1_000


async def test_thirty_messages_a_second_are_all(
    fake: FakeTelegram, client: httpx.AsyncClient, clock: ManualClock
) -> None:
    fake.flood.is_on = True
    groups = [fake.group() for _ in range(31)]
    found = [code for group in groups for code in await codes(client, group, 1)]
    assert found == [200] * 30 + [429]
    clock.at += 1_000
    assert await codes(client, groups[30], 1) == [200]


async def test_limits_hold_only_where_they_are_switched_on(
    fake: FakeTelegram, client: httpx.AsyncClient
) -> None:
    assert await codes(client, fake.group(), 25) == [200] * 25
    assert fake.flood.violations == 0
