"""What is told of exceptions: always where they came from, hardly ever what they say."""

import pytest

from bot.delivery import AmbiguousError
from bot.errors import StoreError, UserError
from bot.logs.story import headline, story

WORDS = "what Ana wrote"


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except type(error) as caught:
        return caught


def test_an_exception_is_told_by_its_type_and_frames() -> None:
    first, frame = story(raised(ValueError(WORDS)))
    assert first == "ValueError"
    assert frame.startswith(f"  {__file__}:")
    assert frame.endswith(" raised")


@pytest.mark.parametrize(
    "error", [StoreError("the disk is full"), AmbiguousError("a timeout"), UserError("No.")]
)
def test_exceptions_of_ours_may_speak(error: Exception) -> None:
    assert headline(error).endswith(f".{type(error).__name__}: {error}")


def test_other_exceptions_may_not() -> None:
    class LibraryError(Exception):
        """Of somebody else."""

    assert WORDS not in headline(LibraryError(WORDS))
    assert headline(KeyError(WORDS)) == "KeyError"


def test_what_led_to_an_exception_is_told_after_it() -> None:
    def lead() -> None:
        try:
            raise KeyError(WORDS)
        except KeyError as earlier:
            raise StoreError("it went wrong") from earlier

    with pytest.raises(StoreError) as caught:
        lead()
    told = [line for line in story(caught.value) if not line.startswith("  ")]
    assert told == ["bot.errors.StoreError: it went wrong", "after", "KeyError"]


def test_every_exception_of_a_group_is_told() -> None:
    inner = ExceptionGroup(WORDS, [ValueError(WORDS), StoreError("full")])
    told = story(ExceptionGroup(WORDS, [inner, OSError(5, WORDS)]))
    assert told == [
        "ExceptionGroup",
        "ExceptionGroup",
        "ValueError",
        "bot.errors.StoreError: full",
        "OSError",
    ]


def test_a_circle_of_causes_is_told_once() -> None:
    one, other = ValueError(WORDS), KeyError(WORDS)
    one.__cause__, other.__cause__ = other, one
    assert story(one) == ["ValueError", "after", "KeyError"]


def test_notes_arguments_and_locals_are_never_told() -> None:
    secret_of_ana = WORDS
    error = raised(RuntimeError(secret_of_ana, {"text": WORDS}))
    error.add_note(WORDS)
    assert WORDS not in "\n".join(story(error))
