"""How far back the facts of a community are fetched."""

import pytest

from tests.builders import World, active, share

DAY_MS = 86_400_000


@pytest.mark.parametrize("days", [28, 91, 200])
def test_the_window_before_is_seen_whole(days: int) -> None:
    world = World()
    start = world.at("2025-03-03 12:00") - 2 * days * DAY_MS
    for week in (0, 1):
        world.says("kept", start + (7 * week + days % 7) * DAY_MS)
    world.says("kept", "03-01 12:00")
    world.says("somebody", start - DAY_MS)
    assert share(world.figures(days=days)["core_kept"]) == (1, 1)


@pytest.mark.parametrize("days", [28, 63, 70, 200])
def test_the_oldest_conversation_is_told_from_what_goes_on_from_before(days: int) -> None:
    world = World()
    first_day = world.at("2025-03-03 00:00") - (days + 1) * DAY_MS
    before = world.says("ana", first_day - 600_000)
    world.says("bob", first_day + 600_000, re=before, ask=True)
    assert world.figures(days=days)["answer_rate_24h"].n == 0
    world.says("cyd", first_day + 600_000, ask=True)
    assert world.figures(days=days)["answer_rate_24h"].n == 1


def test_the_oldest_cohort_and_the_oldest_presence_are_seen_in_a_short_window() -> None:
    world = active("2024-12-02")
    world.joins("bob", "2024-12-02 10:00")
    world.votes.append((world.at("2024-12-30 10:00"), "bob"))
    figures = world.figures(days=1)
    assert figures["reachable"].value == 2
    assert share(figures["retention_w4"]) == (1, 1)
