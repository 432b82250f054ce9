"""What a benchmark found: costs of ours beside those of a peer, as ratios."""

from collections.abc import Sequence
from typing import Any, NamedTuple

_HEADER = ("", "ours", "peer", "ratio", "goal", "")


class Row(NamedTuple):
    """A cost of ours beside the peer's; `goal` is the ratio that it should not pass."""

    what: str
    ours: float
    peer: float
    goal: float | None = None

    @property
    def ratio(self) -> float:
        """Our cost as a part of the peer's."""
        return self.ours / self.peer

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is reached, None where there is none."""
        return None if self.goal is None else self.ratio <= self.goal


class Report(NamedTuple):
    """The rows of one benchmark; `unit` is that of its costs."""

    name: str
    peer: str
    unit: str
    rows: Sequence[Row]


def document(reports: Sequence[Report]) -> dict[str, Any]:
    """The reports as the contract's JSON: nothing rounded."""
    return {
        "schema": 1,
        "benchmarks": [
            {
                "name": report.name,
                "peer": report.peer,
                "unit": report.unit,
                "rows": [
                    {**row._asdict(), "ratio": row.ratio, "met": row.is_met} for row in report.rows
                ],
            }
            for report in reports
        ],
    }


def table(report: Report) -> str:
    """A report as a plain table."""
    rows = [_HEADER, *map(_cells, report.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    title = f"{report.name}: {report.unit}, beside {report.peer}"
    return "\n".join([title, "", *(_line(row, widths) for row in rows), ""])


def _cells(row: Row) -> tuple[str, ...]:
    goal = "" if row.goal is None else f"{row.goal:g}"
    verdict = {None: "", True: "reached", False: "missed"}[row.is_met]
    return (row.what, f"{row.ours:.2f}", f"{row.peer:.2f}", f"{row.ratio:.3f}", goal, verdict)


def _line(row: tuple[str, ...], widths: Sequence[int]) -> str:
    what, *figures, verdict = (
        cell.ljust(width) if column in (0, len(widths) - 1) else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join([what, *figures, verdict]).rstrip()
