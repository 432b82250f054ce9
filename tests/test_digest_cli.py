"""`foyer digest --audience members`, from an imported history."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import cli
from tests.exports import group, said, saved

CLUB = ["--community", "club"]
MEMBERS = ["digest", *CLUB, "--audience", "members"]


@pytest.fixture(autouse=True)
def _a_club_of_forty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty wrote on Wednesday, 1 May 2024, and 24 of them in the week from 6 to 12 May."""
    monkeypatch.chdir(tmp_path)
    at_first = [_wrote(number, f"user{number + 1}", "2024-05-01T10:00:00") for number in range(40)]
    weekly = [
        _wrote(100 + number, f"user{number % 24 + 1}", f"2024-05-{6 + number % 7:02d}T10:00:00")
        for number in range(168)
    ]
    saved(tmp_path / "a.json", group(*at_first, *weekly))
    foyer("import", "a.json", *CLUB)


def _wrote(number: int, who: str, at: str) -> dict[str, Any]:
    return said(number, **{"from": f"P{who}"}, from_id=who, date=at)


def foyer(*words: str) -> str:
    result = CliRunner().invoke(cli, list(words), prog_name="foyer")
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_the_members_edition_is_short_and_rounded_down() -> None:
    edition = foyer(*MEMBERS, "--week", "2024-W19", "--lang", "en")
    assert edition.startswith("club: our week, 6 to 12 May 2024\n")
    assert "  20  people or more took part this week" in edition
    assert "24" not in edition.replace("2024", "")
    assert edition != foyer("digest", *CLUB, "--week", "2024-W19", "--lang", "en")


def test_the_members_edition_speaks_french_and_goes_into_a_file(tmp_path: Path) -> None:
    edition = foyer(*MEMBERS, "--week", "2024-W19", "--lang", "fr")
    assert "notre semaine du 6 au 12 mai 2024" in edition
    assert foyer(*MEMBERS, "--week", "2024-W19", "--lang", "fr", "--out", "d.txt") == ""
    assert (tmp_path / "d.txt").read_text() == edition


def test_the_document_for_members_leaks_no_metric() -> None:
    told = json.loads(foyer(*MEMBERS, "--week", "2024-W19", "--format", "json"))
    whole = json.loads(foyer("digest", *CLUB, "--week", "2024-W19", "--format", "json"))
    assert told.keys() == whole.keys()
    assert told["metrics"].keys() == whole["metrics"].keys()
    assert whole["metrics"]["wau"]["value"] == 24
    values = {id_: one["value"] for id_, one in told["metrics"].items() if one["enough"]}
    assert values == {"wau": 20}
    silent = {"value": None, "x": None, "n": 0, "low": None, "high": None, "previous": None}
    for id_, one in told["metrics"].items():
        if id_ != "wau":
            assert one | silent == one
            assert (one["parts"], one["enough"]) == (None, False)
    assert told["authenticity"]["headcount"] is None
    assert whole["authenticity"]["headcount"] == 40


def test_a_week_of_too_few_is_told_in_one_sentence_and_is_no_error() -> None:
    for week in ("2024-W20", "2020-W10"):
        edition = foyer(*MEMBERS, "--week", week, "--lang", "en")
        assert "There is too little to tell about this week" in edition
        told = json.loads(foyer(*MEMBERS, "--week", week, "--format", "json"))
        assert not [id_ for id_, one in told["metrics"].items() if one["value"] is not None]
