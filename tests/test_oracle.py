"""The second opinion itself, held against the examples of METRICS-READINGS."""

from datetime import date

import pytest

from tests import oracle_examples_silent, oracle_examples_size, oracle_examples_talk
from tests.oracle import figures
from tests.oracle_example import SUNDAY, Expected
from tests.worlds_lines import said, talked

EXAMPLES = {
    **oracle_examples_size.EXAMPLES,
    **oracle_examples_talk.EXAMPLES,
    **oracle_examples_silent.EXAMPLES,
}


def stated(answer: dict[str, object], expected: Expected) -> object:
    """The part of an answer that an example speaks of."""
    if isinstance(expected, tuple):
        return (answer["x"], answer["n"])
    return answer["parts"] if isinstance(expected, dict) else answer["value"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_of_the_readings_holds(name: str) -> None:
    example = EXAMPLES[name]
    found = figures(example.lines, example.until, "UTC")
    for metric, expected in example.expected.items():
        assert stated(found[metric], expected) == pytest.approx(expected), metric


def test_the_value_of_a_share_is_x_of_n() -> None:
    answer = figures(*EXAMPLES["O1 two of three questions answered"][::2], "UTC")
    assert answer["answer_rate_24h"]["value"] == pytest.approx(0.6667, abs=1e-4)


def test_a_missing_midnight_begins_the_day_at_one() -> None:
    lines = [said("1", "a", "2018-11-04T02:59:59Z"), said("2", "b", "2018-11-04T03:00:00Z")]
    assert figures(lines, date(2018, 11, 3), "America/Sao_Paulo")["dau"]["value"] == 1
    assert figures(lines, date(2018, 11, 4), "America/Sao_Paulo")["dau"]["value"] == 1


def test_coverage_divides_by_the_seconds_that_were() -> None:
    lines = [{"kind": "gap", "start": "2025-03-30T00:00:00Z", "end": "2025-03-30T02:00:00Z"}]
    coverage = figures(lines, date(2025, 4, 6), "Europe/Paris")["coverage"]["value"]
    assert coverage == pytest.approx(1 - 2 / (672 - 1))


def test_rhythm_is_the_mean_of_distinct_people_an_hour() -> None:
    lines = [
        said("1", "a", "02-10 12:00"),
        said("2", "a", "02-10 12:59"),
        said("3", "b", "02-17 12:30"),
        talked("a", "02-09 23:50", "02-10 00:10"),
        talked("b", "02-09 23:50", "02-10 00:10"),
    ]
    matrix = figures(lines, SUNDAY, "UTC")["rhythm"]["matrix"]
    assert (matrix[0][12], matrix[6][23], matrix[0][0]) == (0.5, 0.5, 0.5)
    assert sum(map(sum, matrix)) == 1.5
