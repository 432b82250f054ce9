"""No turn missed, none doubled, whatever happens to the machine, its clock and the settings."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.recurrence import Slot, Weekly
from bot.schedule import Outcome
from tests.schedules import DONE, FAILED, Stand, at, routine, standing
from tests.wall_clock import Walk, shown_at, walk, weeks_of

ZONES = (
    *("Europe/Paris", "America/Havana", "Asia/Beirut", "Africa/Casablanca"),
    *("Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Scoresbysund"),
)
SINCE = "2026-09-30T12:00"
WINDOW_MS = 36 * HOUR_MS
TICK_MS = 30_000

zones = st.sampled_from(ZONES)
weekdays, hours_of_day = st.integers(0, 6), st.sampled_from([0, 1, 2, 3, 9, 23])


@cache
def walked(zone: str) -> Walk:
    return walk(ZoneInfo(zone))


@cache
def due_slots(zone: str, weekday: int, hour: int) -> list[Slot]:
    """The slots that a community is owed that began at `SINCE`."""
    return [s for s in weeks_of(Weekly(weekday, hour), walked(zone)) if s.at > at(SINCE)]


def run(work: Callable[[Stand], Awaitable[None]], zone: str) -> None:
    async def stage() -> None:
        weekly = routine(lambda settings: Weekly(settings.digest_weekday, settings.digest_hour))
        async with standing(since=SINCE, timezone=zone, routines=[weekly]) as stand:
            await work(stand)

    asyncio.run(stage())


# While only time passes


def decided(slots: list[Slot], instants: list[int]) -> dict[str, tuple[str, int]]:
    """What has to be recorded, and when, by whoever looks at these instants."""
    book: dict[str, tuple[str, int]] = {}
    for now in instants:
        open_slots = [slot for slot in slots if slot.at <= now and slot.key not in book]
        for slot in open_slots:
            is_in_time = slot == open_slots[-1] and now - slot.at <= WINDOW_MS
            book[slot.key] = "done" if is_in_time else "expired", now
    return book


outages = st.one_of(
    st.just(TICK_MS),
    st.integers(TICK_MS, 3 * HOUR_MS),
    st.integers(TICK_MS, 9 * DAY_MS),
    st.sampled_from([WINDOW_MS, 7 * DAY_MS, 7 * DAY_MS - HOUR_MS, 7 * DAY_MS + WINDOW_MS]),
)


@settings(max_examples=150, deadline=None)
@given(zones, weekdays, hours_of_day, st.lists(outages, min_size=1, max_size=25), st.booleans())
def test_every_turn_is_decided_once_whatever_the_outages(
    zone: str, weekday: int, hour: int, pauses: list[int], restarts: bool
) -> None:
    slots = due_slots(zone, weekday, hour)
    near = [slot.at + shift for slot in slots[:3] for shift in (-1, 0, WINDOW_MS, WINDOW_MS + 1)]
    times = {at(SINCE) + sum(pauses[: number + 1]) for number in range(len(pauses))}
    instants = sorted(times | set(near[: len(pauses)]))

    async def live(stand: Stand) -> None:
        await stand.settle(digest_weekday=weekday, digest_hour=hour)
        for now in instants:
            if restarts:
                stand.restart()
            await stand.tick(now)
        rows = await stand.rows("slot_key, state, at")
        book = decided(slots, instants)
        assert {key: (state, when) for key, state, when in rows} == book
        said = [f"digest:{key}" for key, (state, _) in book.items() if state == "done"]
        assert stand.said_keys() == said

    run(live, zone)


# While everything else happens, too


class Step(NamedTuple):
    """What happens, and then the clock ticks."""

    pass_ms: int
    zone: str | None = None
    weekday: int | None = None
    hour: int | None = None
    pause_ms: int | None = None
    is_restart: bool = False
    outcome: Outcome = DONE


steps = st.builds(
    Step,
    st.one_of(outages, st.integers(-2 * HOUR_MS, 2 * HOUR_MS), st.just(10 * MINUTE_MS)),
    zone=st.none() | zones,
    weekday=st.none() | weekdays,
    hour=st.none() | hours_of_day,
    pause_ms=st.none() | st.integers(0, 3 * DAY_MS),
    is_restart=st.booleans(),
    outcome=st.sampled_from([DONE, DONE, DONE, FAILED, Outcome("skipped", "too_little", ())]),
)


async def take(stand: Stand, step: Step) -> None:
    if step.zone is not None:
        await stand.move(step.zone)
    chosen = {"digest_weekday": step.weekday, "digest_hour": step.hour}
    await stand.settle(**{name: value for name, value in chosen.items() if value is not None})
    if step.pause_ms is not None:
        await stand.settle(paused_until=stand.clock.now() + step.pause_ms)
    if step.is_restart:
        stand.restart()
    stand.notes.outcomes.clear()
    stand.notes.outcomes.append(step.outcome)
    await stand.tick(stand.clock.now() + step.pass_ms)


@settings(max_examples=150, deadline=None)
@given(zones, st.lists(steps, min_size=1, max_size=25))
def test_no_change_of_clock_zone_or_settings_doubles_or_loses_a_turn(
    zone: str, happenings: list[Step]
) -> None:
    async def live(stand: Stand) -> None:
        now_in, weekday, hour = zone, 0, 9
        settled: set[tuple[str, str]] = set()
        for step in happenings:
            now_in = step.zone or now_in
            weekday = weekday if step.weekday is None else step.weekday
            hour = hour if step.hour is None else step.hour
            await take(stand, step)
            rows = {(key, state) for key, state in await stand.rows()}
            due = [s for s in due_slots(now_in, weekday, hour) if s.at <= stand.clock.now()]
            assert not due or due[-1].key in {key for key, _ in rows}
            assert settled <= rows
            settled = {row for row in rows if row[1] != "failed"}
        keys = stand.said_keys()
        assert len(keys) == len(set(keys))
        assert {key.partition(":")[2] for key in keys} == {k for k, s in settled if s == "done"}
        for due_turn in stand.notes.performed:
            assert at(SINCE) < due_turn.at <= due_turn.now <= due_turn.at + WINDOW_MS

    run(live, zone)


def test_the_laws_are_tried_across_clock_changes() -> None:
    weeks = [slot for zone in ZONES for slot in due_slots(zone, 6, 2)[:12]]
    assert len(weeks) == 12 * len(ZONES)
    jumps = [
        zone
        for zone in ZONES
        for first, second in zip(due_slots(zone, 0, 9), due_slots(zone, 0, 9)[1:12], strict=False)
        if second.at - first.at != 7 * DAY_MS
        and shown_at(walked(zone), second.at) % DAY_MS == 9 * HOUR_MS
    ]
    assert {"Europe/Paris", "America/Havana", "Asia/Beirut"} <= set(jumps)
