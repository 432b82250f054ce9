import pytest
from structlog.testing import capture_logs

from bot.clock import MINUTE_MS
from bot.context import Alarm
from bot.errors import StoreError
from bot.model import Community
from db.alarms import cancel_alarm, set_alarm
from db.connection import Connection
from tests.schedules import Stand, at, standing

NOON = "2026-10-05T12:00"
ALARMS = ("greet", "forget")


async def wake(stand: Stand, name: str, when: str, key: str = "window", community: int = 1) -> None:
    await stand.store.write(lambda c: set_alarm(c, community, name, at(when), key))


async def cancel(stand: Stand, name: str, key: str = "window") -> None:
    await stand.store.write(lambda c: cancel_alarm(c, 1, name, key))


async def test_an_alarm_rings_once_when_its_instant_has_come(store_url: str) -> None:
    async with standing(store_url, routines=[], alarms=ALARMS) as stand:
        await wake(stand, "greet", NOON)
        await stand.tick("2026-10-05T11:59:59")
        assert stand.notes.rung == []
        await stand.tick("2026-10-05T12:00:10")
        await stand.tick("2026-10-05T12:00:40")
        assert stand.notes.rung == [Alarm("window", at(NOON), at("2026-10-05T12:00:10"))]
        assert await stand.alarm_rows() == []


async def test_an_alarm_rings_however_late_it_is_noticed() -> None:
    async with standing(routines=[], alarms=ALARMS) as stand:
        await wake(stand, "greet", NOON)
        stand.restart()
        await stand.tick("2026-12-01T00:00")
        assert len(stand.notes.rung) == 1


async def test_an_alarm_that_is_set_twice_rings_once_at_its_later_setting(store_url: str) -> None:
    async with standing(store_url, routines=[], alarms=ALARMS) as stand:
        await wake(stand, "greet", NOON)
        await wake(stand, "greet", "2026-10-05T12:10")
        await stand.tick(NOON)
        assert stand.notes.rung == []
        await stand.tick("2026-10-05T12:10")
        assert [alarm.at for alarm in stand.notes.rung] == [at("2026-10-05T12:10")]


async def test_alarms_of_another_name_key_or_community_are_others() -> None:
    async with standing(routines=[], alarms=ALARMS) as stand:
        await stand.found(2, at(NOON))
        await wake(stand, "greet", NOON)
        await wake(stand, "greet", NOON, "other")
        await wake(stand, "greet", NOON, community=2)
        await wake(stand, "forget", "2026-10-05T11:00")
        await cancel(stand, "greet", "other")
        await stand.tick(NOON)
        assert [(one.key, one.at) for one in stand.notes.rung] == [
            ("window", at("2026-10-05T11:00")),
            ("window", at(NOON)),
            ("window", at(NOON)),
        ]


async def test_a_cancelled_alarm_does_not_ring(store_url: str) -> None:
    async with standing(store_url, routines=[], alarms=ALARMS) as stand:
        await wake(stand, "greet", NOON)
        await cancel(stand, "greet")
        await cancel(stand, "greet")
        await stand.tick(NOON)
        assert stand.notes.rung == []


async def test_an_alarm_that_another_one_cancels_does_not_ring() -> None:
    async def stop_greeting(connection: Connection, community: Community, _: Alarm) -> None:
        await cancel_alarm(connection, community.id, "greet", "window")

    async with standing(routines=[], alarms=ALARMS) as stand:
        stand.notes.heard["forget"] = stop_greeting
        await wake(stand, "greet", NOON)
        await wake(stand, "forget", "2026-10-05T11:59", "names")
        await stand.tick(NOON)
        assert [alarm.key for alarm in stand.notes.rung] == ["names"]


# An alarm that sets itself again


async def test_an_alarm_may_set_itself_again(store_url: str) -> None:
    async def snooze(connection: Connection, community: Community, alarm: Alarm) -> None:
        await set_alarm(connection, community.id, "greet", alarm.at + 5 * MINUTE_MS, alarm.key)

    async with standing(store_url, routines=[], alarms=ALARMS) as stand:
        stand.notes.heard["greet"] = snooze
        await wake(stand, "greet", NOON)
        await stand.tick(NOON)
        await stand.tick("2026-10-05T12:04")
        await stand.tick("2026-10-05T12:05")
        assert [alarm.now - at(NOON) for alarm in stand.notes.rung] == [0, 5 * MINUTE_MS]


async def test_an_alarm_that_sets_itself_to_the_past_rings_once_a_tick() -> None:
    async def again(connection: Connection, community: Community, alarm: Alarm) -> None:
        await set_alarm(connection, community.id, "greet", alarm.at - 1, alarm.key)

    async with standing(routines=[], alarms=ALARMS) as stand:
        stand.notes.heard["greet"] = again
        await wake(stand, "greet", NOON)
        await stand.tick(NOON)
        assert len(stand.notes.rung) == 1
        await stand.tick()
        assert len(stand.notes.rung) == 2


# Alarms that go wrong


async def greet_wrongly(connection: Connection, community: Community, alarm: Alarm) -> None:
    """Does something that must not stay when the alarm fails."""
    await set_alarm(connection, community.id, "forget", alarm.now, "names")
    await set_alarm(connection, community.id, "greet", alarm.now, alarm.key)


