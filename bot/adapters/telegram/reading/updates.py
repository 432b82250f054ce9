"""Reads updates from JSON, each for itself, and refuses those that cannot be true."""

import re
from collections.abc import Iterator

import msgspec

from bot.adapters.telegram.reading.wire import LARGEST, Update


class Unreadable(ValueError):  # noqa: N818  it refuses one update, it is no error of the program
    """What Telegram sent cannot be understood; the text says where and why, and quotes nothing."""


class _Answer(msgspec.Struct, frozen=True):
    ok: bool
    result: tuple[msgspec.Raw, ...]


class _Numbered(msgspec.Struct, frozen=True):
    update_id: int


_update = msgspec.json.Decoder(Update)
_answer = msgspec.json.Decoder(_Answer)
_numbered = msgspec.json.Decoder(_Numbered)

_FAULTS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_NUMBER = re.compile(rb'"update_id"\s*:\s*(\d{1,19})(?![\d.eE])')
_OPENING = re.compile(rb'\s*\{\s*"ok"\s*:\s*true\s*,\s*"result"\s*:\s*\[')
_CLOSING = re.compile(rb"\]\s*\}\s*")
_MARK = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)


def decode(raw: bytes | msgspec.Raw) -> Update:
    """The update in a piece of JSON.

    Raises:
        Unreadable: it is none, or holds what cannot be true or stored.
    """
    data = bytes(raw)
    if b"\\u0000" in data and _NUL.search(data):
        raise Unreadable("it holds a character that nothing may hold")
    try:
        update = _update.decode(data)
    except _FAULTS as error:
        raise Unreadable(_reason(error)) from None
    message = update.message
    if message is not None and message.from_ is None and message.sender_chat is None:
        raise Unreadable("Object missing required field `from` - at `$.message`")
    return update


def split(body: bytes) -> list[msgspec.Raw]:
    """The updates in an answer of `getUpdates`, each still to be decoded.

    Where one of them is no JSON at all, the others are found by their brackets.

    Raises:
        Unreadable: the answer is no list of updates.
    """
    try:
        answer = _answer.decode(body)
    except _FAULTS as error:
        pieces = _pieces(body)
        if pieces is None:
            raise Unreadable(_reason(error)) from None
        return [msgspec.Raw(piece) for piece in pieces]
    if not answer.ok:
        raise Unreadable("the answer is not ok")
    return list(answer.result)


def update_id_of(raw: bytes | msgspec.Raw) -> int | None:
    """The number of an update that may not be readable otherwise, None where it shows none."""
    data = bytes(raw)
    try:
        number = _numbered.decode(data).update_id
    except _FAULTS:
        found = _NUMBER.search(data)
        number = -1 if found is None else int(found[1])
    return number if 0 <= number <= LARGEST else None


def _reason(error: Exception) -> str:
    """Why, in words that hold no value: the library tells of types, fields and positions."""
    if isinstance(error, UnicodeDecodeError):
        return "it is no UTF-8"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _pieces(body: bytes) -> list[bytes] | None:
    """The elements of the list in an answer, None where its brackets do not tell them apart."""
    opening = _OPENING.match(body)
    if opening is None:
        return None
    start = opening.end()
    cuts = list(_cuts(body, start))
    if not cuts or _CLOSING.fullmatch(body, cuts[-1]) is None:
        return None
    bounds = zip([start, *(cut + 1 for cut in cuts)], cuts, strict=False)
    pieces = [body[first:last].strip() for first, last in bounds]
    if any(len(_NUMBER.findall(piece)) > 1 for piece in pieces):
        return None
    return [] if pieces == [b""] else pieces


def _cuts(body: bytes, start: int) -> Iterator[int]:
    """Where the elements of a list end, up to the bracket that closes it."""
    depth = 0
    for mark in _MARK.finditer(body, start):
        sign = mark[0]
        if sign in (b"[", b"{"):
            depth += 1
        elif sign in (b"]", b"}"):
            if depth == 0:
                yield mark.start()
                return
            depth -= 1
        elif sign == b"," and depth == 0:
            yield mark.start()
