"""Hand-built statistics of believable communities, for the tests of what Foyer says."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from math import sqrt
from pathlib import Path

from bot.metrics.figure import Figure, Unit
from bot.model import Community
from bot.post import Bullets, FigureLine, Note, Post
from bot.render.text import render_text
from bot.stats import Statistics, Window

GOLDEN = Path(__file__).parent / "golden"
SUNDAY = date(2025, 10, 5)
KNOWN = (date(2024, 3, 12), SUNDAY)
EMPTY = Figure(value=None, n=0, unit=Unit.NUMBER, enough=False)
METRICS = """
    participation_rate l28_4plus top1_share giant_component reciprocity answer_rate_24h
    answer_rate_1h newcomer_first_reply_24h retention_d1 retention_w1 retention_w4 core_kept
    conversations_3plus response_ratio headcount reachable dau wau mau stickiness regularity gini
    n2_voices bus_factor quick_ratio conversation_depth hero_survival activation_7d
    early_leave_rate non_new_communicators growth rhythm first_response_time
"""


def share(
    x: int,
    n: int,
    *,
    window_days: int = 28,
    previous: float | None = None,
    changed: bool | None = None,
    people: int | None = None,
) -> Figure:
    """A share with its Wilson interval; five are enough."""
    if n == 0:
        return Figure(value=None, n=0, x=0, unit=Unit.SHARE, enough=False)
    z, p = 1.96, x / n
    scale = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / scale
    half = z / scale * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Figure(
        value=p,
        n=n,
        x=x,
        low=max(0.0, centre - half),
        high=min(1.0, centre + half),
        unit=Unit.SHARE,
        enough=n >= 5,
        previous=previous,
        changed=changed,
        window_days=window_days,
        people=people,
    )


def people(count: int, previous: int | None = None, changed: bool | None = None) -> Figure:
    """A number of people."""
    return Figure(
        value=float(count),
        n=count,
        unit=Unit.PEOPLE,
        enough=True,
        previous=previous,
        changed=changed,
        window_days=7,
    )


def number(value: float | None, n: int, *, enough: bool = True) -> Figure:
    """Any other figure."""
    return Figure(value=value, n=n, unit=Unit.NUMBER, enough=enough)


def seconds(value: float | None, n: int) -> Figure:
    """A wait, which has no value where more than half are still waiting."""
    parts = {"censored": value is None}
    return Figure(value=value, n=n, unit=Unit.SECONDS, enough=value is not None, parts=parts)


def growth(new: int, retained: int, resurrected: int, churned: int) -> Figure:
    """A week of growth accounting."""
    parts = {"new": new, "retained": retained, "resurrected": resurrected, "churned": churned}
    net = new + resurrected - churned
    return Figure(value=net, n=net, unit=Unit.PEOPLE, enough=True, window_days=7, parts=parts)


def rhythm(scale: float, *, enough: bool = True) -> Figure:
    """Evenings, with a long Tuesday and Thursday and a Sunday morning."""
    day = [0.1, 0, 0, 0, 0, 0.05, 0.2, 0.5, 0.7, 0.6, 0.6, 0.6]
    day += [0.9, 0.8, 0.5, 0.5, 0.6, 0.9, 1.2, 1.6, 1.9, 1.7, 1.0, 0.4]
    weights = [0.9, 1.4, 0.9, 1.5, 0.8, 0.7, 0.8]
    matrix = [[round(scale * weight * value, 2) for value in day] for weight in weights]
    matrix[6][9:12] = [round(scale * value, 2) for value in (2.4, 2.6, 1.9)]
    return Figure(None, 900, Unit.COUNT, enough, parts={"matrix": matrix})


def statistics(
    name: str, figures: Mapping[str, Figure], *, coverage: float = 1.0, timezone: str = "UTC"
) -> Statistics:
    """Statistics at the end of the week 2025-W40; figures that are not given were not measured."""
    window = Window(SUNDAY - timedelta(days=27), SUNDAY, timezone)
    return Statistics(
        Community(1, name, timezone, "en"),
        window,
        coverage,
        dict.fromkeys(METRICS.split(), EMPTY) | dict(figures),
        known=KNOWN,
    )


def running_club() -> Statistics:
    """A community of four hundred in good health, with a change or two."""
    return statistics(
        "Les Foulées du Canal",
        {
            "headcount": people(412),
            "reachable": people(231),
            "dau": people(17),
            "wau": people(64, previous=51, changed=True),
            "mau": people(118),
            "stickiness": number(0.147, 118),
            "regularity": number(0.482, 118),
            "participation_rate": share(114, 231),
            "l28_4plus": share(39, 118),
            "non_new_communicators": people(58),
            "first_response_time": seconds(12_706, 91),
            "gini": number(0.612, 118),
            "n2_voices": number(23.4, 118),
            "top1_share": share(163, 1394),
            "bus_factor": number(11, 118),
            "hero_survival": share(92, 97),
            "growth": growth(6, 42, 16, 9),
            "quick_ratio": number(22 / 9, 31),
            "core_kept": share(54, 66),
            "activation_7d": share(13, 52, window_days=56),
            "retention_d1": share(8, 55, window_days=56),
            "retention_w1": share(11, 51, window_days=56),
            "retention_w4": share(6, 47, window_days=56),
            "early_leave_rate": share(1, 24),
            "newcomer_first_reply_24h": share(14, 19, window_days=56, people=14),
            "answer_rate_24h": share(62, 91, previous=0.79, changed=True, people=31),
            "answer_rate_1h": share(44, 91),
            "reciprocity": share(188, 341),
            "giant_component": share(94, 118),
            "conversation_depth": number(3.5, 212),
            "conversations_3plus": share(68, 287, people=29),
            "response_ratio": share(172, 287),
            "rhythm": rhythm(3.1),
        },
        coverage=0.982,
        timezone="Europe/Paris",
    )


def young_club() -> Statistics:
    """A club of thirty that Foyer came to on the Wednesday of the week."""
    few = dict.fromkeys(("retention_w1", "retention_w4", "core_kept"), share(0, 0))
    figures = few | {
        "headcount": people(31, previous=0),
        "reachable": people(24),
        "dau": people(9),
        "wau": people(17, previous=0),
        "mau": people(17),
        "stickiness": number(0.09, 17),
        "regularity": number(0.25, 17),
        "participation_rate": share(17, 24),
        "l28_4plus": share(3, 17),
        "n2_voices": number(7.2, 17),
        "bus_factor": number(3, 17),
        "top1_share": share(38, 164),
        "growth": growth(17, 0, 0, 0),
        "retention_d1": share(2, 3, window_days=56),
        "newcomer_first_reply_24h": share(2, 2, window_days=56, people=2),
        "answer_rate_24h": share(6, 8, people=5),
        "answer_rate_1h": share(4, 8),
        "first_response_time": seconds(1_860, 8),
        "reciprocity": share(21, 44),
        "giant_component": share(15, 17),
        "conversation_depth": number(3, 21),
        "conversations_3plus": share(5, 29, people=4),
        "response_ratio": share(19, 29),
        "rhythm": rhythm(0.4, enough=False),
    }
    young = statistics("Le Cercle des lecteurs", figures, timezone="Europe/Paris")
    return replace(young, known=(date(2025, 10, 1), SUNDAY))


def imported_chat() -> Statistics:
    """Three weeks of a chat, exported on the Friday of the last, without anybody's joining."""
    club = running_club()
    busy_thursday = rhythm(3.1).parts or {}
    busy_thursday["matrix"][3][8:10] = [12.0, 12.0]
    joinless = "activation_7d early_leave_rate newcomer_first_reply_24h"
    joinless += " retention_d1 retention_w1 retention_w4"
    never = Figure(value=None, n=0, x=0, unit=Unit.SHARE, enough=False)
    figures = dict.fromkeys(joinless.split(), never) | {
        "quick_ratio": number(1.04, 31),
        "hero_survival": share(199, 200),
        "response_ratio": share(1, 287),
        "first_response_time": seconds(None, 91),
        "rhythm": Figure(None, 900, Unit.COUNT, enough=True, parts=busy_thursday),
    }
    return replace(
        club,
        community=Community(1, "Old Books", "Europe/Paris", "en"),
        figures={**club.figures, **figures},
        known=(date(2025, 9, 15), date(2025, 10, 3)),
        tells_joins=False,
    )


