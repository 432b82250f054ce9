from bisect import bisect
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import DISCORD_EPOCH_MS, snowflake_ms
from bot.simulate.dice import Curve, Dice
from bot.simulate.snowflake import Mint

seeds = st.integers(0, 2**64)


def test_draws_are_pinned() -> None:
    dice = Dice(1, "test")
    drawn = [dice.between(0, 999) for _ in range(8)]
    assert drawn == [923, 358, 248, 476, 401, 805, 455, 701]


def test_parts_throw_different_streams() -> None:
    one, other = Dice(1, "talk"), Dice(1, "days")
    assert [one.between(0, 9) for _ in range(20)] != [other.between(0, 9) for _ in range(20)]


@given(seeds, st.integers(-50, 50), st.integers(0, 50))
def test_between_keeps_its_bounds(seed: int, low: int, more: int) -> None:
    dice = Dice(seed, "test")
    assert all(low <= dice.between(low, low + more) <= low + more for _ in range(20))


def test_chances_come_as_often_as_they_say() -> None:
    dice = Dice(5, "test")
    assert 2_850 <= sum(dice.chance(30) for _ in range(10_000)) <= 3_150
    assert not any(dice.chance(0) for _ in range(1_000))
    assert all(dice.chance(100) for _ in range(1_000))


def test_weights_are_kept() -> None:
    dice = Dice(3, "test")
    found = Counter(dice.weigh("abc", (0, 1, 3)) for _ in range(8_000))
    assert found["a"] == 0
    assert 5_800 <= found["c"] <= 6_200


def test_a_curve_gives_its_quantiles() -> None:
    curve: Curve = ((0, 0), (50, 10), (90, 100), (100, 1_000))
    dice = Dice(2, "test")
    values = sorted(dice.draw(curve) for _ in range(10_000))
    assert values[0] >= 0
    assert values[-1] < 1_000
    assert bisect(values, 10) == pytest.approx(5_000, abs=500)
    assert bisect(values, 100) == pytest.approx(9_000, abs=150)


@given(st.integers(DISCORD_EPOCH_MS, DISCORD_EPOCH_MS + 2**40))
def test_an_id_tells_when_it_was_made(at: int) -> None:
    mint = Mint()
    ids = [mint.id_at(at) for _ in range(5)]
    assert len(set(ids)) == 5
    assert {snowflake_ms(int(each)) for each in ids} == {at}
