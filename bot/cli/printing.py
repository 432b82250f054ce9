"""How commands hand over their answer: whole, at the end, to stdout or into a file."""

import json
from pathlib import Path
from typing import Any

import click

from bot.errors import UsageError
from bot.files import NewFile, unwritable


def to_json(document: dict[str, Any]) -> str:
    """A document as the contract's JSON: nothing rounded, every letter as it is."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def hand_over(text: str, out: Path | None = None) -> None:
    """Write an answer to stdout, or into a file that appears only when it is complete.

    Raises:
        UsageError: its folder does not exist.
        StoreError: the file cannot be written.
    """
    if out is None:
        click.echo(text, nl=False)
        return
    if not out.parent.is_dir():
        raise UsageError(f"--out {out}: there is no such folder; make it first")
    try:
        _write(text, out.resolve() if out.is_symlink() else out)
    except OSError as error:
        raise unwritable(out, error) from None


def _write(text: str, out: Path) -> None:
    """Only a file may be replaced; a device or pipe takes the text as it comes."""
    if out.exists() and not out.is_file():
        out.write_text(text, encoding="utf-8")
        return
    with NewFile(out) as file:
        file.write(text.encode())
