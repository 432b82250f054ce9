"""Rounds through the groups: real engine, real client, a fake Telegram."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import pytest

from bot.adapters.telegram.groups.rounds import Rounds
from bot.adapters.telegram.groups.staff import Staff
from bot.adapters.telegram.line.client import ALLOWED_UPDATES
from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.errors import StoreError
from bot.model import PlaceId
from db.sight import list_hidden
from tests.bot import PLATFORM
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import CHAT_NOT_FOUND, KICKED, RESET, flooded, page
from tests.telegram_rounds import going
from tests.test_logs import lines, logged

START = round(datetime.fromisoformat("2026-10-05T10:00:00+00:00").timestamp() * 1000)
ASKED = {"getWebhookInfo", "getMe", "getChatMember", "getChatAdministrators", "getChatMemberCount"}


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    with serving_telegram() as serving:
        serving.allowed = list(ALLOWED_UPDATES)
        yield serving


@pytest.mark.parametrize(
    ("reads_all", "is_administrator", "lacking", "hidden", "fix"),
    [
        (False, False, (), {"messages", "reactions", "joins"}, "/setprivacy to @BotFather"),
        (True, False, (), {"reactions", "joins"}, "make me an administrator of the group."),
        (
            True,
            True,
            ("chat_member", "message_reaction"),
            {"reactions", "joins", "updates"},
            "let no other program use my token, then start me again",
        ),
    ],
    ids=["privacy mode", "no administrator", "not subscribed"],
)
async def test_whatever_hides_something_is_found_at_the_start_with_its_fix(
    reads_all: bool, is_administrator: bool, lacking: Sequence[str], hidden: set[str], fix: str
) -> None:
    with serving_telegram(reads_all=reads_all) as fake, logged() as log:
        fake.allowed = [kind for kind in ALLOWED_UPDATES if kind not in lacking]
        chat = fake.group("The club", bot="administrator" if is_administrator else "member")
        async with going(fake) as it:
            place = await it.arrives(chat)
            started = it.clock.now()
            await it.visits(place)
            [found] = await it.stage.store.write(lambda c: list_hidden(c, 1))
            assert (found.place, found.sights) == (place, frozenset(hidden))
            await it.waits()
            [said] = it.said(place)
            assert "To the moderators: I do not see everything in The club, and" in said
            assert fix in said
            assert it.clock.now() - started == 2 * MINUTE_MS
    warned = [line for line in lines(log) if line["event"] == "something is hidden"]
    assert any(fix in line["fix"] for line in warned)
    assert "The club" not in log.getvalue()
    assert {line["level"] for line in warned} == {"warning"}


async def test_where_all_is_seen_nothing_is_said_and_nothing_is_logged(fake: FakeTelegram) -> None:
    with logged() as log:
        chat = fake.group("The club", bot="administrator")
        async with going(fake) as it:
            place = await it.arrives(chat)
            await it.visits(place, place)
            assert it.said(place) == []
            assert await it.stage.store.write(lambda c: list_hidden(c, 1)) == []
    assert "hidden" not in log.getvalue()


async def test_the_log_and_the_moderators_hear_of_the_same_thing_once(fake: FakeTelegram) -> None:
    chat = fake.group("The club")
    with logged() as log:
        async with going(fake) as it:
            place = await it.arrives(chat)
            await it.visits(place, place, place)
            fake.promote(chat)
            it.clock.at += 1
            await it.visits(place)
            fake.demote(chat)
            it.clock.at += 1
            await it.visits(place)
            await it.waits()
            assert len(it.said(place)) == 1
    events = [line["event"] for line in lines(log) if "hidden" in line["event"]]
    assert events == ["something is hidden", "nothing is hidden any more", "something is hidden"]


async def test_a_subscription_that_comes_a_moment_later_is_no_reason_to_worry(
    fake: FakeTelegram,
) -> None:
    chat = fake.group("The club", bot="administrator")
    fake.allowed = []
    async with going(fake) as it:
        place = await it.arrives(chat)
        visit = asyncio.create_task(it.visits(place))
        await fake.until(lambda: len(fake.called("getWebhookInfo")) == 1)
        await it.client.poll(None)
        await visit
        assert it.said(place) == []
        assert await it.rows("SELECT sight FROM blind_span") == []


async def test_administrators_are_staff_and_bots_are_bots(fake: FakeTelegram) -> None:
    owner, mona, robot = (
        fake.person("Olga"), fake.person("Mona"), fake.person("Robot", is_bot=True)
    )  # fmt: skip
    chat = fake.group("The club", owner=owner, bot="administrator")
    fake.joins(chat, mona)
    fake.promote(chat, mona, anonymous=True)
    fake.joins(chat, robot)
    fake.promote(chat, robot)
    fake.joins(chat, fake.person("Ana"))
    async with going(fake) as it:
        place = await it.arrives(chat)
        await it.visits(place)
        told = await it.rows("SELECT external_id, is_bot, is_staff FROM account")
        assert {row[0]: (row[1], row[2]) for row in told} == {
            f"user{owner}": (None, 1),
            f"user{mona}": (None, 1),
            f"user{robot}": (1, None),
        }


async def test_only_what_is_new_about_administrators_is_written(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    mona = fake.person("Mona")
    chat = fake.group("The club", owner=fake.person("Olga"), bot="administrator")
    fake.joins(chat, mona)
    async with going(fake) as it:
        place = await it.arrives(chat)
        await it.visits(place)
        taken: list[Any] = []
        take = it.stage.take

        async def watch(*news: Any, **more: Any) -> None:
            taken.extend(news)
            await take(*news, **more)

        monkeypatch.setattr(it.stage, "take", watch)
        it.clock.at += HOUR_MS
        await it.visits(place)
        assert taken == []
        fake.promote(chat, mona)
        it.clock.at += HOUR_MS
        await it.visits(place)
        assert [event.user for news in taken for event in news.events] == [f"user{mona}"]


async def test_members_are_counted_once_a_day_even_by_another_process(fake: FakeTelegram) -> None:
    chat = fake.group("The club", bot="administrator")
    for name in ("Ana", "Bob"):
        fake.joins(chat, fake.person(name))
    async with going(fake) as it:
        place = await it.arrives(chat)
        for _ in range(3):
            await it.visits(place)
            it.clock.at += 5 * HOUR_MS
        it.rounds = Rounds(
            it.stage, it.client.bot, it.client.me, Staff(it.client.bot, it.clock), it.arrivals
        )
        await it.visits(place)
        people = len(fake.room(chat).members) - 1
        assert await it.rows("SELECT at, people, chat FROM member_count ORDER BY 1") == [
            (START, people, str(chat)),
            (START + 15 * HOUR_MS, people, str(chat)),
        ]
        assert START // DAY_MS != (START + 15 * HOUR_MS) // DAY_MS


@pytest.mark.parametrize("bot", ["member", "administrator"])
@pytest.mark.parametrize("others", [0, 2])
async def test_bots_are_no_members_that_anybody_counts(
    fake: FakeTelegram, bot: str, others: int
) -> None:
    chat = fake.group("The club", owner=fake.person("Olga"), bot=bot)
    for number in range(9):
        fake.joins(chat, fake.person(f"Ana {number}"))
    for number in range(others):
        robot = fake.person(f"Robot {number}", is_bot=True)
        fake.joins(chat, robot)
        fake.promote(chat, robot)
    async with going(fake) as it:
        place = await it.arrives(chat)
        await it.visits(place)
        assert await it.reported() == 10


@pytest.mark.parametrize("fault", [KICKED, CHAT_NOT_FOUND])
async def test_a_group_that_is_gone_is_left_behind(fake: FakeTelegram, fault: Any) -> None:
    chat = fake.group("The club")
    async with going(fake) as it:
        place = await it.arrives(chat)
        await it.visits(place)
        fake.faults.add("getChatMemberCount", fault)
        await it.visits(place)
        [standing] = await it.stage.places(PLATFORM)
        assert not standing.is_present
        assert place not in it.arrivals.present()
        assert await it.stage.store.write(lambda c: list_hidden(c, 1)) == []


async def test_a_group_that_the_bot_was_removed_from_is_left_behind(fake: FakeTelegram) -> None:
    chat = fake.group("The club")
    async with going(fake) as it:
        place = await it.arrives(chat)
        fake.removes_bot(chat, fake.person("Olga"))
        await it.visits(place)
        assert place not in it.arrivals.present()


async def test_a_group_that_became_a_supergroup_is_followed(fake: FakeTelegram) -> None:
    chat = fake.group("The club", kind="group")
    async with going(fake) as it:
        place = await it.arrives(chat)
        await it.visits(place)
        new = PlaceId(PLATFORM, str(fake.migrate(chat, tell_old=False, tell_new=False)))
        await it.visits(place)
        assert list(it.arrivals.present()) == [new]
        it.clock.at += HOUR_MS
        await it.visits(new)
        owners = await it.rows("SELECT DISTINCT community_id FROM place")
        assert owners == [(1,)]
        assert len(await it.rows("SELECT chat FROM member_count")) == 2
        assert await it.reported() == len(fake.room(int(new.external_id)).members) - 1


@pytest.mark.parametrize(
    "method", ["getChatMemberCount", "getChatMember", "getWebhookInfo", "getMe"]
)
@pytest.mark.parametrize("fault", [RESET, page(502), flooded(7)], ids=["reset", "502", "429"])
async def test_when_telegram_fails_nothing_is_noted_and_the_visit_is_made_again(
    fake: FakeTelegram, method: str, fault: Any
) -> None:
    chat = fake.group("The club")
    with logged() as log:
        async with going(fake) as it:
            place = await it.arrives(chat)
            fake.faults.add(method, fault)
            await it.visits(place)
            assert await it.rows("SELECT 1 FROM blind_span") == []
            assert place in it.arrivals.present()
            await it.visits(place)
            assert len(await it.rows("SELECT 1 FROM blind_span")) == 2
    assert "a visit failed" in log.getvalue()


async def test_a_store_that_fails_ends_no_round(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = fake.group("The club")
    async with going(fake) as it:
        place = await it.arrives(chat)

        async def full(*_: Any, **__: Any) -> None:
            raise StoreError("the disk is full")

        monkeypatch.setattr(it.stage, "look", full)
        await it.visits(place)
        assert await it.rows("SELECT 1 FROM member_count") == []


async def test_a_visit_asks_five_things_and_changes_nothing_at_telegram(fake: FakeTelegram) -> None:
    chat = fake.group("The club", bot="administrator")
    async with going(fake) as it:
        place = await it.arrives(chat)
        before = len(fake.calls)
        await it.visits(place)
        methods = [call.method for call in fake.calls[before:]]
        assert sorted(methods) == sorted(ASKED)
