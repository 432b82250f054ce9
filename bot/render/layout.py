"""Lays a post out in lines of a given width, each made of styled spans."""

from collections.abc import Iterable, Iterator, Sequence
from functools import singledispatch
from typing import NamedTuple

from rich.cells import cell_len

from bot.post import Block, Bullets, Choice, FigureLine, Note, Para, Post, Section, WeekGrid

GUTTER = 2
_MARKS = "·▁▂▃▄▅▆▇█"
"""From an hour without anybody to the fullest one."""


class Span(NamedTuple):
    """Some text of a line; `style` names what it is: title, heading, value, change, aside..."""

    text: str
    style: str = ""


Line = tuple[Span, ...]


def lay_out(post: Post, width: int) -> Iterator[Line]:
    """The lines of a post, none wider than `width` cells where its words allow.

    The files that go with it are not told here.
    """
    parts = [list(_heading(post.title, "═", "title", width))] if post.title else []
    parts += [list(_section(section, width)) for section in post.sections]
    parts += [list(_choices(post.choices, width))] if post.choices else []
    for number, part in enumerate(parts):
        yield from [()] if number else []
        yield from part


def wrap(text: str, width: int) -> list[str]:
    """Breaks a text at its ordinary spaces; no-break spaces hold."""
    rows: list[str] = []
    for word in text.split(" "):
        if rows and cell_len(rows[-1]) + 1 + cell_len(word) <= width:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows


def _heading(text: str, rule: str, style: str, width: int) -> Iterator[Line]:
    rows = wrap(text, width)
    yield from ((Span(row, style),) for row in rows)
    yield (Span(rule * min(width, max(cell_len(row) for row in rows)), style),)


def _section(section: Section, width: int) -> Iterator[Line]:
    if section.title:
        yield from _heading(section.title, "─", "heading", width)
    column = _value_column(section.blocks)
    previous: Block | None = None
    for block in section.blocks:
        if previous is not None and stand_apart(section, previous, block):
            yield ()
        yield from _lines(block, column, width)
        previous = block


def stand_apart(section: Section, above: Block, below: Block) -> bool:
    """Whether an empty line parts two blocks: unlike ones, and paragraphs that have no title."""
    is_talk = not section.title and isinstance(below, Para)
    return is_talk or type(above) is not type(below)


def _choices(choices: Sequence[Choice], width: int) -> Iterator[Line]:
    """The buttons, each with its number and in one piece."""
    labels = (f"[{n}] {choice.label}".replace(" ", "\u00a0") for n, choice in enumerate(choices, 1))
    yield from ((Span(row.strip(" "), "choice"),) for row in wrap("  ".join(labels), width))


def _value_column(blocks: Iterable[Block]) -> int:
    values = (cell_len(block.value) for block in blocks if isinstance(block, FigureLine))
    return max(values, default=0)


@singledispatch
def _lines(block: Block, column: int, width: int) -> Iterator[Line]:
    raise TypeError(f"no layout for {type(block).__name__}")


@_lines.register
def _(block: Para, column: int, width: int) -> Iterator[Line]:
    yield from ((Span(row),) for row in wrap(block.text, width))


@_lines.register
def _(block: Note, column: int, width: int) -> Iterator[Line]:
    yield from ((Span(row, "aside"),) for row in wrap(block.text, width))


@_lines.register
def _(block: Bullets, column: int, width: int) -> Iterator[Line]:
    for item in block.items:
        for number, row in enumerate(wrap(item, width - GUTTER)):
            yield (Span("• " if number == 0 else " " * GUTTER), Span(row))


@_lines.register
def _(block: FigureLine, column: int, width: int) -> Iterator[Line]:
    indent = " " * (column + 2 * GUTTER)
    room = width - len(indent)
    lead = " " * (GUTTER + column - cell_len(block.value))
    first, *rest = wrap(block.sentence, room)
    yield (Span(lead), Span(block.value, "value"), Span(" " * GUTTER), Span(first))
    yield from ((Span(indent), Span(row)) for row in rest)
    for text, style in ((block.detail, "aside"), (block.change, "change")):
        if text:
            yield from ((Span(indent), Span(row, style)) for row in wrap(text, room))


@_lines.register
def _(block: WeekGrid, column: int, width: int) -> Iterator[Line]:
    names = max(map(cell_len, block.days))
    hours = "".join(str(hour).ljust(6) for hour in range(0, 24, 6))
    yield (Span(" " * (names + 2 * GUTTER) + hours.rstrip(), "aside"),)
    fullest = max(map(max, block.matrix)) or 1.0
    for name, row in zip(block.days, block.matrix, strict=True):
        lead = " " * GUTTER + name + " " * (names - cell_len(name) + GUTTER)
        yield (Span(lead), Span("".join(hour_mark(value / fullest) for value in row), "value"))
    indent = " " * (names + 2 * GUTTER)
    for text in wrap(block.caption, width - len(indent)):
        yield (Span(indent), Span(text, "aside"))


def hour_mark(share: float) -> str:
    """The sign of an hour, by its share (0..1) of what the fullest one holds."""
    steps = len(_MARKS) - 1
    return _MARKS[max(1, round(share * steps))] if share > 0 else _MARKS[0]
