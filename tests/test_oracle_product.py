"""The product against the second opinion, on nasty worlds and under the metamorphic laws."""

import json
import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.cli import cli
from tests import oracle_examples_silent, oracle_examples_size, oracle_examples_talk
from tests.oracle import figures
from tests.worlds import STEADY, World, smallest, text, with_quarrels, world, worlds
from tests.worlds_lines import Line, joined, member

Found = dict[str, dict[str, Any]]
WEEK = timedelta(days=7)
INSTANTS = ("at", "start", "end")
NAMES = ("user", "author", "message_author", "reply_to_author", "id", "message", "reply_to")
PLACES = ("channel", "thread", "poll")
EXAMPLES = {
    **oracle_examples_size.EXAMPLES,
    **oracle_examples_talk.EXAMPLES,
    **oracle_examples_silent.EXAMPLES,
}


def run(*words: str) -> Any:
    """The JSON that a command prints."""
    result = CliRunner().invoke(cli, [*words, "--json", "--quiet"])
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def product_figures(
    folder: Path, header: Line, lines: list[Line], until: date, name: str = "w"
) -> Found:
    """Every figure of the product once a file is imported, with coverage among them."""
    file, store = folder / "w.jsonl", f"sqlite:///{folder / 'w.db'}"
    written = "".join(json.dumps(line) + "\n" for line in [header, *lines])
    file.write_text(written, encoding="utf-8")
    run("import", str(file), "--community", name, "--db", store)
    document = run("stats", "--community", name, "--until", until.isoformat(), "--db", store)
    found: Found = document["metrics"]
    return found | {"coverage": {"value": document["coverage"]}}


def of_product(told: World) -> Found:
    with TemporaryDirectory() as folder:
        return product_figures(Path(folder), told.header, told.lines, told.until)


def of_oracle(told: World, until: date | None = None) -> Found:
    timezone, platform = told.header["timezone"], told.header["platform"]
    return figures(told.lines, until or told.until, timezone, platform=platform)


def differences(told: World, found: Found) -> Iterator[str]:
    """Every value, x, n, part and previous value that the definitions do not give."""
    before = of_oracle(told, told.until - WEEK)
    for metric, expected in of_oracle(told).items():
        ours = {key: expected[key] for key in ("value", "x", "n") if expected[key] is not None}
        ours |= {"value": expected["value"], "previous": before[metric]["value"]}
        theirs = found[metric] | (found[metric].get("parts") or {})
        ours |= expected.get("parts", {})
        for key in ours.keys() & theirs.keys():
            if not alike(ours[key], theirs[key]):
                yield f"{metric}.{key}: {theirs[key]} is not {ours[key]}"
        if "matrix" in expected and not same_matrix(expected["matrix"], theirs["matrix"]):
            yield f"{metric}: {theirs['matrix']} is not {expected['matrix']}"


def check(told: World) -> None:
    """The product agrees, or the smallest world on which it does not is shown."""
    if list(differences(told, of_product(told))):
        told = smallest(told, lambda less: any(differences(less, of_product(less))))
        shown = "\n".join(json.dumps(line, ensure_ascii=False) for line in told.lines)
        found = "\n".join(differences(told, of_product(told)))
        pytest.fail(f"until {told.until}, {told.header}\n{shown}\n{found}")


def alike(ours: float | None, theirs: float | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    if isinstance(ours, int) and isinstance(theirs, int):
        return ours == theirs
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12)


def same_matrix(ours: list[list[float]], theirs: list[list[float]]) -> bool:
    return [len(day) for day in ours] == [len(day) for day in theirs] and all(
        alike(mine, yours)
        for my_day, your_day in zip(ours, theirs, strict=True)
        for mine, yours in zip(my_day, your_day, strict=True)
    )


def permuted(told: World) -> World:
    lines = list(told.lines)
    Random(1).shuffle(lines)  # noqa: S311  chance that repeats, no secret
    return told._replace(lines=lines)


def repeated(told: World) -> World:
    return told._replace(lines=told.lines * 2)


