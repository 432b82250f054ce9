"""How the hours of a week are named."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter

from bot.digest.slots import Slot
from bot.text.texts import Texts


def named(slots: Iterable[Slot], texts: Texts) -> str:
    """The days with their hours; semicolons part days where a day has several spans of hours."""
    days = [(day, list(spans)) for day, spans in groupby(slots, attrgetter("day"))]
    times = [_day(day, spans, texts) for day, spans in days]
    if all(len(spans) == 1 for _, spans in days):
        return texts.items(times)
    return texts.in_context("between days", "; ").join(times)


def _day(day: int, spans: Iterable[Slot], texts: Texts) -> str:
    hours = texts.items([texts.hours(span.start, span.end) for span in spans])
    weekday = texts.weekday(day)
    return texts.in_context("a time of the week", "{weekday} {hours}", weekday=weekday, hours=hours)
