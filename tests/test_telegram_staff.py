"""Who moderates a chat, as Telegram says, and for how long that holds."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.adapters.telegram.groups.staff import FRESH_MS, LATE_MS, Staff
from bot.adapters.telegram.line.client import connected
from bot.clock import ManualClock
from bot.delivery import DeliveryError, TargetGoneError
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import page
from tests.telegram_desk import settings_of

BEGIN = 1_800_000_000_000
METHOD = "getChatAdministrators"


class Scene:
    """A group that Mona owns, with Ana in it, and its staff."""

    def __init__(self, fake: FakeTelegram, staff: Staff, clock: ManualClock) -> None:
        self.fake, self.staff, self.clock = fake, staff, clock
        self.mona, self.ana = fake.person("Mona"), fake.person("Ana")
        self.group = fake.group(owner=self.mona)
        fake.joins(self.group, self.ana)

    @property
    def asked(self) -> int:
        """How often Telegram was asked."""
        return len(self.fake.called(METHOD))


def play(scene: Callable[[Scene], Awaitable[None]]) -> None:
    clock = ManualClock(BEGIN)

    async def run(fake: FakeTelegram) -> None:
        async with connected(settings_of(fake)) as client:
            await scene(Scene(fake, Staff(client.bot, clock), clock))

    with serving_telegram(clock) as fake:
        asyncio.run(run(fake))


def test_owners_and_administrators_are_staff_and_others_are_not() -> None:
    async def scene(on: Scene) -> None:
        stranger = on.fake.person("Stranger")
        on.fake.promote(on.group, on.ana, can_pin_messages=False)
        found = [await on.staff.is_staff(on.group, who) for who in (on.mona, on.ana, stranger)]
        assert found == [True, True, False]

    play(scene)


def test_an_administrator_who_hides_is_staff() -> None:
    async def scene(on: Scene) -> None:
        on.fake.promote(on.group, on.ana, anonymous=True)
        assert await on.staff.is_staff(on.group, on.ana)

    play(scene)


def test_bots_are_known_as_administrators_and_are_no_staff() -> None:
    async def scene(on: Scene) -> None:
        other = on.fake.person("Other", is_bot=True)
        on.fake.joins(on.group, other)
        for bot in (other, on.fake.me.id):
            on.fake.promote(on.group, bot)
        assert set(await on.staff.administrators(on.group)) == {on.mona, other, on.fake.me.id}
        assert not await on.staff.is_staff(on.group, other)
        assert not await on.staff.is_staff(on.group, on.fake.me.id)

    play(scene)


def test_telegram_is_asked_once_in_five_minutes() -> None:
    async def scene(on: Scene) -> None:
        for _ in range(3):
            await on.staff.is_staff(on.group, on.mona)
            on.clock.at += FRESH_MS // 3
        assert on.asked == 1
        await on.staff.is_staff(on.group, on.mona)
        assert on.asked == 2

    play(scene)


def test_who_was_demoted_is_staff_for_five_minutes_at_most() -> None:
    async def scene(on: Scene) -> None:
        on.fake.promote(on.group, on.ana)
        assert await on.staff.is_staff(on.group, on.ana)
        on.fake.demote(on.group, on.ana)
        on.clock.at += FRESH_MS
        assert not await on.staff.is_staff(on.group, on.ana)

    play(scene)


def test_who_was_demoted_is_no_staff_once_we_are_told() -> None:
    async def scene(on: Scene) -> None:
        on.fake.promote(on.group, on.ana)
        assert await on.staff.is_staff(on.group, on.ana)
        on.fake.demote(on.group, on.ana)
        on.staff.forget(on.group)
        assert not await on.staff.is_staff(on.group, on.ana)

    play(scene)


def test_a_short_outage_changes_nothing_and_a_long_one_leaves_nobody() -> None:
    async def scene(on: Scene) -> None:
        assert await on.staff.is_staff(on.group, on.mona)
        on.fake.faults.add(METHOD, page(502), times=9)
        on.clock.at += LATE_MS - 1
        assert await on.staff.is_staff(on.group, on.mona)
        on.clock.at += 1
        assert not await on.staff.is_staff(on.group, on.mona)
        on.fake.faults.clear()
        assert await on.staff.is_staff(on.group, on.mona)

    play(scene)


def test_an_outage_makes_nobody_staff_who_was_none() -> None:
    async def scene(on: Scene) -> None:
        on.fake.faults.add(METHOD, page(502))
        assert not await on.staff.is_staff(on.group, on.mona)

    play(scene)


def test_where_the_bot_was_sent_away_nobody_is_staff_at_once() -> None:
    async def scene(on: Scene) -> None:
        assert await on.staff.is_staff(on.group, on.mona)
        on.fake.removes_bot(on.group, on.mona)
        on.clock.at += FRESH_MS
        assert not await on.staff.is_staff(on.group, on.mona)
        with pytest.raises(TargetGoneError):
            await on.staff.administrators(on.group)

    play(scene)


def test_a_clock_that_was_set_back_makes_us_ask_anew() -> None:
    async def scene(on: Scene) -> None:
        on.fake.promote(on.group, on.ana)
        assert await on.staff.is_staff(on.group, on.ana)
        on.fake.demote(on.group, on.ana)
        on.clock.at -= FRESH_MS
        assert not await on.staff.is_staff(on.group, on.ana)

    play(scene)


def test_administrators_are_not_told_while_telegram_does_not() -> None:
    async def scene(on: Scene) -> None:
        on.fake.faults.add(METHOD, page(502))
        with pytest.raises(DeliveryError):
            await on.staff.administrators(on.group)

    play(scene)


def test_each_chat_has_its_own_staff() -> None:
    async def scene(on: Scene) -> None:
        other = on.fake.group("Other", owner=on.ana)
        found = [
            await on.staff.is_staff(chat, who)
            for chat in (on.group, other)
            for who in (on.mona, on.ana)
        ]
        assert found == [True, False, False, True]

    play(scene)
