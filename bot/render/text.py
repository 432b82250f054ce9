"""A post as plain text, and in the colours of a terminal."""

from typing import TYPE_CHECKING

from bot.post import Post
from bot.render.layout import lay_out

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 80
_STYLES = {
    "title": "bold",
    "heading": "bold cyan",
    "value": "bold green",
    "change": "yellow",
    "aside": "dim",
}


def render_text(post: Post, width: int = WIDTH) -> str:
    """The post as plain text, the same for the same post, ending with a newline."""
    rows = ("".join(span.text for span in line).rstrip() for line in lay_out(post, width))
    return "".join(f"{row}\n" for row in rows)


def print_post(console: "Console", post: Post) -> None:
    """Prints the post with styles, no wider than the terminal or `WIDTH`."""
    from rich.text import Text  # its import costs every other command too much

    for line in lay_out(post, min(console.width, WIDTH)):
        spans = ((span.text, _STYLES.get(span.style, "")) for span in line)
        console.print(Text.assemble(*spans), soft_wrap=True)
