import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from bot.cli.importing import name_rejects, rejects_path
from bot.errors import StoreError
from bot.model import Community
from tests.exports import group, said, saved

URL = "sqlite:///club.db"


def names(*called: str) -> list[str]:
    """What the rejects of communities are called that were made in this order."""
    everybody = [Community(id, name, "UTC", "en") for id, name in enumerate(called, 1)]
    return [rejects_path(URL, one, everybody).name for one in everybody]


def foyer(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, [*words, "--db", URL], prog_name="foyer")
    assert result.exit_code == code, result.stderr
    return result


def test_rejects_are_called_like_their_community() -> None:
    assert names("Les amis", "club") == ["Les amis.rejects.jsonl", "club.rejects.jsonl"]


@pytest.mark.parametrize("other", ["A:b", "A_b", "a_b"])
def test_a_name_that_is_taken_gets_a_number(other: str) -> None:
    assert names("x", "A/b", other)[1] == "A_b.rejects.jsonl"
    assert names("x", "A/b", other)[2].endswith("_b~3.rejects.jsonl")


def test_no_community_can_be_called_like_another_with_its_number() -> None:
    assert len(set(names("a/b", "a:b", "a_b~2", "a_b_2"))) == 4


def test_names_that_are_cut_to_the_same_length_are_told_apart() -> None:
    assert len(set(names("鳥" * 99, "鳥" * 100))) == 2


@pytest.mark.usefixtures("_here")
def test_two_communities_keep_their_rejects(tmp_path: Path) -> None:
    for id, name in ((77, "a/b"), (78, "a:b")):
        saved(tmp_path / f"{id}.json", group(said(id), said("x"), id=id))
        foyer("import", f"{id}.json", "--community", name)
    found = {path.name: json.loads(path.read_text()) for path in tmp_path.glob("*.rejects.jsonl")}
    assert found.keys() == {"a_b.rejects.jsonl", "a_b~2.rejects.jsonl"}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in tmp_path.glob("*.rejects.jsonl"))


def test_a_list_that_cannot_get_its_name_is_told_with_what_was_done(tmp_path: Path) -> None:
    (tmp_path / "unfinished").write_text("x")
    (tmp_path / "club.rejects.jsonl").mkdir()
    with pytest.raises(StoreError) as told:
        name_rejects(tmp_path / "unfinished", tmp_path / "club.rejects.jsonl")
    assert str(told.value).startswith("everything is imported but the list of rejects is lost; ")
    assert "club.rejects.jsonl: cannot be written (Is a directory)" in str(told.value)


@pytest.fixture
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
