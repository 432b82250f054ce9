import math

from hypothesis import given

from bot.authenticity.headcount import head_count
from tests.builders import World
from tests.test_metrics import worlds


def test_r1_real_size_weighs_engaged_days() -> None:
    world = World()
    for day in ("02-10", "02-11"):
        world.says("ana", f"{day} 12:00", id=f"ana {day}")
    world.says("bob", "02-10 12:05", re="ana 02-10")
    world.says("cyd", "02-11 12:05", re="ana 02-11")
    assert math.isclose(head_count(world.facts()).real_size, math.exp(1.5 * math.log(2)))


def test_r1_where_nobody_is_engaged_the_real_size_is_0() -> None:
    world = World()
    world.says("ana", "02-10 12:00")
    assert head_count(world.facts()).real_size == 0


def test_r2_new_goes_before_dormant() -> None:
    world = World()
    world.joins("nia", "02-25 12:00")
    world.says("nia", "02-25 13:00")
    parts = head_count(world.facts())
    assert (parts.engaged, parts.new, parts.dormant, parts.quiet) == (0, 1, 0, 0)


def test_somebody_here_for_fourteen_days_is_new_no_more() -> None:
    world = World()
    world.joins("nia", "02-17 00:00")
    world.joins("old", "02-16 23:59")
    parts = head_count(world.facts())
    assert (parts.new, parts.quiet) == (1, 1)


def test_m5_who_left_is_in_no_part() -> None:
    world = World()
    world.says("ana", "02-10 12:00", id="1")
    world.says("eve", "02-10 12:01", re="1")
    world.leaves("eve", "02-26 12:00")
    parts = head_count(world.facts())
    assert (parts.engaged, parts.real_size) == (1, 1)


@given(worlds())
def test_the_parts_add_up_to_the_head_count(world: World) -> None:
    parts = head_count(world.facts())
    heads = world.figures()["headcount"].value
    assert parts.engaged + parts.new + parts.dormant + parts.quiet == heads
    assert parts.real_size <= max(parts.engaged, 0) + 1e-9
