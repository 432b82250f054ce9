"""One language's sentences, numbers, dates and lists."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from gettext import NullTranslations

from babel import Locale
from babel.dates import format_date, format_time, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

MINUTE = 60
REGIONS = {"en": "en_GB"}
"""English for the world: day before month and the 24-hour clock read alike everywhere."""


def rounded(value: float | Decimal, places: int = 0) -> Decimal:
    """A number as it is shown: by its decimal digits, half to even, as CLDR rounds."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places))


class Texts:
    """The words of one language; `text` and `plural` translate, the rest formats by CLDR."""

    def __init__(self, language: str, translations: NullTranslations) -> None:
        self.language = language
        self.locale = Locale.parse(REGIONS.get(language, language))
        self._translations = translations

    def text(self, msgid: str, **values: str) -> str:
        """A sentence, its placeholders filled."""
        return self._translations.gettext(msgid).format(**values)

    def plural(self, one: str, many: str, n: float | Decimal, **values: str) -> str:
        """The form of a sentence that suits `n`; `{n}` in it is `n` as this language writes it.

        A fraction takes the form that CLDR gives it: English says `1.5 weeks`, French
        `1,5 semaine`.
        """
        message = self._translations.ngettext(one, many, self._form(n))
        return message.format(n=self.decimal(n), **values)

    def in_context(self, context: str, msgid: str, **values: str) -> str:
        """A short text whose translation depends on where it stands."""
        return self._translations.pgettext(context, msgid).format(**values)

    def number(self, value: float | Decimal) -> str:
        """A number rounded to a whole: `12,346` or `12 346`."""
        return self._decimal(rounded(value), "#,##0")

    def decimal(self, value: float | Decimal) -> str:
        """A number with one decimal at most: `1.4` or `1,4`."""
        return self._decimal(rounded(value, 1), "#,##0.#")

    def percent(self, share: float) -> str:
        """A share 0..1 in whole percent; `under 1%` or `over 99%` where that would claim none
        or all."""
        shown = rounded(share, 2)
        if shown == 0 < share:
            return self.text("under {share}", share=self._percent(Decimal("0.01")))
        if shown == 1 > share:
            return self.text("over {share}", share=self._percent(Decimal("0.99")))
        return self._percent(shown)

    def percent_range(self, low: float, high: float) -> str:
        """Two shares as one range, the percent sign written once; one share where both read
        alike."""
        if rounded(low, 2) == rounded(high, 2):
            return self.percent((low + high) / 2)
        return self.in_context(
            "percent range",
            "{low}–{high}",
            low=self.number(rounded(low, 2) * 100),
            high=self._percent(rounded(high, 2)),
        )

    def day(self, on: date) -> str:
        """A day in full: `5 October 2025`."""
        return self._date(on, self._long_pattern())

    def days(self, start: date, end: date) -> str:
        """Two days, both counted, saying month and year once where they are the same."""
        return self.text("{start} to {end}", start=self._start(start, end), end=self.day(end))

    def moment(self, local: datetime) -> str:
        """A local day and time in full: `Monday 26 October 2026, 09:00`."""
        return self.in_context(
            "an instant",
            "{weekday} {day}, {time}",
            weekday=self.weekday(local.weekday()),
            day=self.day(local.date()),
            time=str(format_time(local, "short", locale=self.locale)),
        )

    def weekday(self, day: int) -> str:
        """The name of a day of the week, Monday 0."""
        return str(get_day_names("wide", "stand-alone", self.locale)[day])

    def language_name(self, code: str) -> str:
        """What a language is called in this one: `French` or `français`."""
        return str(Locale.parse(code).get_language_name(self.locale))

    def short_weekday(self, day: int) -> str:
        """The short name of a day of the week, Monday 0."""
        return str(get_day_names("abbreviated", "stand-alone", self.locale)[day])

    def hours(self, start: int, end: int) -> str:
        """The hours of a day from `start` up to `end`, 0..24."""
        return self.in_context(
            "hours of a day", "{start}–{end}", start=self._hour(start), end=self._hour(end)
        )

    def items(self, entries: Sequence[str]) -> str:
        """An enumeration: `a, b and c`."""
        return str(format_list(list(entries), locale=self.locale))

    def duration(self, seconds: float) -> str:
        """A length of time in hours and minutes, below a minute in seconds: `3 h 32 min`."""
        if rounded(seconds) < MINUTE:
            return self.in_context("a length of time", "{seconds} s", seconds=self.number(seconds))
        hours, minutes = divmod(int(rounded(seconds / MINUTE)), 60)
        said = {"hours": self.number(hours), "minutes": str(minutes)}
        if not hours:
            return self.in_context("a length of time", "{minutes} min", minutes=said["minutes"])
        if not minutes:
            return self.in_context("a length of time", "{hours} h", hours=said["hours"])
        return self.in_context("a length of time", "{hours} h {minutes} min", **said)

    def span(self, days: int) -> str:
        """A number of days, in weeks where they are whole."""
        if days % 7:
            return self.plural("{n} day", "{n} days", days)
        return self.plural("{n} week", "{n} weeks", days // 7)

    def lately(self, days: int) -> str:
        """The time that a number of days takes up to now, in weeks where they are whole."""
        if days % 7:
            return self.plural("in the last day", "in the last {n} days", days)
        return self.plural("in the last week", "in the last {n} weeks", days // 7)

    def _form(self, n: float | Decimal) -> int:
        """A whole number that has the plural form of `n`."""
        if n == int(n):
            return int(n)
        return 1 if self.locale.plural_form(n) == "one" else 2

    def _decimal(self, value: Decimal, pattern: str) -> str:
        return str(format_decimal(value, format=pattern, locale=self.locale))

    def _percent(self, share: Decimal) -> str:
        return str(format_percent(share, locale=self.locale))

    def _hour(self, hour: int) -> str:
        if hour == 24:
            return self.in_context("end of a day", "24:00")
        return self.in_context("hour of a day", "{hour}:00", hour=str(hour))

    def _long_pattern(self) -> str:
        return str(self.locale.date_formats["long"].pattern)

    def _start(self, start: date, end: date) -> str:
        pattern = self._long_pattern()
        if start.year != end.year or not pattern.startswith("d MMMM"):
            return self._date(start, pattern)
        return self._date(start, "d" if start.month == end.month else "d MMMM")

    def _date(self, on: date, pattern: str) -> str:
        # CLDR has no ordinal day numbers, but French says "1er octobre".
        first = self.in_context("first day of a month", "1")
        if on.day == 1 and pattern.startswith("d"):
            pattern = f"'{first}'{pattern[1:]}"
        return format_date(on, pattern, locale=self.locale)
