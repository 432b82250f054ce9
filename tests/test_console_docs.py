"""The scripts on the page about the console show what the page says."""

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.adapters.console.guide import guide
from bot.cli import cli
from bot.text import texts_for

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "console.md"
EXAMPLE = re.compile(r"```console\n(.*?)```(.*?)```text\n(.*?)```", re.DOTALL)


def played(*words: str, script: str | None = None) -> str:
    result = CliRunner().invoke(cli, ["console", *words], input=script, prog_name="foyer")
    assert result.exit_code == 0, result.stderr
    return result.stdout


def examples() -> list[tuple[str, str]]:
    return [(script, shown) for script, _, shown in EXAMPLE.findall(PAGE.read_text("utf-8"))]


def test_the_examples_of_the_page_show_what_it_says() -> None:
    if os.environ.get("FOYER_UPDATE_GOLDEN"):
        text = EXAMPLE.sub(
            lambda found: (
                f"```console\n{found[1]}```{found[2]}```text\n{played(script=found[1])}```"
            ),
            PAGE.read_text("utf-8"),
        )
        PAGE.write_text(text, encoding="utf-8")
    assert examples()
    for script, shown in examples():
        assert played(script=script) == shown


def test_the_page_names_every_directive_that_there_is() -> None:
    named = set(re.findall(r"`(:[a-z]+)", PAGE.read_text("utf-8")))
    _, told = guide(texts_for("en"))
    assert named == {word.split()[0] for word, _ in told if word.startswith(":")} | {":help"}


@pytest.mark.parametrize("script", sorted(DOCS.glob("*.console")), ids=lambda path: path.name)
def test_a_picture_is_what_its_script_draws(script: Path, tmp_path: Path) -> None:
    picture = script.with_suffix(".svg")
    played(str(script), "--svg", str(tmp_path / "drawn.svg"))
    drawn = (tmp_path / "drawn.svg").read_text("utf-8")
    if os.environ.get("FOYER_UPDATE_GOLDEN"):
        picture.write_text(drawn, encoding="utf-8")
    assert drawn == picture.read_text("utf-8")
