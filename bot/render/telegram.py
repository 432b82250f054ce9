"""A post as texts for Telegram's HTML parse mode, each of them short enough for one message."""

import html
import unicodedata
from collections.abc import Iterator, Sequence
from functools import singledispatch
from typing import NamedTuple

from bot.post import Block, Bullets, FigureLine, Note, Para, Post, WeekGrid
from bot.render.graphemes import last_cut
from bot.render.layout import Line, Span, hour_mark, stand_apart

LIMIT = 4_000
"""UTF-16 units of one message's text, its markup left out; Telegram takes 4,096."""
MOST_ENTITIES = 90
"""Telegram takes 100 in a message, and counts the links that it finds by itself among them."""
DAY_WIDTH = 5
"""A day's name, a space and 24 hours are as much as a phone shows in one line."""

_TAGS = {"title": "b", "heading": "b", "value": "b", "aside": "i", "grid": "pre"}
_APART = "\n\n"
_BLANK = "ZC"
"""How the categories of characters begin that nobody sees."""


class _Unit(NamedTuple):
    """What stays together where it can; `lead` parts it from the text before."""

    lead: str
    lines: Sequence[Line]


def render_telegram(post: Post, limit: int = LIMIT) -> list[str]:
    """The texts of a post, each at most `limit` UTF-16 units long once its markup is read.

    Buttons and files are not told here.
    """
    pages: list[Line] = [()]
    for unit in _units(post):
        _fill(pages, unit, limit)
    return ["".join(map(_marked, page)) for page in pages if _is_seen(page)]


def _units(post: Post) -> Iterator[_Unit]:
    """The blocks of a post, each heading in one piece with what it stands above."""
    head: Line = (Span(post.title, "title"),) if post.title else ()
    gap = _APART
    for section in post.sections:
        if section.title:
            head = (*_followed(head, _APART), Span(section.title, "heading"))
            gap = "\n"
        above: Block | None = None
        for block in section.blocks:
            lead = _APART if above is None or stand_apart(section, above, block) else "\n"
            first, *rest = _lines(block) or [()]
            yield _Unit(lead, ((*_followed(head, gap), *first), *rest))
            head, gap, above = (), _APART, block
    if head:
        yield _Unit(_APART, (head,))


def _followed(line: Line, gap: str) -> Line:
    return (*line, Span(gap)) if line else ()


def _fill(pages: list[Line], unit: _Unit, limit: int) -> None:
    """Put a unit on the last page, else on a new one, else in parts on as many as it needs."""
    text = unit.lines[0]
    for line in unit.lines[1:]:
        text = (*text, Span("\n"), *line)
    here = (*_followed(pages[-1], unit.lead), *text)
    if _fits(here, limit):
        pages[-1] = here
    elif _fits(text, limit):
        pages.append(text)
    else:
        for part in _parts(unit, limit):
            _fill(pages, part, limit)


def _fits(text: Line, limit: int) -> bool:
    entities = sum(bool(span.style) for span in text)
    return sum(_width(span.text) for span in text) <= limit and entities <= MOST_ENTITIES


def _parts(unit: _Unit, limit: int) -> Iterator[_Unit]:
    """The lines of a unit, or the pieces of the only one."""
    lead = unit.lead
    if len(unit.lines) > 1:
        for line in unit.lines:
            yield _Unit(lead, (line,))
            lead = "\n"
    else:
        for piece in _pieces(unit.lines[0], limit):
            yield _Unit(lead, (piece,))
            lead = ""


def _pieces(line: Line, limit: int) -> Iterator[Line]:
    """A line cut where it breaks anyway, else between words, else between characters."""
    text = "".join(span.text for span in line)
    start = 0
    while start < len(text):
        end = _end(text, start, limit)
        yield _slice(line, start, end)
        start = end


def _end(text: str, start: int, limit: int) -> int:
    end, room = start, limit
    while end < len(text) and (end == start or _width(text[end]) <= room):
        room -= _width(text[end])
        end += 1
    if end == len(text):
        return end
    for mark in ("\n", " "):
        place = text.rfind(mark, (start + end) // 2, end)
        if place > start:
            return place + 1
    return last_cut(text, start, end)


def _slice(line: Line, start: int, end: int) -> Line:
    kept: list[Span] = []
    at = 0
    for text, style in line:
        kept.append(Span(text[max(start - at, 0) : max(end - at, 0)], style))
        at += len(text)
    return tuple(span for span in kept if span.text)


def _width(text: str) -> int:
    """UTF-16 units, in which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def _marked(span: Span) -> str:
    text = html.escape(span.text, quote=False)
    tag = _TAGS.get(span.style)
    return f"<{tag}>{text}</{tag}>" if tag and text else text


def _is_seen(page: Line) -> bool:
    """Whether anything is to be seen on a page; Telegram takes no message without."""
    return any(unicodedata.category(sign)[0] not in _BLANK for span in page for sign in span.text)


@singledispatch
def _lines(block: Block) -> list[Line]:
    raise TypeError(f"no shape for {type(block).__name__}")


@_lines.register
def _(block: Para) -> list[Line]:
    return [(Span(block.text),)]


@_lines.register
def _(block: Note) -> list[Line]:
    return [(Span(block.text, "aside"),)]


@_lines.register
def _(block: Bullets) -> list[Line]:
    return [(Span("• "), Span(item)) for item in block.items]


@_lines.register
def _(block: FigureLine) -> list[Line]:
    line: Line = (Span(block.value, "value"), Span(f" {block.sentence}"))
    if block.detail:
        line = (*line, Span("\n"), Span(block.detail, "aside"))
    return [(*line, Span(f"\n{block.change}"))] if block.change else [line]


@_lines.register
def _(block: WeekGrid) -> list[Line]:
    names = [name[:DAY_WIDTH] for name in block.days]
    width = max(map(len, names), default=0) + 1
    hours = "".join(str(hour).ljust(6) for hour in range(0, 24, 6)).rstrip()
    rows = ["h".ljust(width) + hours]  # Telegram drops spaces that a message begins with
    fullest = max(map(max, block.matrix)) or 1.0
    for name, row in zip(names, block.matrix, strict=True):
        rows.append(name.ljust(width) + "".join(hour_mark(value / fullest) for value in row))
    grid = (Span("\n".join(rows), "grid"),)
    return [(*grid, Span("\n"), Span(block.caption, "aside"))] if block.caption else [grid]