def renamed(told: World) -> World:
    """Every id with one letter before it, which keeps every order."""

    def rename(line: Line) -> Line:
        names = {key: f"x{line[key]}" for key in NAMES + PLACES if line.get(key) is not None}
        mentions = {"mentions": [f"x{user}" for user in line.get("mentions", ())]}
        return line | names | (mentions if "mentions" in line else {})

    return told._replace(lines=[rename(line) for line in told.lines])


def a_week_later(told: World) -> World:
    def shift(line: Line) -> Line:
        moved = {k: text(datetime.fromisoformat(line[k]) + WEEK) for k in INSTANTS if k in line}
        return line | moved

    return told._replace(lines=[shift(line) for line in told.lines], until=told.until + WEEK)


def with_silent_members(told: World) -> World:
    old = text(datetime.fromisoformat(f"{told.until}T12:00:00+00:00") - timedelta(days=300))
    silent = [joined("silent 1", old), joined("silent 2", old), member("silent 3")]
    return told._replace(lines=[*silent, *told.lines])


UNSHRUNK = [Phase.explicit, Phase.reuse, Phase.generate]
SAME = [permuted, repeated, renamed]


@given(worlds())
@settings(deadline=None, max_examples=20)
def test_order_repetition_and_names_change_no_opinion(told: World) -> None:
    for change in SAME:
        assert of_oracle(change(told)) == of_oracle(told)


@given(worlds(STEADY))
@settings(deadline=None, max_examples=20)
def test_a_week_later_nothing_is_different(told: World) -> None:
    assert of_oracle(a_week_later(told)) == of_oracle(told)


@given(worlds())
@settings(deadline=None, max_examples=20)
def test_silent_members_are_heads_and_nothing_else(told: World) -> None:
    before, after = of_oracle(told), of_oracle(with_silent_members(told))
    assert after.pop("headcount")["value"] == before.pop("headcount")["value"] + 3
    assert after == before


@given(worlds())
@settings(deadline=None, max_examples=20)
def test_nothing_after_t_is_known_at_t(told: World) -> None:
    known = [line for line in told.lines if "at" not in line or line["at"] < f"{told.until}T"]
    earlier = told.until - 2 * WEEK
    assert of_oracle(told._replace(lines=known), earlier) == of_oracle(told, earlier)


@pytest.mark.parametrize("seed", range(16))
def test_the_product_agrees_on_a_seeded_world(seed: int) -> None:
    told = world(seed, (8, 40, 120, 300)[seed % 4])
    check(told)


@given(worlds())
@settings(deadline=None, max_examples=15, phases=UNSHRUNK)
def test_the_product_agrees_on_any_world(told: World) -> None:
    check(told)


@given(st.integers(0, 99))
@settings(deadline=None, max_examples=4, phases=UNSHRUNK)
def test_of_two_messages_with_one_identity_the_first_line_stays(seed: int) -> None:
    told = with_quarrels(Random(seed), world(seed, 40))  # noqa: S311  chance that repeats
    check(told)


def test_the_product_agrees_on_every_example_of_the_readings(tmp_path: Path) -> None:
    header = {"format": "foyer-events/1", "platform": "discord", "timezone": "UTC"}
    wrong = {}
    for name, example in EXAMPLES.items():
        told = World(header | {"community": name}, example.lines, example.until)
        wrong[name] = list(differences(told, product_figures(tmp_path, *told, name=name)))
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("change", SAME)
def test_order_repetition_and_names_change_nothing_in_the_product(change: Any) -> None:
    told = world(5, 80)
    assert of_product(change(told)) == of_product(told)


def test_a_file_in_pieces_says_the_same() -> None:
    told = world(8, 90)
    with TemporaryDirectory() as folder:
        for piece in (told.lines[60:], told.lines[:30], told.lines[30:60]):
            found = product_figures(Path(folder), told.header, piece, told.until)
    assert found == of_product(told)


def test_a_week_later_the_product_says_the_same() -> None:
    told = world(6, 80, STEADY)
    assert of_product(a_week_later(told)) == of_product(told)


def test_silent_members_are_heads_in_the_product_and_nothing_else() -> None:
    told = world(7, 80)
    before, after = of_product(told), of_product(with_silent_members(told))
    assert after.pop("headcount")["value"] == before.pop("headcount")["value"] + 3
    assert after == before
