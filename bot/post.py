"""What Foyer says, before any platform gives it a shape."""

import dataclasses
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

NAME_LENGTH = 60
_SPACES = re.compile("[\\s\u2800]+")
"""Among them the braille pattern without a dot."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""What Unicode calls letters and marks, though nothing of them is seen."""
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
class Choice:
    """A button: pressing it calls `command` with `arguments`, as whoever presses it."""

    label: str
    command: str
    arguments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a post; `alt` says what a picture shows."""

    name: str
    content: bytes
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """Something to be said in one piece; `title` may be empty, and so may a section's.

    `is_pinned` asks for a place where the channel shows it at any time.
    """

    title: str
    sections: tuple[Section, ...]
    choices: tuple[Choice, ...] = ()
    files: tuple[Attachment, ...] = ()
    is_pinned: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form: `name` is the parameter that the answer is for.

    `options` are the answers that may be given, as (value, label); empty where any may. `value`
    is what holds now, and `kind` what the parameter takes (a `Kind` of bot/params.py).
    """

    name: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    value: str = ""
    required: bool = False
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Form:
    """Asks for the parameters of `command`; where a platform has no forms, question by question."""

    title: str
    command: str
    fields: tuple[Field, ...]


Answer = Post | Form
"""What a command gives back."""


def plain(*paragraphs: str, choices: tuple[Choice, ...] = ()) -> Post:
    """A post of nothing but paragraphs."""
    blocks = tuple(Para(text) for text in paragraphs)
    return Post("", (Section("", "", blocks),), choices)


def section_document(section: Section) -> dict[str, Any]:
    """A section as the plain dictionary of the digest document (CONTRACT §2)."""
    blocks = [_block_document(block) for block in section.blocks]
    return {"id": section.id, "title": section.title, "blocks": blocks}


def inert_name(name: str, fallback: str, length: int = NAME_LENGTH) -> str:
    """Somebody's words as one short line without invisible or bidi characters.

    The fallback, where nothing of them would be seen.
    """
    visible = _visible(_visible(name))
    short = _few_marks(_SPACES.sub(" ", visible).strip())[:length].rstrip()
    is_seen = any(not unicodedata.category(c).startswith(("M", "Z")) for c in short)
    return short if is_seen else fallback


def _visible(text: str) -> str:
    spaced = _SPACES.sub(" ", unicodedata.normalize("NFKC", text))
    return unicodedata.normalize("NFKC", "".join(filter(_is_visible, spaced)))


def _is_visible(character: str) -> bool:
    return character not in _FILLERS and unicodedata.category(character) not in _INVISIBLE


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