def later_week() -> Statistics:
    """The running club in a week after its history ends; earlier weeks still have figures."""
    club = running_club()
    figures = {**club.figures, "wau": people(0), "growth": growth(0, 0, 0, 64)}
    return replace(club, figures=figures, known=(date(2024, 3, 12), date(2025, 9, 26)))


def reading_circle() -> Statistics:
    """Three people who talk a little: nearly nothing can be told."""
    return statistics(
        "Lectures du mardi",
        {
            "headcount": people(4),
            "reachable": people(4),
            "dau": people(1),
            "wau": people(3),
            "mau": people(3),
            "stickiness": number(0.24, 3, enough=False),
            "regularity": number(0.75, 3, enough=False),
            "participation_rate": share(3, 4),
            "l28_4plus": share(2, 3),
            "gini": number(0.21, 3, enough=False),
            "n2_voices": number(2.6, 3, enough=False),
            "top1_share": Figure(9 / 19, 19, Unit.SHARE, enough=False, x=9, low=0.27, high=0.68),
            "bus_factor": number(2, 3, enough=False),
            "growth": growth(0, 2, 1, 0),
            "quick_ratio": number(None, 1, enough=False),
            "core_kept": share(2, 2),
            "retention_d1": share(0, 0),
            "retention_w1": share(0, 0),
            "retention_w4": share(1, 1, window_days=56),
            "newcomer_first_reply_24h": share(0, 0),
            "answer_rate_24h": share(2, 3),
            "answer_rate_1h": share(1, 3),
            "reciprocity": Figure(0.8, 5, Unit.SHARE, enough=False, x=4, low=0.38, high=0.96),
            "giant_component": Figure(1.0, 3, Unit.SHARE, enough=False, x=3, low=0.44, high=1.0),
            "conversation_depth": number(3, 4, enough=False),
            "conversations_3plus": share(1, 4),
            "response_ratio": share(3, 4),
            "rhythm": rhythm(0.2, enough=False),
        },
        timezone="Europe/Paris",
    )


