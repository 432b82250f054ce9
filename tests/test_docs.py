"""What the pages say is so: links lead somewhere, commands, targets and settings exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import __version__
from bot.cli import COMMANDS
from bot.config import keys

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs").rglob("*.md"))),
)
TWO_PAGES = 140
CODE = re.compile(r"^```.*?\n(.*?)^```|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
PLACES = "bot|cogs|db|tests|docs"


def _text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def _code(page: str) -> Iterator[str]:
    """Every line of a page that stands between backticks or in a fenced block."""
    for block, word in CODE.findall(_text(page)):
        yield from (block or word).splitlines()


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    folder = (ROOT / page).parent
    links = re.findall(r"\]\(([^)#\s]+)", _text(page))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not (folder / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_shown_exists(page: str) -> None:
    shown = {
        word
        for line in _code(page)
        for word in re.findall(r"(?:^|\$ |/bin/|&& )foyer +(?:-\S+ +)*([a-z]+)", line)
    }
    assert shown <= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_is_shown_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", _text("Makefile"), re.MULTILINE))
    shown = {word for line in _code(page) for word in re.findall(r"^(?:\$ )?make ([a-z]+)", line)}
    assert shown <= targets


@pytest.mark.parametrize("page", PAGES)
def test_every_variable_that_is_shown_is_a_setting(page: str) -> None:
    shown = re.findall(r"\bFOYER_[A-Z]+__[A-Z_]+\b", _text(page))
    known = {f"FOYER_{key.upper().replace('.', '__')}" for key in keys()}
    assert set(shown) <= known


@pytest.mark.parametrize("page", PAGES)
def test_every_path_of_ours_that_is_shown_exists(page: str) -> None:
    if page == "CHANGELOG.md":
        return
    shown = {
        path
        for line in _code(page)
        for path in re.findall(rf"(?<![\w/.-])((?:{PLACES})/[\w./*-]*)", line)
    }
    assert sorted(path for path in shown if not any(ROOT.glob(path.rstrip("/")))) == []


def test_the_readme_names_every_command() -> None:
    assert [name for name in COMMANDS if f"foyer {name}" not in _text("README.md")] == []


def test_the_architecture_is_two_pages_at_most() -> None:
    assert len(_text("ARCHITECTURE.md").splitlines()) <= TWO_PAGES


def test_every_room_of_the_core_is_on_the_map() -> None:
    told = set(re.findall(r"\w+", " ".join(_code("ARCHITECTURE.md"))))
    rooms = {path.stem for path in (ROOT / "bot").iterdir() if not path.name.startswith("_")}
    assert rooms - told == set()


def test_the_changelog_knows_this_version() -> None:
    assert re.search(
        rf"^## \[?({re.escape(__version__)}|Unreleased)\b", _text("CHANGELOG.md"), re.M
    )


def test_the_image_takes_only_files_that_exist() -> None:
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", _text("Dockerfile"), re.MULTILINE)
    assert copied
    names = [name for line in copied for name in line.split()]
    assert [name for name in names if not (ROOT / name).exists()] == []
