"""How commands hand over their answer: whole, at the end, to stdout or into a file."""

import json
from pathlib import Path
from typing import Any

import click


def to_json(document: dict[str, Any]) -> str:
    """A document as the contract's JSON: nothing rounded, every letter as it is."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def hand_over(text: str, out: Path | None = None) -> None:
    """Write an answer to stdout, or into a file that appears only when it is complete."""
    if out is None:
        click.echo(text, nl=False)
        return
    unfinished = out.with_name(out.name + ".part")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
