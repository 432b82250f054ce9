"""What Foyer says, before any platform gives it a shape."""

import dataclasses
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

NAME_LENGTH = 60
_SPACES = re.compile(r"\s+")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
_MOST_MARKS = 2
"""More combining marks than this on one letter only smear over the neighbouring lines."""


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short statements."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure that has enough data to be told; `sentence` reads on from `value`.

    `figure` is the metric's id. `detail` says what was counted and how sure it is, `change` what
    moved since the week before; both are empty where there is nothing to say.
    """

    figure: str
    value: str
    sentence: str
    detail: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """An aside; `figures` are the metrics that it declares untold for want of data."""

    text: str
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WeekGrid:
    """Seven days of 24 hours, Monday 00 first; `caption` says what a full mark stands for."""

    days: tuple[str, ...]
    matrix: tuple[tuple[float, ...], ...]
    caption: str


Block = Para | Bullets | FigureLine | Note | WeekGrid

_TYPES: dict[type[Block], str] = {
    Para: "para",
    Bullets: "bullets",
    FigureLine: "figure",
    Note: "note",
    WeekGrid: "week_grid",
}


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks that belong together; `id` is stable across languages."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """Something to be said in one piece."""

    title: str
    sections: tuple[Section, ...]


def section_document(section: Section) -> dict[str, Any]:
    """A section as the plain dictionary of the digest document (CONTRACT §2)."""
    blocks = [_block_document(block) for block in section.blocks]
    return {"id": section.id, "title": section.title, "blocks": blocks}


def inert_name(name: str, fallback: str) -> str:
    """A community's or channel's name as one short line without invisible or bidi characters."""
    visible = _visible(_visible(name))
    short = _few_marks(_SPACES.sub(" ", visible).strip())[:NAME_LENGTH].rstrip()
    return short or fallback


def _visible(text: str) -> str:
    spaced = _SPACES.sub(" ", unicodedata.normalize("NFKC", text))
    return unicodedata.normalize(
        "NFKC", "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE)
    )


def _few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _block_document(block: Block) -> dict[str, Any]:
    return {"type": _TYPES[type(block)], **_lists(dataclasses.asdict(block))}


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_lists(entry) for entry in value]
    return value
