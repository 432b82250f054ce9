"""Time zones by name."""

import zoneinfo

import pytest

from bot.timezones import check_timezone, did_you_mean


def test_every_zone_of_the_database_is_known() -> None:
    names = zoneinfo.available_timezones()
    assert len(names) > 400
    assert all(check_timezone(name) == name for name in names)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("europe/paris", "Europe/Paris"), ("Amerika/New_York", "America/New_York"), ("utc", "UTC")],
)
def test_the_nearest_zone_is_proposed(name: str, meant: str) -> None:
    with pytest.raises(ValueError, match=meant):
        check_timezone(name)


@pytest.mark.parametrize("name", ["", "Europe", "../x", "/etc/localtime", "a\0b", "é", "x" * 5000])
def test_what_is_no_zone_is_an_error_of_one_kind(name: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone"):
        check_timezone(name)


def test_nothing_is_proposed_for_a_word_that_is_far_from_all() -> None:
    assert did_you_mean("qqqqqq", ["http.port"]) == ""
