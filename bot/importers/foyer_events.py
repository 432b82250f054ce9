"""Reads foyer-events/1 files: a header, then one event a line (CONTRACT.md §3)."""

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import ijson
import msgspec

from bot.errors import ContentError
from bot.events import Event
from bot.importers.fields import is_clean
from bot.importers.files import Source, shown, unchanged
from bot.importers.foyer_lines import AnyLine, Header, event_of
from bot.importers.plan import Plan
from bot.importers.record import Position, Record, Unfit
from bot.importers.skeleton import VOCABULARY, rejected
from bot.importers.surrogates import mark_lone_halves
from bot.timezones import check_timezone

FORMAT = "foyer-events/1"
LONGEST_LINE = 1024 * 1024
_PLATFORM = re.compile(r"[a-z][a-z0-9_-]{0,31}", re.ASCII)
_FIELD = re.compile(r"at `\$\.(\w+)|missing required field `(\w+)`")
_EXPECTED = re.compile(r"Expected `([a-z |]+)`, got `([a-z]+)`")


class _File(NamedTuple):
    """A file with its header."""

    source: Source
    header: Header


def examine_events(sources: Sequence[Source]) -> Plan:
    """The plan for foyer-events/1 files; the first header that names them gives zone and community.

    Raises:
        ContentError: a header is missing or wrong, or a file ends in the middle of a line.
    """
    files = [_File(source, _header(source)) for source in sources]
    for source in sources:
        _check_end(source)
    headers = [file.header for file in files]
    return Plan(
        format="events",
        platform=headers[0].platform,
        files=len(files),
        read=lambda: _records(files),
        timezone=next((one.timezone for one in headers if one.timezone), None),
        community=next((one.community for one in headers if one.community), None),
        unit="line",
    )


def looks_like_events(source: Source) -> bool:
    """Whether the first line of a file is a header, or an event whose header was lost."""
    try:
        first = msgspec.json.decode(_first_line(source))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    if not isinstance(first, dict):
        return False
    named = first.get("format")
    is_header = isinstance(named, str) and named.startswith("foyer-events")
    return is_header or isinstance(first.get("kind"), str)


def _first_line(source: Source) -> bytes:
    try:
        with source.path.open("rb") as file:
            return file.readline(LONGEST_LINE).removeprefix(codecs.BOM_UTF8)
    except OSError:
        raise ContentError(f"{source.shown}: cannot be read") from None


def _header(source: Source) -> Header:
    try:
        header = msgspec.json.decode(_first_line(source), type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ContentError(
            f'{source.shown}:1: the first line must be a header with "format": "{FORMAT}" and '
            '"platform"'
        ) from None
    if header.format != FORMAT:
        raise ContentError(f"{source.shown}:1: format {shown(header.format)} is not {FORMAT}")
    if not _PLATFORM.fullmatch(header.platform):
        raise ContentError(f'{source.shown}:1: "platform" must be a word like discord or telegram')
    if header.community is not None and not is_clean(header.community):
        raise ContentError(f'{source.shown}:1: "community" holds characters no name may hold')
    try:
        check_timezone(header.timezone or "UTC")
    except ValueError as error:
        raise ContentError(f"{source.shown}:1: {error}") from None
    return header


def _check_end(source: Source) -> None:
    """Refuses a file whose last line is the beginning of one: the rest is lost."""
    with source.path.open("rb") as file:
        file.seek(max(0, source.size - LONGEST_LINE))
        tail = file.read(LONGEST_LINE)
    last = tail.rpartition(b"\n")[2]
    if last.strip() and _is_cut_short(mark_lone_halves(last)):
        raise ContentError(
            f"{source.shown}: the file ends too early, at byte {source.size}; export it again"
        )


def _is_cut_short(line: bytes) -> bool:
    try:
        for _ in ijson.basic_parse(line):
            pass
    except ijson.JSONError as error:
        return "premature EOF" in str(error)
    except (ValueError, ArithmeticError, SystemError):
        return False
    return False


def _records(files: Sequence[_File]) -> Iterator[Record]:
    decoder = msgspec.json.Decoder(AnyLine)
    for number, (source, header) in enumerate(files, 1):
        for line, text in _lines(unchanged(source)):
            position = Position(number, line)
            try:
                yield Record(position, _events(decoder, text, header.platform))
            except Unfit as unfit:
                yield rejected(position, str(unfit), _loose(text))


def _lines(source: Source) -> Iterator[tuple[int, bytes]]:
    """The lines after the header that are not blank; only the beginning of one too long."""
    number = 0
    with source.path.open("rb") as file:
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            rest = line
            while rest and len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
                rest = file.readline(LONGEST_LINE + 1)
            if number > 1 and line.strip():
                yield number, line


def _events(
    decoder: msgspec.json.Decoder[AnyLine], text: bytes, platform: str
) -> tuple[Event, ...]:
    if len(text) > LONGEST_LINE:
        raise Unfit(f"the line has more than {LONGEST_LINE >> 20} MiB")
    try:
        text.decode()
        line = decoder.decode(mark_lone_halves(text))
    except msgspec.ValidationError as error:
        raise Unfit(_reason(str(error))) from None
    except msgspec.DecodeError:
        raise Unfit("the line is no JSON") from None
    except UnicodeDecodeError:
        raise Unfit("the line is no UTF-8") from None
    except RecursionError:
        raise Unfit("the line is nested too deep") from None
    if line.platform is not None and not _PLATFORM.fullmatch(line.platform):
        raise Unfit("platform is no word like discord or telegram")
    event = event_of(line, line.platform or platform)
    return () if event is None else (event,)


def _reason(message: str) -> str:
    """What is wrong with a line, without the values that the decoder's message may quote."""
    found = _FIELD.search(message)
    name = (found[1] or found[2]) if found else None
    if name not in VOCABULARY:
        return "the line is no event"
    if name == "kind":
        return "kind is missing" if "missing" in message else "kind is unknown"
    if "missing required" in message:
        return f"{name} is missing"
    expected = _EXPECTED.match(message)
    return f"{name} must be {expected[1]}, not {expected[2]}" if expected else f"{name} is wrong"


def _loose(text: bytes) -> object:
    """The line as plain JSON, for its skeleton; None where it is none."""
    if len(text) > LONGEST_LINE:
        return None
    try:
        return msgspec.json.decode(mark_lone_halves(text))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
