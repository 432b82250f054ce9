"""What is counted, and that no label can ever name a person or a place."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from bot.telemetry import UNKNOWN, Telemetry
from tests.bot import GENERAL, talking

Sample = tuple[str, dict[str, str], float]

LABELS = {"platform", "cog", "outcome", "command", "routine", "state"}


def samples(telemetry: Telemetry) -> Iterator[Sample]:
    for family in text_string_to_metric_families(telemetry.exposition().decode()):
        for sample in family.samples:
            if sample.name.startswith("foyer_") and not sample.name.endswith("_created"):
                yield sample.name, sample.labels, sample.value


def counted(telemetry: Telemetry, name: str) -> dict[tuple[str, ...], float]:
    return {
        tuple(labels.values()): value
        for found, labels, value in samples(telemetry)
        if found == name
    }


def test_events_are_counted_by_platform() -> None:
    telemetry = Telemetry()
    telemetry.recorded("discord", 3)
    telemetry.recorded("discord", 4)
    telemetry.recorded("telegram", 1)
    assert counted(telemetry, "foyer_events_recorded_total") == {
        ("discord",): 7,
        ("telegram",): 1,
    }


def test_what_cogs_routines_and_posts_do_is_counted_by_how_it_went() -> None:
    telemetry = Telemetry()
    telemetry.heard("welcome", "done")
    telemetry.ran("weekly_digest", "skipped")
    telemetry.ran("weekly_digest", "skipped")
    telemetry.posted("telegram", "unknown")
    assert counted(telemetry, "foyer_events_heard_total") == {("welcome", "done"): 1}
    assert counted(telemetry, "foyer_slots_total") == {("weekly_digest", "skipped"): 2}
    assert counted(telemetry, "foyer_posts_total") == {("telegram", "unknown"): 1}


def test_commands_are_counted_by_name_only_if_they_exist() -> None:
    telemetry = Telemetry()
    telemetry.declare(["pulse"])
    telemetry.answered("pulse", "done")
    telemetry.answered("anna_martin", "refused")
    telemetry.answered("lea", "refused")
    assert counted(telemetry, "foyer_commands_total") == {
        ("pulse", "done"): 1,
        (UNKNOWN, "refused"): 2,
    }


def test_a_connection_is_one_or_nothing() -> None:
    telemetry = Telemetry()
    telemetry.connected("discord", True)
    telemetry.connected("telegram", True)
    telemetry.connected("telegram", False)
    assert counted(telemetry, "foyer_connected") == {("discord",): 1, ("telegram",): 0}


def test_the_last_tick_is_told_in_seconds_and_remembered_in_milliseconds() -> None:
    telemetry = Telemetry()
    telemetry.ticked(1_760_000_000_500)
    assert telemetry.last_tick == 1_760_000_000_500
    assert counted(telemetry, "foyer_last_tick_seconds") == {(): 1_760_000_000.5}


def test_before_the_first_tick_there_is_none() -> None:
    assert Telemetry().last_tick is None


def test_two_bots_in_one_process_count_apart() -> None:
    one, other = Telemetry(), Telemetry()
    one.recorded("discord", 1)
    assert counted(other, "foyer_events_recorded_total") == {}


@pytest.mark.parametrize(
    "external_id",
    ["user123", "-1001234567890", "175928847299117063", "discord:175928847299117063", "Ana", ""],
)
def test_an_id_that_lands_in_a_label_is_not_told(external_id: str) -> None:
    telemetry = Telemetry()
    telemetry.recorded(external_id, 1)
    telemetry.heard(external_id, external_id)
    telemetry.ran(external_id, external_id)
    telemetry.posted(external_id, external_id)
    telemetry.connected(external_id, True)
    told = {value for _, labels, _ in samples(telemetry) for value in labels.values()}
    assert told == {UNKNOWN}


@settings(deadline=None)
@given(st.text())
def test_whatever_lands_in_a_label_the_exposition_can_be_read(words: str) -> None:
    telemetry = Telemetry()
    telemetry.posted(words, words)
    [(platform, state)] = counted(telemetry, "foyer_posts_total")
    assert platform == state
    assert re.fullmatch("[a-z0-9_]{1,40}", state)


async def test_no_label_names_anybody_after_a_day_in_a_club() -> None:
    async with talking() as bot:
        await bot.joins("Ana", "Ben", "Chloé")
        question = await bot.says("Ana", asks=True)
        await bot.says("Ben", reply_to=question)
        await bot.reacts("Chloé", question)
        await bot.asks("Mona", "/help")
        await bot.asks("Ana", "/secret_of_ana 123456")
        await bot.leaves("Ben")
        await bot.advance(days=1)
        found = list(samples(bot.stage.telemetry))
    names = {name for _, labels, _ in found for name in labels}
    told = {value for _, labels, _ in found for value in labels.values()}
    assert names <= LABELS
    assert {"telegram", "done"} <= told
    people = {"ana", "ben", "chloé", "mona", "club", GENERAL.external_id, "1", question}
    assert not [word for word in told if any(one in word.casefold() for one in people - {"1"})]
    assert not [word for word in told if re.search("[0-9]{2}", word)]
