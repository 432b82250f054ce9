import json
import re
from dataclasses import replace
from datetime import timedelta
from gettext import NullTranslations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import stats
from bot.digest import compose, document
from bot.digest.newcomers import STAYING
from bot.metrics.figure import Figure, Unit
from bot.post import Bullets, FigureLine, Note, Para, WeekGrid
from bot.render.text import render_text
from bot.text import Texts, texts_for
from tests.digests import (
    METRICS,
    assert_golden,
    bullets,
    changed,
    figure_lines,
    growth,
    imported_chat,
    later_week,
    line,
    number,
    people,
    reading_circle,
    running_club,
    seconds,
    share,
    silent_group,
    statistics,
    untold,
    young_club,
)

WORLDS = {
    "digest": running_club,
    "digest-small": reading_circle,
    "digest-silent": silent_group,
    "digest-imported": imported_chat,
    "digest-unknown": later_week,
    "digest-young": young_club,
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", WORLDS)
def test_the_digest_reads_as_its_golden_page(name: str, language: str) -> None:
    assert_golden(name, language, compose(WORLDS[name](), texts_for(language)))


def test_people_come_first_and_the_head_count_last() -> None:
    post = compose(running_club(), texts_for("en"))
    assert [section.id for section in post.sections] == [
        "people",
        "answers",
        "voices",
        "flow",
        "rhythm",
        "counted",
    ]
    assert figure_lines(post)[0].figure == "wau"
    assert not {entry.figure for entry in figure_lines(post)} & {"headcount", "reachable"}
    items = bullets(post)
    assert [at for at, item in enumerate(items) if "412" in item] == [len(items) - 1]


def test_a_share_shows_what_was_counted_and_how_sure_it_is() -> None:
    told = line(compose(running_club(), texts_for("en")), "newcomer_first_reply_24h")
    assert told.value == "74%"
    assert told.detail == "14 first messages out of 19 in 8 weeks, likely 51–88%"


def test_a_change_is_told_only_where_it_is_one() -> None:
    moved = share(62, 91, previous=0.79, changed=True)
    for verdict, text in ((True, "down from 79% a week earlier"), (False, ""), (None, "")):
        world = changed(running_club(), answer_rate_24h=replace(moved, changed=verdict))
        assert line(compose(world, texts_for("en")), "answer_rate_24h").change == text


def test_a_week_that_stands_out_like_the_one_before_says_so() -> None:
    world = changed(running_club(), wau=people(64, previous=64, changed=True))
    assert line(compose(world, texts_for("en")), "wau").change == "unlike the weeks before"


def test_a_change_without_a_week_before_says_nothing() -> None:
    world = changed(running_club(), wau=people(64, previous=None, changed=True))
    assert line(compose(world, texts_for("en")), "wau").change == ""


def test_too_little_data_is_said_and_never_shown_as_a_value() -> None:
    post = compose(changed(running_club(), answer_rate_24h=share(2, 3)), texts_for("en"))
    assert "answer_rate_24h" in untold(post)
    assert "answer_rate_24h" not in {entry.figure for entry in figure_lines(post)}
    assert "Not enough data yet on answers to questions (2 questions out of 3)." in render_text(
        post
    )


def test_figures_on_the_same_data_are_missed_once() -> None:
    few = {"answer_rate_24h": share(2, 3), "answer_rate_1h": share(1, 3)}
    few["first_response_time"] = replace(seconds(600, 3), enough=False)
    assert untold(compose(changed(running_club(), **few), texts_for("en"))) == {"answer_rate_24h"}


def test_an_optional_figure_that_was_never_measured_is_passed_over() -> None:
    never = Figure(value=None, n=0, unit=Unit.SHARE, enough=False)
    post = compose(changed(running_club(), hero_survival=never), texts_for("en"))
    assert "hero_survival" not in untold(post) | {entry.figure for entry in figure_lines(post)}


def test_a_quiet_week_after_livelier_ones_is_told_plainly() -> None:
    world = changed(running_club(), wau=people(0), growth=growth(0, 0, 0, 42))
    first = compose(world, texts_for("en")).sections[0].blocks[0]
    assert first == Para("Nobody took part this week.")


def test_every_figure_about_newcomers_who_stay_names_its_cohort() -> None:
    post = compose(running_club(), texts_for("en"))
    assert line(post, "retention_d1").detail == (
        "8 newcomers out of 55 who joined 2 to 58 days ago, likely 8–26%"
    )
    details = {line(post, wording.figure).detail for wording in STAYING}
    cohorts = {re.search("who joined .* ago", detail) for detail in details}
    assert len({cohort.group() for cohort in cohorts if cohort}) == len(STAYING)


@pytest.mark.parametrize(
    ("ratio", "english", "french"),
    [
        (0.94, "0.9 arrivals or returns", "0,9 arrivée ou retour"),
        (1.04, "1 arrival or return", "1 arrivée ou retour"),
        (1.05, "1 arrival or return", "1 arrivée ou retour"),
        (1.96, "2 arrivals or returns", "2 arrivées ou retours"),
        (1.94, "1.9 arrivals or returns", "1,9 arrivée ou retour"),
    ],
)
def test_the_balance_agrees_with_the_number_that_is_shown(
    ratio: float, english: str, french: str
) -> None:
    world = changed(running_club(), quick_ratio=number(ratio, 31))
    for language, said in (("en", english), ("fr", french)):
        told = line(compose(world, texts_for(language)), "quick_ratio")
        assert f"{told.value} {told.sentence}".startswith(f"{said} ")


def test_where_nobody_was_silent_the_balance_is_left_out() -> None:
    world = changed(running_club(), growth=growth(1, 9, 0, 0), quick_ratio=number(None, 1))
    post = compose(world, texts_for("en"))
    assert "quick_ratio" not in untold(post) | {entry.figure for entry in figure_lines(post)}


def test_a_wait_that_most_questions_outlast_is_over_a_day() -> None:
    censored = Figure(None, 40, Unit.SECONDS, enough=False, parts={"censored": True})
    post = compose(changed(running_club(), first_response_time=censored), texts_for("en"))
    assert line(post, "first_response_time").value == "over 24 h"
    assert "first_response_time" not in untold(post)
    known = replace(censored, value=5400.0, enough=True, parts={"censored": False})
    post = compose(changed(running_club(), first_response_time=known), texts_for("en"))
    assert line(post, "first_response_time").value == "1 h 30 min"


def test_a_wait_is_not_judged_by_a_few_questions() -> None:
    censored = Figure(None, 3, Unit.SECONDS, enough=False, parts={"censored": True})
    few = {"answer_rate_24h": share(1, 3), "answer_rate_1h": share(1, 3)}
    post = compose(changed(running_club(), first_response_time=censored, **few), texts_for("en"))
    assert "first_response_time" not in {entry.figure for entry in figure_lines(post)}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_known_makes_a_short_digest(language: str) -> None:
    post = compose(statistics("Nowhere", {}), texts_for(language))
    assert [section.id for section in post.sections] == ["people", "counted"]
    assert not figure_lines(post)
    assert "None" not in render_text(post)


def test_a_huge_community_is_written_with_grouped_digits() -> None:
    world = changed(
        running_club(),
        headcount=people(1_284_331),
        wau=people(48_120),
        answer_rate_24h=share(118_230, 151_002),
    )
    rendered = render_text(compose(world, texts_for("fr")))
    assert "48\u202f120  personnes ont participé cette semaine" in rendered
    assert "118\u202f230\u00a0questions sur 151\u202f002" in rendered
    assert "1\u202f284\u202f331\u00a0membres" in rendered


def test_members_that_only_the_platform_knows_are_mentioned_last() -> None:
    post = compose(replace(running_club(), reported=1_950), texts_for("en"))
    assert bullets(post)[-1].startswith("The platform itself counts 1,950: bots, and people who")
    assert "platform" not in render_text(
        compose(replace(running_club(), reported=400), texts_for("en"))
    )


def test_a_window_that_ends_within_a_week_is_called_seven_days() -> None:
    world = running_club()
    window = replace(world.window, end=world.window.end - timedelta(days=2))
    title = compose(replace(world, window=window), texts_for("en")).title
    assert title == "Les Foulées du Canal: the seven days of 27 September to 3 October 2025"


def test_a_hostile_name_stays_on_one_line() -> None:
    community = running_club().community._replace(name="A\n\u202eB{days}%s")
    title = compose(replace(running_club(), community=community), texts_for("en")).title
    assert title.startswith("A B{days}%s: the week of 29 September")


class Pseudo(NullTranslations):
    """Stretches and brackets every sentence, as a long-winded language would."""

    def gettext(self, message: str) -> str:
        return f"⟦{message} þþþþ⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return message


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS.keys())
def test_no_sentence_escapes_the_catalogue(world: object) -> None:
    assert callable(world)
    post = compose(world(), Texts("en", Pseudo()))
    for section in post.sections:
        said = [section.title]
        for block in section.blocks:
            match block:
                case FigureLine():
                    said += [block.sentence, block.detail, block.change]
                case Para() | Note():
                    said.append(block.text)
                case Bullets():
                    said += block.items
                case WeekGrid():
                    said.append(block.caption)
        assert all(text.startswith("⟦") and text.endswith("⟧") for text in said if text)
    assert max(map(len, render_text(post).splitlines())) <= 80


