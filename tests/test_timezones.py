"""Time zones by name."""

import zoneinfo

import pytest

from bot.timezones import check_timezone, did_you_mean, find_timezone, nearest_timezone

NO_PLACES = {"localtime", "Factory", "posixrules"}


def test_every_zone_of_the_database_is_known() -> None:
    names = zoneinfo.available_timezones() - NO_PLACES
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


@pytest.mark.parametrize("name", [*sorted(NO_PLACES), "posix/Europe/Paris", "right/Europe/Paris"])
def test_files_of_the_database_that_are_no_place_are_no_zones(name: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone"):
        check_timezone(name)
    assert find_timezone(name) is None
    assert find_timezone(name.upper()) is None
    assert nearest_timezone(name) not in NO_PLACES


def test_nothing_is_proposed_for_a_word_that_is_far_from_all() -> None:
    assert did_you_mean("qqqqqq", ["http.port"]) == ""


def test_a_zone_is_found_however_it_is_written() -> None:
    for name in zoneinfo.available_timezones() - NO_PLACES:
        typed = f" {name.replace('_', ' ').upper()} "
        assert check_timezone(find_timezone(typed) or "").lower() == name.lower()


@pytest.mark.parametrize("name", ["", "Paris", "../UTC", "/etc/localtime", "x" * 5000, "a\0b"])
def test_what_is_no_zone_is_not_found(name: str) -> None:
    assert find_timezone(name) is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Paris", "Europe/Paris"),
        ("new york", "America/New_York"),
        ("Europ/Pariss", "Europe/Paris"),
        ("tokio", "Asia/Tokyo"),
        ("qqqqqq", None),
    ],
)
def test_a_city_is_enough_to_propose_its_zone(name: str, meant: str | None) -> None:
    assert nearest_timezone(name) == meant
