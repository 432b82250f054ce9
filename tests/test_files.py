from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.files import NewFile, shown


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def names_in(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_a_file_appears_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with NewFile(path) as file:
        file.write(b"one ")
        file.write(b"two")
        assert not path.exists()
    assert path.read_bytes() == b"one two"
    assert names_in(tmp_path) == ["a.txt"]


def test_an_error_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def fail() -> None:
        with NewFile(path) as file:
            file.write(b"new")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["a.txt"]


def test_a_private_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    with NewFile(tmp_path / "a.txt", is_private=True) as file:
        (unfinished,) = tmp_path.iterdir()
        assert mode(unfinished) == 0o600
        file.write(b"x")
    assert mode(tmp_path / "a.txt") == 0o600


def test_what_a_killed_process_left_is_replaced_and_never_followed(tmp_path: Path) -> None:
    with NewFile(tmp_path / "a.txt"):
        (unfinished,) = tmp_path.iterdir()
    other = tmp_path / "other.txt"
    other.write_bytes(b"other")
    unfinished.symlink_to(other)
    with NewFile(tmp_path / "a.txt", is_private=True) as file:
        file.write(b"x")
    assert other.read_bytes() == b"other"
    assert mode(tmp_path / "a.txt") == 0o600


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(StoreError, match=r"a\.txt: cannot be written \(No such file"),
        NewFile(tmp_path / "no" / "a.txt"),
    ):
        pass


def test_a_file_that_cannot_get_its_name_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with (
        pytest.raises(StoreError, match=r"a\.txt: cannot be written \(Is a directory\)"),
        NewFile(tmp_path / "a.txt") as file,
    ):
        file.write(b"x")
    assert names_in(tmp_path) == ["a.txt"]


def test_names_are_shown_on_one_line() -> None:
    assert shown("a\nb\u202e") == "a\\nb\\u202e"
    assert len(shown("x" * 999)) == 200
