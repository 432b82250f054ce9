"""Spans of time, in epoch milliseconds."""

from collections.abc import Iterable

Span = tuple[int, int]
"""The instants `[start, end)`."""


def without_overlap(found: Iterable[Span]) -> list[Span]:
    """The same instants as spans that share none, in the order of time."""
    spans: list[Span] = []
    for start, end in sorted(found):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def inside(spans: Iterable[Span], start: int, end: int) -> int:
    """How many milliseconds of `[start, end)` lie in spans that share no instant."""
    return sum(max(0, min(end, to) - max(start, of)) for of, to in spans)
