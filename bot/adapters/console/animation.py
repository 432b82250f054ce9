"""The transcript as a picture that appears piece by piece, for pages and readers in a hurry."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from bot.render.layout import Line
from bot.render.text import WIDTH, print_lines

_ID = "foyer"
"""Begins the names inside the picture, the same in every one."""
_TITLE = "foyer console"
_AIR = 2
"""Columns left free beside the text, as is one line below it."""
_PACE, _LINE_PACE, _LONGEST = 0.7, 0.15, 25.0
"""Seconds before a piece, more for each of its lines, and for the whole picture."""

_THEME = TerminalTheme(
    (27, 31, 38),
    (214, 218, 224),
    [
        (27, 31, 38),
        (224, 108, 117),
        (152, 195, 121),
        (229, 192, 123),
        (97, 175, 239),
        (198, 140, 224),
        (86, 182, 194),
        (214, 218, 224),
    ],
)

_PICTURE = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>foyer console</title>
<style>
.{unique_id}-matrix {{ font: {char_height}px/{line_height}px ui-monospace, SFMono-Regular, Menlo,
  Consolas, "DejaVu Sans Mono", monospace }}
.{unique_id}-title {{ font: bold 18px system-ui, sans-serif }}
{styles}
.{unique_id}-piece {{ animation: {unique_id}-appear 0.4s ease-out both }}
@keyframes {unique_id}-appear {{ from {{ opacity: 0 }} to {{ opacity: 1 }} }}
@media (prefers-reduced-motion: reduce) {{ .{unique_id}-piece {{ animation: none }} }}
</style>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
_TEXT = re.compile(
    r'<text (?P<how>[^>]*?) clip-path="url\(#foyer-line-(?P<line>\d+)\)">(?P<words>[^<]*)</text>'
)


def animated(blocks: Sequence[Sequence[Line]]) -> str:
    """The picture of what was shown; every block appears in its turn, the same on every drawing."""
    console = Console(
        file=io.StringIO(),
        width=WIDTH + _AIR,
        record=True,
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
        _environ={},
    )
    print_lines(console, (line for block in blocks for line in block))
    console.print()
    drawn = console.export_svg(title=_TITLE, theme=_THEME, unique_id=_ID, code_format=_PICTURE)
    before, _, rest = drawn.partition(f'<g class="{_ID}-matrix">\n')
    matrix, end, after = rest.partition("\n</g>")
    rows: dict[int, str] = {}
    for text in _TEXT.finditer(matrix):
        if text["words"].strip():
            line = int(text["line"])
            rows[line] = rows.get(line, "") + f"<text {text['how']}>{text['words']}</text>"
    pieces = "\n".join(_pieces(blocks, rows))
    picture = f'{before}<g class="{_ID}-matrix">\n{pieces}{end}{after}'
    return picture.replace("&#160;", "\u00a0")


def _pieces(blocks: Sequence[Sequence[Line]], rows: dict[int, str]) -> Iterator[str]:
    line = 0
    for block, delay in zip(blocks, _delays(blocks), strict=True):
        drawn = "".join(rows.get(line + at, "") for at in range(len(block)))
        line += len(block)
        if drawn:
            yield f'<g class="{_ID}-piece" style="animation-delay:{delay:.2f}s">{drawn}</g>'


def _delays(blocks: Iterable[Sequence[Line]]) -> list[float]:
    """When each piece appears, in seconds."""
    paces = [_PACE + _LINE_PACE * len(block) for block in blocks]
    ends = list(accumulate(paces))
    scale = min(1.0, _LONGEST / ends[-1]) if ends else 1.0
    return [scale * (end - pace) for end, pace in zip(ends, paces, strict=True)]