def silent_group() -> Statistics:
    """Thirty people, not one word."""
    figures = dict.fromkeys(("dau", "wau", "mau"), people(0)) | {
        "headcount": people(30),
        "reachable": people(2),
    }
    return statistics("Quiet Hall", figures | {"growth": growth(0, 0, 0, 0)}, coverage=0.71)


def assert_golden(name: str, language: str, post: Post) -> None:
    """A post reads as its golden page, which FOYER_UPDATE_GOLDEN=1 writes anew."""
    golden = GOLDEN / f"{name}.{language}.txt"
    rendered = render_text(post)
    if os.environ.get("FOYER_UPDATE_GOLDEN"):
        golden.write_text(rendered, encoding="utf-8")
    assert rendered == golden.read_text(encoding="utf-8")


def figure_lines(post: Post) -> list[FigureLine]:
    """Every figure that a post tells."""
    blocks = (block for section in post.sections for block in section.blocks)
    return [block for block in blocks if isinstance(block, FigureLine)]


def line(post: Post, figure: str) -> FigureLine:
    """The one line of a figure."""
    (found,) = (entry for entry in figure_lines(post) if entry.figure == figure)
    return found


def bullets(post: Post) -> tuple[str, ...]:
    """The statements that close a digest."""
    (counted,) = post.sections[-1].blocks
    assert isinstance(counted, Bullets)
    return counted.items


def untold(post: Post) -> set[str]:
    """The figures that a post declares untold."""
    blocks = (block for section in post.sections for block in section.blocks)
    return {figure for block in blocks if isinstance(block, Note) for figure in block.figures}


def changed(world: Statistics, **figures: Figure) -> Statistics:
    """The same statistics with some other figures."""
    return replace(world, figures={**world.figures, **figures})
