"""Reads foyer-events/1 files: a header, then one event a line (CONTRACT.md §3)."""

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import ijson
import msgspec

from bot.errors import ContentError
from bot.events import Event
from bot.importers.files import Source, unchanged
from bot.importers.foyer_kinds import AnyLine
from bot.importers.foyer_lines import FORMAT, Header, event_of
from bot.importers.plan import Plan
from bot.importers.record import Position, Record, Unfit, rejected
from bot.importers.skeleton import EVENTS, VOCABULARY
from bot.importers.surrogates import mark_lone_halves
from bot.model import Platform
from bot.timezones import check_timezone

LONGEST_LINE = 1024 * 1024
_PLATFORMS = frozenset(map(str, Platform))
_FIELD = re.compile(r"at `\$\.(\w+)|missing required field `(\w+)`")
_EXPECTED = re.compile(r"Expected `([a-z |]+)`, got `([a-z]+)`")


class _File(NamedTuple):
    """A file with its header."""

    source: Source
    header: Header


def examine_events(sources: Sequence[Source]) -> Plan:
    """The plan for foyer-events/1 files; the first header that names a zone gives it.

    Raises:
        ContentError: a header is missing or wrong, or a file ends in the middle of a line.
    """
    files = [_File(source, _header(source)) for source in sources]
    for source in sources:
        _check_end(source)
    headers = [file.header for file in files]
    return Plan(
        files=len(files),
        read=lambda: _records(files),
        timezone=next((one.timezone for one in headers if one.timezone), None),
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
    if wrong := _fault(header):
        raise ContentError(f"{source.shown}:1: {wrong}")
    return header


def _fault(header: Header) -> str | None:
    """What is wrong with a header, without what stands in it."""
    if header.format != FORMAT:
        return f'"format" must be "{FORMAT}"'
    if header.platform not in _PLATFORMS:
        return '"platform" must be "discord" or "telegram"'
    try:
        check_timezone(header.timezone or "UTC")
    except ValueError:
        return '"timezone" must be a zone of the IANA list, like Europe/Paris'
    return None


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
                yield rejected(position, str(unfit), _loose(text), EVENTS)


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
    if line.platform is not None and line.platform not in _PLATFORMS:
        raise Unfit("platform is neither discord nor telegram")
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
