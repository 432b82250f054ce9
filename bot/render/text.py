"""A post as plain text, and in the colours of a terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.post import Post
from bot.render.layout import Line, lay_out

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 80
_STYLES = {
    "title": "bold",
    "heading": "bold cyan",
    "value": "bold green",
    "change": "yellow",
    "aside": "dim",
    "choice": "bold magenta",
    "name": "bold",
    "bot": "bold yellow",
    "moment": "cyan",
    "private": "dim italic",
}


def render_text(post: Post, width: int = WIDTH) -> str:
    """The post as plain text, the same for the same post, ending with a newline."""
    return "".join(f"{plain_text(line)}\n" for line in lay_out(post, width))


def print_post(console: "Console", post: Post) -> None:
    """Prints the post with styles, no wider than the terminal or `WIDTH`."""
    print_lines(console, lay_out(post, min(console.width, WIDTH)))


def print_lines(console: "Console", lines: Iterable[Line]) -> None:
    """Prints lines with their styles; a span may have several, with spaces between."""
    from rich.text import Text  # its import costs every other command too much

    for line in lines:
        spans = ((span.text, _style(span.style)) for span in line)
        console.print(Text.assemble(*spans), soft_wrap=True)


def plain_text(line: Line) -> str:
    """A line without its styles."""
    return "".join(span.text for span in line).rstrip()


def _style(names: str) -> str:
    return " ".join(_STYLES.get(name, "") for name in names.split())
