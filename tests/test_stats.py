"""The statistics of a community, and their document."""

import json
from datetime import date

import pytest

from bot.metrics.catalogue import CATALOGUE
from bot.stats import Window, document
from tests.builders import World


def chat() -> World:
    world = World("Europe/Paris")
    for day in (10, 17, 24):
        first = world.says("ana", f"02-{day} 10:00", ask=True)
        world.says("bob", f"02-{day} 11:00", re=first)
    world.joins("silent", "02-10 10:00")
    return world


def test_the_document_has_every_key_of_the_contract() -> None:
    found = document(chat().statistics())
    assert list(found) == [
        "schema",
        "community",
        "community_id",
        "coverage",
        "window",
        "metrics",
        "index",
        "authenticity",
        "sources",
        "sections",
        "actions",
    ]
    assert (found["schema"], found["community"], found["community_id"]) == (1, "club", 1)
    assert found["coverage"] == 1
    assert found["window"] == {
        "start": "2025-02-03",
        "end": "2025-03-02",
        "timezone": "Europe/Paris",
        "week": None,
    }
    assert list(found["metrics"]) == list(CATALOGUE)
    for metric in found["metrics"].values():
        assert list(metric) == [
            "value",
            "x",
            "n",
            "low",
            "high",
            "unit",
            "previous",
            "changed",
            "enough",
            "window_days",
            "parts",
            "unavailable",
        ]
    assert (found["sources"], found["sections"], found["actions"]) == ([], [], [])


def test_the_document_is_json_and_nothing_in_it_is_rounded() -> None:
    found = json.loads(json.dumps(document(chat().statistics()), allow_nan=False))
    assert found["metrics"]["participation_rate"]["value"] == 2 / 3
    assert found["metrics"]["answer_rate_24h"] == {
        "value": 1.0,
        "x": 3,
        "n": 3,
        "low": pytest.approx(0.4385, abs=1e-4),
        "high": 1.0,
        "unit": "share",
        "previous": 1.0,
        "changed": False,
        "enough": False,
        "window_days": 28,
        "parts": None,
        "unavailable": [],
    }
    assert len(found["metrics"]["rhythm"]["parts"]["matrix"]) == 7


def test_the_index_and_authenticity_say_that_they_are_not_known() -> None:
    found = document(chat().statistics())
    index = found["index"]
    assert (index["value"], index["word"], index["enough"]) == (None, None, False)
    assert sum(pillar["weight"] for pillar in index["pillars"].values()) == pytest.approx(1)
    assert {pillar["score"] for pillar in index["pillars"].values()} == {None}
    authenticity = found["authenticity"]
    parts = [authenticity[part] for part in ("engaged", "new", "dormant", "quiet", "hollow")]
    assert sum(parts) == authenticity["headcount"] == 3
    assert all(isinstance(part, float) for part in parts)
    assert (authenticity["assessed"], authenticity["reason"]) == (0.0, "not_assessed")
    assert (authenticity["verifiable"], authenticity["low"]) == (False, None)


@pytest.mark.parametrize(("reported", "unseen"), [(None, None), (10, 7), (3, 0), (1, 0)])
def test_unseen_are_those_that_the_platform_counts_and_nobody_saw(
    reported: int | None, unseen: int | None
) -> None:
    world = chat()
    world.reported = reported
    found = document(world.statistics())["authenticity"]
    assert (found["reported"], found["unseen"]) == (reported, unseen)


def test_previous_is_the_value_a_week_earlier_as_it_stood_then() -> None:
    world = World()
    first = world.says("ana", "02-20 10:00")
    world.reacts("bob", "02-21 10:00", first, until="02-26 10:00")
    world.says("cyd", "02-28 10:00")
    world.moderated(first, "02-28 11:00")
    figures = world.statistics().figures
    before = world.figures("2025-02-23")
    assert {id_: figure.previous for id_, figure in figures.items()} == {
        id_: figure.value for id_, figure in before.items()
    }
    assert (figures["mau"].value, figures["mau"].previous) == (1, 1)
    assert (figures["headcount"].value, figures["headcount"].previous) == (3, 2)
    assert (figures["reciprocity"].n, before["reciprocity"].n) == (0, 1)


@pytest.mark.parametrize(
    ("until", "days", "start", "week"),
    [
        ("2025-03-02", 7, "2025-02-24", "2025-W09"),
        ("2024-12-29", 7, "2024-12-23", "2024-W52"),
        ("2021-01-03", 7, "2020-12-28", "2020-W53"),
        ("2025-03-01", 7, "2025-02-23", None),
        ("2025-03-02", 28, "2025-02-03", None),
    ],
)
def test_a_window_is_named_when_it_is_one_iso_week(
    until: str, days: int, start: str, week: str | None
) -> None:
    window = World().statistics(until, days).window
    assert window == Window(date.fromisoformat(start), date.fromisoformat(until), "UTC", week)


def test_coverage_is_that_of_the_window() -> None:
    world = World()
    world.down("03-02 00:00", "03-03 00:00")
    assert world.statistics(days=7).coverage == pytest.approx(6 / 7)
    assert world.statistics(days=28).coverage == pytest.approx(27 / 28)