async def test_an_alarm_that_fails_leaves_no_trace_and_rings_again(store_url: str) -> None:
    async with standing(store_url, routines=[], alarms=ALARMS) as stand:
        stand.notes.heard["greet"] = greet_wrongly
        stand.notes.deaf = {"window"}
        await wake(stand, "greet", NOON)
        await stand.tick("2026-10-05T12:01")
        assert await stand.alarm_rows() == [("greet", "window", at("2026-10-05T12:11"), 1)]
        stand.notes.heard.clear()
        stand.notes.deaf.clear()
        await stand.tick("2026-10-05T12:11")
        assert len(stand.notes.rung) == 2
        assert await stand.alarm_rows() == []


async def test_an_alarm_that_fails_three_times_is_given_up() -> None:
    async with standing(routines=[], alarms=ALARMS) as stand:
        stand.notes.deaf = {"window"}
        await wake(stand, "greet", NOON)
        with capture_logs() as logs:
            for minute in range(60):
                await stand.tick(at(NOON) + minute * MINUTE_MS)
        minutes = [(alarm.now - at(NOON)) // MINUTE_MS for alarm in stand.notes.rung]
        assert minutes == [0, 10, 20]
        assert await stand.alarm_rows() == []
        assert [one["event"] for one in logs] == ["alarm given up"]


async def test_an_alarm_that_is_set_anew_has_all_its_attempts() -> None:
    async with standing(routines=[], alarms=ALARMS) as stand:
        stand.notes.deaf = {"window"}
        await wake(stand, "greet", NOON)
        await stand.tick(NOON)
        await wake(stand, "greet", "2026-10-06T12:00")
        assert await stand.alarm_rows() == [("greet", "window", at("2026-10-06T12:00"), 0)]


async def test_alarms_ring_after_one_that_fails_and_before_routines() -> None:
    async with standing(alarms=ALARMS) as stand:
        stand.notes.deaf = {"first"}
        await wake(stand, "greet", "2026-10-05T06:00", "first")
        await wake(stand, "greet", "2026-10-05T06:30", "second")
        await stand.tick("2026-10-05T07:00")
        assert [alarm.key for alarm in stand.notes.rung] == ["first", "second"]
        assert stand.said_keys() == ["digest:2026-W41"]


async def test_a_bug_in_the_engine_keeps_the_alarm_and_lets_the_others_ring(store_url: str) -> None:
    async def burst(*_: object) -> None:
        raise ZeroDivisionError

    async with standing(store_url, alarms=ALARMS) as stand:
        stand.notes.heard["greet"] = burst
        await wake(stand, "greet", "2026-10-05T06:00")
        await wake(stand, "forget", "2026-10-05T06:30", "names")
        with pytest.raises(ExceptionGroup) as caught:
            await stand.tick("2026-10-05T07:00")
        assert [type(one) for one in caught.value.exceptions] == [ZeroDivisionError]
        assert [alarm.key for alarm in stand.notes.rung] == ["window", "names"]
        assert await stand.alarm_rows() == [("greet", "window", at("2026-10-05T06:00"), 0)]
        assert stand.said_keys() == ["digest:2026-W41"]


async def test_a_store_that_fails_ends_the_tick_at_once() -> None:
    async def full(*_: object) -> None:
        raise StoreError("the disk is full")

    async with standing(alarms=ALARMS) as stand:
        stand.notes.heard["greet"] = full
        await wake(stand, "greet", "2026-10-05T06:00")
        with pytest.raises(StoreError):
            await stand.tick("2026-10-05T07:00")
        assert stand.notes.performed == []
        del stand.notes.heard["greet"]
        await stand.tick("2026-10-05T07:01")
        assert len(stand.notes.rung) == 2
        assert stand.said_keys() == ["digest:2026-W41"]


# Alarms that nobody knows any more


async def test_an_alarm_that_nobody_hears_is_kept_for_who_does(store_url: str) -> None:
    async with standing(store_url, routines=[], alarms=["greet"]) as stand:
        await wake(stand, "welcome", NOON)
        await wake(stand, "greet", "2026-10-06T12:00")
        with capture_logs() as logs:
            await stand.tick(NOON)
            await stand.tick("2026-10-05T13:00")
        assert [one["event"] for one in logs] == ["nobody hears this alarm; it is kept"]
        assert stand.notes.rung == []
        assert await stand.schedule.next_at() == at("2026-10-06T12:00")
        stand.alarms = ["welcome"]
        stand.restart()
        assert await stand.schedule.next_at() == at(NOON)
        await stand.tick()
        assert len(stand.notes.rung) == 1


async def test_next_is_the_earliest_of_alarms_and_turns() -> None:
    async with standing(alarms=ALARMS) as stand:
        await wake(stand, "greet", "2026-10-02T12:00")
        await wake(stand, "forget", "2026-10-05T06:59")
        assert await stand.schedule.next_at() == at("2026-10-02T12:00")
        await cancel(stand, "greet")
        assert await stand.schedule.next_at() == at("2026-10-05T06:59")
        await cancel(stand, "forget")
        assert await stand.schedule.next_at() == at("2026-10-05T07:00")
