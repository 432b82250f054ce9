"""Two thousand random communities, and somebody who subtracts: FAULTS §6.8 and §8.60."""

import json
from dataclasses import dataclass, field, replace
from random import Random

import pytest

from bot.digest import MEMBERS, compose, document
from bot.metrics.figure import Figure
from bot.post import Post
from bot.render.text import render_text
from bot.stats import Statistics
from bot.text import texts_for
from tests.attacker import FEW, Public, Range, Reading, read, small_groups
from tests.digests import figure_lines, growth, people, rhythm, share, statistics

COMMUNITIES = 2_000
TEXTS = {language: texts_for(language) for language in ("en", "fr")}


@dataclass
class Week:
    """Who was a member and who took part; whom questions, first posts and talks are by."""

    members: set[int]
    here: set[int]
    before: set[int]
    lately: set[int]
    answered: list[tuple[int, bool]]
    welcomed: dict[int, bool]
    wide: list[tuple[int, bool]]
    statistics: Statistics = field(init=False)

    def __post_init__(self) -> None:
        back = self.here & self.before
        parts = (len(self.here - self.lately), len(back), 0, len(self.before - self.here))
        figures = {
            "headcount": people(len(self.members)),
            "wau": people(len(self.here), previous=len(self.before)),
            "mau": people(len(self.here | self.lately)),
            "growth": growth(*parts),
            "rhythm": rhythm(len(self.here) / 20),
            "participation_rate": share(len(self.here), len(self.members)),
            "answer_rate_24h": _share(self.answered),
            "newcomer_first_reply_24h": _share(list(self.welcomed.items())),
            "conversations_3plus": _share(self.wide),
        }
        self.statistics = statistics("Any", figures)

    def behind(self, figure: str) -> tuple[set[int], float]:
        """The people of a group that a number was told of, and the true number."""
        if figure == "wau":
            return self.here, len(self.here)
        pairs = {
            "answer_rate_24h": self.answered,
            "newcomer_first_reply_24h": list(self.welcomed.items()),
            "conversations_3plus": self.wide,
        }[figure]
        return {one for one, is_so in pairs if is_so}, sum(so for _, so in pairs) / len(pairs)


def _share(pairs: list[tuple[int, bool]]) -> Figure:
    those = [one for one, is_so in pairs if is_so]
    return share(len(those), len(pairs), people=len(set(those)))


def _some(dice: Random, among: set[int], likely: float) -> set[int]:
    return {one for one in sorted(among) if dice.random() < likely}


def _likely(dice: Random) -> float:
    """Often nearly nobody or nearly everybody, where the floors are hit."""
    return dice.choice((0.0, 0.05, dice.random(), dice.random(), 0.9, 0.97, 1.0))


def _pairs(dice: Random, among: set[int]) -> list[tuple[int, bool]]:
    circle = sorted(_some(dice, among, _likely(dice))) or sorted(among)[:1]
    likely = _likely(dice)
    return [(dice.choice(circle), dice.random() < likely) for _ in range(dice.randrange(1, 60))]


def two_weeks(seed: int) -> tuple[Week, Week, int]:
    """A community in two weeks that follow each other, and how many joined in between."""
    dice = Random(seed)  # noqa: S311  a world, not a secret
    members = set(range(dice.choice((6, 9, 10, 12, 15, 20, 30, 60, 120)) + dice.randrange(5)))
    joined = {1000 + number for number in range(dice.choice((0, 0, 1, 3, 8, 30)))}
    left = _some(dice, members, dice.choice((0.0, 0.0, 0.05)))
    earlier, first = (_some(dice, members, _likely(dice)) for _ in range(2))
    new = (members | joined) - left
    second = dice.choice(
        (
            _some(dice, new, _likely(dice)),
            (first & new) | _some(dice, new, 0.05),
            (first & new) - _some(dice, new, 0.05),
            new - first,
        )
    )
    weeks = (
        _week(dice, members, first, earlier, earlier),
        _week(dice, new, second, first, earlier | first),
    )
    return *weeks, len(joined)


def _week(
    dice: Random, members: set[int], here: set[int], before: set[int], lately: set[int]
) -> Week:
    cohort = _some(dice, members, _likely(dice)) or members
    likely = _likely(dice)
    return Week(
        members,
        here,
        before,
        lately,
        answered=_pairs(dice, members),
        welcomed={one: dice.random() < likely for one in cohort},
        wide=_pairs(dice, members),
    )


