import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.console.room import Room
from bot.errors import UsageError
from bot.post import Choice
from db.numbers import message_number

YES, NO = Choice("Yes", "forgetme", (("confirm", "yes"),)), Choice("No", "privacy")
AT = 1_791_180_000_000


def test_messages_are_numbered_from_one_and_found_by_number_and_id() -> None:
    room = Room()
    first, second = room.note("Zoé", AT), room.note("Max", AT)
    assert [first.number, second.number] == [1, 2]
    assert room.get(2) == second
    assert room.find(first.id) == first
    assert room.find("17") is None


@pytest.mark.parametrize("number", [0, 2, 999_999_999])
def test_a_number_that_no_message_has_is_refused(number: int) -> None:
    room = Room()
    room.note("Zoé", AT)
    with pytest.raises(UsageError, match=f"^there is no message {number}$"):
        room.get(number)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(0, 50_000))
def test_ids_are_whole_numbers_of_the_store_and_no_two_are_the_same(
    steps: list[int], run: int
) -> None:
    """Also when the next session begins at the same instant on the same store."""
    ids = []
    for session in (Room(run), Room(run + len(steps))):
        at = AT
        for step in steps:
            at += step
            ids.append(session.note("Zoé", at).id)
    assert len(set(ids)) == len(ids)
    assert all(message_number(one) == (int(one), None) for one in ids)


def test_the_newest_button_of_a_label_is_pressed() -> None:
    room = Room()
    room.show("a", (Choice("Yes", "first"), NO))
    room.show("b", (Choice("Yes", "second"),))
    assert room.press("Yes", "Zoé").command == "second"
    assert room.press("no", "Zoé").command == "privacy"


def test_a_button_can_be_pressed_by_its_number_in_the_newest_post() -> None:
    room = Room()
    room.show("a", (YES, NO))
    room.show("b", (Choice("Go", "go"),))
    assert room.press("1", "Zoé").command == "go"
    with pytest.raises(UsageError):
        room.press("2", "Zoé")


def test_a_button_called_like_a_number_goes_before_the_number() -> None:
    room = Room()
    room.show("a", (Choice("2", "two"), Choice("1", "one")))
    assert room.press("1", "Zoé").command == "one"


def test_nobody_presses_the_buttons_of_others() -> None:
    room = Room()
    room.show("to Zoé", (YES,), "Zoé")
    assert room.press("Yes", "Zoé") == YES
    for label in ("Yes", "1"):
        with pytest.raises(UsageError, match=f"^there is no button '{label}'$"):
            room.press(label, "Max")


def test_the_buttons_of_a_changed_post_replace_those_it_had() -> None:
    room = Room()
    room.show("a", (YES,))
    room.show("a", (NO,))
    with pytest.raises(UsageError):
        room.press("Yes", "Zoé")
    room.show("a", ())
    with pytest.raises(UsageError):
        room.press("No", "Zoé")


def test_where_there_are_no_buttons_none_is_pressed() -> None:
    with pytest.raises(UsageError):
        Room().press("1", "Zoé")
