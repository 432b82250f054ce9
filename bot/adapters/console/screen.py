"""The transcript: what is said and done in the room, in calm lines of 80 columns."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.adapters.console.place import BOT
from bot.adapters.console.shape import WIDTH, File, Payload
from bot.clock import MINUTE_MS, Clock
from bot.post import inert_name
from bot.render.layout import Line, Span, wrap
from bot.text.texts import Texts

_MARGIN = 5
_PAUSE_MS = 5 * MINUTE_MS
"""A longer silence is followed by the time of day..."""
_SPELL_MS = 30 * MINUTE_MS
"""...and a longer talk is interrupted by it."""
_UNSEEN = frozenset({"Cc", "Cs"})
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

Out = Callable[[Sequence[Line]], None]
"""Takes the lines of one thing that was said or done."""


@dataclass
class Screen:
    """Writes the transcript in a language and a time zone, which may change on the way."""

    out: Out
    texts: Texts
    clock: Clock
    timezone: str = "UTC"
    _told: tuple[int, date] | None = None
    """When the time was told last, and the day that it was then."""
    _shown_at: int | None = None
    _is_time_wanted: bool = False
    _was_airy: bool = False
    """Whether what was shown last is set off by an empty line."""

    def show_time(self) -> None:
        """Say when it is, however short ago that was told."""
        self._is_time_wanted = True
        self.out(list(self._heading()))

    def message(self, number: int, name: str, text: str, reply_to: int | None = None) -> None:
        """What somebody says."""
        arrow = "" if reply_to is None else f" → {reply_to}"
        self._print(self._spoken(str(number), f"{inert_name(name, '…')}{arrow}:", text))

    def whisper(self, name: str, text: str) -> None:
        """What somebody says to Foyer alone: a command, or an answer to its question."""
        self._print(self._spoken("", f"{inert_name(name, '…')}:", text))

    def remark(self, text: str) -> None:
        """What somebody does."""
        self._print(_hung("", wrap(text, WIDTH), "aside"))

    def post(
        self, number: int | None, payload: Payload, *, place: str = "", mark: str = ""
    ) -> None:
        """What Foyer says for all to read; `mark` says that it is changed."""
        name = " ".join(part for part in (BOT, place, mark) if part)
        lead = "" if number is None else str(number)
        self._print(
            [*_hung(lead, [name], "bot"), *self._body(payload, "", self.texts)], is_airy=True
        )

    def private(self, name: str, payload: Payload, texts: Texts | None = None) -> None:
        """What Foyer says for one person's eyes, in another language than the console's maybe."""
        to = self.texts.text("to {name} only", name=inert_name(name, "…"))
        lead = _hung("", [f"{BOT}, {to}"], "private bot")
        self._print([*lead, *self._body(payload, "private", texts or self.texts)], is_airy=True)

    def deleted(self, number: int) -> None:
        """Something that Foyer said is gone."""
        gone = self.texts.text("(deleted)")
        self._print(_hung(str(number), [f"{BOT} {gone}"], "aside"))

    def complain(self, text: str) -> None:
        """Why a line was not understood."""
        self.out(_hung("", wrap(_harmless(text), WIDTH), "change"))

    def table(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """A title over pairs of a word and what it means."""
        widest = max(len(word) for word, _ in rows)
        lines = _hung("", wrap(title, WIDTH), "")
        for word, meaning in rows:
            first, *rest = wrap(meaning, WIDTH - widest - 2)
            indent = " " * (_MARGIN + widest + 2)
            lines.append((Span(" " * _MARGIN + word.ljust(widest + 2), "name"), Span(first)))
            lines += [(Span(indent + row),) for row in rest]
        self._print(lines, is_airy=True)

    def _body(self, payload: Payload, style: str, texts: Texts) -> Iterator[Line]:
        margin = Span(" " * _MARGIN)
        for line in payload.lines:
            spans = (Span(span.text, f"{style} {span.style}".strip()) for span in line)
            yield (margin, *spans) if line else ()
        for file in payload.files:
            yield (margin, Span(_named(file, texts), f"{style} value".strip()))

    def _spoken(self, lead: str, name: str, text: str) -> list[Line]:
        rows = wrap(f"{name} {_harmless(text)}", WIDTH)
        first, *rest = _hung(lead, rows, "")
        if not rows[0].startswith(name):
            return [first, *rest]
        number, words = first
        return [(number, Span(name, "name"), Span(words.text.removeprefix(name))), *rest]

    def _print(self, lines: Sequence[Line], *, is_airy: bool = False) -> None:
        """Show lines; airy ones are set off by an empty line on each side."""
        heading = list(self._heading())
        parted = not heading and (is_airy or self._was_airy)
        self._was_airy = is_airy
        self.out([*heading, *([()] if parted else []), *lines])

    def _heading(self) -> Iterator[Line]:
        """The day and time, where it was moved or went on for a while since it was told."""
        now = self.clock.now()
        local = datetime.fromtimestamp(now / 1000, ZoneInfo(self.timezone))
        shown, self._shown_at = self._shown_at, now
        told, day = self._told or (now, None)
        is_late = now - (shown or now) >= _PAUSE_MS or now - told >= _SPELL_MS
        if day == local.date() and not (is_late or self._is_time_wanted):
            return
        if self._told is not None:
            yield ()
        self._is_time_wanted, self._told = False, (now, local.date())
        yield (Span(f"── {self.texts.moment(local)} ──", "moment"),)
        yield ()


def _hung(lead: str, rows: Sequence[str], style: str) -> list[Line]:
    """Rows beside a margin with a message's number in it."""
    margin = f"{lead:>{_MARGIN - 2}}".ljust(_MARGIN)
    first, *rest = rows
    return [
        (Span(margin, "aside"), Span(first, style)),
        *((Span(" " * _MARGIN), Span(row, style)) for row in rest),
    ]


def _named(file: File, texts: Texts) -> str:
    lines = texts.plural("{n} line", "{n} lines", file.lines)
    size = texts.plural("{n} byte", "{n} bytes", file.size)
    return f"{inert_name(file.name, '…')} ({lines}, {size})"


def _harmless(text: str) -> str:
    """A text on one line, without what would steer the terminal or turn it around."""
    line = "".join(" " if character.isspace() else character for character in text)
    return "".join(
        character
        for character in line
        if unicodedata.category(character) not in _UNSEEN and character not in _TURNING
    )
