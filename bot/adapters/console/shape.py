"""A post as the outbox keeps it for the console: its lines, buttons and files, in JSON."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from bot.post import Choice, Post
from bot.render.layout import Line, Span, lay_out

WIDTH = 75
"""Beside the margin in which the numbers of messages stand."""


class File(NamedTuple):
    """What is shown of a file."""

    name: str
    lines: int
    size: int


class Payload(NamedTuple):
    """What is printed of a post, and the buttons under it."""

    lines: tuple[Line, ...]
    choices: tuple[Choice, ...] = ()
    files: tuple[File, ...] = ()


def of(post: Post) -> Payload:
    """A post in the console's shape."""
    files = (File(file.name, file.content.count(b"\n"), len(file.content)) for file in post.files)
    return Payload(tuple(lay_out(post, WIDTH)), post.choices, tuple(files))


def write(payload: Payload) -> str:
    """The payload as JSON, the same for the same payload."""
    return json.dumps(
        {
            "lines": payload.lines,
            "choices": [_written(choice) for choice in payload.choices],
            "files": payload.files,
        },
        ensure_ascii=False,
    )


def read(text: str) -> Payload:
    """The payload that `write` wrote."""
    document = json.loads(text)
    return Payload(
        tuple(tuple(Span(*span) for span in line) for line in document["lines"]),
        tuple(_choice(choice) for choice in document["choices"]),
        tuple(File(*file) for file in document["files"]),
    )


def _written(choice: Choice) -> dict[str, Any]:
    arguments = dict(choice.arguments)
    return {"label": choice.label, "command": choice.command, "arguments": arguments}


def _choice(written: Mapping[str, Any]) -> Choice:
    return Choice(written["label"], written["command"], tuple(written["arguments"].items()))