def edition(week: Week, seed: int) -> Post:
    return compose(week.statistics, TEXTS["fr" if seed % 2 else "en"], MEMBERS)


def test_nobody_finds_a_group_of_fewer_than_five_in_two_weeks_of_any_community() -> None:
    told = 0
    for seed in range(COMMUNITIES):
        first, second, joined = two_weeks(seed)
        one, other = (
            Public(render_text(edition(week, seed)), len(week.members)) for week in (first, second)
        )
        told += bool(read(one.edition).people and read(other.edition).people)
        assert small_groups(one, other, joined) == [], seed
    assert told > COMMUNITIES / 4


def test_every_number_told_stands_for_five_people_and_is_no_more_than_the_truth() -> None:
    told: set[str] = set()
    for seed in range(COMMUNITIES):
        for week in two_weeks(seed)[:2]:
            for line in figure_lines(edition(week, seed)):
                group, truth = week.behind(line.figure)
                [shown] = {number for some in read(f"  {line.value}  x") for number in some}
                assert len(group) >= FEW, seed
                assert shown <= (truth if line.figure == "wau" else 100 * truth), seed
                told.add(line.figure)
    assert told == {"wau", "answer_rate_24h", "newcomer_first_reply_24h", "conversations_3plus"}


def test_the_document_holds_no_number_that_the_post_does_not_tell() -> None:
    for seed in range(0, COMMUNITIES, 4):
        week, _, _ = two_weeks(seed)
        post = edition(week, seed)
        told = document(week.statistics, post, MEMBERS)
        metrics, unsure = told["metrics"], told["authenticity"]
        hours = (metrics.pop("rhythm")["parts"] or {"liveliest": []})["liveliest"]
        assert {people for _, _, _, people in hours} <= {0}
        shown = {line.figure for line in figure_lines(post)}
        assert {id_ for id_, one in metrics.items() if one["value"] is not None} == shown
        assert {id_ for id_, one in metrics.items() if one["enough"]} == shown
        for metric in metrics.values():
            assert metric["n"] == 0
            kept = ("x", "low", "high", "previous", "parts")
            assert {metric[name] for name in kept} == {None}, seed
        assert not [name for name, value in unsure.items() if value and name != "reason"]
        json.dumps(told)


def test_the_attacker_reads_what_stands_there() -> None:
    first, _, _ = two_weeks(0)
    post = edition(first, 0)
    lines = figure_lines(post)
    assert len(lines) > 1
    numbers = [int("".join(c for c in line.value if c.isdecimal())) for line in lines]
    reading = read(render_text(post))
    assert [*reading.people, *reading.percents] == numbers
    assert reading.people == (numbers[0],)


@pytest.mark.parametrize(
    ("text", "members", "found"),
    [
        ("  20  people\n  20  people\n", 60, "count 1 but count 0"),
        ("  20  people\n", 23, "everybody but count 0"),
        ("   3  people\n", 60, "count 0"),
        ("  95%  of newcomers\n", 60, "all but share 0"),
    ],
)
def test_the_attacker_would_find_a_leak_in_one_week(text: str, members: int, found: str) -> None:
    leak = Public(text, members)
    assert f"first week: {found}" in small_groups(leak, Public("", 60), 0)


def test_the_attacker_would_find_a_leak_between_two_weeks() -> None:
    first, second = Public("  20  people\n", 40), Public("  40  people\n", 40)
    assert "silent after the first" in small_groups(first, second, 0)
    assert "silent after the first" not in small_groups(first, second._replace(members=80), 40)


def test_ranges_subtract_to_what_is_possible() -> None:
    assert Range(20, 24).minus(Range(15, 19)) == Range(1, 9)
    assert Range(20, 24).minus(Range(20, 24)) == Range(0, 4)


def test_french_numbers_are_read_with_their_spaces() -> None:
    told = "  1\u202f285  personnes\n  65\u202f%  des nouveaux membres\n  5\u202f%  x\nNotre 5  x"
    assert read(told) == Reading((1285,), (65, 5), (65,))


def test_the_platforms_own_number_of_members_is_a_whole_too() -> None:
    week, _, _ = two_weeks(0)
    full = replace(week.statistics, reported=len(week.here) + 1)
    public = Public(render_text(compose(full, TEXTS["en"], MEMBERS)), len(week.here) + 1)
    assert read(public.edition).people
    assert small_groups(public, Public("", 100), 0) == []
