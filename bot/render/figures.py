"""Draws the catalogue of figures as a plain table."""

from bot.metrics.figure import Figure, Unit
from bot.stats import Statistics

_HEADER = ("metric", "value", "of", "likely", "a week ago", "")


def figures_table(statistics: Statistics) -> str:
    """All figures of a window, one a line; what rests on too little is marked."""
    rows = [_HEADER, *(_row(name, figure) for name, figure in statistics.figures.items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    window = statistics.window
    title = (
        f"{statistics.community.name}: {window.start} to {window.end} ({window.timezone}),"
        f" {statistics.coverage:.1%} seen, {_history(statistics)}"
    )
    lines = ["  ".join(map(_aligned, row, widths, range(len(row)))).rstrip() for row in rows]
    return "\n".join([title, "", *lines, ""])


def _history(statistics: Statistics) -> str:
    known = statistics.known
    return f"history {known[0]} to {known[1]}" if known else "no history"


def _row(name: str, figure: Figure) -> tuple[str, ...]:
    if figure.unavailable:
        return (name, "-", "", "", "", f"not available ({', '.join(figure.unavailable)} hidden)")
    if figure.value is None and figure.n == 0:
        return (name, "-", "", "", "", "")
    counted = f"{figure.x}/{figure.n}" if figure.x is not None else ""
    likely = ""
    if figure.low is not None and figure.high is not None:
        likely = f"{_value(figure.low, figure.unit)}..{_value(figure.high, figure.unit)}"
    note = "" if figure.enough else "too little data"
    value, previous = _value(figure.value, figure.unit), _value(figure.previous, figure.unit)
    return (name, value, counted, likely, previous, note)


def _value(value: float | None, unit: Unit) -> str:
    if value is None:
        return "-"
    if unit is Unit.SHARE:
        return f"{value:.1%}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column in (0, len(_HEADER) - 1) else cell.rjust(width)