figures = st.builds(
    Figure,
    value=st.none() | st.floats(0, 1e9),
    n=st.integers(0, 10**9),
    unit=st.sampled_from(list(Unit)),
    enough=st.booleans(),
    x=st.none() | st.integers(0, 10**9),
    low=st.none() | st.floats(0, 1),
    high=st.none() | st.floats(0, 1),
    previous=st.none() | st.floats(0, 1e9),
    changed=st.none() | st.booleans(),
    window_days=st.sampled_from([7, 28, 56]),
)


@given(st.dictionaries(st.sampled_from(METRICS.split()), figures), st.sampled_from(["en", "fr"]))
def test_whatever_the_figures_only_those_with_enough_data_are_shown(
    known: dict[str, Figure], language: str
) -> None:
    post = compose(statistics("Any", known), texts_for(language))
    for entry in figure_lines(post):
        assert known[entry.figure].enough
        assert known[entry.figure].value is not None
    assert "None" not in render_text(post)


def test_the_document_is_the_statistics_with_the_sections() -> None:
    world = running_club()
    post = compose(world, texts_for("fr"))
    told = document(world, post)
    assert {**told, "sections": []} == stats.document(world)
    assert [section["id"] for section in told["sections"]] == [s.id for s in post.sections]
    assert json.loads(json.dumps(told["sections"])) == told["sections"]


def test_hours_of_one_day_are_named_with_their_day_once() -> None:
    texts = {language: compose(imported_chat(), texts_for(language)) for language in ("en", "fr")}
    said = {language: " ".join(render_text(post).split()) for language, post in texts.items()}
    assert "; Thursday 7:00–11:00 and 18:00–22:00" in said["en"]
    assert "jeudi de 7 h à 11 h et de 18 h à 22 h" in said["fr"]
