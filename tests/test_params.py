import unicodedata
from datetime import date
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import Command, Kind, declared
from bot.errors import UserError
from bot.languages import languages
from bot.model import AccountId, ChannelId
from bot.params import SWITCHES, Param, value_of
from bot.post import Post, plain
from bot.text import texts_for
from bot.text.texts import Texts
from bot.weeks import FIRST_DAY, LAST_DAY
from cogs import COGS


async def remember(
    ctx: object,
    day: Annotated[date | None, "Which day"] = None,
    words: Annotated[str, "What happened"] = "",
) -> Post:
    """Remember a day."""
    return plain()


async def judge(
    ctx: object,
    what: Annotated[Literal["bot", "excluded"], "What it is"],
    member: Annotated[AccountId | None, "Who"] = None,
    channel: Annotated[ChannelId | None, "Where"] = None,
) -> Post:
    """Judge something."""
    return plain()


async def rest(
    ctx: object,
    days: Annotated[int | None, "How long"] = None,
    loud: Annotated[bool | None, "Whether it is told"] = None,
) -> Post:
    """Rest."""
    return plain()


async def plan(
    ctx: object,
    loud: Annotated[bool | None, "Whether it is told"] = None,
    hour: Annotated[int | None, "When"] = None,
    day: Annotated[Literal["monday", "sunday"] | None, "Which day"] = None,
) -> Post:
    """Plan."""
    return plain()


REMEMBER, JUDGE, REST = declared(remember), declared(judge), declared(rest)


@pytest.mark.parametrize(
    ("command", "typed", "meant"),
    [
        (REMEMBER, "2026-05-03 the site was down", ("2026-05-03", "the site was down")),
        (REMEMBER, "the site was down", (None, "the site was down")),
        (REMEMBER, "2026-05-03", ("2026-05-03", None)),
        (REMEMBER, "2026-02-30 is no day", ("2026-02-30", "is no day")),
        (REMEMBER, "1.2.3 was released", (None, "1.2.3 was released")),
        (REMEMBER, "24/7 is too much", (None, "24/7 is too much")),
        (JUDGE, "bot @ann", ("bot", "@ann", None)),
        (JUDGE, "excluded #general", ("excluded", None, "#general")),
        (JUDGE, "bot ann", ("bot", "ann", None)),
        (JUDGE, "bot @ann #general", ("bot", "@ann", "#general")),
        (JUDGE, "bot #general @ann", None),
        (REST, "on", (None, "on")),
        (REST, "3 off", ("3", "off")),
        (REST, "0", ("0", None)),
    ],
)
def test_a_word_passes_over_what_it_does_not_fit(
    command: Command, typed: str, meant: tuple[str | None, ...] | None
) -> None:
    if meant is None:
        with pytest.raises(UserError):
            command.read_words(typed)
        return
    names = [param.name for param in command.params]
    expected = {name: word for name, word in zip(names, meant, strict=True) if word is not None}
    assert command.read_words(typed) == expected


def test_a_word_that_fits_nowhere_is_told_with_the_first_that_might_have_been_meant() -> None:
    with pytest.raises(UserError) as refused:
        REST.values(REST.read_words("long"), "discord")
    assert refused.value.values == {"word": "long", "name": "days", "command": "rest"}


def test_what_must_be_given_is_never_passed_over() -> None:
    assert JUDGE.read_words("@ann") == {"what": "@ann"}


@given(st.dates(FIRST_DAY, LAST_DAY), st.text(max_size=30))
def test_a_day_is_read_as_it_is_written(day: date, words: str) -> None:
    values = REMEMBER.values({"day": day.isoformat(), "words": words}, "discord")
    assert values == {"day": day, "words": words.strip()}


@pytest.mark.parametrize("word", ["1_000", "1e3", "inf", "nan", "٣", "0x1f", "9" * 16, ""])
def test_numbers_are_those_that_people_write(word: str) -> None:
    for kind in (Kind.WHOLE, Kind.NUMBER):
        with pytest.raises(ValueError, match=r"^$"):
            value_of(Param("n", "", kind), word, "discord")


def test_a_form_offers_a_switch_both_its_ways() -> None:
    by_name = {field.name: field for field in REST.form(texts_for("fr"), {"loud": "on"}).fields}
    assert by_name["loud"].options == (("on", "oui"), ("off", "non"))
    assert by_name["days"].options == ()
    assert [REST.values({"loud": word}, "discord")["loud"] for word in SWITCHES] == [True, False]


@pytest.mark.parametrize(
    "typed",
    [
        "2026-10-99",
        "2026-02-29",
        "2026-1-5",
        "2026-10-05:",
        "2026/10/05",
        "5.10.2026",
        "05/10/2026",
        "5-10-2026,",
        "2026-W40-1",
        "0001-01-01",
        "1989-12-31",
        "2200-01-01",
        "9999-12-31",
    ],
)
def test_what_looks_like_a_day_and_is_none_that_can_be_meant_is_refused(typed: str) -> None:
    with pytest.raises(UserError) as refused:
        REMEMBER.values(REMEMBER.read_words(f"{typed} the site was down"), "discord")
    assert refused.value.values == {"word": typed, "name": "day", "command": "remember"}


@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY])
def test_the_first_and_the_last_day_can_be_meant(day: date) -> None:
    assert REMEMBER.values(REMEMBER.read_words(f"{day} x"), "discord")["day"] == day


SPOKEN = [texts_for(code) for code in languages()]


@pytest.mark.parametrize("texts", SPOKEN, ids=languages())
def test_every_answer_is_known_by_its_label_in_every_language(texts: Texts) -> None:
    """No two answers of a parameter may be called alike."""
    checked = set()
    for command in (command for cog in COGS for command in cog.commands):
        for param in command.in_languages(SPOKEN).params:
            for answer in param.answers:
                label = texts.in_context("option", answer)
                for typed in (label, label.upper(), unicodedata.normalize("NFD", label)):
                    assert value_of(param, typed, "") == value_of(param, answer, ""), typed
                checked.add(answer)
    assert {"on", "off", "monday", "bot", "fr", "yes", "members"} <= checked


def test_a_label_is_passed_over_like_the_word_it_stands_for() -> None:
    schedule = declared(plan).in_languages(SPOKEN)
    for typed in ("9 lundi", "9 monday"):
        values = schedule.values(schedule.read_words(typed), "discord")
        assert values == {"loud": None, "hour": 9, "day": "monday"}
    assert schedule.values(schedule.read_words("non dimanche"), "discord")["loud"] is False
