import stat
from pathlib import Path

import pytest

from bot.errors import StoreError
from db.keys import KeyFile, PassingKey


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "foyer.key"
    KeyFile(path).make()
    first = KeyFile(path).read()
    KeyFile(path).make()
    assert KeyFile(path).read() == first
    assert len(first) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_two_keys_differ(tmp_path: Path) -> None:
    KeyFile(tmp_path / "a").make()
    KeyFile(tmp_path / "b").make()
    keys = {KeyFile(tmp_path / name).read() for name in "ab"}
    keys |= {PassingKey().read(), PassingKey().read()}
    assert len(keys) == 4


def test_a_key_that_passes_stays_the_same_while_it_lives() -> None:
    key = PassingKey()
    before = key.read()
    key.make()
    assert key.read() == before


@pytest.mark.parametrize("content", [None, b"", b"short", b"x" * 33])
def test_a_key_that_is_missing_or_damaged_is_asked_for(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "foyer.key"
    if content is not None:
        path.write_bytes(content)
        KeyFile(path).make()
        assert path.read_bytes() == content
    with pytest.raises(StoreError, match="restore it"):
        KeyFile(path).read()


def test_a_folder_that_takes_no_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"foyer\.key: cannot be written"):
        KeyFile(tmp_path / "nowhere" / "foyer.key").make()
