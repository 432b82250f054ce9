import pytest

from bot.importers.skeleton import DISCORD, EVENTS, TELEGRAM, VOCABULARY, Shape, skeleton

DIGITS = "0612345678"
"""A telephone number, which looks like an id."""
IDS = {
    "telegram": {"id", "from_id", "actor_id", "reply_to_message_id", "reply_to_peer_id"},
    "discord": {"id"},
    "events": {"id", "channel", "author", "user", "reply_to", "reply_to_author"}
    | {"message_author"},
}
SHAPES = {"telegram": TELEGRAM, "discord": DISCORD, "events": EVENTS}


@pytest.mark.parametrize("format", SHAPES)
def test_only_keys_that_hold_ids_show_digits(format: str) -> None:
    found = skeleton(dict.fromkeys(VOCABULARY, DIGITS), SHAPES[format])
    assert found["ids"] == dict.fromkeys(IDS[format], DIGITS)
    assert found["times"] == ({"date_unixtime": DIGITS} if format == "telegram" else {})


@pytest.mark.parametrize(
    ("shape", "times"),
    [
        (TELEGRAM, {"date", "date_unixtime"}),
        (DISCORD, {"timestamp"}),
        (EVENTS, {"at", "start", "end"}),
    ],
)
def test_only_keys_that_hold_times_show_them(shape: Shape, times: set[str]) -> None:
    noon = "2024-05-01T12:00:00.5+02:00"
    found = skeleton(dict.fromkeys(VOCABULARY, noon) | {"date_unixtime": "1714564800"}, shape)
    told = dict.fromkeys(times, noon)
    assert found["times"] == (told | {"date_unixtime": "1714564800"} if shape is TELEGRAM else told)


def test_keys_that_nobody_knows_are_not_shown() -> None:
    assert skeleton({"my words": 1, "id": 5}, DISCORD) == {
        "keys": {"id": "number"},
        "ids": {"id": "5"},
        "times": {},
    }


@pytest.mark.parametrize("value", ["user 5", "the secret", "5" * 21, 2**64, True, 1.5, None, [5]])
def test_what_is_no_plain_id_is_not_shown(value: object) -> None:
    assert skeleton({"id": value}, DISCORD)["ids"] == {}
