"""Finds the files of an import and reads them block by block."""

import codecs
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from bot.errors import ContentError, UsageError
from bot.files import shown
from bot.importers.surrogates import mark_lone_halves, split_unfinished

BLOCK = 65_536
_SUFFIXES = (".json", ".jsonl")
_MEDIA_FOLDER = "_files"
_REJECTS = ".rejects.jsonl"


class Source(NamedTuple):
    """A file to read, with its size and time of change, by which another version is noticed."""

    path: Path
    size: int
    changed_ns: int

    @property
    def shown(self) -> str:
        """The file's name as it may stand in a message of one line."""
        return shown(self.path)


class NotUtf8(Exception):  # noqa: N818  the reader turns it into a ContentError with the file
    """Bytes that are no UTF-8, from an offset on."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def find_sources(paths: Iterable[Path]) -> list[Source]:
    """The files that are named, and every `*.json` and `*.jsonl` below a folder that is named.

    Hidden files, the rejects of an earlier import and the media folders of DiscordChatExporter
    (`…_Files`) are passed over.

    Raises:
        UsageError: a path does not exist or is no file.
        ContentError: a folder without exports, an empty or unreadable file.
    """
    found: dict[Path, Source] = {}
    for path in paths:
        for file in _files_at(path):
            found.setdefault(file.resolve(), _source(file))
    return list(found.values())


def unchanged(source: Source) -> Source:
    """The source, if it is still the file that was looked at.

    Raises:
        ContentError: it was changed or removed in the meantime.
    """
    if _source(source.path) != source:
        raise ContentError(f"{source.shown}: changed while it was being read; import it again")
    return source


def blocks(source: Source, size: int = BLOCK) -> Iterator[bytes]:
    """The bytes of a file in blocks that end at no escape; lone halves of characters are marked.

    Offsets stay those of the file; a byte order mark becomes white space.

    Raises:
        NotUtf8: where the bytes are no UTF-8.
        ContentError: the file cannot be read.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    held = b""
    for offset, raw in _raw_blocks(source, size):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(raw)
        except UnicodeDecodeError as error:
            raise NotUtf8(offset - pending + error.start) from None
        if offset == 0 and raw.startswith(codecs.BOM_UTF8):
            raw = b"   " + raw[3:]
        block, held = split_unfinished(held + raw)
        if block:
            yield mark_lone_halves(block)
    if held:
        yield mark_lone_halves(held)


def _raw_blocks(source: Source, size: int) -> Iterator[tuple[int, bytes]]:
    offset = 0
    try:
        with source.path.open("rb", buffering=0) as file:
            while raw := file.read(size):
                yield offset, raw
                offset += len(raw)
    except OSError as error:
        raise _unreadable(source.path, error) from None


def _files_at(path: Path) -> list[Path]:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise UsageError(f"{shown(path)}: there is no such file or folder") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{shown(path)}: cannot be read ({_why(error)})") from None
    if stat.S_ISDIR(mode):
        return _files_below(path)
    if not stat.S_ISREG(mode):
        raise UsageError(f"{shown(path)}: is no file; save the export to a file first")
    return [path]


def _files_below(folder: Path) -> list[Path]:
    found: list[Path] = []
    for where, folders, names in os.walk(folder, onerror=_refuse_folder):
        folders[:] = sorted(
            one for one in folders if not one.startswith(".") and not _is_media(one)
        )
        found += [Path(where, one) for one in sorted(names) if _is_export(one)]
    if not found:
        raise ContentError(f"{shown(folder)}: holds no export (*.json or *.jsonl)")
    return found


def _refuse_folder(error: OSError) -> None:
    raise _unreadable(Path(os.fsdecode(error.filename)), error)


def _is_media(folder: str) -> bool:
    return folder.lower().endswith(_MEDIA_FOLDER)


def _is_export(name: str) -> bool:
    lower = name.lower()
    return lower.endswith(_SUFFIXES) and not lower.startswith(".") and not lower.endswith(_REJECTS)


def _source(path: Path) -> Source:
    try:
        found = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from None
    if not stat.S_ISREG(found.st_mode):
        raise ContentError(f"{shown(path)}: is no file")
    if found.st_size == 0:
        raise ContentError(f"{shown(path)}: is empty; export it again")
    return Source(path, found.st_size, found.st_mtime_ns)


def _unreadable(path: Path, error: OSError) -> ContentError:
    return ContentError(f"{shown(path)}: cannot be read ({_why(error)})")


def _why(error: Exception) -> str:
    return (getattr(error, "strerror", None) or "not a possible name").lower()
